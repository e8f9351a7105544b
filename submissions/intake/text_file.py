"""Plain text and web pages from strangers: the encoding found out by what it gives, sizes capped."""

import codecs
import re
from dataclasses import dataclass
from functools import cache

from .arrived import ArrivedText
from .docx_file import refuse_no_text
from .front import recognise
from .refused import FileRefused

MAX_BYTES = 10 * 1024 * 1024
_SAVE_AGAIN = "请用记事本打开，另存为 UTF-8 编码的 .txt"
_MARKED = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
_SAMPLE = 200_000  # bytes that are judged where several encodings are possible
_MOST_BROKEN = 0.01  # share of characters that may be damaged in a text that is still read
_LEAST_COMMON = 0.5  # share of common characters below which a guessed encoding gives no Chinese
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS = "　、。〈〉《》「」『』【】〔〕〖〗！（），：；？～“”‘’—…·％＋－" + "".join(map(chr, range(0xFF10, 0xFF1A)))


@dataclass(frozen=True)
class Decoded:
    """broken: how many characters could not be read; U+FFFD stands for them."""

    text: str
    encoding: str
    broken: int = 0


def read_text(data: bytes, name: str) -> ArrivedText:
    """The manuscript of a text file, lines as they are. Raises FileRefused."""
    decoded = decode_file(data, name)
    lines = decoded.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    front = recognise(lines)
    rest = [line for place, line in enumerate(lines) if place not in front.used]
    return front.arrived("\n".join(rest).strip("\n"), remarks=broken_remark(decoded))


def decode_file(data: bytes, name: str, declared: str = "") -> Decoded:
    """The text of a file within the limits. Raises FileRefused for what is none."""
    if len(data) > MAX_BYTES:
        raise FileRefused(name, f"超过 {MAX_BYTES // 1048576} MB，不像一篇稿件", "请拆成几个文件")
    refuse_no_text(data, name)
    decoded = decode_chinese(data, declared)
    if decoded is None:
        raise FileRefused(name, "不是文字文件，或编码不常见", _SAVE_AGAIN)
    if not decoded.text.strip():
        raise FileRefused(name, "是空文件（没有文字）", "请重新选择文件，或重新发送")
    return decoded


def broken_remark(decoded: Decoded) -> tuple[str, ...]:
    return (f"有 {decoded.broken} 个字符已损坏，用“\ufffd”占位。请对照原件补上。",) if decoded.broken else ()


def decode_chinese(data: bytes, declared: str = "") -> Decoded | None:
    """UTF-8, UTF-16, GB18030 or Big5: the encoding that gives common Chinese, whatever the label says.

    declared is tried beside these. None for what is no text.
    """
    marked = [encoding for mark, encoding in _MARKED if data.startswith(mark)]
    whole = _decoded(data, marked[0] if marked else "utf-8", strict=True)
    if whole is not None:
        return whole
    readings = [one for encoding in marked or _possible(data, declared) if (one := _decoded(data, encoding))]
    # Equal shares of common characters: the fewer damaged, then the earlier in the list.
    shares = [(round(common_share(one.text), 2), -one.broken) for one in readings]
    best = max(range(len(readings)), key=shares.__getitem__, default=None)
    return None if best is None or (not marked and shares[best][0] < _LEAST_COMMON) else readings[best]


def _possible(data: bytes, declared: str) -> list[str]:
    wide = ["utf-16-le", "utf-16-be"] if b"\0" in data else []
    try:
        own = [codecs.lookup(declared).name] if declared else []
    except LookupError:
        own = []
    return list(dict.fromkeys(["gb18030", *own, "cp950", "utf-8", *wide]))


def _decoded(data: bytes, encoding: str, *, strict: bool = False) -> Decoded | None:
    """A few damaged characters are let pass unless strict; many control characters mean that it is no text."""
    try:
        text = data.decode(encoding, "strict" if strict else "replace")
    except (UnicodeError, LookupError):
        return None
    broken = 0 if strict else text.count("\ufffd")
    if "\0" in text or max(broken, len(_CONTROL.findall(text))) > _MOST_BROKEN * len(text) + 1:
        return None
    return Decoded(text.removeprefix("\ufeff"), encoding, broken)


def common_share(text: str) -> float:
    """Share of the characters beyond ASCII that are common in Chinese, simplified or traditional; 1 without any."""
    strange = [mark for mark in text[:_SAMPLE] if mark > "\x7f"]
    common = _common()
    return sum(mark in common for mark in strange) / len(strange) if strange else 1.0


@cache
def _common() -> frozenset[str]:
    """The 3,755 first-level characters of GB 2312 and the 5,401 of Big5, with the marks of both."""
    simplified = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    cells = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = (bytes((row, cell)) for row in range(0xA4, 0xC7) for cell in cells)
    found = [code.decode("gb2312", "ignore") for code in simplified]
    found += [code.decode("big5", "ignore") for code in traditional]
    return frozenset("".join(found)) | frozenset(_MARKS)
