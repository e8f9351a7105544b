"""One message as it came → who wrote, what, when, with which files, and what a reader of it must know.

Nothing is lost silently: whatever could not be read or was changed stands in `problems`, in plain Chinese.
"""

import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from ..refused import FileRefused
from ..tnef import SIGNATURE as TNEF_SIGNATURE
from ..tnef import TnefUnreadable, read_tnef
from . import body
from .body import LargeFile, Words
from .charset import decode, likeness
from .headers import Sender, best_name, decode_words, one_line, sender_of
from .kinds import FileKind, kind_of
from .parts import Count, Part, parse

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
MAX_SUBJECT = 500
MAX_MESSAGE_ID = 300
MAX_NAME = 200
MOST_FILES = 200
MAX_TEXT_BYTES = 6_000_000
# A page may carry its images inside itself.
MAX_PAGE_BYTES = 40_000_000
MOST_LINKS = 30
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CID_MARK = re.compile(r"\[cid:([^\]\s]{1,300})\]")
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_STUB_WORDS = 120


@dataclass(frozen=True)
class MailFile:
    """A file that came with a message: attached, inline, inside a forwarded message or a winmail.dat."""

    name: str
    data: bytes
    kind: FileKind
    inline: bool = False
    content_id: str = ""

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class ReadMail:
    """A message decoded. `sent_at` is None where none was told or what was told cannot be."""

    sender: Sender
    subject: str
    message_id: str
    sent_at: datetime | None
    date_told: str
    text: str
    files: tuple[MailFile, ...] = ()
    problems: tuple[str, ...] = ()

    @cached_property
    def content_hash(self) -> str:
        """Two messages are the same where this is: Message-ID alone is missing or repeated too often."""
        files = [(file.name, file.sha256) for file in self.files]
        facts = [self.message_id, *self.sender, self.subject, self.date_told, self.text, files]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass
