"""What encodings, web pages and PDF files leave in a text that people cannot see, or see as something else."""

import re
import unicodedata
from collections.abc import Iterator

from .edits import Edit, in_order

_BREAKS = re.compile("\r(?!\n)|[\x0b\x0c\x85\u2028\u2029]")
_EMOJI = "\u2600-\u27bf\U0001f000-\U0001ffff\ufe0f"
_INVISIBLE = re.compile(
    "(?:[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    f"\ufeff\ufff9-\ufffb]|(?<![{_EMOJI}])\u200d)+"
)
_WIDE_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]+")
_TWINS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
# Radicals that PDF files give for characters and Unicode does not fold.
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_BULLET = re.compile("^(?P<indent>[ \t\u3000]*)(?P<mark>[\uf000-\uf0ff])[ \t\u3000]*(?=\\S)", re.MULTILINE)
_PRIVATE = re.compile(f"[{PRIVATE}]")
# UTF-8 read as Windows-1252: é å æ ä … in runs that no language writes.
_WESTERN_RUN = re.compile(
    "[\x80-\xff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{3,}"
)
_FOREIGN_RUN = re.compile("[\x80-\U0010ffff]{4,}")
_FIRST_BYTES = re.compile(b"[\xe2-\xef][\x80-\xbf]")  # of Chinese in UTF-8
_CHINESE_TEXT = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff01-\uffe5\u2014\u2018\u2019\u201c\u201d\u2026\u00b7]+")


def _office_characters() -> dict[str, str]:
    """Where GBK fonts kept characters that Unicode did not have yet (䶮 and 79 others) → those it has now."""
    codes = [code for code in range(0xFE50, 0xFEA1) if code & 0xFF != 0x7F]
    new = (code.to_bytes(2, "big").decode("gb18030") for code in codes)
    return {chr(0xE815 + place): mark for place, mark in enumerate(new) if not _PRIVATE.match(mark)}


_OFFICE_CHARACTERS = _office_characters()


def repair_mojibake(text: str) -> list[Edit]:
    """Runs of characters that are Chinese in UTF-8, read as Windows-1252 or as GBK, where nothing of them was lost."""
    read = [(run, _as_utf8(run[0], "gb18030", 3)) for run in _FOREIGN_RUN.finditer(text)]
    read += [(run, _as_utf8(run[0], "cp1252", 1)) for run in _WESTERN_RUN.finditer(text)]
    return in_order(Edit(*run.span(), words, "encoding") for run, words in read if words)


def _as_utf8(run: str, encoding: str, least: int) -> str:
    """The Chinese text that these bytes are in UTF-8, of least characters or more; else nothing."""
    try:
        if not _FIRST_BYTES.match(_bytes(run[:3], encoding)):
            return ""
        words = _bytes(run, encoding).decode("utf-8")
    except UnicodeError:
        return ""
    return words if len(words) >= least and _CHINESE_TEXT.fullmatch(words) else ""


def _bytes(run: str, encoding: str) -> bytes:
    """Windows-1252 leaves five bytes undefined; programs pass them through."""
    if encoding != "cp1252":
        return run.encode(encoding)
    return b"".join(mark.encode("latin-1" if "\x80" <= mark <= "\x9f" else encoding) for mark in run)


def remove_invisible(text: str) -> list[Edit]:
    """Marks without a shape vanish, other spaces and line ends become plain ones, twins of characters the characters."""
    alphabet = "".join(set(text))  # most texts have none of these: one look at it instead of five at the text
    edits: list[Edit] = []
    if _BREAKS.search(alphabet):
        edits += [Edit(*found.span(), "\n", "encoding") for found in _BREAKS.finditer(text)]
    if _INVISIBLE.search(alphabet):
        edits += [Edit(*found.span(), "", "encoding") for found in _INVISIBLE.finditer(text)]
    if _WIDE_SPACES.search(alphabet):
        edits += [Edit(*found.span(), " " * len(found[0]), "encoding") for found in _WIDE_SPACES.finditer(text)]
    if _TWINS.search(alphabet):
        twins = ((found, _twin(found[0])) for found in _TWINS.finditer(text))
        edits += [Edit(*found.span(), mark, "encoding") for found, mark in twins if mark != found[0]]
    if _PRIVATE.search(alphabet):
        edits += _private(text)
    return in_order(edits)


def _private(text: str) -> Iterator[Edit]:
    """Symbol fonts' bullets before items, and characters that were private before Unicode had them."""
    for found in _BULLET.finditer(text):
        yield Edit(*found.span("mark"), "•" if found.end("mark") < found.end() else "• ", "encoding")
    for found in _PRIVATE.finditer(text):
        if mark := _OFFICE_CHARACTERS.get(found[0]):
            yield Edit(*found.span(), mark, "encoding")


def _twin(mark: str) -> str:
    return _RADICALS.get(mark) or unicodedata.normalize("NFKC", mark)
