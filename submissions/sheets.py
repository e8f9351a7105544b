"""Lists as .xlsx: one sheet, a heading line, a row a line. Reading trusts nothing; writing starts no formula."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_MARKUP = 3_000_000  # tags in all parts: 20,000 rows of seven cells have about 1.2 million
MAX_ENTRIES = 500
MAX_ROWS = 20_000
MAX_COLUMNS = 50
MAX_TEXT = 4_000  # characters in a cell of several lines

_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, EOFError, OSError, NotImplementedError,
    RuntimeError, KeyError, ValueError, TypeError, AttributeError, IndexError,
)  # fmt: skip
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_YES, _NO = {"是", "用", "使用", "true", "1"}, {"否", "停用", "不用", "false", "0"}


class SheetRefused(Exception):
    """The file as a whole cannot be taken; the message says why and what to do."""


class CellRefused(Exception):
    """One cell cannot be read; the message names column and reason."""


@dataclass(frozen=True)
class Column:
    """A column and the field it fills. kind: text, date, choice or flag; choices: value → label."""

    name: str
    title: str
    kind: str = "text"
    limit: int = MAX_TEXT
    required: bool = False
    choices: dict[str, str] = field(default_factory=dict)
    width: int = 20


@dataclass(frozen=True)
class SheetRow:
    """A row as read: number as the program shows it, values by field name, or why it could not be read."""

    number: int
    values: dict
    problem: str = ""


def read_sheet(data: bytes, columns: tuple[Column, ...]) -> list[SheetRow]:
    """The rows under the heading line of the first sheet, empty ones left out; unknown columns are passed over.

    Raises SheetRefused for what is no harmless .xlsx, lacks a needed column or holds more than MAX_ROWS rows.
    """
    _verify(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        return list(_rows(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 2), columns))
    except _BROKEN as error:
        raise SheetRefused("表格文件已损坏，打不开。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。") from error


def _verify(data: bytes) -> None:
    """Sizes and markup before anything is parsed."""
    if len(data) > MAX_BYTES:
        raise SheetRefused(
            f"文件有 {len(data) / 1024 / 1024:.1f} MB，最大 {MAX_BYTES // 1024 // 1024} MB。请分成几个文件。"
        )
    if not data.startswith(b"PK"):
        raise SheetRefused("这不是 .xlsx 文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再试。")
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            entries = packed.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise SheetRefused("文件展开后太大，没有读取。请只留一张表，删去图片和空白行后再试。")
            parts = [packed.read(entry) for entry in entries]
    except _BROKEN as error:
        raise SheetRefused("表格文件已损坏，打不开。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。") from error
    # Declarations are the way to bombs and to other files; markup in UTF-16 would hide them from this search.
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in _UTF_16 for part in parts):
        raise SheetRefused("文件里有表格不该有的声明，没有读取。请用 Excel 或 WPS 另存为 .xlsx 后再试。")
    if sum(part.count(b"<") for part in parts) > MAX_MARKUP:
        raise SheetRefused("文件内容太多，没有读取。请删去格式和空白行，或分成几个文件。")


def _rows(rows: Iterator[tuple], columns: tuple[Column, ...]) -> Iterator[SheetRow]:
    at = _heading(next(rows, ()), columns)
    for number, cells in enumerate(rows, 2):
        if number > MAX_ROWS + 1:
            raise SheetRefused(f"表格超过 {MAX_ROWS:,} 行，没有读取。请分成几个文件。")
        named = [(column, cells[place] if place < len(cells) else None) for column, place in at]
        if any(cell is not None and cell.value not in (None, "") for _, cell in named):
            yield _row(number, named)


def _heading(cells: tuple, columns: tuple[Column, ...]) -> list[tuple[Column, int]]:
    titles = [str(cell.value or "").strip() for cell in cells]
    missing = [column.title for column in columns if column.required and column.title not in titles]
    if missing:
        raise SheetRefused(f"第一行没有“{'”“'.join(missing)}”这一列。请先导出一份，照它的第一行填写。")
    return [(column, titles.index(column.title)) for column in columns if column.title in titles]


def _row(number: int, named: list) -> SheetRow:
    values, problems = {}, []
    for column, cell in named:
        try:
            values[column.name] = _value(column, cell)
        except CellRefused as refusal:
            problems.append(f"“{column.title}”{refusal}")
    return SheetRow(number, values, "；".join(problems))


def _value(column: Column, cell):
    """Raises CellRefused with what follows the column's name."""
    value = cell.value if cell is not None else None
    if cell is not None and cell.data_type == "f":
        raise CellRefused("是公式。请粘贴为数值")
    if cell is not None and cell.data_type == "e":
        raise CellRefused(f"是错误值 {value}。请改成文字")
    if column.kind == "date" and isinstance(value, datetime):
        return value.date()
    text = _text(value)
    if column.required and not text:
        raise CellRefused("没有填")
    if len(text) > column.limit:
        raise CellRefused(f"有 {len(text):,} 字，最多 {column.limit:,} 字")
    if ILLEGAL_CHARACTERS_RE.search(text):
        raise CellRefused("里有看不见的控制字符。请重新输入")
    return {"text": lambda: text, "date": lambda: _date(text), "choice": lambda: _choice(column, text)}.get(
        column.kind, lambda: _flag(text)
    )()


def _text(value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()


def _date(text: str) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else _no_date(text)
    except ValueError:
        return _no_date(text)


def _no_date(text: str):
    raise CellRefused(f"写的“{text[:20]}”不是日期。请写成 2021-3-5 或 2021年3月5日")


def _choice(column: Column, text: str) -> str:
    if not text:
        return next(iter(column.choices))
    found = next((value for value, label in column.choices.items() if text in (label, value)), None)
    if found is None:
        raise CellRefused(f"写的“{text[:20]}”认不出。请写{'或'.join(column.choices.values())}")
    return found


def _flag(text: str) -> bool:
    if text.lower() in _YES or not text:
        return True
    if text.lower() in _NO:
        return False
    raise CellRefused(f"写的“{text[:20]}”认不出。请写是或否")


def write_sheet(title: str, columns: tuple[Column, ...], rows: Iterable[dict]) -> bytes:
    """An .xlsx that read_sheet takes back unchanged. Text stays text, whatever it begins with."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append([column.title for column in columns])
    for number, column in enumerate(columns, 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = column.width
    for number, row in enumerate(rows, 2):
        for place, column in enumerate(columns, 1):
            _write(sheet.cell(number, place), column, row[column.name])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _write(cell, column: Column, value) -> None:
    if column.kind == "date":
        cell.value, cell.number_format = value, "yyyy-mm-dd"
        return
    if column.kind == "flag":
        value = "是" if value else "否"
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", column.choices.get(value, value))
    if cell.value is not None:
        # Both: the type keeps the program from reading a formula now, the prefix when a person edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = cell.value[:1] in ("=", "+", "-", "@", "\t")
    if "\n" in (cell.value or ""):
        cell.alignment = _WRAPPED
