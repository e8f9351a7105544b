"""The 通报 to units as an official-format Word document (RULES.md 2; GB/T 9704-2012), written from the ledger's table."""

import re
from datetime import date
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from journal.models import Journal
from journal.text.numbers import chinese_number

from .ledger.figures import QUARTERS, Line, Scope, Table, table, told
from .ledger.pieces import Book

_TITLE, _BODY, _HEAD, _TABLE = "方正小标宋简体", "仿宋_GB2312", "黑体", "仿宋_GB2312"
_LINE = "579"  # twentieths of a point: 28.95, which gives 22 lines a page
_NAMED = 10  # units named in the text; the table has all
_UNNAMED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML can hold
_COLUMNS = (("名次", 13), ("单位", 62), ("收稿", 14), ("录用", 14), ("刊发", 14), ("积分", 16), ("任务", 23))  # mm


def period_of(book: Book, scope: Scope) -> str:
    """“2026年三季度” or “2026年”."""
    return f"{book.year}年{QUARTERS[scope.quarter - 1] if scope.quarter else ''}"


def notice(book: Book, scope: Scope, journal: Journal, on: date) -> bytes:
    """The 通报 for the scope's period, units only, with the table of all units as its attachment.

    `on` is the day of the figures and the date at the end.
    """
    figures = table(book, Scope(scope.quarter))
    period = period_of(book, scope)
    document = _blank()
    _write(document, f"关于{period}投稿采用情况的通报", _TITLE, 22, align="center", first=False)
    _write(document, "")
    _write(document, "各供稿单位：", first=False)
    _write(document, f"现将《{journal.name}》{period}投稿采用情况通报如下，数据截至{_day(on)}。")
    parts = [
        ("总体情况", _overall(figures, scope, book)),
        ("各单位情况", _units(figures, book)),
        ("任务完成情况", _quotas(figures)),
        ("统计口径", _method(book)),
    ]
    for place, (heading, sentences) in enumerate([part for part in parts if part[1]], 1):
        _write(document, f"{chinese_number(place)}、{heading}", _HEAD).paragraph_format.keep_with_next = True
        for sentence in sentences:
            _write(document, sentence)
    name = f"各单位投稿采用情况表（{period}）"
    _write(document, "")
    _write(document, f"附件：{name}")
    _write(document, "")
    _write(document, journal.office or journal.name, align="right", first=False)
    _write(document, _day(on), align="right", first=False)
    _attach(document, name, figures.lines)
    _number_pages(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _overall(figures: Table, scope: Scope, book: Book) -> list[str]:
    total = figures.total
    when = f"{book.year}年{QUARTERS[scope.quarter - 1]}" if scope.quarter else "全年"
    rate = f"，录用率{total.rate:.0%}" if total.rate is not None else ""
    said = [f"{when}共收到来稿{total.submitted}篇，终审录用{total.accepted}篇{rate}，刊发{total.published}篇。"]
    if not scope.quarter:
        each = [
            f"{QUARTERS[n]}收稿{received}篇、刊发{published}篇"
            for n, (received, published) in enumerate(figures.of_quarters)
            if received or published
        ]
        if each:
            said.append(f"其中，{'；'.join(each)}。")
    if figures.of_sections:
        sections = "、".join(f"{book.sections[section]}{count}篇" for section, count in figures.of_sections[:5])
        others = sum(count for _, count in figures.of_sections[5:])
        said.append(f"刊发的栏目：{sections}{f'，其他栏目{others}篇' if others else ''}。")
    return said


def _units(figures: Table, book: Book) -> list[str]:
    ranked = [line for line in figures.lines if line.who is not None and line.published]
    if not ranked:
        return ["没有单位的稿件刊发。"]
    named = "；".join(_worth(line, book) for line in ranked[:_NAMED])
    by = "积分" if book.has_rules else "刊发篇数"
    said = [f"有稿件刊发的单位{len(ranked)}个。按{by}，居前的是：{named}。详见附件。"]
    silent = sum(line.submitted > 0 and not line.published for line in figures.lines if line.who is not None)
    if silent:
        said.append(f"另有{silent}个单位报送了稿件，还没有刊发。")
    return said


def _worth(line: Line, book: Book) -> str:
    points = f"{told(line.points)}分、" if book.has_rules else ""
    return f"{_words(line.name)}{points}刊发{line.published}篇"


def _quotas(figures: Table) -> list[str]:
    asked = figures.with_quota
    if not asked:
        return []
    left = [line for line in asked if not line.met]
    said = [f"有全年刊发任务的单位{len(asked)}个，已完成{figures.met}个，还没有完成{len(left)}个。"]
    if left:
        names = "、".join(f"{_words(line.name)}（{line.done}/{line.asked}）" for line in left)
        said.append(f"还没有完成的单位（已刊发篇数/任务篇数）：{names}。")
    return said


def _method(book: Book) -> list[str]:
    points = "积分按本年度积分规则计算，" if book.has_rules else ""
    return [
        "收稿按收到日期、录用按终审通过日期、刊发按期号所在季度统计；收稿、录用记报送单位，刊发记署名单位，"
        f"联合署名的各计1篇；{points}名次并列的名次相同。"
    ]


def _words(text: str) -> str:
    return _UNNAMED.sub("", text).replace("\n", " ")


def _blank() -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    return document


def _write(
    container, text: str, face: str = _BODY, size: float = 16, *, align: str = "both", first: bool = True, line=_LINE
):
    """One paragraph of a document or cell; first: two characters indented."""
    paragraph = container.add_paragraph()
    _dress(paragraph, text, face, size, align, line)
    if first:
        paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
        paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLine"), str(round(size * 40)))
    return paragraph


def _dress(paragraph, text: str, face: str, size: float, align: str, line: str) -> None:
    run = paragraph.add_run(_words(text))
    run.font.size = Pt(size)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), face)
    properties = paragraph._p.get_or_add_pPr()
    spacing = properties.get_or_add_spacing()
    for name, value in (("line", line), ("lineRule", "exact"), ("before", "0"), ("after", "0")):
        spacing.set(qn(f"w:{name}"), value)
    properties.get_or_add_jc().set(qn("w:val"), align)


