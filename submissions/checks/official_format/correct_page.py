"""Pages and page numbers of the corrected copy. Words in headers and footers stay where they are."""

from copy import deepcopy

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from lxml import etree

from . import page
from .looks import Looks
from .page_number import PageNumber, facing_pages, find_page_number, fits_font, footers, other_words

_MARGINS = {"w:top": page.TOP, "w:right": page.RIGHT, "w:bottom": page.BOTTOM, "w:left": page.LEFT}
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def correct_pages(body) -> None:
    """A4 and the margins, in every section; a section on its side keeps its side and its margins."""
    if not page.sections(body):
        body.get_or_add_sectPr()
    for section in page.sections(body):
        found = page.read_page(section)
        if not found.is_a4:
            size = section.get_or_add_pgSz()
            width, height = page.A4 if found.upright else page.A4[::-1]
            size.set(qn("w:w"), str(_twips(width)))
            size.set(qn("w:h"), str(_twips(height)))
        found = page.read_page(section)
        fit = all(map(page.near, found.type_area, page.TYPE_AREA)) and page.margins_fit(found)
        if found.upright and not fit:
            margins = section.get_or_add_pgMar()
            for name, millimetres in _MARGINS.items():
                margins.set(qn(name), str(_twips(millimetres)))
            margins.set(qn("w:gutter"), "0")


def correct_page_numbers(document: Document, looks: Looks) -> None:
    """— 1 — at the outer edge of every page; footers with a right page number are not touched."""
    if _right(document, looks):
        return
    first = document.sections[0]
    if not facing_pages(document):
        for section in document.sections:
            _face(section)
        document.settings.odd_and_even_pages_header_footer = True
    for kind in (first.footer, first.even_page_footer):
        if kind.is_linked_to_previous:
            kind.is_linked_to_previous = False
    for odd, even in footers(document):
        _set_number(odd, looks, "right")
        _set_number(even, looks, "left")


def _right(document: Document, looks: Looks) -> bool:
    facing = facing_pages(document)
    pairs = [(find_page_number(o, looks), find_page_number(e if facing else o, looks)) for o, e in footers(document)]
    if not all(_good(odd, "right") and _good(even, "left") for odd, even in pairs):
        return False
    return facing or all(odd is not None and odd.place == "outside" for odd, _ in pairs)


def _good(number: PageNumber | None, side: str) -> bool:
    return number is not None and number.dashed and fits_font(number) and number.is_right(side)


def _set_number(footer: etree._Element | None, looks: Looks, side: str) -> None:
    """Replace the footer's page number; a line with words besides the number is left to a person."""
    number = find_page_number(footer, looks)
    if footer is None or _good(number, side):
        return
    new = parse_xml(_number_xml(side))
    if number is None:
        blank = [one for one in footer.iterchildren(qn("w:p")) if not len(list(one.iter(qn("w:r"))))]
        for one in blank:
            footer.remove(one)
        footer.append(new)
        return
    old = next(one for one in [number.paragraph, *number.paragraph.iterancestors()] if one.getparent() is footer)
    if not other_words(old):
        footer.replace(old, new)


def _number_xml(side: str) -> str:
    look = (
        '<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体" w:hint="eastAsia"/><w:sz w:val="28"/></w:rPr>'
    )
    command = '<w:instrText xml:space="preserve"> PAGE </w:instrText>'
    field = "".join(
        f"<w:r>{look}{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            command,
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    edge = 'w:rightChars="100" w:right="280"' if side == "right" else 'w:leftChars="100" w:left="280"'
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:ind {edge} w:firstLine="0" w:firstLineChars="0"/>'
        f'<w:jc w:val="{side}"/></w:pPr>{field}</w:p>'
    )


def _face(section: Section) -> None:
    """Even pages are about to get headers and footers of their own: give them what they showed before."""
    for shown, even in ((section.header, section.even_page_header), (section.footer, section.even_page_footer)):
        if shown.is_linked_to_previous:
            continue
        even.is_linked_to_previous = False
        _copy(shown.part, even.part)


def _copy(source, target) -> None:
    """Children of one header or footer part, with the pictures and links they name."""
    names: dict[str, str] = {}
    for old, link in source.rels.items():
        names[old] = (
            target.relate_to(link.target_ref, link.reltype, is_external=True)
            if link.is_external
            else target.relate_to(link.target_part, link.reltype)
        )
    for child in list(target.element):
        target.element.remove(child)
    for child in source.element:
        copied = deepcopy(child)
        for element in copied.iter():
            for attribute, value in element.attrib.items():
                if attribute.startswith(_RELATIONSHIPS) and value in names:
                    element.set(attribute, names[value])
        target.element.append(copied)


def _twips(millimetres: float) -> int:
    return round(millimetres * page.TWIPS_A_MM)
