"""A compilation as one Word document: cover, contents with page numbers, each piece on a page of its own.

The numbers of the contents are fields (PAGEREF) that Word renews when it opens the file; what stands in them until then
is counted from the official page, 22 lines of 27.6 characters.
"""

import math

from django.utils import timezone
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from journal.compilation import Book
from journal.models import Content, Journal, Picture
from journal.pictures import Unreadable, derivative
from journal.text.blocks import Block, parse, picture_ids

from .official import BODY, KAI, TITLE, TITLE_SIZE, add_line, blank, number_pages, packed
from .word import add_piece, signatures

_LINES, _CHARACTERS, _TITLE_CHARACTERS = 22, 27.6, 20.1
_TYPE_WIDTH_MM, _PHOTO_MM, _PHOTO_LINES = 156, 120, 9
_COVER_LINES = 6  # empty ones above the title


def compiled_docx(book: Book) -> bytes:
    journal = Journal.objects.current()
    document = blank(book.title, "" if book.is_masked else journal.name)
    starts = _counted(book)
    _cover(document, book, journal)
    add_line(
        document, "目　录", TITLE, TITLE_SIZE, align="center", first=False
    ).paragraph_format.page_break_before = True
    add_line(document, "", first=False)
    for place, piece in enumerate(book.pieces):
        _entry(document, piece.content, place, starts[place])
    pictures = _pictures(book)

    def photograph(document: Document, block: Block) -> None:
        _add_photograph(document, block, pictures)

    for place, piece in enumerate(book.pieces):
        title = add_piece(document, piece.content, photograph)
        title.paragraph_format.page_break_before = True
        _bookmark(title, place)
        for part in piece.parts:
            add_line(document, "", first=False)
            add_piece(document, part.content, photograph)
        if not book.is_masked and piece.article.issue:
            add_line(document, f"（《{journal.name}》{piece.article.issue}）", KAI)
    number_pages(document)
    # The cover counts as a page and shows no number.
    document.sections[0].different_first_page_header_footer = True
    return packed(document)


def _cover(document: Document, book: Book, journal: Journal) -> None:
    for _ in range(_COVER_LINES):
        add_line(document, "", first=False)
    add_line(document, book.title, TITLE, TITLE_SIZE, align="center", first=False)
    add_line(document, "", first=False)
    if not book.is_masked:
        add_line(document, journal.office or journal.name, KAI, align="center", first=False)
    today = timezone.localdate()
    add_line(document, f"{today.year}年{today.month}月{today.day}日", KAI, align="center", first=False)
    add_line(document, f"共{len(book.pieces)}篇　内部资料", KAI, align="center", first=False)


def _entry(document: Document, content: Content, place: int, page: int) -> None:
    line = add_line(document, content.title, BODY, align="left", first=False)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(_TYPE_WIDTH_MM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    line.add_run().add_tab()
    for element in _page_reference(place, page):
        line._p.append(element)
    for signed in signatures(content.bylines):
        add_line(document, signed, KAI)


def _page_reference(place: int, page: int):
    look = f'<w:rPr><w:rFonts w:ascii="{BODY}" w:hAnsi="{BODY}" w:eastAsia="{BODY}"/><w:sz w:val="32"/></w:rPr>'
    for inner in (
        '<w:fldChar w:fldCharType="begin" w:dirty="true"/>',
        f'<w:instrText xml:space="preserve"> PAGEREF {_name(place)} \\h </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{page}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        yield parse_xml(f"<w:r {nsdecls('w')}>{look}{inner}</w:r>")


def _bookmark(title: Paragraph, place: int) -> None:
    for tag, at in (("w:bookmarkStart", 1), ("w:bookmarkEnd", len(title._p) + 1)):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), str(place + 1))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), _name(place))
        title._p.insert(at, mark)


def _name(place: int) -> str:
    return f"piece_{place + 1}"


def _pictures(book: Book) -> dict[int, Picture]:
    """The photographs to show; a masked book shows none, for they tell who and where as plainly as a name."""
    if book.is_masked:
        return {}
    htmls = [one.content.html for piece in book.pieces for one in (piece, *piece.parts)]
    return Picture.objects.in_bulk({pk for html in htmls for pk in picture_ids(html)})


def _add_photograph(document: Document, block: Block, pictures: dict[int, Picture]) -> None:
    picture = pictures.get(block.picture or 0)
    if picture is not None:
        try:
            file = derivative(picture, 1600)
        except Unreadable:
            picture = None
    if picture is None:
        add_line(document, f"【照片略】{block.text}", KAI, align="center", first=False)
        return
    paragraph = document.add_paragraph()
    paragraph.alignment = 1
    # As wide as planned, never higher than half a page.
    ratio = picture.height / picture.width
    width = min(_PHOTO_MM, picture.print_width_mm * 1.4, _PHOTO_LINES * 10.2 / ratio)
    paragraph.add_run().add_picture(str(file), width=Mm(width))
    if block.text:
        add_line(document, block.text, KAI, align="center", first=False)


def _counted(book: Book) -> list[int]:
    """The page each piece begins on, the cover being page 1."""
    listed = 2 + sum(
        math.ceil((len(piece.content.title) + 3) / _CHARACTERS) + len(signatures(piece.content.bylines))
        for piece in book.pieces
    )
    page = 2 + math.ceil(listed / _LINES)
    starts = []
    for piece in book.pieces:
        starts.append(page)
        lines = sum(_lines(one.content) + 1 for one in (piece, *piece.parts)) - (1 if book.is_masked else 0)
        page += math.ceil(lines / _LINES)
    return starts


def _lines(content: Content) -> int:
    heads = [words for words in (content.kicker, content.title) if words]
    lines = sum(math.ceil(len(words) / _TITLE_CHARACTERS) for words in heads)
    lines += bool(content.subtitle) + len(signatures(content.bylines)) + 1
    for block in parse(content.html):
        if block.kind == "figure":
            lines += _PHOTO_LINES
        for line in block.text.split("\n"):
            wide = sum(0.5 if ord(mark) < 0x2E80 and mark not in "“”‘’—…·" else 1 for mark in line)
            lines += max(1, math.ceil((wide + 2) / _CHARACTERS))
    notes = (content.author_note, content.source_note, content.credits)
    return lines + sum(math.ceil((len(note) + 4) / _CHARACTERS) for note in notes if note)
