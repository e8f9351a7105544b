"""A Word file → one manuscript in plain fields, as a person reads it (DESIGN.md 2 and 12, RULES.md 2).

Read from the same part of the file, by the same walk, for the form, the mail, the checks and the commands.
"""

import re

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn

from journal.text.headings import heading_level, number_level
from submissions.checks.official_format import title_lines
from submissions.checks.official_format.elsewhere import header_words
from submissions.checks.official_format.parts import related_root

from .arrived import ArrivedPicture, ArrivedText
from .docx_file import open_docx
from .front import recognise
from .refused import FileRefused
from .word_lines import Line, Lines
from .word_told import Told

_LONGEST_HEADING = 60
_LONGEST_CAPTION = 60
_SENTENCE_END = "。！？；，、：:;,!?"
_CAPTION = re.compile(
    r"(?:图为|图\s*[\d一二三四五六七八九十]{1,3}(?!\w)|图片[：:说]|照片[：:说]|[（(]\s*图|[上左右下]图|[▲△↑↓])"
)
_CAPTION_STYLES = ("caption", "题注", "图注", "图题")
_LOCAL = re.compile(r"(?:file:/*)?(?:[A-Za-z]:|/(?!/))|[^/\\:]+\.dot[mx]?$")


def read_word(data: bytes, name: str) -> ArrivedText:
    """One manuscript of a .docx. Raises FileRefused for what is no sound .docx, or holds neither words nor pictures."""
    return arrived_text(open_docx(data, name), name)


def arrived_text(document: Document, name: str) -> ArrivedText:
    """The manuscript of an opened document. Raises FileRefused where it is empty."""
    read = Lines(document)
    lines = [line for line in read.lines if line.text.strip()]
    if not lines and not read.notes:
        raise FileRefused(name, "里面没有文字，也没有照片", "请核对是不是选错了文件")
    _tell_rest(document, read.told)
    front = recognise([line.text for line in lines], title_lines=_title_length(document, lines))
    rest = [line for place, line in enumerate(lines) if place not in front.used]
    rest, pictures = _with_captions(rest, read.pictures)
    ranks = sorted({line.outline for line in rest if line.outline is not None})
    notes = [note for note in read.notes if note != front.author_note]
    body = [_body_line(line, ranks) for line in rest]
    words = "\n".join([*body, *(["注释：", *notes] if notes else [])])
    return front.arrived(words, pictures=pictures, remarks=read.told.remarks())


def _title_length(document: Document, lines: list[Line]) -> int:
    """How many lines the title takes by its looks; one where the text does not begin with those lines."""
    title = title_lines(document)
    head = [line.text.strip() for line in lines if not line.picture][: len(title)]
    return len(title) if title and head == title else 1


def _with_captions(lines: list[Line], pictures: list[ArrivedPicture]) -> tuple[list[Line], list[ArrivedPicture]]:
    """The lines without the captions that follow pictures, and the pictures that have got them."""
    captioned = list(pictures)
    kept: list[Line] = []
    for line in lines:
        before = kept[-1].picture if kept else 0
        if before and not line.picture and not captioned[before - 1].caption and _is_caption(line):
            one = captioned[before - 1]
            captioned[before - 1] = ArrivedPicture(one.name, one.data, line.text.strip().lstrip("▲△↑↓ "))
        else:
            kept.append(line)
    return kept, captioned


def _is_caption(line: Line) -> bool:
    words = line.text.strip()
    if line.kind == "row" or number_level(words) is not None or len(words) > 2 * _LONGEST_CAPTION:
        return False
    if line.style.startswith(_CAPTION_STYLES) or _CAPTION.match(words):
        return True
    return (line.centred or line.kind == "box") and len(words) <= _LONGEST_CAPTION


def _body_line(line: Line, ranks: list[int]) -> str:
    """A line as the plain field holds it: a heading by its style is marked where its words do not show it."""
    words = line.text.strip(" \u3000\u00a0") if line.kind != "row" else line.text
    if line.outline is None or line.kind != "text" or heading_level(words):
        return words
    if len(words) > _LONGEST_HEADING or words[-1] in _SENTENCE_END:
        return words
    level = number_level(words) or min(2 + ranks.index(line.outline), 4)
    return f"{'#' * level} {words}"


def _tell_rest(document: Document, told: Told) -> None:
    """What stands in other parts of the file."""
    comments = related_root(document.part, RT.COMMENTS)
    for comment in () if comments is None else comments.iter(qn("w:comment")):
        told.add("comment", "".join(one.text or "" for one in comment.iter(qn("w:t"))))
    for words in header_words(document, RT.HEADER, RT.FOOTER):
        told.add("header", words)
    if next(document.element.body.iter(qn("w:altChunk")), None) is not None:
        told.add("chunk")
    for part in document.part.package.iter_parts():
        if str(part.partname).lower().endswith("vbaproject.bin"):
            told.add("macro")
        for link in part.rels.values():
            if not link.is_external:
                continue
            kind = link.reltype.rpartition("/")[2]
            if kind == "attachedTemplate" and not _LOCAL.match(link.target_ref):
                told.add("template", link.target_ref)
            elif kind in ("oleObject", "subDocument", "frame", "aFChunk"):
                told.add("outside", link.target_ref)
