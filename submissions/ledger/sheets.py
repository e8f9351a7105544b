"""The ledger and the registers as .xlsx. Text of strangers stays text: no cell ever becomes a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from . import definitions
from .entries import entries_of, rows_of
from .figures import QUARTERS, Line, Scope, Table, table
from .pieces import Book

_FORMULA = ("=", "+", "-", "@", "\t")
_TOP = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class Sheet:
    """columns: (title, width in characters)."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence]


def write(sheets: Iterable[Sheet]) -> bytes:
    """A workbook with frozen, filtered heads."""
    book = Workbook()
    book.remove(book.active)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        for place, (title, width) in enumerate(one.columns, 1):
            head = sheet.cell(1, place, title)
            head.font = Font(bold=True)
            sheet.column_dimensions[head.column_letter].width = width
        for line, row in enumerate(one.rows, 2):
            for place, value in enumerate(row, 1):
                _fill(sheet.cell(line, place), value)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _fill(cell, value) -> None:
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        # The type keeps a program from reading a formula now, the prefix when a person edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA)
        cell.alignment = _TOP
    elif isinstance(value, Decimal):
        cell.value = float(value)
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        elif isinstance(value, float):
            cell.number_format = "0%"


_COUNTED = [(definitions.BY_KEY[key].label, 9) for key in ("submitted", "accepted", "published", "waiting", "rest")]
_UNITS = [
    ("名次", 6),
    ("单位", 28),
    ("全称", 36),
    *_COUNTED,
    ("录用率", 8),
    ("积分", 8),
    ("全年任务", 10),
    ("已刊发", 8),
]
_PERSONS = [("名次", 6), ("姓名", 14), ("单位", 28), *_COUNTED, ("录用率", 8), ("积分", 8)]
_QUARTERS = [("季度", 12), ("收稿", 8), ("刊发", 8)]
_SECTIONS = [("栏目", 20), ("刊发", 8)]
_SENT = [
    ("收稿号", 12), ("标题", 44), ("署名", 20), ("报送单位", 26), ("记给", 26), ("类别", 8), ("栏目", 14),
    ("收到日期", 12), ("决定日期", 12), ("状态", 12), ("期", 16),
]  # fmt: skip
_OUT = [
    ("期", 16), ("标题", 44), ("署名", 20), ("署名单位", 26), ("记给", 26), ("类别", 8), ("栏目", 14), ("头条", 6), ("积分", 8),
]  # fmt: skip


def workbook(book: Book, scope: Scope) -> bytes:
    """Units, persons, quarters, sections, every piece counted, and how each figure is counted."""
    units, persons = (table(book, Scope(scope.quarter, by, scope.kind, scope.section)) for by in ("unit", "person"))
    sent = rows_of(book, "submitted", entries_of(book, "submitted", scope, everybody=True))
    out = rows_of(book, "published", entries_of(book, "published", scope, everybody=True))
    return write(
        [
            Sheet("单位", _UNITS, [*_unit_rows(units), _total(units, 2, quota=True)]),
            Sheet("个人", _PERSONS, _person_rows(persons)),
            Sheet("各季度", _QUARTERS, [(QUARTERS[n], *pair) for n, pair in enumerate(units.of_quarters)]),
            Sheet("刊发栏目", _SECTIONS, [(book.sections[section], n) for section, n in units.of_sections]),
            Sheet(
                "收稿明细",
                _SENT,
                [
                    (r.number, r.title, r.signed, r.unit, r.counted_for or r.unit, r.kind, r.section, r.received_on,
                     r.decided_on, r.state, r.issue)
                    for r in sent
                ],
            ),
            Sheet(
                "刊发明细",
                _OUT,
                [
                    (r.issue, r.title, r.signed, r.unit, r.counted_for or r.unit, r.kind, r.section,
                     "是" if r.first else "", r.points)
                    for r in out
                ],
            ),
            Sheet("数字怎么算", [("数字", 24), ("怎么算", 100)], _definitions()),
        ]
    )  # fmt: skip


def _figures(line: Line) -> tuple:
    return (line.submitted, line.accepted, line.published, line.waiting, line.rest, line.rate)


def _unit_rows(units: Table) -> Iterable[tuple]:
    for line in units.lines:
        quota = (line.asked, line.done) if line.asked else (None, None)
        yield (line.rank, line.name, line.full_name, *_figures(line), line.points, *quota)


def _person_rows(persons: Table) -> Iterable[tuple]:
    for line in persons.lines:
        yield (line.rank, line.name, line.unit, *_figures(line), line.points)


def _total(units: Table, names: int, *, quota: bool) -> tuple:
    asked = (sum(line.asked for line in units.lines), f"{units.met} 个完成") if quota else ()
    return (None, "合计", *[""] * (names - 1), *_figures(units.total), units.total.points, *asked)


def _definitions() -> Iterable[tuple[str, str]]:
    yield from ((one.label, one.text) for one in definitions.FIGURES)
    yield from definitions.RULES
