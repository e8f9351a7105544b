"""The page number: 4号 half-width Song, a dash on each side, odd pages right and even pages left (GB/T 9704-2012, 7.5).

Found wherever programs put it: in a footer's paragraph, a content control, a frame (Word) or a text box (WPS).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from lxml import etree

from submissions.checks.findings import WARNING

from .fonts import SONGTI, is_face, is_size, size_label
from .items import FormatItem
from .looks import Looks
from .page import sections
from .parts import is_on, related_root

SIZE = 14
_MARK = "\x00"
_PAGE = re.compile(r"\bPAGE\b")
_DASHED = re.compile(f"[—―─]\\s*{_MARK}\\s*[—―─]")
_FURNITURE = re.compile(rf"[\s\d{_MARK}—―─–－·.\-/第页共/]*")
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True)
class PageNumber:
    """A PAGE field: its paragraph's text with the number as NUL, its font, size in points and place."""

    text: str
    font: str | None
    size: float
    place: str
    paragraph: etree._Element

    @property
    def dashed(self) -> bool:
        return _DASHED.fullmatch(self.text.strip()) is not None

    @property
    def shown(self) -> str:
        return self.text.strip().replace(_MARK, "1")

    def is_right(self, side: str) -> bool:
        return self.place in (side, "outside")


def find_page_number(footer: etree._Element | None, looks: Looks) -> PageNumber | None:
    """The first PAGE field of a footer."""
    if footer is None:
        return None
    for element in footer.iter(qn("w:instrText"), qn("w:fldSimple")):
        command = element.text if element.tag == qn("w:instrText") else element.get(qn("w:instr"))
        paragraph = next(element.iterancestors(qn("w:p")), None)
        if (
            not _PAGE.search(command or "")
            or paragraph is None
            or next(element.iterancestors(FALLBACK), None) is not None
        ):
            continue
        text, run = _read(paragraph, element)
        look = looks.run(run, paragraph)
        return PageNumber(text, look.latin, look.size, _place(paragraph, looks), paragraph)
    return None


def other_words(element: etree._Element) -> str:
    """What a part of a footer says besides a page number: such words are never thrown away."""
    said = "".join(
        text.text or "" for text in element.iter(qn("w:t")) if next(text.iterancestors(FALLBACK), None) is None
    )
    return "" if _FURNITURE.fullmatch(said) else said.strip()


def facing_pages(document: Document) -> bool:
    """Whether odd and even pages have footers of their own."""
    settings = related_root(document.part, RT.SETTINGS)
    return settings is not None and is_on(settings.find(qn("w:evenAndOddHeaders")))


def footers(document: Document) -> list[tuple[etree._Element | None, etree._Element | None]]:
    """(odd, even) footer of each section; a section without one goes on with the previous section's."""
    current: dict[str, etree._Element | None] = {"default": None, "even": None}
    out = []
    for section in sections(document.element.body):
        for reference in section.iterchildren(qn("w:footerReference")):
            part = document.part.rels.get(reference.get(qn("r:id")))
            root = None if part is None or part.is_external else getattr(part.target_part, "element", None)
            current[reference.get(qn("w:type"), "default")] = root
        out.append((current["default"], current["even"]))
    return out


def page_number_items(document: Document, looks: Looks) -> Iterator[FormatItem]:
    facing = facing_pages(document)
    pairs = [
        (find_page_number(odd, looks), find_page_number(even if facing else odd, looks))
        for odd, even in footers(document)
    ] or [(None, None)]
    numbers = [one for pair in pairs for one in pair]
    present = [one for one in numbers if one]
    yield _number_item(numbers, present)
    if present:
        yield _font_item(present)
        yield _place_item(pairs, facing)


def _number_item(numbers: list[PageNumber | None], present: list[PageNumber]) -> FormatItem:
    heading = ("page_number", "页码")
    expected = "页脚有页码，数字左右各一条一字线：— 1 —"
    wrong = next((one for one in present if not one.dashed), None)
    if not present or None in numbers:
        found = "没有页码" if not present else "有的页没有页码"
        message = f"{found}。请在“插入—页码”里加上，数字左右各放一条一字线（— 1 —）。"
        return FormatItem(*heading, found, expected, "7.5", WARNING, message)
    if wrong:
        words = other_words(wrong.paragraph)
        message = f"页码写作“{wrong.shown}”，应写作“— 1 —”。请在页脚里改。"
        return FormatItem(*heading, wrong.shown, expected, "7.5", WARNING, message, wrong.shown, bool(words))
    return FormatItem(*heading, present[0].shown, expected, "7.5")