class _Found:
    """What the walk through the parts has found so far."""

    name: str
    count: Count
    files: list[MailFile] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def tell(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def read_mail(data: bytes, name: str = "邮件", *, now: datetime | None = None) -> ReadMail:
    """Read a whole message. `name` is what a refusal calls it. Raises FileRefused."""
    data = _without_mbox_line(data)
    if not re.search(rb"\S", data):
        raise FileRefused(name, "是空的（0 字节）", "请在邮箱里重新另存这封信")
    found = _Found(name, Count(name))
    message = parse(data, name, count=found.count)
    words = _walk(message, found)
    head = _read_head(message, found, now or datetime.now(UTC))
    text = _finish_text(words, found)
    return ReadMail(*head, text, tuple(found.files), tuple(found.problems))


def read_head(data: bytes, name: str = "邮件", *, now: datetime | None = None) -> ReadMail:
    """The fields alone, for a message too large to fetch or refused by its structure. Raises FileRefused."""
    end = re.search(rb"\r?\n\r?\n", data)
    fields = re.sub(rb"(?im)^content-type:", b"x-content-type:", data[: end.start()] if end else data[: 256 * 1024])
    return read_mail(fields + b"\r\n\r\n", name, now=now)


def _without_mbox_line(data: bytes) -> bytes:
    if data[:5] == b"From " or data[:6] == b">From ":
        return data.partition(b"\n")[2]
    return data


def _hint_of(message: Part) -> str | None:
    """The charset of the first text, for raw bytes in the fields."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        if part.charset():
            return part.charset()
        waiting += part.children
    return None


def _read_head(message: Part, found: _Found, now: datetime) -> tuple[Sender, str, str, datetime | None, str]:
    hint = _hint_of(message)
    senders = [value for key in ("from", "sender", "reply-to", "return-path") for value in _all(message, key)]
    read = [sender_of(value, hint) for value in senders]
    sender = next((one for one in read if one.address), next(iter(read), Sender("", "")))
    if not sender.address:
        found.tell("这封信没有写发件地址，不知道是谁寄来的。请从正文里找联系方式。")
    if len(set(_all(message, "from"))) > 1:
        found.tell("这封信写了不止一个发件人，只取了第一个。发件人可能是假的，请核对。")
    raw_subject = decode_words(message.get("subject"), hint)
    if re.search(r"[\r\n]", raw_subject + sender.name):
        found.tell("主题里藏着换行（常见于伪造邮件头的信），换行已经去掉。")
    subject = one_line(raw_subject)
    if "\ufffd" in subject:
        found.tell("主题里有读不出的字，用“�”代替。请对照原始邮件。")
    if len(subject) > MAX_SUBJECT:
        found.tell(f"主题超过 {MAX_SUBJECT} 字，只留了前面的。全文在原始邮件里。")
    sent_at, told = _date_of(message, found, now)
    return sender, subject[:MAX_SUBJECT], _message_id(message, found), sent_at, told


def _all(message: Part, name: str) -> list[bytes]:
    return [value for key, value in message.fields if key == name]


def _message_id(message: Part, found: _Found) -> str:
    told = _all(message, "message-id")
    if len(set(told)) > 1:
        found.tell("这封信写了不止一个邮件标识（Message-ID），只取了第一个。")
    words = one_line(decode(told[0]).text) if told else ""
    bracketed = re.search(r"<[^<>\s]+>", words)
    return (bracketed[0] if bracketed else words)[:MAX_MESSAGE_ID]


def _date_of(message: Part, found: _Found, now: datetime) -> tuple[datetime | None, str]:
    """The time the sender told; where it is missing or cannot be, the time its own server took the message."""
    told = one_line(decode(message.get("date")).text)[:200]
    sent_at = _parsed(told, now)
    if sent_at is not None:
        return sent_at, told
    received = [_parsed(one_line(decode(value.rpartition(b";")[2]).text), now) for value in _all(message, "received")]
    taken = next((value for value in received if value), None)
    instead = f"，按邮件服务器记的时间 {taken.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}" if taken else ""
    if told:
        found.tell(f"这封信写的发件时间“{told[:60]}”不可能{instead}。")
    else:
        found.tell(f"这封信没有写发件时间{instead}。")
    return taken, told


def _parsed(told: str, now: datetime) -> datetime | None:
    if not told:
        return None
    try:
        value = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            value = datetime.fromisoformat(told)
        except ValueError:
            return None
    if value.tzinfo is None:
        value = value.replace(tzinfo=OFFICE_ZONE)
    try:
        value = value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return value if _OLDEST < value < now + timedelta(days=2) else None


def _walk(part: Part, found: _Found) -> Words:
    """The words of a part; its files go to `found`."""
    if part.type == "multipart/alternative" and part.children:
        return _choose([_walk(child, found) for child in part.children])
    if part.type == "message/rfc822" and part.children:
        return _forwarded(part.children[0], found)
    if part.type.startswith("multipart/") and part.children:
        return body.join_texts([_walk(child, found) for child in part.children])
    if part.type == "message/partial":
        found.tell("这封信是被切成几段寄来的，这里只是其中一段。请对方整封重新发送。")
    name = _file_name(part, found)
    if _is_text(part, name):
        return _text_words(part, found)
    return _take_file(part, name, found)


def _choose(readings: list[Words]) -> Words:
    """The plain reading of an alternative; the page's where the plain one is damaged, empty or a mere notice."""
    links = tuple(dict.fromkeys(link for words in readings for link in words.links))
    plain = next((words for words in readings if words.text.strip() and not words.from_html), None)
    html = next((words for words in reversed(readings) if words.text.strip() and words.from_html), None)
    chosen = plain or html or Words("")
    if plain and html and (_damaged(plain.text) or _is_stub(plain.text, html.text)):
        chosen = html
    return Words(chosen.text, links, chosen.from_html)


def _damaged(text: str) -> bool:
    lost = text.count("\ufffd") + len(re.findall(r"\?{3,}", text)) * 3
    return lost * 20 > len(text) or (likeness(text) < 0 and lost > 0)


def _is_stub(plain: str, html: str) -> bool:
    return len(plain.strip()) < _STUB_WORDS and len(html) > 4 * len(plain) + 200


def _forwarded(message: Part, found: _Found) -> Words:
    """A message inside a message: its head and words stand in the text under a mark of their own."""
    hint = _hint_of(message)
    sender = sender_of(message.get("from"), hint)
    told = [
        ("发件人", " ".join(part for part in (sender.name, f"<{sender.address}>" if sender.address else "") if part)),
        ("时间", one_line(decode(message.get("date")).text)),
        ("主题", one_line(decode_words(message.get("subject"), hint))),
    ]
    head = "\n".join(f"{label}：{value}" for label, value in told if value)
    inner = _walk(message, found)
    return Words(f"{body.FORWARDED}\n{head}\n\n{inner.text}".rstrip(), inner.links)


def _file_name(part: Part, found: _Found) -> str:
    """The name as told, made harmless: no folders, no line breaks, no marks that turn the direction of writing."""
    told = best_name([*part.disposition_parameters.get("filename", []), *part.type_parameters.get("name", [])])
    return _harmless(told, found)


def _harmless(told: str, found: _Found) -> str:
    if re.search(r"[\r\n]", told):
        found.tell(f"附件名“{one_line(told)[:60]}”里藏着换行，换行已经去掉。")
    line = one_line(told)
    last = re.split(r"[/\\]", line)[-1].strip()
    if last != line:
        found.tell(f"附件名“{line[:80]}”带着文件夹路径，只留了文件名“{last[:60]}”。")
    if not last.strip(". "):
        return ""
    stem, dot, suffix = last.rpartition(".")
    if len(last) > MAX_NAME:
        return f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 12 else last[:MAX_NAME]
    return last


def _is_text(part: Part, name: str) -> bool:
    if part.disposition.startswith("attachment"):
        return False
    if part.type.startswith("multipart/"):
        # Announced as several parts, but its boundary stands nowhere: whatever it is, it is shown.
        return True
    return part.type in ("", "text", "text/plain", "text/html") and not name


def _text_words(part: Part, found: _Found) -> Words:
    is_page = part.type == "text/html"
    data = part.data(MAX_PAGE_BYTES if is_page else MAX_TEXT_BYTES)
    if len(part.content) > (MAX_PAGE_BYTES if is_page else MAX_TEXT_BYTES):
        found.tell("正文长得不像一封信，只读了前面的。全文在原始邮件里。")
    is_page = is_page or (
        not part.type and re.match(rb"\s*<(?:!doctype|html)\b", data[:200], re.IGNORECASE) is not None
    )
    if is_page:
        return _page_words(data, part, found)
    if b"begin 6" in data[:200_000]:
        data = _without_uuencoded(data, found)
    text, lost = decode(data, part.charset())
    _tell_lost(lost, found)
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if part.type_parameters.get("format", [""])[0].lower() == "flowed":
        text = _unflowed(text, delete=part.type_parameters.get("delsp", [""])[0].lower() == "yes")
    return Words(text.strip("\n"), tuple(body.large_files_in_text(text)))


def _page_words(data: bytes, part: Part, found: _Found) -> Words:
    source, images = body.without_embedded(data)
    text, lost = decode(source[: body.MAX_HTML], part.charset())
    _tell_lost(lost, found)
    page = body.text_of_html(_CONTROLS.sub("", text))
    for number, image in enumerate(images, 1):
        _add(found, f"图片{number}", image, inline=True, content_id=f"{body.EMBEDDED_ID}{number}")
    return Words(page.text, tuple(page.links), from_html=True)


def _tell_lost(lost: int, found: _Found) -> None:
    if lost:
        found.tell(f"正文里有 {lost} 处读不出的字，用“�”代替。请对照原始邮件，或请对方把稿件作为附件发送。")


_UUENCODED = re.compile(
    rb"^begin [0-7]{3} ([^\r\n]{1,200})\r?\n((?:[\x20-\x60]{1,90}\r?\n)+?)end[ \t]*\r?$", re.MULTILINE
)


def _without_uuencoded(data: bytes, found: _Found) -> bytes:
    """Files of old programs stand in the text itself, between “begin 644 name” and “end”."""

    def take(match: re.Match[bytes]) -> bytes:
        content = Part([("content-transfer-encoding", b"uuencode")], memoryview(match[2]), 0).data()
        _add(found, _harmless(decode_words(match[1]), found), content)
        return b""

    return _UUENCODED.sub(take, data)


def _unflowed(text: str, *, delete: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next; the signature's “-- ” does not."""
    out = ""
    for line in text.split("\n"):
        line = line[1:] if line.startswith(" ") else line
        if line.endswith(" ") and line != "-- " and not line.startswith(">"):
            out += line[:-1] if delete else line
        else:
            out += line + "\n"
    return out


# A field at the head: what is attached as a message may be anything.
_MAIL_START = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,80}[ \t]*:")


def _take_file(part: Part, name: str, found: _Found) -> Words:
    """A part that is no text: kept as a file, or opened where it is a wrapping. Returns the words found inside."""
    if part.type in ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"):
        found.tell("这封信加了密，里面的内容读不出。请对方不加密重新发送。")
    data = part.data()
    if part.type in _TNEF_TYPES or name.lower() == "winmail.dat" or data[:4] == TNEF_SIGNATURE:
        return _unpack_tnef(data, name or "winmail.dat", found)
    inner = data.lstrip(b"\r\n")
    if (part.type == "message/rfc822" or name.lower().endswith(".eml")) and _MAIL_START.match(inner):
        found.count.unwrap(len(inner))
        return _forwarded(parse(inner, found.name, depth=part.depth + 1, count=found.count), found)
    inline = bool(part.get("content-id")) and not part.disposition.startswith("attachment")
    content_id = one_line(decode(part.get("content-id")).text).strip("<> ")
    _add(found, name, data, inline=inline or part.disposition == "inline", content_id=content_id, type=part.type)
    return Words("")


def _unpack_tnef(data: bytes, name: str, found: _Found) -> Words:
    try:
        opened = read_tnef(data)
    except TnefUnreadable as error:
        found.tell(f"附件“{name}”打不开（{error}），里面的文件没有取出。请对方用“纯文本”或“HTML”格式重新发送。")
        _add(found, name, data)
        return Words("")
    if opened.incomplete:
        found.tell(f"附件“{name}”不完整，只取出了前面的文件。请对方重新发送。")
    label = f"cp{opened.codepage}"
    for file in opened.files:
        told = file.name if isinstance(file.name, str) else decode(file.name, label).text
        _add(found, _harmless(told, found), file.data)
    html = opened.html if isinstance(opened.html, str) else decode(opened.html, label).text
    plain = opened.body if isinstance(opened.body, str) else decode(opened.body, label).text
    if plain.strip():
        return Words(_CONTROLS.sub("", plain.replace("\r\n", "\n").replace("\r", "\n")), packed=True)
    return Words(body.text_of_html(_CONTROLS.sub("", html)).text, packed=True)


def _add(found: _Found, name: str, data: bytes, *, inline=False, content_id="", type="") -> None:
    if len(found.files) >= MOST_FILES:
        found.tell(f"附件超过 {MOST_FILES} 个，后面的没有取出。请打开原始邮件查看。")
        return
    kind = kind_of(name, data)
    if not name:
        stem = "图片" if kind is FileKind.PHOTO or type.startswith("image/") else "附件"
        name = f"{stem}{len(found.files) + 1}{_suffix(type, data)}"
    elif "." not in name and kind is FileKind.PHOTO:
        name += _suffix(type, data)
    if not data:
        found.tell(f"附件“{name}”是空的（0 字节）。请对方重新发送。")
    if "\ufffd" in name:
        found.tell(f"附件名“{name}”里有读不出的字，用“�”代替。文件本身没有变。")
    found.files.append(MailFile(name, data, kind, inline, content_id))


_SUFFIXES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"GIF8", ".gif"),
    (b"%PDF", ".pdf"),
    (b"\xd0\xcf\x11\xe0", ".doc"),
)


