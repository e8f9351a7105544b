"""The whole site as real processes of its own on this machine: PostgreSQL, Redis, two web processes, a worker, nginx in front.

What compose.yaml describes, without containers. Each can be killed and started again by the tests.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("nginx", "redis-server", "runuser")


def missing() -> str | None:
    """Why the topology cannot stand here."""
    if os.name != "posix" or os.geteuid() != 0:
        return "要有管理员权限才能启动 PostgreSQL、Redis、nginx"
    lacking = [name for name in TOOLS if shutil.which(name) is None]
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        lacking.append("postgresql")
    return f"没有装 {'、'.join(lacking)}" if lacking else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, seconds: float = 30, what: str = "") -> None:
    """Wait for something to become true; AssertionError when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)


class Topology:
    """`address` is nginx's; each part by its name in `processes`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.data = folder / "data"
        self.ports = {name: free_port() for name in ("postgres", "redis", "web1", "web2", "nginx")}
        self.address = f"http://127.0.0.1:{self.ports['nginx']}"
        self.processes: dict[str, subprocess.Popen] = {}
        self.database = f"postgres://postgres@127.0.0.1:{self.ports['postgres']}/postgres"
        self.log = (folder / "log").open("wb")
        self.environment = {name: value for name, value in os.environ.items() if name != "DATABASE_TESTS_ONLY"} | {
            "DATA_DIR": str(self.data),
            "DATABASE_URL": self.database,
            "CACHE_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "TASKS": "database",
            "TRUSTED_PROXIES": "127.0.0.1",
            "X_ACCEL_PREFIX": "/private-files/",
            "WEB_WORKERS": "1",
            "IDLE_MINUTES": "0",
            "LOG_FILE": str(folder / "site.log"),
        }

    def begin(self) -> None:
        self.data.mkdir()
        self._make_database()
        self.start("postgres")
        self.start("redis")
        self.manage("migrate", "--verbosity", "0")
        self.manage("demo", TASKS="immediate")
        self.start("web1")
        self.start("web2")
        self.start("worker")
        self._write_nginx()
        self.start("nginx")
        until(lambda: self.ready() == 200, what="the site behind nginx")

    def end(self) -> None:
        for name in ("nginx", "worker", "web1", "web2", "redis", "postgres"):
            if name in self.processes:
                self.kill(name, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        self.log.close()

    def start(self, name: str) -> None:
        self.processes[name] = subprocess.Popen(
            self._commands()[name],
            cwd=ROOT,
            env=self.environment | {"PORT": str(self.ports.get(name, 0))},
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            user="postgres" if name == "postgres" else None,
        )
        if name in self.ports:
            until(lambda: self._listens(name), what=name)

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """A process with all its children, as when the power goes."""
        process = self.processes.pop(name)
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.wait(60)

    def manage(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        """Run code with the site's models; what it prints."""
        return self.manage("shell", "--no-imports", "-c", code)

    def ready(self) -> int:
        try:
            return requests.get(f"{self.address}/readyz", timeout=5).status_code
        except requests.RequestException:
            return 0

    def _listens(self, name: str) -> bool:
        assert self.processes[name].poll() is None, (self.folder / "log").read_text("utf-8", "replace")[-3000:]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.ports[name])) == 0

    def _commands(self) -> dict[str, list[str]]:
        web = [sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi"]
        port = str(self.ports["postgres"])
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"]
        options = [word for setting in settings for word in ("-c", setting)]
        return {
            "postgres": [str(self._postgres("postgres")), "-D", self._cluster, "-p", port, *options],
            "redis": ["redis-server", "--port", str(self.ports["redis"]), "--save", "", "--dir", str(self.folder)],
            "web1": web,
            "web2": web,
            "worker": [sys.executable, "-W", "ignore", "manage.py", "work"],
            "nginx": ["nginx", "-e", str(self.folder / "nginx.log"), "-c", str(self.folder / "nginx.conf")],
        }

    @property
    def _cluster(self) -> str:
        # Its owner must be able to reach it, which pytest's own folders do not allow.
        return f"/tmp/quarterly-topology-{os.getpid()}"  # noqa: S108

    def _postgres(self, program: str) -> Path:
        return sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[-1]

    def _make_database(self) -> None:
        shutil.rmtree(self._cluster, ignore_errors=True)
        Path(self._cluster).mkdir()
        shutil.chown(self._cluster, "postgres")
        words = ["-D", self._cluster, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run(
            ["runuser", "-u", "postgres", "--", self._postgres("initdb"), *words], check=True, stdout=subprocess.DEVNULL
        )

    def _write_nginx(self) -> None:
        """The file an office installs, with this machine's ports and folders, without its certificate."""
        text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        plain = text[: text.index("server {")] + text[text.index("server {", text.index("return 301")) :]
        plain = plain.replace("127.0.0.1:8000", f"127.0.0.1:{self.ports['web1']}")
        plain = plain.replace("127.0.0.1:8001", f"127.0.0.1:{self.ports['web2']}")
        plain = plain.replace("listen 443 ssl http2", f"listen 127.0.0.1:{self.ports['nginx']}")
        plain = re.sub(r"\tssl_certificate.*\n", "", plain).replace(
            "server_name kanwu.example", "server_name 127.0.0.1"
        )
        plain = plain.replace("/etc/nginx/quarterly-proxy.conf", str(ROOT / "deploy" / "nginx-proxy.conf"))
        plain = plain.replace("/var/lib/quarterly/media/", f"{self.data}/media/")
        places = "".join(
            f"\t{name}_temp_path {self.folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        head = f"daemon off;\nuser root;\nworker_processes 1;\npid {self.folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{places}"
        (self.folder / "nginx.conf").write_text(f"{head}{plain}}}\n", "utf-8")
