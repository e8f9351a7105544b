"""The demonstration's texts as they stand in `texts/`: plain files that an editor can read and change.

`# 期`, `# 编委` and `# 卷首语` open an issue; `# 栏目 名 起-止` a column; `## ` a manuscript; `### ` a part of a
composite. Below a heading stand its facts (`名：值`) up to an empty line, then the text, a paragraph a line.
A line `图：scene｜caption｜photographer` is a photograph in its place. {上月} is the month before the day of writing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from journal.text.numbers import chinese_number

TEXTS = Path(__file__).parent / "texts"
COLUMN = re.compile(r"(\S+)(?:\s+(\d+)-(\d+))?$")


@dataclass(frozen=True)
class Photo:
    scene: str
    caption: str
    photographer: str


@dataclass
class Piece:
    """One manuscript: its title, its facts by their Chinese names, its lines and photographs, its parts."""

    title: str
    section: str
    facts: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    parts: list["Piece"] = field(default_factory=list)
    is_part: bool = False

    def fact(self, name: str, default: str = "") -> str:
        return self.facts.get(name, default)

    @property
    def pages(self) -> tuple[int | None, int | None]:
        first, _, last = self.fact("页").partition("-")
        return (int(first), int(last or first)) if first else (None, None)

    @property
    def body(self) -> str:
        """As it stands in the file, but for photographs: 【照片1】."""
        return "\n".join(self.lines)

    def written_on(self, day: date) -> str:
        """The body as typed on that day: what happened {上月} gets the name of the month before."""
        return self.body.replace("{上月}", f"{chinese_number(day.month - 1 or 12)}月")


@dataclass
class Column:
    name: str
    start_page: int | None
    end_page: int | None


@dataclass
class Number:
    """One issue's file."""

    facts: dict[str, str] = field(default_factory=dict)
    board: dict[str, str] = field(default_factory=dict)
    preface: Piece | None = None
    columns: list[Column] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


def chunks(text: str) -> Iterator[tuple[int, str, dict[str, str], list[str]]]:
    """(level, heading, facts, lines) of each heading of the file."""
    for chunk in re.split(r"^(?=#)", text, flags=re.MULTILINE):
        head, _, rest = chunk.strip().partition("\n")
        if not head:
            continue
        marks, _, title = head.partition(" ")
        facts_text, _, body = rest.partition("\n\n") if "：" in rest.partition("\n")[0] else ("", "", rest)
        pairs = (line.partition("：") for line in facts_text.splitlines())
        yield len(marks), title, {name: value for name, _, value in pairs}, [*filter(None, body.splitlines())]


def fill(piece: Piece, facts: dict[str, str], lines: list[str]) -> Piece:
    piece.facts = facts
    for line in lines:
        if line.startswith("图："):
            piece.photos.append(Photo(*line.removeprefix("图：").split("｜")))
            piece.lines.append(f"【照片{len(piece.photos)}】")
        else:
            piece.lines.append(line)
    return piece


def read(name: str) -> Number:
    """The issue or the manuscripts of a file in `texts/`.

    Raises FileNotFoundError for an unknown name and TypeError for a photograph without its three fields.
    """
    number = Number()
    for level, title, facts, lines in chunks((TEXTS / f"{name}.txt").read_text("utf-8")):
        if level == 1 and title == "期":
            number.facts = facts
        elif level == 1 and title == "编委":
            number.board = facts
        elif level == 1 and title == "卷首语":
            number.preface = fill(Piece(facts["标题"], ""), facts, lines)
        elif level == 1:
            column = COLUMN.match(title.removeprefix("栏目 "))
            start, end = column[2], column[3]
            number.columns.append(Column(column[1], int(start) if start else None, int(end) if end else None))
        elif level == 2:
            number.pieces.append(fill(Piece(title, number.columns[-1].name), facts, lines))
        else:
            number.pieces[-1].parts.append(fill(Piece(title, number.columns[-1].name, is_part=True), facts, lines))
    return number
