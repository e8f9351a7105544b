"""The corrected copy: only formatting is written, and only where the check found it wrong.

The paragraphs are judged again after each step, because a size decides what two characters are.
"""

from copy import deepcopy
from io import BytesIO

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from . import fits
from .check import line_grid
from .correct_page import correct_page_numbers, correct_pages
from .fonts import FANGSONG, KAITI, XIAOBIAOSONG, Face, is_face, is_size
from .looks import Looks
from .structure import Paragraph, Role, structured
from .walk import paragraphs, pieces, run_text

_LINE = "579"  # twentieths of a point: 28.95, the loosest that still gives 22 lines
_EMPTY_INDENT = {"w:left": "0", "w:leftChars": "0", "w:firstLine": "0", "w:firstLineChars": "0"}
_TWO_CHARACTERS = {"w:left": "0", "w:leftChars": "0", "w:firstLine": "640", "w:firstLineChars": "200"}


def correct(document: Document) -> bytes:
    """The document, formatted in place, as a file."""
    body = document.element.body
    looks = Looks(document)
    correct_pages(body)
    pitch = line_grid(document)
    for paragraph in structured(paragraphs(body), looks):
        _correct_paragraph(paragraph, looks, pitch)
    correct_page_numbers(document, looks)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _correct_paragraph(paragraph: Paragraph, looks: Looks, pitch: float) -> None:
    if paragraph.role is Role.TITLE:
        _set_text(paragraph, looks, XIAOBIAOSONG, fits.TITLE_SIZE, plain=True)
        _centre(paragraph)
    elif paragraph.role is Role.FRONT:
        _set_text(paragraph, looks, KAITI, fits.TEXT_SIZE)
        _centre(paragraph)
    elif paragraph.role is Role.HEADING:
        _part_head(paragraph, looks)
        face = fits.LEVEL_FACES[paragraph.level - 1]
        _set_text(paragraph, looks, face, fits.TEXT_SIZE, end=paragraph.head, plain=True)
        _set_text(paragraph, looks, FANGSONG, fits.TEXT_SIZE, start=paragraph.head)
    elif paragraph.role in (Role.BODY, Role.SALUTATION):
        _set_text(paragraph, looks, FANGSONG, fits.TEXT_SIZE)
    if paragraph.flows:
        _set_flow(paragraph, pitch)


def _set_text(
    paragraph: Paragraph,
    looks: Looks,
    face: Face,
    size: float,
    *,
    start: int = 0,
    end: int | None = None,
    plain: bool = False,
) -> None:
    """Font and size of the characters from start to end; plain takes bold away."""
    offset = 0
    for run in looks.shown_runs(paragraph.element):
        text = run_text(run)
        inside = start <= offset and (end is None or offset < end)
        offset += len(text)
        if not text.strip() or not inside:
            continue
        look = looks.run(run, paragraph.element)
        if fits.CHINESE.search(text) and not is_face(look.east_asia, face):
            _set_font(run, face.preferred)
        if not is_size(look.size, size):
            set_size(run, size)
        if plain and look.bold:
            run.get_or_add_rPr().get_or_add_b().set(qn("w:val"), "0")


def _set_font(run, name: str) -> None:
    fonts = run.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.pop(qn("w:eastAsiaTheme"), None)  # it would beat the name
    fonts.set(qn("w:eastAsia"), name)


def set_size(run, points: float) -> None:
    run.get_or_add_rPr().get_or_add_sz().set(qn("w:val"), f"{points * 2:g}")


def _centre(paragraph: Paragraph) -> None:
    if not fits.centred(paragraph):
        properties = paragraph.element.get_or_add_pPr()
        properties.get_or_add_jc().set(qn("w:val"), "center")
        _set_indent(properties, _EMPTY_INDENT)


def _set_flow(paragraph: Paragraph, pitch: float) -> None:
    """Indent, line spacing and no gaps, where one of them is wrong."""
    properties = paragraph.element.get_or_add_pPr()
    if not fits.indented(paragraph):
        if paragraph.look.align in ("center", "right", "end"):
            properties.get_or_add_jc().set(qn("w:val"), "both")
        spaces = fits.typed_spaces(paragraph)
        _set_indent(properties, _EMPTY_INDENT if spaces else _TWO_CHARACTERS)
    if not fits.TIGHTEST <= fits.line_points(paragraph, pitch) <= fits.ADVISED:
        spacing = properties.get_or_add_spacing()
        spacing.set(qn("w:line"), _LINE)
        spacing.set(qn("w:lineRule"), "exact")
    if not fits.no_gaps(paragraph):
        spacing = properties.get_or_add_spacing()
        for side in ("before", "after"):
            for kind in ("", "Lines", "Autospacing"):
                spacing.set(qn(f"w:{side}{kind}"), "0")


def _set_indent(properties, values: dict[str, str]) -> None:
    indent = properties.get_or_add_ind()
    for name in ("w:hanging", "w:hangingChars", "w:start", "w:startChars"):
        indent.attrib.pop(qn(name), None)
    for name, value in values.items():
        indent.set(qn(name), value)


def _part_head(paragraph: Paragraph, looks: Looks) -> None:
    """Where a heading runs on into text within one run, that run becomes two with the same look."""
    offset = 0
    for run in looks.shown_runs(paragraph.element):
        length = len(run_text(run))
        if offset < paragraph.head < offset + length:
            _split(run, paragraph.head - offset)
            return
        offset += length


def _split(run: etree._Element, place: int) -> None:
    """Characters from place on move to a run of their own behind this one."""
    rest = OxmlElement("w:r")
    if run.rPr is not None:
        rest.append(deepcopy(run.rPr))
    run.addnext(rest)
    offset, moving = 0, False
    sizes = dict(pieces(run))
    for child in list(run):
        text = sizes.get(child, "")
        if moving:
            rest.append(child)
        elif offset < place < offset + len(text):
            rest.append(_text(text[place - offset :]))
            child.text = text[: place - offset]
            child.set(qn("xml:space"), "preserve")
        offset += len(text)
        moving = offset >= place


def _text(words: str) -> etree._Element:
    element = OxmlElement("w:t")
    element.text = words
    element.set(qn("xml:space"), "preserve")
    return element
