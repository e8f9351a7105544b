"""A message's bytes → its parts. One pass over the bytes, however many boundaries: cost grows with the size alone.

email.parser compares every line with every open boundary and keeps a copy of each line; 300 nested levels of a large
message take it minutes and gigabytes. Here a part is a slice, and both numbers are limited.
"""

import binascii
import quopri
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..refused import FileRefused
from .headers import from_base64, parameters

MAX_PARTS = 500
MAX_DEPTH = 30
MAX_FALSE_MARKS = 20_000
MAX_UNWRAPPED = 50_000_000
MAX_HEADER_BYTES = 256 * 1024
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,80})[ \t]*:[ \t]*")
_LINE = re.compile(rb"\r\n|\n|\r")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)(?=[ \t])")
# What may follow a boundary: the closing hyphens, spaces, and the end of the line.
_MARKER_TAIL = re.compile(rb"(--)?[ \t]*(?:\r\n|\n|\r|\Z)")
_HEADER_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\n\r\n")


@dataclass
class Part:
    """One part: its fields in order with lower-case names, its undecoded content, the parts inside it."""

    fields: list[tuple[str, bytes]]
    content: memoryview
    depth: int
    children: list["Part"] = field(default_factory=list)

    def get(self, name: str) -> bytes:
        """The first field of that name; empty where there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    def __post_init__(self):
        self.type, self.type_parameters = parameters(self.get("content-type"))
        self.disposition, self.disposition_parameters = parameters(self.get("content-disposition"))

    def charset(self) -> str | None:
        return next(iter(self.type_parameters.get("charset", [])), None)

    def data(self, limit: int | None = None) -> bytes:
        """The content without its transfer encoding, as far as it can be undone; of its first `limit` bytes alone."""
        encoding = parameters(self.get("content-transfer-encoding"))[0].strip("\"' ")
        return _DECODERS.get(encoding, bytes)(self.content[:limit])


def _uudecoded(content: memoryview) -> bytes:
    lines = bytes(content).splitlines()
    data: list[bytes] = []
    for line in lines[1:] if lines[:1] and lines[0].startswith(b"begin ") else lines:
        if line.strip() in (b"end", b"`"):
            break
        try:
            data.append(binascii.a2b_uu(line))
        except binascii.Error:
            # A line cut short by a program that counted wrongly still holds its bytes.
            length = ((line[0] - 32) & 63) * 4 // 3 + 5
            data.append(binascii.a2b_uu(line[:length]) if len(line) > length else b"")
    return b"".join(data)


_DECODERS: dict[str, Callable[[memoryview], bytes]] = {
    "base64": from_base64,
    "quoted-printable": lambda content: quopri.decodestring(bytes(content)),
    "x-uuencode": _uudecoded,
    "uuencode": _uudecoded,
    "x-uue": _uudecoded,
}


class Count:
    """How many parts one message has made so far."""

    def __init__(self, name: str):
        self.name, self.parts, self.false_marks, self.unwrapped = name, 0, 0, 0

    def strange(self) -> None:
        """A boundary's words where none begins: many of them are a trap for whoever reads line by line."""
        self.false_marks += 1
        if self.false_marks > MAX_FALSE_MARKS:
            raise FileRefused(self.name, "里面分隔的记号乱得不像正常的邮件", "请对方把稿件作为附件重新发送")

    def unwrap(self, size: int) -> None:
        """Bytes of messages that stood encoded inside another: each level holds a copy of all below it."""
        self.unwrapped += size
        if self.unwrapped > MAX_UNWRAPPED:
            raise FileRefused(self.name, "里面的邮件一层层编码，展开后太大", "请对方把稿件直接作为附件发送")

    def add(self, depth: int) -> None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise FileRefused(
                self.name, f"由 {MAX_PARTS} 个以上的部分拼成，不像正常的邮件", "请对方把稿件作为附件重新发送"
            )
        if depth > MAX_DEPTH:
            raise FileRefused(self.name, f"里外套了 {MAX_DEPTH} 层以上，不像正常的邮件", "请对方把稿件直接作为附件发送")


def parse(data: bytes, name: str, *, depth: int = 0, count: "Count | None" = None) -> Part:
    """The tree of a message. Raises FileRefused over MAX_PARTS or MAX_DEPTH, or where no field stands at its head."""
    part = _part(data, 0, len(data), depth, count or Count(name))
    if not part.fields:
        raise FileRefused(name, "不是邮件：开头没有发件人、主题这些邮件头", "请在邮箱里把这封信另存为 .eml 文件")
    return part


def _part(data: bytes, low: int, high: int, depth: int, count: Count) -> Part:
    count.add(depth)
    fields, start = _head(data[low : min(high, low + MAX_HEADER_BYTES)])
    part = Part(fields, memoryview(data)[low + start : high], depth)
    boundary = next(iter(part.type_parameters.get("boundary", [])), "").rstrip()
    if part.type.startswith("multipart/") and boundary:
        spans = _between(data, low + start, high, boundary.encode("utf-8", "replace"), count)
        part.children = [_part(data, *span, depth + 1, count) for span in spans]
    elif part.type == "message/rfc822":
        part.children = _inner_message(part, data, low + start, high, count)
    return part


def _inner_message(part: Part, data: bytes, low: int, high: int, count: Count) -> list[Part]:
    encoding = parameters(part.get("content-transfer-encoding"))[0]
    if encoding in ("base64", "quoted-printable"):
        data = part.data()
        count.unwrap(len(data))
        low, high = 0, len(data)
    # Some programs put empty lines before the message they forward.
    while low < high and data[low] in b"\r\n":
        low += 1
    child = _part(data, low, high, part.depth + 1, count)
    return [child] if child.fields else []


def _head(window: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """The fields and where the content begins. A line that is no field is passed over, as careless programs need."""
    if window.startswith((b"\n", b"\r\n")):
        return [], 2 if window.startswith(b"\r\n") else 1
    end = _HEADER_END.search(window)
    stop = end.start() if end else len(window)
    fields: list[tuple[str, bytes]] = []
    for line in _LINE.split(_FOLD.sub(b"", window[:stop].removeprefix(b"\xef\xbb\xbf"))):
        match = _FIELD.match(line)
        if match:
            fields.append((match[1].decode("ascii").lower(), line[match.end() :].strip()))
    if not fields:
        # No head at all: everything is content.
        return [], 0
    return fields, end.end() if end else len(window)


def _between(data: bytes, low: int, high: int, boundary: bytes, count: Count) -> list[tuple[int, int]]:
    """Where the parts of a multipart lie. Without a closing line the last part goes to the end."""
    marker = b"--" + boundary
    spans: list[tuple[int, int]] = []
    start, place = None, data.find(marker, low, high)
    while place >= 0:
        tail = _MARKER_TAIL.match(data, place + len(marker), min(high, place + len(marker) + 200))
        if tail and (place == low or data[place - 1] in b"\r\n"):
            if start is not None:
                spans.append((start, max(start, place - _break_before(data, place))))
            if count.parts + len(spans) > MAX_PARTS:
                count.parts += len(spans)
                count.add(0)
            if tail[1]:
                return spans
            start = tail.end()
        else:
            count.strange()
        place = data.find(marker, place + len(marker), high)
    if start is not None and start < high:
        spans.append((start, high))
    return spans


def _break_before(data: bytes, place: int) -> int:
    return 2 if data[place - 2 : place] == b"\r\n" else 1
