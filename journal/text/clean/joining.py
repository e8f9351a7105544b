"""Lines broken in mid-sentence, as edits of the line ends (RULES.md 9). `lines.py` decides, this only finds the places."""

import re
from itertools import pairwise

from ..lines import BLANK, goes_on_with_space, join_lines
from ..marks import CJK
from .edits import Edit

_LINE = re.compile(r"[^\n]+")
_APART = re.compile(r"\t|^\S{1,12}〔\d{4}〕\d{1,5}号$|^(?:[-•●·*]\s|#{1,6}\s|\|)")
_PAGE = re.compile(r"^\S.*[\s.．…·⋯]\d{1,4}$")
_VERSE = re.compile(r"[^\s，。！？；、,.!?;]{2,14}[，。！？；,!?;]?")
_LEAST_VERSES = 4
_FIELD = re.compile(rf"[{CJK}]{{1,8}}(?:[ \u3000][{CJK}]{{1,4}})?[：:].{{0,50}}")  # 联系人：林舟


def join_broken_lines(text: str) -> list[Edit]:
    """One edit for each line end inside a sentence, blank lines and the spaces around it included. Rows of a table,
    items, fields, lines of a contents page and verses end where they end."""
    places = [_bare(line) for line in _LINE.finditer(text)]
    places = [(start, end) for start, end in places if start < end]
    lines = [text[start:end] for start, end in places]
    apart = {number for number, line in enumerate(lines) if _APART.search(line) or _PAGE.match(line[-200:])}
    apart |= _verses(lines, [text.count("\n", one[1], other[0]) for one, other in pairwise(places)])
    apart |= _fields(lines)
    edits = []
    for paragraph in join_lines(lines, first=0, apart=apart):
        for number in paragraph.lines[1:]:
            between = " " if goes_on_with_space(lines[number - 1][-1], lines[number][0]) else ""
            edits.append(Edit(places[number - 1][1], places[number][0], between, "line"))
    return edits


def _bare(line: re.Match[str]) -> tuple[int, int]:
    words = line[0]
    start = line.start() + len(words) - len(words.lstrip(BLANK))
    return start, max(start, line.start() + len(words.rstrip(BLANK)))


def _fields(lines: list[str]) -> set[int]:
    """The numbers of lines in lists of names with what they are: two or more in a row."""
    fields = [_FIELD.fullmatch(line) is not None for line in lines]
    pairs = (number for number in range(1, len(lines)) if fields[number - 1] and fields[number])
    return {number for pair in pairs for number in (pair - 1, pair)}


def _verses(lines: list[str], breaks: list[int]) -> set[int]:
    """The numbers of lines in stanzas: four or more short ones in a row, without blank lines, of one length."""
    found: set[int] = set()
    first = 0
    for number in range(1, len(lines) + 1):
        goes_on = number < len(lines) and breaks[number - 1] == 1 and len(lines[number]) == len(lines[first])
        if not goes_on or not _VERSE.fullmatch(lines[number]):
            if number - first >= _LEAST_VERSES and _VERSE.fullmatch(lines[first]):
                found.update(range(first, number))
            first = number
    return found
