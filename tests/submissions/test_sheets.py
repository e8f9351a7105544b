"""Sheets of strangers: what is read, what is refused and why, and that nothing written starts a formula."""

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from submissions import sheets
from submissions.sheets import Column, SheetRefused, read_sheet, write_sheet

COLUMNS = (
    Column("wrong", "不用的写法", limit=10, required=True),
    Column("note", "说明"),
    Column("since", "开始日期", "date"),
    Column("level", "级别", "choice", choices={"warning": "警告", "advice": "建议"}),
    Column("active", "使用", "flag"),
)
TITLES = [column.title for column in COLUMNS]


def sheet(*rows, titles=TITLES) -> bytes:
    book = Workbook()
    book.active.append(titles)
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def repacked(data: bytes, change) -> bytes:
    """The same package with every part's bytes put through change(name, bytes)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(entry.filename, change(entry.filename, source.read(entry)))
    return packed.getvalue()


def test_rows_are_read_with_their_numbers_and_types():
    rows = read_sheet(
        sheet(
            [" 帐号 ", 2021, datetime(2021, 3, 5, tzinfo=UTC).replace(tzinfo=None), "建议", "否"],
            [],
            ["登陆", None, None, None, None],
        ),
        COLUMNS,
    )
    assert [row.number for row in rows] == [2, 4]
    assert rows[0].values == {
        "wrong": "帐号",
        "note": "2021",
        "since": date(2021, 3, 5),
        "level": "advice",
        "active": False,
    }
    assert rows[1].values == {"wrong": "登陆", "note": "", "since": None, "level": "warning", "active": True}


@pytest.mark.parametrize("written", ["2021-3-5", "2021年3月5日", "2021.03.05", "2021/3/5"])
def test_dates_are_read_as_people_write_them(written):
    assert read_sheet(sheet(["帐号", "", written]), COLUMNS)[0].values["since"] == date(2021, 3, 5)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["=1+1"], "“不用的写法”是公式"),
        (["帐号", "", "=TODAY()"], "“开始日期”是公式"),
        (["", "没有写法"], "“不用的写法”没有填"),
        (["字" * 11], "“不用的写法”有 11 字，最多 10 字"),
        (["帐号", "字" * 4001], "“说明”有 4,001 字"),
        (["帐号", "", "去年"], "“去年”不是日期"),
        (["帐号", "", "2021-2-30"], "不是日期"),
        (["帐号", "", "", "严重"], "请写警告或建议"),
        (["帐号", "", "", "", "也许"], "请写是或否"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(row, reason):
    rows = read_sheet(sheet(row), COLUMNS)
    assert rows[0].number == 2
    assert reason in rows[0].problem


def test_several_problems_of_a_row_are_told_together():
    problem = read_sheet(sheet(["", "x", "去年"]), COLUMNS)[0].problem
    assert "没有填" in problem
    assert "不是日期" in problem


def test_columns_may_stand_in_any_order_and_others_are_passed_over():
    rows = read_sheet(sheet(["x", "帐号"], titles=["备忘", "不用的写法"]), COLUMNS)
    assert rows[0].values == {"wrong": "帐号"}


def test_a_missing_column_is_named():
    with pytest.raises(SheetRefused, match="没有“不用的写法”这一列"):
        read_sheet(sheet(["x"], titles=["说明"]), COLUMNS)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "不是 .xlsx"),
        (b"wrong,right\n", "不是 .xlsx"),
        (b"PK\x03\x04broken", "已损坏"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "不是 .xlsx"),
    ],
)
def test_what_is_no_sheet_is_refused(data, reason):
    with pytest.raises(SheetRefused, match=reason):
        read_sheet(data, COLUMNS)


def test_a_zip_that_is_no_sheet_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("a.txt", "x")
    with pytest.raises(SheetRefused, match="已损坏"):
        read_sheet(packed.getvalue(), COLUMNS)


def test_broken_markup_is_refused():
    data = repacked(sheet(["帐号"]), lambda name, part: part[:-40] if "sheet1" in name else part)
    with pytest.raises(SheetRefused, match="已损坏"):
        read_sheet(data, COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_declarations_are_refused(encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'.encode(encoding)
    data = repacked(sheet(["帐号"]), lambda name, part: bomb if "sheet1" in name else part)
    with pytest.raises(SheetRefused, match="不该有的声明"):
        read_sheet(data, COLUMNS)


def as_excel_writes(data: bytes) -> bytes:
    """Strings in a table of their own, as Excel and WPS save them; openpyxl writes them into the cells."""
    strings: list[str] = []

    def shared(match: re.Match) -> str:
        strings.append(match[3])
        return f'<c{match[1]}t="s"{match[2]}><v>{len(strings) - 1}</v></c>'

    def change(name: str, part: bytes) -> bytes:
        text = part.decode()
        if "sheet1" in name:
            text = re.sub(r'<c([^>]*)t="inlineStr"([^>]*)><is>(.*?)</is></c>', shared, text)
        elif name == "[Content_Types].xml":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
            text = text.replace(
                "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
            )
        return text.encode()

    changed = repacked(data, change)
    packed = io.BytesIO(changed)
    with zipfile.ZipFile(packed, "a") as target:
        items = "".join(f"<si>{item}</si>" for item in strings)
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        target.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{items}</sst>')
    assert strings
    return packed.getvalue()


def test_a_file_as_excel_writes_it_reads_the_same():
    data = sheet(["帐号", "说明", "2021-3-5", "建议", "否"])
    assert read_sheet(as_excel_writes(data), COLUMNS) == read_sheet(data, COLUMNS)


def test_a_file_over_five_megabytes_is_refused():
    with pytest.raises(SheetRefused, match="最大 5 MB"):
        read_sheet(b"PK" + bytes(5 * 1024 * 1024), COLUMNS)


def test_a_bomb_is_refused_unopened():
    data = repacked(sheet(["帐号"]), lambda name, part: part + b" " * 50_000_000 if "sheet1" in name else part)
    assert len(data) < 200_000
    with pytest.raises(SheetRefused, match="展开后太大"):
        read_sheet(data, COLUMNS)


def test_too_much_markup_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_MARKUP", 50)
    with pytest.raises(SheetRefused, match="内容太多"):
        read_sheet(sheet(["帐号"]), COLUMNS)


def test_more_rows_than_allowed_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    assert len(read_sheet(sheet(["一"], ["二"], ["三"]), COLUMNS)) == 3
    with pytest.raises(SheetRefused, match="超过 3 行"):
        read_sheet(sheet(["一"], ["二"], ["三"], ["四"]), COLUMNS)


def test_what_is_written_starts_no_formula_and_comes_back_unchanged():
    rows = [
        {"wrong": text, "note": "一\n二", "since": date(2021, 3, 5), "level": "advice", "active": False}
        for text in ("=1+1", "+86", "-1", "@x", "帐号")
    ]
    data = write_sheet("统一用语", COLUMNS, rows)
    cells = [row[0] for row in load_workbook(io.BytesIO(data)).active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * 5
    assert [cell.quotePrefix for cell in cells] == [True, True, True, True, False]
    assert [row.values for row in read_sheet(data, COLUMNS)] == rows
