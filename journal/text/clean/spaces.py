"""Spaces between Chinese characters, at the ends of lines and of the text (RULES.md 5, 8, 9).

Two phrases of a title, an office and a name, and a two-character name set as wide as three (何　为) keep theirs.
"""

import re

from ..marks import CJK, NUMERALS, parts_credit, parts_title
from .edits import Edit, moved

_WIDE = f"{CJK}，。、；：？！“”‘’《》（）〈〉【】〔〕…—"
_BETWEEN = re.compile(
    rf"(?<=[{_WIDE}])[ \u3000]+(?=[{_WIDE}])|(?<=[，。、；：？！])[ \u3000]+(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])[ \u3000]+(?=[，。、；：？！”）》])"
)
_LINE = re.compile(r"[^\n]+")
_ANY = re.compile(r"[ \u3000\t]")
_SENTENCE = re.compile("[，。；！？,;!?]")
_NUMBER = re.compile(rf"[（(][{NUMERALS}]{{1,4}}[）)]")
# A regulation sets 第一条 and what it says apart, and the dates of its history.
_ARTICLE = re.compile(rf"第[{NUMERALS}零千\d]{{1,8}}[条章节款编]|\d{{4}}年\d{{1,2}}月\d{{1,2}}日")
_SPLIT = re.compile(rf"(?P<one>[{CJK}])[ \u3000]+[{CJK}]{{2,}}|[{CJK}]{{2,}}[ \u3000]+(?P<other>[{CJK}])")
_SINGLE_WORDS = frozenset(f"{NUMERALS}摄文图译著编写绘致给记论谈与和")
_LONGEST_ARTICLE = 20  # characters, with the indent before it
_LONGEST_TITLE = 60


def close_up(text: str) -> list[Edit]:
    """One edit for each run of spaces, and one for the blank lines before the text."""
    blank = re.match(r"\s*\n", text)
    begin = blank.end() if blank else 0
    edits = [Edit(0, begin, "", "space")] if begin else []
    for line in _LINE.finditer(text, begin):
        if _ANY.search(line[0]):
            edits += moved(_in_line(line[0].rstrip("\r")), line.start())
    return edits


def _in_line(line: str) -> list[Edit]:
    inner = line.strip(" \u3000\t")
    if not inner:
        return [Edit(0, len(line), "", "space")]
    edits: list[Edit] = []
    first, last = 0, len(line)
    if "\t" not in inner:  # else the tabs part the cells of a table
        first = line.index(inner[0])
        last = first + len(inner)
        edits = [Edit(start, end, "", "space") for start, end in ((0, first), (last, len(line))) if start < end]
    is_title = len(inner) <= _LONGEST_TITLE and not _SENTENCE.search(inner)
    wrong = _in_title if is_title else _in_sentence
    edits += [Edit(*found.span(), "", "space") for found in _BETWEEN.finditer(line, first, last) if wrong(found)]
    return sorted(edits)


def _in_title(space: re.Match[str]) -> bool:
    """In a title, a byline or a list of names: beside a mark that parts by itself, behind a heading's number, and where
    one character of the line's only phrase was split off (党 建引领)."""
    line, start, end = space.string, space.start(), space.end()
    if line[start - 1] in "（“《、：" or line[end] in "）”》、：":
        return True
    if _NUMBER.fullmatch(line[:start].lstrip(" \u3000")[:8]):
        return True
    split = _SPLIT.fullmatch(line.strip(" \u3000\t"))
    return split is not None and (split["one"] or split["other"]) not in _SINGLE_WORDS


def _follows_article(space: re.Match[str]) -> bool:
    place = space.start()
    return place <= _LONGEST_ARTICLE and _ARTICLE.fullmatch(space.string[:place].lstrip(" \u3000“")) is not None


def _in_sentence(space: re.Match[str]) -> bool:
    """In running text every space is, but between the halves of a quoted title, behind the number of a regulation's article
    or a date that opens the line, and in a credit."""
    return not (parts_title(space) or _follows_article(space) or parts_credit(space))
