"""Half-width punctuation beside Chinese → full-width (RULES.md 5; GB/T 15834-2011). What counts as wrong is in `marks.py`,
where the checks have it from; addresses, numbers, times and English sentences are no Chinese.
"""

import re
from bisect import bisect

from ..marks import CJK, CLAUSE_MARK, DASH, ELLIPSIS, FULL_STOP, FULL_WIDTH, ends_ordinal
from .edits import Edit, in_order, moved

_CHINESE = re.compile(f"[{CJK}]")
_HAS_HALF_WIDTH = re.compile(r"[,;:?!().\"'-]")
_MARKS = re.compile(CLAUSE_MARK)
_STOP = re.compile(FULL_STOP)
_ELLIPSIS = re.compile(rf"(?<=[{CJK}”》）]){ELLIPSIS}|{ELLIPSIS}(?=[{CJK}])")
_DASH = re.compile(DASH)
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp)://|www\.)[\w\-.~:/?#@!$&'*+,;=%\[\]()]{0,2000}[\w/=#&%~-]"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?<![A-Za-z])[A-Za-z]:\\[^\s,;:?*\"<>|]{1,300}",
    re.ASCII | re.IGNORECASE,
)
_BRACKET = re.compile("[()（）]")
_QUOTE = re.compile('["“”]')
_SINGLE = re.compile(rf"(?<![A-Za-z0-9])'(?P<inside>[^'\n{CJK}]*+[{CJK}][^'\n]*+)'(?![A-Za-z0-9])")
_BESIDE = re.compile(f"[{CJK}，。、；：？！“”‘’《》（）…—]")
_BEHIND_ENGLISH = re.compile("[A-Za-z][.!?]?[”’]$")


def widen(text: str) -> list[Edit]:
    """One edit for each mark."""
    edits: list[Edit] = []
    for line in re.finditer(r"[^\n]+", text):
        if _HAS_HALF_WIDTH.search(line[0]) and _CHINESE.search(line[0]):
            edits += moved(_in_line(line[0]), line.start())
    return edits


def open_quotes(text: str) -> list[int]:
    """The places of the lines whose straight quotes cannot be told left from right, because one is missing."""
    lines = (line for line in re.finditer(r"[^\n]+", text) if '"' in line[0] and _CHINESE.search(line[0]))
    return [line.start() + line[0].index('"') for line in lines if _quote_pairs(line[0]) is None]


def _in_line(line: str) -> list[Edit]:
    addresses = [found.span() for found in _ADDRESS.finditer(line)]
    edits = [
        Edit(*found.span(), found[0].translate(FULL_WIDTH), "punctuation")
        for found in _MARKS.finditer(line)
        if not _is_english(found)
    ]
    edits += [Edit(*found.span(), "。", "punctuation") for found in _STOP.finditer(line) if not ends_ordinal(found)]
    edits += [Edit(*found.span(), "……", "punctuation") for found in _ELLIPSIS.finditer(line)]
    edits += [Edit(*found.span(), "——", "punctuation") for found in _DASH.finditer(line)]
    edits += _brackets(line)
    edits += _quotes(line)
    return _outside(in_order(edits), addresses)


def _is_english(mark: re.Match[str]) -> bool:
    """“OK”, then: only a closing quote behind English words stands before the mark, and no Chinese behind it."""
    line, place = mark.string, mark.start()
    behind = _BEHIND_ENGLISH.search(line[max(0, place - 3) : place])
    return behind is not None and not _CHINESE.search(line[mark.end() : mark.end() + 2])


def _brackets(line: str) -> list[Edit]:
    """Half-width brackets of pairs that hold Chinese or stand beside it."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for found in _BRACKET.finditer(line):
        if found[0] in "(（":
            opened.append(found.start())
        elif opened:
            pairs.append((opened.pop(), found.start()))
    if not any(line[one] == "(" or line[other] == ")" for one, other in pairs):
        return []
    chinese = _Chinese(line)
    wrong = (
        place
        for one, other in pairs
        if _BESIDE.match(line[one - 1 : one])
        or _CHINESE.match(line[other + 1 : other + 2])
        or chinese.between(one, other)
        or line[one] == "（"
        or line[other] == "）"
        for place in (one, other)
    )
    return [
        Edit(place, place + 1, line[place].translate(FULL_WIDTH), "punctuation")
        for place in wrong
        if line[place] in "()"
    ]


class _Chinese:
    """Whether Chinese stands between two places of a line."""

    def __init__(self, line: str):
        self._places = [found.start() for found in _CHINESE.finditer(line)]

    def between(self, one: int, other: int) -> bool:
        return bisect(self._places, one) < bisect(self._places, other)


def _quotes(line: str) -> list[Edit]:
    """Straight quotes of pairs that hold Chinese or stand beside it, “ and ” in turn; none where one is missing."""
    edits = [
        Edit(place, place + 1, mark, "punctuation")
        for found in _SINGLE.finditer(line)
        for place, mark in ((found.start(), "‘"), (found.end() - 1, "’"))
    ]
    pairs = _quote_pairs(line)
    if not pairs:
        return edits
    chinese = _Chinese(line)
    for one, other in pairs:
        beside = _BESIDE.match(line[one - 1 : one]) or _BESIDE.match(line[other + 1 : other + 2])
        if beside or chinese.between(one, other):
            places = ((one, "“"), (other, "”"))
            edits += [Edit(place, place + 1, mark, "punctuation") for place, mark in places if line[place] == '"']
    return edits


def _quote_pairs(line: str) -> list[tuple[int, int]] | None:
    """Double quotes, straight and curly, in pairs; None where they do not pair."""
    if '"' not in line:
        return []
    pairs: list[tuple[int, int]] = []
    opened: int | None = None
    for found in _QUOTE.finditer(line):
        opens = found[0] == "“" or (found[0] == '"' and opened is None)
        if opens != (opened is None):
            return None
        if opened is None:
            opened = found.start()
        else:
            pairs.append((opened, found.start()))
            opened = None
    return pairs if opened is None else None


def _outside(edits: list[Edit], addresses: list[tuple[int, int]]) -> list[Edit]:
    """Without the edits in addresses; both in order."""
    if not addresses:
        return edits
    out, place = [], 0
    for edit in edits:
        while place < len(addresses) and addresses[place][1] <= edit.start:
            place += 1
        if place == len(addresses) or edit.end <= addresses[place][0]:
            out.append(edit)
    return out
