"""Numbers that the program counts: Word and WPS make a typed 一、 into one, and it is then not in the text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from docx.oxml.ns import qn
from lxml import etree

from journal.text.numbers import chinese_number

from .parts import find, number, value

_CHINESE = re.compile("chinese|ideographDigital|japaneseCounting|taiwaneseCounting", re.IGNORECASE)
_PLACE = re.compile(r"%([1-9])")
_LARGEST_CHINESE, _LARGEST_CIRCLE, _LARGEST_ROMAN = 999, 20, 399
_MOST_LETTERS = 10  # A, … Z, AA, BB: the letter is repeated
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True)
class NumberLevel:
    """One level of a list. counter names what counts on: lists made from one pattern share it; depth counts from 0;
    kind is w:numFmt, text such as “%1、”; properties are the w:pPr it gives its paragraphs."""

    counter: str
    depth: int
    kind: str
    text: str
    start: int
    properties: etree._Element | None

    @property
    def is_chinese(self) -> bool:
        return _CHINESE.match(self.kind) is not None


Levels = Mapping[tuple[str, str], NumberLevel]


def read_levels(numbering: etree._Element | None) -> dict[tuple[str, str], NumberLevel]:
    """(w:numId, w:ilvl) → level, of word/numbering.xml."""
    if numbering is None:
        return {}
    patterns = {one.get(qn("w:abstractNumId")): one for one in numbering.iterchildren(qn("w:abstractNum"))}
    found = {}
    for one in numbering.iterchildren(qn("w:num")):
        pattern_id, own = value(one, "w:abstractNumId"), one.get(qn("w:numId"), "")
        restarts = find(one, "w:lvlOverride/w:startOverride") is not None
        pattern = patterns.get(pattern_id)
        for level in () if pattern is None else pattern.iterchildren(qn("w:lvl")):
            depth = level.get(qn("w:ilvl"), "0")
            found[own, depth] = _read(level, f"{own} alone" if restarts else pattern_id or own, depth)
    return found


def _read(level: etree._Element, counter: str, depth: str) -> NumberLevel:
    return NumberLevel(
        counter=counter,
        depth=min(max(int(number(depth)), 0), 8),
        kind=value(level, "w:numFmt") or "decimal",
        text=value(level, "w:lvlText") or "",
        start=int(number(value(level, "w:start"), 1)),
        properties=find(level, "w:pPr"),
    )


class Counting:
    """Counts through one document, paragraph after paragraph."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = {}
        self._kinds: dict[tuple[str, int], NumberLevel] = {}

    def next(self, level: NumberLevel) -> str:
        """The number of the next paragraph on this level: 一、, （二）, 3.; empty for bullets."""
        counts = self._counts.setdefault(level.counter, {})
        counts[level.depth] = counts.get(level.depth, level.start - 1) + 1
        for deeper in [depth for depth in counts if depth > level.depth]:
            del counts[deeper]
        self._kinds[level.counter, level.depth] = level
        if level.kind in ("bullet", "none"):
            return ""
        return _PLACE.sub(lambda place: self._shown(level, counts, int(place[1]) - 1), level.text)

    def _shown(self, level: NumberLevel, counts: dict[int, int], depth: int) -> str:
        count = counts.get(depth, 1)
        kind = self._kinds.get((level.counter, depth), level)
        if kind.is_chinese and 1 <= count <= _LARGEST_CHINESE:
            return chinese_number(count)
        if kind.kind.startswith("decimalEnclosedCircle") and 1 <= count <= _LARGEST_CIRCLE:
            return chr(ord("①") + count - 1)
        if kind.kind in ("upperLetter", "lowerLetter") and count >= 1:
            letters = chr(ord("A") + (count - 1) % 26) * min((count - 1) // 26 + 1, _MOST_LETTERS)
            return letters if kind.kind == "upperLetter" else letters.lower()
        if kind.kind in ("upperRoman", "lowerRoman") and 1 <= count <= _LARGEST_ROMAN:
            return roman(count) if kind.kind == "upperRoman" else roman(count).lower()
        return str(count)


def roman(count: int) -> str:
    """14 → XIV."""
    out = ""
    for worth, mark in _ROMAN:
        out += mark * (count // worth)
        count %= worth
    return out
