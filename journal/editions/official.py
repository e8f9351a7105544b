"""Word documents in the official format (RULES.md 2; GB/T 9704-2012): the page, lines of text, tables, page numbers.

Shared by what the office sends out: the Word package, compilations, and the 通报 (submissions/notice_docx.py).
"""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from journal.text.headings import head_of

TITLE, BODY, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE = 22, 16, 12  # points: 2号, 3号, 小4号
LINE, TABLE_LINE = "579", "400"  # twentieths of a point: 28.95, which gives 22 lines a page; 20
_FACES = {1: HEI, 2: KAI, 3: BODY, 4: BODY}  # of the levels 一、（一）1.（1）
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML can hold

Words = str | list[dict]  # plain, or runs as journal.editions.marked gives them


def blank(title: str = "", author: str = "") -> Document:
    """An empty document with the standard's page: A4, type area 156 × 225 mm."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = sayable(title)[:255], sayable(author)[:255]
    document.core_properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    return document


def packed(document: Document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def sayable(text: str) -> str:
    """Without what XML cannot hold, on one line."""
    return _NO_XML.sub("", text).replace("\n", " ")


def add_line(
    container,
    words: Words,
    face: str = BODY,
    size: float = BODY_SIZE,
    *,
    align: str = "both",
    first: bool = True,
    line: str = LINE,
) -> Paragraph:
    """One paragraph of a document or cell; first: two characters indented."""
    paragraph = container.add_paragraph()
    dress(paragraph, words, face, size, align, line)
    if first:
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), str(round(size * 40)))
    return paragraph


def add_text(container, words: Words, level: int = 0) -> Paragraph:
    """A paragraph of the text in the faces of its level; one that begins like a heading and runs on (（一）加强领导。各
    单位……) has its first sentence in the heading's face, as the standard's own pages do."""
    listed = words if isinstance(words, list) else [{"t": words}]
    plain = "".join(run["t"] for run in listed)
    head = head_of(plain)
    if head is None:
        # The standard knows no heading without a number: it stays in the text's face, marked by weight alone.
        paragraph = add_line(container, [run | {"b": True} for run in listed] if level else listed)
        paragraph.paragraph_format.keep_with_next = bool(level)
        return paragraph
    face, end = _FACES[head[0]], head[1]
    if face == BODY or end >= len(plain):
        paragraph = add_line(container, listed, face)
        paragraph.paragraph_format.keep_with_next = bool(level)
        return paragraph
    before, after = _cut(listed, end)
    paragraph = add_line(container, before, face)
    _add_runs(paragraph, after, BODY, BODY_SIZE)
    return paragraph


def dress(paragraph: Paragraph, words: Words, face: str, size: float, align: str, line: str) -> None:
    """The words into an empty paragraph, with their looks."""
    _add_runs(paragraph, words if isinstance(words, list) else [{"t": words}], face, size)
    properties = paragraph._p.get_or_add_pPr()
    spacing = properties.get_or_add_spacing()
    for name, value in (("line", line), ("lineRule", "exact"), ("before", "0"), ("after", "0")):
        spacing.set(qn(f"w:{name}"), value)
    properties.get_or_add_jc().set(qn("w:val"), align)


def set_cell(cell, words: Words, face: str = BODY, align: str = "center") -> None:
    dress(cell.paragraphs[0], words, face, TABLE_SIZE, align, TABLE_LINE)


def add_grid(document: Document, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence], left: set[int]) -> Table:
    """A ruled table whose head is repeated on each page. heads: (title, width in mm); left: columns set to the left."""
    grid = document.add_table(rows=1, cols=len(heads))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for cell, (title, _) in zip(grid.rows[0].cells, heads, strict=True):
        set_cell(cell, title, HEI)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for values in rows:
        row = grid.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            set_cell(cell, str(value), align="left" if place in left else "center")
    for column, (_, width) in zip(grid.columns, heads, strict=True):
        column.width = Mm(width)
    for row in grid.rows:
        for cell, (_, width) in zip(row.cells, heads, strict=True):
            cell.width = Mm(width)
    return grid


def add_table(document: Document, table: dict) -> None:
    """A table of a text, as journal.editions.marked gives it."""
    grid = document.add_table(rows=table["rows"], cols=table["columns"])
    grid.style, grid.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for cell in table["cells"]:
        first = grid.cell(cell["y"], cell["x"])
        if cell["colspan"] > 1 or cell["rowspan"] > 1:
            first = first.merge(grid.cell(cell["y"] + cell["rowspan"] - 1, cell["x"] + cell["colspan"] - 1))
        set_cell(first, cell["runs"], HEI if cell["head"] else BODY)


def number_pages(document: Document) -> None:
    """— 1 — in 4号半角宋体, right on odd pages and left on even ones (GB/T 9704-2012, 7.5)."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        for old in list(footer._element):
            footer._element.remove(old)
        footer._element.append(parse_xml(_page_number(side)))


def _cut(runs: list[dict], end: int) -> tuple[list[dict], list[dict]]:
    before, after, place = [], [], 0
    for run in runs:
        here = max(0, min(len(run["t"]), end - place))
        place += len(run["t"])
        before.extend([run | {"t": run["t"][:here]}] if here else [])
        after.extend([run | {"t": run["t"][here:]}] if here < len(run["t"]) else [])
    return before, after


def _add_runs(paragraph: Paragraph, runs: list[dict], face: str, size: float) -> None:
    for one in runs:
        run = paragraph.add_run()
        if one["t"] == "\n":
            run.add_break()
            continue
        run.text = sayable(one["t"])
        run.font.size = Pt(size)
        run.bold = True if one.get("b") else None
        run.underline = True if one.get("u") else None
        run.font.subscript = True if one.get("sub") else None
        run.font.superscript = True if one.get("sup") else None
        fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{kind}"), KAI if one.get("i") else face)


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
