"""The office's mailbox over IMAP, read without leaving a trace (RFC 3501; RFC 2971 for ID; RULES.md 11).

The folder is opened read-only (EXAMINE) and messages are fetched with BODY.PEEK: the editors' unread marks stay.
163 and 126 refuse to open a folder for a program that has not told its name with the ID command.
"""

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType

_NAME = '("name" "quarterly" "version" "1.0" "vendor" "editorial office")'
_SIZE = re.compile(rb"UID (\d+)\b.*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)\b.*?UID (\d+)", re.DOTALL)
_BATCH = 200
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxRefused(Exception):
    """The mailbox cannot be read; `str()` tells why and what to do, in one line."""


class MessageGone(Exception):
    """The message was moved or deleted between listing and fetching."""


@dataclass(frozen=True)
class Account:
    """Where the mailbox is. ca_file: certificates to trust beside the system's; timeout in seconds."""

    host: str
    user: str
    password: str
    port: int = 993
    folder: str = "INBOX"
    ca_file: str = ""
    timeout: int = 30

    @property
    def address(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:300]


@dataclass(frozen=True)
class Listed:
    """A message as the server lists it: size in bytes before it is fetched."""

    uid: int
    size: int


class MailboxReader:
    """An open folder. Every refusal and failure on the way is a MailboxRefused."""

    def __init__(self, account: Account):
        self.account = account
        self._server: imaplib.IMAP4_SSL | None = None
        self.uid_validity = 0

    def __enter__(self) -> "MailboxReader":
        self._server = self._connected()
        try:
            self._sign_in()
            self._identify()
            self._open()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _connected(self) -> imaplib.IMAP4_SSL:
        account = self.account
        try:
            context = ssl.create_default_context(cafile=account.ca_file or None)
            return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=account.timeout)
        except ssl.SSLCertVerificationError as error:
            raise MailboxRefused(
                f"{account.host} 的证书不受信任（{error.verify_message}），没有登录。"
                "单位自己的邮件服务器，请用 IMAP_CA_FILE 指定它的证书。"
            ) from error
        except FileNotFoundError as error:
            raise MailboxRefused(f"IMAP_CA_FILE 指的文件“{Path(account.ca_file).name}”不存在。请核对路径。") from error
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxRefused(
                f"连不上邮箱服务器 {account.host}:{account.port}（{_reason(error)}）。请检查网络和 IMAP_HOST、IMAP_PORT。"
            ) from error

    def _sign_in(self) -> None:
        try:
            self._server.login(quoted(self.account.user), self.account.password)
        except UnicodeEncodeError as error:
            raise MailboxRefused("MAIL_PASSWORD 里有中文或全角字符，不像邮箱的授权码。请核对。") from error
        except OSError as error:
            raise MailboxRefused(f"登录 {self.account.host} 时断了（{_reason(error)}）。请稍后再试。") from error
        except imaplib.IMAP4.abort as error:
            raise MailboxRefused(f"登录 {self.account.host} 时断了（{_reason(error)}）。请稍后再试。") from error
        except imaplib.IMAP4.error as error:
            raise MailboxRefused(
                f"邮箱 {self.account.user} 登录不了（{_reason(error)}）。请检查 IMAP_USER 和 MAIL_PASSWORD；"
                "163、QQ 等邮箱要用在网页上开通的“授权码”，不是登录密码。"
            ) from error

    def _identify(self) -> None:
        """Tell our name before a folder is opened. A server that does not know ID answers BAD, and that is no matter."""
        try:
            self._server.xatom("ID", _NAME)
        except imaplib.IMAP4.abort as error:
            raise MailboxRefused(f"{self.account.host} 断开了连接（{_reason(error)}）。请稍后再试。") from error
        except imaplib.IMAP4.error:
            return

    def _open(self) -> None:
        folder = self.account.folder
        quoted(folder)  # before it is coded: a line break in it is a mistake to be told
        answer, data = self._call("select", quoted(modified_utf7(folder)), readonly=True)
        if answer != "OK":
            raise MailboxRefused(f"打不开邮箱文件夹“{folder}”（{_words(data)}）。请核对 IMAP_FOLDER，收件箱写 INBOX。")
        validity = self._server.response("UIDVALIDITY")[1]
        if not validity or not validity[0]:
            raise MailboxRefused(f"{self.account.host} 没有给出文件夹编号（UIDVALIDITY），不能安全地续收。")
        self.uid_validity = int(validity[0])

    def newer_than(self, uid: int, since: date | None = None) -> Iterator[Listed]:
        """The messages after `uid`, oldest first, with their sizes; `since` leaves out what arrived before that day."""
        wanted = ["UID", f"{uid + 1}:*"]
        if since is not None:
            wanted += ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"]
        # “n:*” names the last message even where it is older than n (RFC 3501, 6.4.8).
        found = sorted(one for one in map(int, self._uid("SEARCH", None, *wanted)[0].split()) if one > uid)
        for place in range(0, len(found), _BATCH):
            batch = found[place : place + _BATCH]
            sizes = self._sizes(batch)
            yield from (Listed(one, sizes.get(one, 0)) for one in batch)

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        lines = self._uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        sizes = {}
        for line in lines:
            for match in _SIZE.finditer(line if isinstance(line, bytes) else line[0] if line else b""):
                uid, size = (match[1], match[2]) if match[1] else (match[4], match[3])
                sizes[int(uid)] = int(size)
        return sizes

    def fetch(self, uid: int, *, head_only: bool = False) -> bytes:
        """The message's bytes, or its fields alone. Raises MessageGone."""
        what = "BODY.PEEK[HEADER]" if head_only else "BODY.PEEK[]"
        for answer in self._uid("FETCH", str(uid), f"(UID {what})"):
            if isinstance(answer, tuple):
                return answer[1]
        raise MessageGone

    def _uid(self, command: str, *arguments: str | None) -> list:
        answer, data = self._call("uid", command, *arguments)
        if answer != "OK":
            raise MailboxRefused(f"{self.account.host} 拒绝了读取（{_words(data)}）。请稍后再试。")
        return data or [b""]

    def _call(self, name: str, *arguments, **options):
        try:
            return getattr(self._server, name)(*arguments, **options)
        except imaplib.IMAP4.readonly as error:
            raise MailboxRefused(f"邮箱文件夹“{self.account.folder}”不能读取（{_reason(error)}）。") from error
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxRefused(
                f"和 {self.account.host} 的连接断了（{_reason(error)}）。已经收到的都保存了，再运行一次会接着收。"
            ) from error

    def _leave(self) -> None:
        """Say goodbye; a server that is gone need not hear it."""
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            self._server.shutdown()


