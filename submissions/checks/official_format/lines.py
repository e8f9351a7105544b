"""The text of a Word file, line by line, as a reader sees it."""

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

from .looks import Looks
from .numbering import Counting
from .walk import blocks, paragraph_text


def document_lines(document: Document) -> list[str]:
    """A paragraph a line, automatic numbers written out; the cells of a table row parted by tabs."""
    looks, counting = Looks(document), Counting()
    lines: list[str] = []
    for block in blocks(document.element.body):
        if block.tag == qn("w:p"):
            level = looks.paragraph(block).numbering
            text = paragraph_text(block).replace("\t", " ")
            number = counting.next(level) if level else ""  # an empty line of a list takes a number too
            lines += (number + text if text.strip() else text).split("\n")
        else:
            lines += [_row_line(row) for row in block.iterchildren(qn("w:tr"))]
    return lines


def _row_line(row: etree._Element) -> str:
    return "\t".join(_cell_line(cell) for cell in row.iterchildren(qn("w:tc")))


def _cell_line(cell: etree._Element) -> str:
    return " ".join(" ".join(paragraph_text(one).split()) for one in cell.iter(qn("w:p"))).strip()
