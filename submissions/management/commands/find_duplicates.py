"""Which texts of some files are the same, among themselves and in the archive (DESIGN.md, Commands; RULES.md 9)."""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from django.db import DatabaseError

from journal import duplicates
from journal.text.fingerprint import Comparison, Shingled, compare, title_key
from journal.text.pieces import split_pieces
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.checks.duplicates import KIND_LABELS
from submissions.checks.tables import Sheet, table_lines, write_sheets
from submissions.intake.manuscript_file import open_path, whole_text
from submissions.intake.refused import FileRefused

from .check_manuscript import files_in, written

_COLUMNS = (("结论", 10), ("相同", 8), ("甲篇", 40), ("甲篇出处", 40), ("乙篇", 40), ("乙篇出处", 40))
_TITLE = 20  # characters of a title shown in the terminal


@dataclass(frozen=True)
class Side:
    """A text of a file or of the archive. name is the file with the number of the text in it, or archive:<id>."""

    name: str
    title: str


@dataclass(frozen=True)
class FilePiece(Side):
    text: Shingled

    @property
    def key(self) -> str:
        return title_key(self.title)


@dataclass(frozen=True)
class Pair:
    a: Side
    b: Side
    comparison: Comparison

    def as_dict(self) -> dict:
        return {
            "a": self.a.name,
            "b": self.b.name,
            "title_a": self.a.title,
            "title_b": self.b.title,
            "containment": round(self.comparison.containment, 4),
            "kind": self.comparison.kind,
        }


class Command(BaseCommand):
    help = (
        "查重：把文件拆成一篇篇文字，互相比较，再与已有的文章和来稿比较。"
        "相同六成以上为重复，一成半以上为部分相同，更少但标题一样为同题异文。"
    )
    requires_system_checks = []  # it reads files: no page of the site has to be sound for that

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="文件或文件夹，可以有几个")
        parser.add_argument("--xlsx", type=Path, metavar="FILE", help="另把结果写成 Excel 表格")
        parser.add_argument("--rebuild", action="store_true", help="先把已有文章和来稿的查重索引全部重做")

    def handle(self, *args, paths, rebuild, xlsx, as_json, **options):
        if not paths and not rebuild:
            raise CommandRefused("没有说查哪些文件。请写上文件或文件夹，或用 --rebuild 重做索引。")
        files = list(dict.fromkeys(file for path in paths for file in files_in(path)))
        pieces, refusals = self.read_all(files)
        if refusals and not pieces:
            raise CommandRefused("\n".join(refusals))
        try:
            indexed = duplicates.rebuild() if rebuild else duplicates.update_index()
            pairs = sorted(
                among(pieces) + in_archive(pieces), key=lambda pair: (-pair.comparison.containment, pair.a.name)
            )
        except DatabaseError as error:
            raise CommandRefused("数据库还没有建好，没法与已有的文章比较。请先运行 manage.py migrate。") from error
        if as_json:
            self.print_json({"pairs": [pair.as_dict() for pair in pairs]})
        else:
            self.stdout.write("\n".join(lines_of(pairs, pieces, rebuilt=indexed if rebuild else None)))
        if xlsx:
            written(xlsx, lambda: write_sheets(sheets_of(pairs, refusals), xlsx))
        if refusals:  # told last, so that one bad file does not hide the others
            raise CommandRefused("\n".join(refusals))

    def read_all(self, files: list[Path]) -> tuple[list[FilePiece], list[str]]:
        """The texts of all files, and why some could not be read."""
        pieces: list[FilePiece] = []
        refusals: list[str] = []
        for number, file in enumerate(files, 1):
            self.show_progress(number, len(files), file.name)
            try:
                pieces += read_pieces(file)
            except FileRefused as refusal:
                refusals.append(str(refusal))
        return pieces, refusals


def read_pieces(path: Path) -> list[FilePiece]:
    """The texts of a file. Raises FileRefused."""
    return [
        FilePiece(f"{path}#{number}", piece.title, Shingled(piece.text))
        for number, piece in enumerate(split_pieces(read_text(path), path.stem), 1)
    ]


def read_text(path: Path) -> str:
    """The words of a file, a paragraph a line, as every reader of manuscripts reads them. Raises FileRefused."""
    return whole_text(open_path(path).text)


def among(pieces: list[FilePiece]) -> list[Pair]:
    """Pairs of the files' own texts. Only those that share anything or a title are compared in full."""
    holders: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        for word in {*piece.text.shingles, f"title:{piece.key}"}:
            holders.setdefault(word, []).append(number)
    shared = Counter(pair for numbers in holders.values() for pair in combinations(numbers, 2))
    pairs = (
        Pair(one, two, compare(one.text, two.text, bool(one.key) and one.key == two.key))
        for one, two in ((pieces[first], pieces[second]) for first, second in sorted(shared))
    )
    return [pair for pair in pairs if pair.comparison.kind]


def in_archive(pieces: list[FilePiece]) -> list[Pair]:
    """Pairs of the files' texts with what the office already has."""
    return [
        Pair(piece, Side(f"archive:{match.text.pk}", match.title), match.comparison)
        for piece in pieces
        for match in duplicates.find(piece.text, piece.title)
    ]


def lines_of(pairs: list[Pair], pieces: list[FilePiece], rebuilt: int | None) -> list[str]:
    """What a person reads in the terminal."""
    out = [f"索引已重做，共 {rebuilt:,} 篇。"] if rebuilt is not None else []
    if pairs:
        rows = [(*row[:2], row[2][:_TITLE], _short(row[3]), row[4][:_TITLE], _short(row[5])) for row in rows_of(pairs)]
        out += [*table_lines(tuple(title for title, _ in _COLUMNS), rows), ""]
    if pieces:
        counted = Counter(pair.comparison.kind for pair in pairs)
        found = "，".join(f"{label} {counted[kind]} 对" for kind, label in KIND_LABELS.items())
        out.append(f"共 {len(pieces)} 篇：{found}。")
    return out


def sheets_of(pairs: list[Pair], refusals: list[str]) -> list[Sheet]:
    return [
        Sheet("查重", _COLUMNS, rows_of(pairs)),
        Sheet("不能读取的文件", (("原因", 100),), [(refusal,) for refusal in refusals]),
    ]


def rows_of(pairs: list[Pair]) -> list[tuple[str, ...]]:
    return [
        (
            KIND_LABELS[pair.comparison.kind or ""],
            f"{pair.comparison.containment:.0%}",
            *(words for side in (pair.a, pair.b) for words in (side.title, _place(side.name))),
        )
        for pair in pairs
    ]


def _place(name: str) -> str:
    return f"编辑部已有（编号 {name.removeprefix('archive:')}）" if name.startswith("archive:") else name


def _short(place: str) -> str:
    """A file without its folders, for the terminal."""
    return place if place.startswith("编辑部") else Path(place).name