def fits_font(number: PageNumber) -> bool:
    return is_face(number.font, SONGTI) and is_size(number.size, SIZE)


def _font_item(present: list[PageNumber]) -> FormatItem:
    heading = ("page_number_font", "页码字体字号")
    expected = "4号（14 磅）半角宋体"
    shown = next((one for one in present if not fits_font(one)), present[0])
    found = f"{shown.font or '未指定字体'}，{size_label(shown.size)}"
    if fits_font(shown):
        return FormatItem(*heading, found, expected, "7.5")
    message = f"页码字体字号：{found}，应为{expected}。请双击页脚，选中页码，设为宋体、四号。"
    return FormatItem(*heading, found, expected, "7.5", WARNING, message)


def _place_item(pairs: list[tuple[PageNumber | None, PageNumber | None]], facing: bool) -> FormatItem:
    heading = ("page_number_place", "页码位置")
    expected = "单页码居右，双页码居左"
    fits = all((not odd or odd.is_right("right")) and (not even or even.is_right("left")) for odd, even in pairs)
    outside = all(not one or one.place == "outside" for pair in pairs for one in pair)
    if fits and (facing or outside):
        return FormatItem(*heading, expected, expected, "7.5")
    names = {"left": "居左", "center": "居中", "right": "居右", "outside": "居外侧"}
    first = next(one for pair in pairs for one in pair if one)
    found = names.get(first.place, first.place) + ("" if facing else "，单双页相同")
    message = f"页码位置：{found}，应为{expected}。请在页眉页脚设置里勾选“奇偶页不同”，奇数页页码居右，偶数页居左。"
    return FormatItem(*heading, found, expected, "7.5", WARNING, message)


def _read(paragraph: etree._Element, field: etree._Element) -> tuple[str, etree._Element]:
    """The paragraph's text with NUL for the number, and the run whose font the number has.

    The stored result of a field (between separate and end) is old text that programs replace.
    """
    text, depth, in_result = "", 0, False
    simple = field if field.tag == qn("w:fldSimple") else None
    run = next(field.iter(qn("w:r")), field.getparent()) if simple is not None else field.getparent()
    for element in paragraph.iter(qn("w:t"), qn("w:fldChar"), qn("w:instrText"), qn("w:fldSimple")):
        if element.tag == qn("w:fldChar"):
            kind = element.get(qn("w:fldCharType"))
            depth += {"begin": 1, "end": -1}.get(kind or "", 0)
            in_result = depth > 0 and (in_result or kind == "separate")
        elif element is field:
            text += _MARK
        elif element.tag == qn("w:t") and not (simple is not None and simple in element.iterancestors()):
            if not in_result:
                text += element.text or ""
            elif text.endswith(_MARK):
                run = element.getparent()
    return text, run


def _place(paragraph: etree._Element, looks: Looks) -> str:
    """left, center, right or outside: of the frame or text box where there is one, else of the paragraph."""
    frame = paragraph.find(f"{qn('w:pPr')}/{qn('w:framePr')}")
    if frame is not None and frame.get(qn("w:xAlign")):
        return frame.get(qn("w:xAlign"))
    anchor = next(paragraph.iterancestors(qn("wp:anchor")), None)
    align = None if anchor is None else anchor.find(f"{qn('wp:positionH')}/{qn('wp:align')}")
    if align is not None and align.text:
        return align.text
    shape = next((one for one in paragraph.iterancestors() if "mso-position-horizontal:" in one.get("style", "")), None)
    if shape is not None:
        return re.search(r"mso-position-horizontal:\s*(\w+)", shape.get("style"))[1]
    found = looks.paragraph(paragraph).align
    return {"end": "right", "start": "left", "both": "left", "distribute": "left"}.get(found, found)
