"""Word files built in code: good ones, bad ones, and ones as WPS writes them."""

from io import BytesIO

import docx
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from PIL import Image

TITLE = "关于榕岭村“板凳会”做法的调研报告"
BYLINE = "林晓舟"
LINES = (
    "一、会开到树下",
    "榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，定下来的事当场记在本子上。",
    "（一）先听后说",
    "开会先请年长的人讲，干部只记不辩，讲完再一件一件地答复。",
    "（二）当场记账。每件事写明由谁办、几天办完，记完念一遍，大家没有意见才散会。",
    "二、事办到门前",
    "1.贴在墙上",
    "定下来的事贴在村口的墙上，办完一件划掉一件。",
    "（1）看得见",
    "村民路过都能看见，还差几件一目了然。",
)
FACES = {"一、": "黑体", "（一": "楷体_GB2312", "（二": "楷体_GB2312", "二、": "黑体"}


def official(lines=LINES, title=TITLE, byline=BYLINE) -> Document:
    """A document that fits in every row."""
    document = blank()
    write(document, title, "方正小标宋简体", 22, align="center", first=False)
    if byline:
        write(document, byline, "楷体_GB2312", 16, align="center", first=False)
    for line in lines:
        face = FACES.get(line[:2], "仿宋_GB2312")
        stop = line.find("。")
        if face == "楷体_GB2312" and 0 < stop < len(line) - 1:
            write(document, [(line[: stop + 1], face), (line[stop + 1 :], "仿宋_GB2312")], face, 16)
        else:
            write(document, line, face, 16)
    number_pages(document)
    return document


def blank() -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    return document


def write(document, text, face: str, size: float, *, align="both", first=True, line="579", bold=False):
    """One paragraph; text may be a list of (text, face)."""
    paragraph = document.add_paragraph()
    for words, font in [(text, face)] if isinstance(text, str) else text:
        run = paragraph.add_run(words)
        run.font.size = Pt(size)
        run.font.bold = bold or None
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    properties = paragraph._p.get_or_add_pPr()
    spacing = properties.get_or_add_spacing()
    for name, value in (("line", line), ("lineRule", "exact"), ("before", "0"), ("after", "0")):
        spacing.set(qn(f"w:{name}"), value)
    properties.get_or_add_jc().set(qn("w:val"), align)
    if first:
        properties.get_or_add_ind().set(qn("w:firstLineChars"), "200")
    return paragraph


def number_pages(document, *, dash="—", face="宋体", size=14, sides=("right", "left")):
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in zip((section.footer, section.even_page_footer), sides, strict=True):
        footer.is_linked_to_previous = False
        for old in list(footer._element):
            footer._element.remove(old)
        footer._element.append(parse_xml(page_number_xml(dash, face, size, side)))


def page_number_xml(dash: str, face: str, size: float, side: str) -> str:
    look = (
        f'<w:rPr><w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}"/><w:sz w:val="{size * 2:g}"/></w:rPr>'
    )
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:jc w:val="{side}"/></w:pPr><w:r>{look}<w:t xml:space="preserve">{dash} </w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{look}<w:instrText>PAGE \\* MERGEFORMAT</w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{look}<w:t>7</w:t></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r><w:r>{look}<w:t xml:space="preserve"> {dash}</w:t></w:r></w:p>'
    )


def careless(lines=LINES, title=TITLE, byline=BYLINE) -> Document:
    """As people type it into a new document: everything by the program's defaults, title bold by hand."""
    document = docx.Document()
    document.add_paragraph().add_run(title).bold = True
    if byline:
        document.add_paragraph(byline)
    for line in lines:
        document.add_paragraph(line)
    return document


def set_default_fonts(document, **attributes) -> None:
    """rFonts of docDefaults: eastAsia="仿宋" or eastAsiaTheme="minorEastAsia"."""
    fonts = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in attributes.items():
        fonts.set(qn(f"w:{name}"), value)


def add_style(document, style_id: str, based_on: str = "", face: str = "", size: float = 0, first_chars: int = 0):
    """A paragraph style that WPS might write, by its id."""
    style = OxmlElement("w:style")
    style.set(qn("w:type"), "paragraph")
    style.set(qn("w:styleId"), style_id)
    parts = [f'<w:name w:val="{style_id}"/>']
    if based_on:
        parts.append(f'<w:basedOn w:val="{based_on}"/>')
    if first_chars:
        parts.append(f'<w:pPr><w:ind w:firstLineChars="{first_chars}"/></w:pPr>')
    font = f'<w:rFonts w:eastAsia="{face}"/>' if face else ""
    points = f'<w:sz w:val="{size * 2:g}"/>' if size else ""
    if font or points:
        parts.append(f"<w:rPr>{font}{points}</w:rPr>")
    for part in parts:
        style.append(
            parse_xml(
                part.replace("/>", f" {nsdecls('w')}/>", 1)
                if part.endswith("/>") and part.count("<") == 1
                else part.replace(">", f" {nsdecls('w')}>", 1)
            )
        )
    document.styles.element.append(style)


def picture() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (60, 40), (160, 30, 30)).save(out, "JPEG")
    out.seek(0)
    return out


def to_bytes(document) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
