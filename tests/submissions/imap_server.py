"""A real IMAP server for the tests: Dovecot with TLS of its own, in a temporary folder, as a user without rights."""

import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

PASSWORD = "shouquan-ma-2026"
MISSING = "没有安装 Dovecot 或 openssl（apt install dovecot-imapd），收信的测试没有运行"

_CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = required
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail/%n
imap_id_log = *
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


def program() -> str | None:
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return found if shutil.which("openssl") else None


class ImapServer:
    """Started by `with`; `certificate` is what a client must trust."""

    def __enter__(self) -> "ImapServer":
        self.home = Path(tempfile.mkdtemp(prefix="imap-"))
        self.certificate = self.home / "cert.pem"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._make_certificate()
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._configure(account)
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        self._process = subprocess.Popen([program(), "-F", "-c", self.home / "conf"], **identity)
        self._wait()
        return self

    def __exit__(self, *error) -> None:
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self.home)

    def _make_certificate(self) -> None:
        command = (
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        )
        files = ["-keyout", self.home / "key.pem", "-out", self.certificate]
        subprocess.run([*command.split(), *files], check=True, capture_output=True)

    def _configure(self, account) -> None:
        import grp

        for name in ("mail", "run", "state"):
            (self.home / name).mkdir()
        words = {"home": self.home, "user": account.pw_name, "group": grp.getgrgid(account.pw_gid).gr_name}
        words |= {"uid": account.pw_uid, "gid": account.pw_gid, "port": self.port, "password": PASSWORD}
        (self.home / "conf").write_text(_CONFIGURATION.format(**words))
        if os.getuid() == 0:
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid)

    def _wait(self) -> None:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"dovecot did not start: {self.log()}")

    def log(self) -> str:
        path = self.home / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client(self, user: str) -> imaplib.IMAP4_SSL:
        """A connection as the editors' own mail program has it."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context, timeout=20)
        connection.login(user, PASSWORD)
        return connection

    def put(self, user: str, *messages: bytes, folder: str = "INBOX") -> None:
        with self.client(user) as connection:
            for message in messages:
                answer, data = connection.append(folder, None, None, message)
                assert answer == "OK", data

    def flags(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The flags of each message, in order."""
        with self.client(user) as connection:
            connection.select(folder, readonly=True)
            return [line for line in connection.fetch("1:*", "(FLAGS)")[1] if line]
