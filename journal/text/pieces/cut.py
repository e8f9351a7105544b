"""A file with several texts, cut into its pieces at their titles (RULES.md 9: compilations, a newspaper page, an issue).

A contents page says which lines are titles: they stand again in the body. Without one a title is known by what follows
it: a byline or a subtitle, then running text. What belongs to no piece (cover, contents, imprint) is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from journal.text.fingerprint import fold
from journal.text.headings import number_level

CONTENTS = re.compile(r"[\d\s]*目\s*录[\sA-Za-z]*")
_PAGE = re.compile(r"[\s.．…·⋯—-]*\d{1,4}(?:\s*[~～—–-]+\s*\d{1,4})?\s*$")
LISTED = re.compile(r"\S[\s.．…·⋯]+\d{1,4}\s*$|\d\s*[~～]\s*\d{1,4}\s*$")
_MARKUP = re.compile(r"^(?:#{1,6}\s+|[-★•●]\s*)+|^\*\*(?=[^*])|(?<=[^*])\*\*$")
_STOPS = re.compile("[。；！？;!?]")
_RUNS_ON = "，、,：:—-"
_NAME = r"[\u4e00-\u9fff](?:[ \u3000]*[\u4e00-\u9fff]){1,3}"
_ROLE = "(?:书记|主任|局长|部长|主席|院长|校长|区长|市长|镇长|委员|队长|经理)"
_UNIT = r"[^\s“”]*(?:[委部局办厅处科组队院校所站]|委员会|研究会|联合会|协会|工会|中心|公司|社区)"
_BYLINE = re.compile(rf"{_NAME}|[^，。]*{_ROLE}\s+{_NAME}|{_UNIT}")
_SIGNATURE = re.compile(rf"(?<=.)\s*[（(](?:[^（）()]*{_ROLE}|{_UNIT})[)）]\s*$")
_CALL = re.compile(r"(?:《[^》]+》)?\S{0,8}(?:征稿|征集)启事")
_TITLE_LENGTH = 60  # characters of the longest title line (a kicker and a title in one)
_SHORTEST_TITLE = 4
_BODY_LINE = 45  # characters from which a line with a mark in it is running text
_LEAST = 15  # characters that count, for a stretch to be a text


@dataclass(frozen=True)
class Piece:
    """One text of a file: title and body as printed there, start and end the places of its lines in the file."""

    title: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class SourceLine:
    text: str
    start: int
    end: int

    @cached_property
    def bare(self) -> str:
        """Without markup, the page number of a contents page and the signature in brackets."""
        line = _MARKUP.sub("", self.text)
        line = _PAGE.sub("", line) if LISTED.search(line) else line
        return _SIGNATURE.sub("", line).strip()

    @cached_property
    def key(self) -> str:
        return fold(self.bare)

    @cached_property
    def beginnings(self) -> set[str]:
        """What the line says up to each of its spaces, if that is enough to know it by."""
        keys = {fold(self.bare[: space.start()]) for space in re.finditer(r"[ \u3000]+", self.bare)}
        return {key for key in keys if len(key) >= _SHORTEST_TITLE + 2}

    @cached_property
    def is_body(self) -> bool:
        return len(self.text) >= _BODY_LINE and bool(re.search("[，。；,]", self.text))

    @cached_property
    def is_byline(self) -> bool:
        """A person, perhaps with an office, or a unit."""
        return len(self.text) <= _BODY_LINE and bool(_BYLINE.fullmatch(self.text))

    @cached_property
    def can_be_title(self) -> bool:
        bare = self.bare
        return (
            len(bare) <= _TITLE_LENGTH
            and len(self.key) >= _SHORTEST_TITLE
            and not (_STOPS.search(bare) or self.is_body)
            and bare[-1] not in _RUNS_ON
            and not bare.startswith("——")
            and number_level(bare) is None
        )


def split_pieces(text: str, name: str = "") -> list[Piece]:
    """The texts of a file in order; a file in which no titles are found is one piece.

    name is the title of a file that begins with running text.
    """
    lines = list(source_lines(text))
    contents = next((place for place, line in enumerate(lines) if CONTENTS.fullmatch(line.text)), None)
    if contents is None:
        titles, opening = _titles_by_form(lines), 0
    else:
        entries, opening = _entries(lines, contents)
        titles = _titles_by_contents(lines, entries, opening)
    if not titles:
        return _whole(lines, text, name)
    pieces = _cut(lines, titles, text)
    front = lines[: contents if contents is not None else titles[0]]
    return _preface(front, text, name) + pieces


def source_lines(text: str) -> Iterator[SourceLine]:
    for found in re.finditer(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+", text):
        bare = found[0].strip(" \t\u3000\u00a0\ufeff\u200b")
        if bare:
            yield SourceLine(bare, *found.span())


def _entries(lines: list[SourceLine], contents: int) -> tuple[list[SourceLine], int]:
    """The lines of the contents page, and where the body begins: at running text, or where a title stands again."""
    entries: list[SourceLine] = []
    for place in range(contents + 1, len(lines)):
        line = lines[place]
        if line.is_body or (line.can_be_title and any(names_title(entry, line) for entry in entries)):
            return entries, place
        if line.can_be_title:
            entries.append(line)
    return entries, len(lines)


def names_title(entry: SourceLine, line: SourceLine) -> bool:
    """Whether a line of the contents page names the text under this title line. An entry may go on with a signature
    (何为), the title line with a title of its own behind a kicker."""
    return line.key == entry.key or line.key in entry.beginnings or entry.key in line.beginnings


def _titles_by_contents(lines: list[SourceLine], entries: list[SourceLine], opening: int) -> list[int]:
    """Right under a title stands its byline, even where the contents page broke that off into a line of its own; if
    it is no byline, the line above was the heading of a column."""
    titles: list[int] = []
    for place in range(opening, len(lines)):
        line = lines[place]
        listed = line.can_be_title and (
            _CALL.fullmatch(line.bare) or any(names_title(entry, line) for entry in entries)
        )
        under_title = bool(titles) and titles[-1] == place - 1
        if listed and not (under_title and line.is_byline):
            titles[len(titles) - under_title :] = [place]
    return titles


def _titles_by_form(lines: list[SourceLine]) -> list[int]:
    return [
        place
        for place, line in enumerate(lines[:-1])
        if line.can_be_title and not line.is_byline and _heads_text(line, lines[place + 1 : place + 4])
    ]


def _heads_text(title: SourceLine, following: list[SourceLine]) -> bool:
    """A subtitle, a byline or both under the title, or a signature behind it, then running text."""
    head = 0
    if following[head].text.startswith("——") and len(following[head].text) <= _TITLE_LENGTH:
        head += 1
    if head < len(following) and following[head].is_byline:
        head += 1
    signed = head > 0 or bool(_SIGNATURE.search(title.text))
    return signed and head < len(following) and following[head].is_body


def _cut(lines: list[SourceLine], titles: list[int], text: str) -> list[Piece]:
    pieces = []
    for title, following in zip(titles, [*titles[1:], len(lines)], strict=True):
        piece = _piece(lines[title], lines[title + 1 : following], text)
        if piece:
            pieces.append(piece)
    return pieces


def _piece(title: SourceLine, body: list[SourceLine], text: str) -> Piece | None:
    if not body or len(fold("".join(line.text for line in body))) < _LEAST:
        return None
    return Piece(title.bare, text[body[0].start : body[-1].end], title.start, body[-1].end)


def _preface(front: list[SourceLine], text: str, name: str) -> list[Piece]:
    """What stands before the contents or the first title: a preface, if it has running text under a title."""
    first = next((place for place, line in enumerate(front) if line.is_body), None)
    if first is None:
        return []
    title = next((line for line in reversed(front[:first]) if line.can_be_title), None)
    body = front[first:]
    return [Piece(title.bare if title else name, text[body[0].start : body[-1].end], body[0].start, body[-1].end)]


def _whole(lines: list[SourceLine], text: str, name: str) -> list[Piece]:
    if not lines:
        return []
    title = lines[0].bare if len(lines) > 1 and lines[0].can_be_title else ""
    body = lines[1:] if title else lines
    return [Piece(title or name, text[body[0].start : body[-1].end], lines[0].start, lines[-1].end)]
