"""The units' ledger of a year or quarter: JSON, a sheet, or the 通报 itself (DESIGN.md, Commands)."""

from decimal import Decimal
from pathlib import Path

from django.db import DatabaseError
from django.utils import timezone

from journal.models import Journal
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.checks.tables import table_lines
from submissions.ledger.figures import Line, Scope, Table, table, told
from submissions.ledger.pieces import Book, read_book
from submissions.ledger.sheets import workbook
from submissions.notice_docx import notice

from .check_manuscript import written

FIRST_YEAR, LAST_YEAR = 1949, 9998
_HEAD = ("名次", "单位", "收稿", "录用", "刊发", "积分", "任务")


class Command(BaseCommand):
    help = "投稿采用情况：一年或一个季度里各单位的收稿、录用、刊发、积分、任务和名次。"
    requires_system_checks = []  # it only reads the database

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, required=True, metavar="Y", help="年度，例如 2026")
        parser.add_argument("--quarter", type=int, choices=(1, 2, 3, 4), help="季度 1 到 4；不写就是全年")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="另写成文件：.xlsx 是表格，.docx 是公文格式的通报"
        )

    def handle(self, *args, year, quarter, output, as_json, **options):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CommandRefused(f"年度写的是 {year}。请写四位数的年份，例如 --year 2026。")
        if output and output.suffix.lower() not in (".xlsx", ".docx"):
            raise CommandRefused(f"不知道 {output.name} 该写成什么。请让文件名以 .xlsx（表格）或 .docx（通报）结尾。")
        scope = Scope(quarter or 0)
        try:
            book = read_book(year)
            figures = table(book, scope)
            data = file_of(book, scope, output.suffix.lower()) if output else b""
        except DatabaseError as error:
            raise CommandRefused("数据库还没有建好，没有可以统计的。请先运行 manage.py migrate。") from error
        if output:
            written(output, lambda: output.write_bytes(data))
        if as_json:
            self.print_json(report(figures, year, quarter, output))
        else:
            self.stdout.write("\n".join(lines_of(figures, output)))


def file_of(book: Book, scope: Scope, suffix: str) -> bytes:
    if suffix == ".xlsx":
        return workbook(book, scope)
    return notice(book, scope, Journal.objects.current(), timezone.localdate())


def report(figures: Table, year: int, quarter: int | None, output: Path | None) -> dict:
    return {
        "year": year,
        "quarter": quarter,
        "rows": [row(line) for line in figures.lines],
        "total": row(figures.total),
        "output": str(output) if output else None,
    }


def row(line: Line) -> dict:
    return {
        "unit": line.full_name,
        "submitted": line.submitted,
        "accepted": line.accepted,
        "published": line.published,
        "points": plain(line.points),
        "rank": line.rank,
        "acceptance_rate": None if line.rate is None else round(line.rate, 4),
        "quota": line.asked or None,
        "quota_met": line.met,
    }


def plain(points: Decimal) -> int | float:
    return int(points) if points == int(points) else float(points)


def lines_of(figures: Table, output: Path | None) -> list[str]:
    """What a person reads in the terminal."""
    rows = [
        (
            str(line.rank or ""),
            line.name,
            *(str(value) for value in (line.submitted, line.accepted, line.published)),
            told(line.points),
            f"{line.done}/{line.asked}" if line.asked else "",
        )
        for line in [*figures.lines, figures.total]
    ]
    return [*table_lines(_HEAD, rows), *([f"已写成 {output}"] if output else [])]
