"""What a printed issue's text says, before it meets the database. Plain values, no Django."""

import re
import unicodedata
from dataclasses import dataclass, field

from journal.text.blocks import plain_text
from journal.text.count import count_words


class Unreadable(ValueError):
    """The text is not a printed issue; the message says what is missing and what to do."""


@dataclass(frozen=True)
class Line:
    """A line of the source that says something: its number from 1, its text without white space at the ends."""

    number: int
    text: str


@dataclass(frozen=True)
class Problem:
    """Something a person must look at: the source line, its words, what is wrong and what was done."""

    line: int
    quote: str
    message: str


@dataclass(frozen=True)
class PrintedByline:
    """A signature as printed; kind is person or unit; a name is stored without the setting space (RULES.md 8)."""

    kind: str
    name: str


@dataclass
class PrintedArticle:
    """An article, or a part of one. Page numbers only where they are printed."""

    title: str
    section: str
    line: int
    html: str = ""
    kicker: str = ""
    contents_title: str = ""
    subtitle: str = ""
    bylines: list[PrintedByline] = field(default_factory=list)
    author_note: str = ""
    source_note: str = ""
    credits: str = ""
    start_page: int | None = None
    parts: list["PrintedArticle"] = field(default_factory=list)

    @property
    def words(self) -> int:
        """字数 of the body with its parts, without titles and bylines (RULES.md 4)."""
        return count_words(plain_text(self.html)) + sum(part.words for part in self.parts)

    @property
    def is_reprint(self) -> bool:
        """Taken from another publication: 来源, 转自, 摘自; 稿件来源 only names who sent it in."""
        return self.source_note.startswith(("来源", "转自", "摘自", "转载自", "原载"))


@dataclass(frozen=True)
class PrintedSection:
    """A column of this issue with its printed page range."""

    name: str
    start_page: int | None
    end_page: int | None


@dataclass(frozen=True)
class PrintedMatter:
    """Text that is no article: the preface, the printed call."""

    title: str
    html: str
    signature: str
    line: int


@dataclass(frozen=True)
class PrintedHighlight:
    """A line of 本期导读; article is an index into the issue's articles where one has this title."""

    text: str
    article: int | None


@dataclass
class PrintedIssue:
    """Everything of a printed issue. imprint has fields of journal.models.Imprint (printed_on as ISO date, print_run in
    copies, co_sponsors one a line); furniture is what stands in the source but belongs to the page only (running heads, labels of QR codes)."""

    year: int
    number: int
    serial_number: int
    imprint: dict[str, str | int]
    sections: list[PrintedSection]
    articles: list[PrintedArticle]
    board: list[tuple[str, str]]
    highlights: list[PrintedHighlight]
    preface: PrintedMatter | None
    call: PrintedMatter | None
    problems: list[Problem]
    furniture: list[Line]


def essence(text: str) -> str:
    """A title without what contents and body write differently: spaces, points, other punctuation, width."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def quote_of(text: str, length: int = 40) -> str:
    """A passage short enough to recognise it by."""
    return text if len(text) <= length else text[:length] + "……"
