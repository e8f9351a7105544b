"""winmail.dat (application/ms-tnef): the files and words that Outlook packs into one attachment (MS-OXTNEF).

A small reader of what matters here; every length is checked against what is left before it is used.
"""

import re
import struct
from dataclasses import dataclass, field

SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTACHMENT_LEVEL = 2
_ATT_TITLE, _ATT_DATA, _ATT_PROPERTIES, _ATT_START = 0x8010, 0x800F, 0x9005, 0x9002
_MESSAGE_BODY, _MESSAGE_PROPERTIES, _MESSAGE_CODEPAGE = 0x800C, 0x9003, 0x9007
_PR_BODY, _PR_HTML, _PR_DATA, _PR_NAME, _PR_LONG_NAME, _PR_DISPLAY_NAME = 0x1000, 0x1013, 0x3701, 0x3704, 0x3707, 0x3001
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_OBJECT, _STRING, _UNICODE, _BINARY = 13, 30, 31, 258
_MOST_FILES = 200
_GUID_BYTES = 16


class TnefUnreadable(Exception):
    """Not a winmail.dat, or damaged; `str()` tells why in a few words."""


@dataclass
class TnefFile:
    """name as bytes in the message's code page, or as text where it came as Unicode."""

    name: bytes | str = b""
    data: bytes = b""


@dataclass
class Tnef:
    """codepage: 936 for simplified Chinese. incomplete: cut short, and what came before the cut is here."""

    files: list[TnefFile] = field(default_factory=list)
    body: bytes | str = b""
    html: bytes | str = b""
    codepage: int = 0
    incomplete: bool = False


def read_tnef(data: bytes, depth: int = 0) -> Tnef:
    """Raises TnefUnreadable. A file cut short gives what came before the cut only if that is at least one file."""
    if data[:4] != SIGNATURE or depth > 5:
        raise TnefUnreadable("不是 Outlook 的 winmail.dat")
    found = Tnef()
    place = 6
    while place + 9 <= len(data):
        level, tag, length = struct.unpack_from("<BIi", data, place)
        place += 9
        if level not in (1, _ATTACHMENT_LEVEL) or length < 0 or place + length + 2 > len(data):
            found.files = [file for file in found.files if file.data]
            found.incomplete = True
            break
        _attribute(found, level, tag & 0xFFFF, data[place : place + length], depth)
        place += length + 2  # a checksum follows
    if found.incomplete and not (found.files or found.body or found.html):
        raise TnefUnreadable("里面的内容不完整")
    return found


def _attribute(found: Tnef, level: int, attribute: int, value: bytes, depth: int) -> None:
    if level == _ATTACHMENT_LEVEL:
        if attribute == _ATT_START:
            if len(found.files) >= _MOST_FILES:
                raise TnefUnreadable(f"里面的文件超过 {_MOST_FILES} 个")
            found.files.append(TnefFile())
        elif found.files:
            _file_attribute(found, attribute, value, depth)
    elif attribute == _MESSAGE_CODEPAGE and len(value) >= 4:
        found.codepage = struct.unpack_from("<I", value)[0]
    elif attribute == _MESSAGE_BODY:
        found.body = found.body or value.rstrip(b"\0")
    elif attribute == _MESSAGE_PROPERTIES:
        properties = _properties(value)
        found.body = properties.get(_PR_BODY, found.body)
        found.html = properties.get(_PR_HTML, found.html)


def _file_attribute(found: Tnef, attribute: int, value: bytes, depth: int) -> None:
    file = found.files[-1]
    if attribute == _ATT_TITLE:
        file.name = file.name or value.rstrip(b"\0")
    elif attribute == _ATT_DATA:
        file.data = value
    elif attribute == _ATT_PROPERTIES:
        properties = _properties(value)
        file.name = next(
            (properties[key] for key in (_PR_LONG_NAME, _PR_DISPLAY_NAME) if properties.get(key)), file.name
        )
        inner = properties.get(_PR_DATA, b"")
        if not file.data and isinstance(inner, bytes):
            file.data = inner
        if file.data[_GUID_BYTES : _GUID_BYTES + 4] == SIGNATURE:
            _unfold(found, file.data[_GUID_BYTES:], depth)


def _unfold(found: Tnef, data: bytes, depth: int) -> None:
    """A message inside: its files take the place of the wrapping."""
    inner = read_tnef(data, depth + 1)
    found.files.pop()
    found.files += inner.files[: _MOST_FILES - len(found.files)]


def _properties(value: bytes) -> dict[int, bytes | str]:
    """The variable-length properties by id; an unknown type ends the reading, since its length is unknown."""
    found: dict[int, bytes | str] = {}
    if len(value) < 4:
        return found
    count = struct.unpack_from("<I", value)[0]
    place = 4
    try:
        for _ in range(min(count, 2000)):
            kind, key = struct.unpack_from("<HH", value, place)
            place += 4
            if key >= 0x8000:
                place = _named(value, place)
            multiple, kind = kind & 0x1000, kind & ~0x1000
            amount = 1
            if multiple or kind in (_OBJECT, _STRING, _UNICODE, _BINARY):
                amount = struct.unpack_from("<I", value, place)[0]
                place += 4
            if kind in _FIXED:
                place += _FIXED[kind] * amount
                continue
            if kind not in (_OBJECT, _STRING, _UNICODE, _BINARY):
                break
            for _ in range(min(amount, 2000)):
                length = struct.unpack_from("<I", value, place)[0]
                place += 4
                content = value[place : place + length]
                place += length + -length % 4
                found.setdefault(key, _as_value(kind, content))
    except struct.error:
        # A damaged list of properties ends here; what was read before stands.
        return found
    return found


def _named(value: bytes, place: int) -> int:
    """Past the name of a named property: a GUID, then a number or a string."""
    place += _GUID_BYTES
    is_string = struct.unpack_from("<I", value, place)[0]
    place += 4
    if not is_string:
        return place + 4
    length = struct.unpack_from("<I", value, place)[0]
    return place + 4 + length + -length % 4


def _as_value(kind: int, content: bytes) -> bytes | str:
    if kind == _UNICODE:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    if kind == _STRING:
        return re.sub(rb"\0+\Z", b"", content)
    return content