def _suffix(type: str, data: bytes) -> str:
    by_content = next((suffix for start, suffix in _SUFFIXES if data.startswith(start)), "")
    return by_content or mimetypes.guess_extension(type) or ""


def _finish_text(words: Words, found: _Found) -> str:
    """The text with inline images named where they stand, and the large files told among the problems."""
    names = {file.content_id: file.name for file in found.files if file.content_id}
    text = _CID_MARK.sub(lambda match: picture_mark(names[match[1]]) if match[1] in names else "", words.text)
    text = re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")
    if len(text) > body.MAX_TEXT:
        found.tell(f"正文超过 {body.MAX_TEXT // 10_000} 万字，只留了前面的。全文在原始邮件里。")
    _tell_links(list(words.links), found)
    return text[: body.MAX_TEXT]


def picture_mark(name: str) -> str:
    """What stands in a mail's text where an inline image stood."""
    return f"【图片：{name}】"


def _tell_links(links: list[LargeFile], found: _Found) -> None:
    known: dict[str, LargeFile] = {}
    for link in links:
        before = known.get(link.address)
        if before is None or (not before.expires and link.expires):
            known[link.address] = link
    for link in list(known.values())[:MOST_LINKS]:
        found.tell(link.told())
    if len(known) > MOST_LINKS:
        found.tell(f"还有 {len(known) - MOST_LINKS} 个超大附件的链接没有列出，请看正文。")
