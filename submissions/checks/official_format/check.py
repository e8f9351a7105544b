"""The whole table for one opened document."""

from docx.document import Document

from .elsewhere import elsewhere_items
from .items import FormatItem
from .looks import Looks
from .page import page_items, read_page, sections
from .page_number import page_number_items
from .structure import Role, structured
from .text_rows import text_items
from .walk import paragraphs
from .words import word_items

_FRONT = 40  # paragraphs, empty ones included, within which a title stands


def format_items(document: Document) -> list[FormatItem]:
    """Every row, fitting or not."""
    body = document.element.body
    looks = Looks(document)
    found = structured(paragraphs(body), looks)
    return [
        *page_items(body),
        *text_items(found, line_grid(document)),
        *page_number_items(document, looks),
        *word_items(found),
        *elsewhere_items(document),
    ]


def line_grid(document: Document) -> float:
    """Pitch in points of the line grid of the first section, 0 without one."""
    pages = [read_page(section) for section in sections(document.element.body)]
    return pages[0].pitch if pages else 0.0


def title_lines(document: Document) -> list[str]:
    """The lines of the title, as the table takes them for one."""
    found = structured(paragraphs(document.element.body)[:_FRONT], Looks(document))
    return [line.strip() for one in found if one.role is Role.TITLE for line in one.words.split("\n")]