def _attach(document: Document, name: str, lines: list[Line]) -> None:
    _write(document, "附件", _HEAD, first=False).paragraph_format.page_break_before = True
    _write(document, name, _TITLE, 22, align="center", first=False)
    grid = document.add_table(rows=1, cols=len(_COLUMNS))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for cell, (title, _) in zip(grid.rows[0].cells, _COLUMNS, strict=True):
        _set(cell, title, _HEAD, "center")
    head = grid.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))  # repeated on each page
    for line in lines:
        quota = f"{line.done}/{line.asked}{'完成' if line.met else ''}" if line.asked else "—"
        values = (line.rank or "—", line.name, line.submitted, line.accepted, line.published, told(line.points), quota)
        row = grid.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            _set(cell, str(value), _TABLE, "left" if place == 1 else "center")
    for column, (_, width) in zip(grid.columns, _COLUMNS, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        for cell, (_, width) in zip(row.cells, _COLUMNS, strict=True):
            cell.width = Mm(width)


def _set(cell, text: str, face: str, align: str) -> None:
    _dress(cell.paragraphs[0], text, face, 12, align, "400")


def _number_pages(document: Document) -> None:
    """— 1 — in 4号半角宋体, right on odd pages and left on even ones (GB/T 9704-2012, 7.5)."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        for old in list(footer._element):
            footer._element.remove(old)
        footer._element.append(parse_xml(_page_number(side)))


def _page_number(side: str) -> str:
    look = '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>'

    def run(inner: str) -> str:
        return f"<w:r>{look}{inner}</w:r>"

    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:jc w:val="{side}"/></w:pPr>'
        + run('<w:t xml:space="preserve">— </w:t>')
        + run('<w:fldChar w:fldCharType="begin"/>')
        + run("<w:instrText>PAGE \\* MERGEFORMAT</w:instrText>")
        + run('<w:fldChar w:fldCharType="separate"/>')
        + run("<w:t>1</w:t>")
        + run('<w:fldChar w:fldCharType="end"/>')
        + run('<w:t xml:space="preserve"> —</w:t>')
        + "</w:p>"
    )
