"""Every check on files an office has, before they are ever uploaded (DESIGN.md, Commands)."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import DatabaseError

from journal import duplicates
from journal.duplicates import Match
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions import house_style
from submissions.checks import ERROR
from submissions.checks.file_report import FileReport, lines_of, overview, report_on, write_workbook
from submissions.checks.house_style import NO_HOUSE_STYLE, HouseStyle
from submissions.checks.official_format import format_items
from submissions.intake.any_file import SUFFIXES
from submissions.intake.manuscript_file import read_manuscript_file
from submissions.intake.refused import FileRefused
from submissions.manuscript import Manuscript
from submissions.models import Call


class Command(BaseCommand):
    help = (
        "检查稿件文件（.docx、.doc、.wps、.txt、.html，或整个文件夹）：文字、字数、公文格式。有错误级问题时退出码为 1。"
    )
    requires_system_checks = []  # it reads files: no page of the site has to be sound for that

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="稿件文件或文件夹，可以有几个")
        parser.add_argument("--xlsx", type=Path, metavar="FILE", help="另把结果写成 Excel 表格")
        parser.add_argument(
            "--date",
            type=day,
            metavar="YYYY-MM-DD",
            help="稿件的日期：姓名、职务、排名按那一天的名录核对（默认看文末的成文日期，没有就按今天）",
        )

    def handle(self, *args, paths, xlsx, as_json, date, **options):
        files = [file for path in paths for file in files_in(path)]
        many = len(files) > 1 or any(path.is_dir() for path in paths)
        limit, style = word_limit(), usage(date)
        reports = []
        for number, file in enumerate(files, 1):
            self.show_progress(number, len(files), file.name)
            reports.append(check_file(file, limit, style))
        if not many and reports[0].refusal:
            raise CommandRefused(reports[0].refusal)
        self.show(reports, as_json=as_json, many=many)
        if xlsx:
            written(xlsx, lambda: write_workbook(reports, xlsx))
        self.leave(reports)

    def show(self, reports: list[FileReport], *, as_json: bool, many: bool) -> None:
        if as_json:
            found = [report.as_dict() for report in reports]
            self.print_json({"files": found} if many else found[0])
        else:
            self.stdout.write("\n".join(overview(reports) if many else lines_of(reports[0])))

    def leave(self, reports: list[FileReport]) -> None:
        """Exit 2 where a file could not be read, else 1 where one has an error; every file is reported first."""
        refusals = [report.refusal for report in reports if report.refusal]
        if refusals:
            raise CommandRefused("\n".join(refusals))
        if any(report.count(ERROR) for report in reports):
            sys.exit(1)


def written(path: Path, write: Callable[[], None]) -> None:
    """Raises CommandRefused where a table cannot be written to path."""
    try:
        write()
    except OSError as error:
        raise CommandRefused(f"表格写不到 {path}：{error.strerror or error}。请换一个位置。") from error


def check_file(path: Path, limit: int, style: HouseStyle = NO_HOUSE_STYLE) -> FileReport:
    try:
        read = read_manuscript_file(path, word_limit=limit)
    except FileRefused as refusal:
        return FileReport(path, refusal=str(refusal))
    if not style.told_day:
        style = house_style.as_of(style, read.manuscript.content.html)
    manuscript = replace(read.manuscript, house_style=style)
    items = format_items(read.document) if read.document else None
    return report_on(path, manuscript, items, known_texts(manuscript), read.remarks)


def known_texts(manuscript: Manuscript) -> list[Match] | None:
    """What the office already has of it; None without a database yet."""
    try:
        return duplicates.query(manuscript.content)
    except DatabaseError:
        return None


def files_in(path: Path) -> list[Path]:
    """A file itself, or a folder's manuscripts without hidden files and Word's lock files.

    Raises CommandRefused for what does not exist or holds none.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CommandRefused(f"没有“{path}”这个文件或文件夹。请核对路径。")
    found = sorted(_manuscripts(path))
    if not found:
        raise CommandRefused(f"文件夹“{path}”里没有稿件。能检查的有 .docx、.doc、.wps、.txt、.html。")
    return found


def _manuscripts(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        inside = file.relative_to(folder)
        hidden = any(part.startswith((".", "~$")) for part in inside.parts)
        if file.suffix.lower() in SUFFIXES and file.is_file() and not hidden:
            yield file


def word_limit() -> int:
    """The open call's limit; the usual one without a call, or without a database yet."""
    try:
        call = Call.objects.current()
    except DatabaseError:
        call = None
    return call.word_limit if call else Manuscript.word_limit


def usage(on: date | None) -> HouseStyle:
    """The office's terms and register as of that day, today where none is given; none without a database yet."""
    try:
        style = house_style.on_day(on)
    except DatabaseError:
        return NO_HOUSE_STYLE
    return replace(style, told_day=f"{on:%Y年%-m月%-d日}") if on else style


def day(text: str) -> date:
    """Raises ArgumentTypeError with a sentence for the person at the terminal."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期。请写成 2021-11-04 这样。") from error