def _reason(error: BaseException) -> str:
    """Why, in a few words on one line."""
    if isinstance(error, TimeoutError):
        return "等了太久没有回答"
    if isinstance(error, socket.gaierror):
        return "找不到这个地址"
    if isinstance(error, ConnectionRefusedError):
        return "对方没有开这个端口"
    if isinstance(error, ssl.SSLError):
        return f"不是 TLS 连接：{error.reason or '握手失败'}"
    words = error.args[-1] if error.args else error
    return _words([words])


def _words(data: list) -> str:
    """A server's own words, one line, no more than is readable."""
    first = data[0] if data else b""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    return " ".join(text.split())[:120] or "没有说明原因"


def quoted(text: str) -> str:
    """An IMAP quoted string. Raises MailboxRefused for a line break, which would be a command of its own."""
    if re.search(r"[\r\n\0]", text):
        raise MailboxRefused("邮箱账号或文件夹名里有换行。请检查 IMAP_USER、IMAP_FOLDER。")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def modified_utf7(text: str) -> str:
    """A folder's name as IMAP writes it: “投稿” → “&YpV6Pw-” (RFC 3501, 5.1.3)."""

    def coded(match: re.Match[str]) -> str:
        data = base64.b64encode(match[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
        return f"&{data.decode()}-"

    return re.sub(r"[^\x20-\x7e]+", coded, text.replace("&", "&-"))
