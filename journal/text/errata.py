"""更正: what was printed and what it should be, said in as few words as tell the place."""

from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block
from .diff import ADDED, FORMAT, REMOVED, SAME, Row

REACH = 12  # characters of the unchanged text quoted each side of a change, cut at a mark of punctuation
SHORT = 60  # characters up to which a title or signature is told whole
_MARKS = "，。！？；：、\n"
_NO_WORDS = "（照片）"


@dataclass(frozen=True)
class Erratum:
    """One place put right. place: 标题, 署名, 正文第 3 段; an empty side says that nothing stands there."""

    place: str
    printed: str
    corrected: str


def errata(rows: Sequence[Row]) -> list[Erratum]:
    """The differences of a comparison (`diff.compare`) in its order; marks like bold are no words and left out."""
    found: list[Erratum] = []
    number = 0
    gone = False  # the row before went, and nothing came for it yet
    for row in rows:
        number += row.old is not None
        if row.kind in (SAME, FORMAT):
            gone = False
            continue
        printed, corrected = _words(row.old_text, row.old), _words(row.new_text, row.new)
        if gone and row.kind == ADDED:
            # One paragraph for another with little in common: told as an exchange.
            found[-1] = Erratum(found[-1].place, *_around(found[-1].printed, corrected))
            gone = False
            continue
        is_short = row.label and max(len(printed), len(corrected)) <= SHORT
        if not is_short and (row.label or (row.old is not None and row.new is not None)):
            printed, corrected = _around(printed, corrected)
        place = row.label or (f"正文第 {number} 段" if row.old is not None else f"正文第 {number} 段之后")
        found.append(Erratum(place, printed, corrected))
        gone = row.kind == REMOVED and not row.label
    return found


def _words(text: str, block: Block | None) -> str:
    return text.strip() or (_NO_WORDS if block is not None and block.picture else "")


def _around(old: str, new: str) -> tuple[str, str]:
    """Both sides cut down to what differs, with a few words of the same each side so that a reader finds it."""
    shorter = min(len(old), len(new))
    start = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    end = next((back for back in range(shorter - start) if old[-1 - back] != new[-1 - back]), shorter - start)
    head = _after_mark(old[max(0, start - REACH) : start], whole=start <= REACH)
    tail = _before_mark(old[len(old) - end :][:REACH])
    return (
        head + old[start : len(old) - end] + tail,
        head + new[start : len(new) - end] + tail,
    )


def _after_mark(text: str, *, whole: bool) -> str:
    """The end of the unchanged words before a change, from the last mark on."""
    last = max(text.rfind(mark) for mark in _MARKS)
    return text if whole and last < 0 else text[last + 1 :]


def _before_mark(text: str) -> str:
    """The beginning of the unchanged words after a change, up to the first mark."""
    places = [place for mark in _MARKS if (place := text.find(mark)) >= 0]
    return text[: min(places)] if places else text
