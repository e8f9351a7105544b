"""Rows for people at a terminal and in a workbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font


@dataclass(frozen=True)
class Sheet:
    """columns: (title, width in characters)."""

    name: str
    columns: tuple[tuple[str, int], ...]
    rows: Iterable[tuple]


def table_lines(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Columns for a terminal, where a Chinese character is two cells wide."""
    widths = [max(_cells(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return [
        "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(mark) in "WF" else 1 for mark in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))


def write_sheets(sheets: Iterable[Sheet], path: Path) -> None:
    """A workbook with frozen, filtered heads. Raises OSError where path cannot be written."""
    book = Workbook()
    book.remove(book.active)
    for one in sheets:
        sheet = book.create_sheet(one.name)
        sheet.append([title for title, _ in one.columns])
        for row in one.rows:
            _append(sheet, row)
        for number, (_, width) in enumerate(one.columns, 1):
            sheet.cell(1, number).font = Font(bold=True)
            sheet.column_dimensions[sheet.cell(1, number).column_letter].width = width
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def _append(sheet, row: tuple) -> None:
    """Text of a stranger stays text: no formula, no control characters."""
    sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value for value in row])
    for cell in sheet[sheet.max_row]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if isinstance(cell.value, str):
            cell.data_type = "s"
