"""Paragraphs and runs as a reader sees them: tracked deletions left out, insertions and controls opened."""

from collections.abc import Iterator

from docx.oxml.ns import qn
from lxml import etree

_P, _R, _TBL, _T = qn("w:p"), qn("w:r"), qn("w:tbl"), qn("w:t")
_BLOCK_WRAPPERS = {qn(tag) for tag in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo")}
_RUN_WRAPPERS = _BLOCK_WRAPPERS | {qn(tag) for tag in ("w:hyperlink", "w:smartTag", "w:fldSimple", "w:dir", "w:bdo")}
_BR, _TYPE = qn("w:br"), qn("w:type")
_BREAKS = {qn("w:tab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_DRAWN = (
    qn("w:drawing"),
    qn("w:pict"),
    qn("w:object"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
)


def blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """The w:p and w:tbl elements of a body or cell, in order."""
    yield from _opened(parent, (_P, _TBL), _BLOCK_WRAPPERS)


def paragraphs(body: etree._Element) -> list[etree._Element]:
    """Those that stand in no table and no text box."""
    return [block for block in blocks(body) if block.tag == _P]


def runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The runs that hold anything."""
    return (run for run in _opened(paragraph, (_R,), _RUN_WRAPPERS) if len(run))


def pieces(run: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """A run's children that are text, each with what it says."""
    for child in run:
        if child.tag == _T:
            yield child, child.text or ""
        elif child.tag == _BR:
            yield child, "" if child.get(_TYPE) in ("page", "column") else "\n"
        elif child.tag in _BREAKS:
            yield child, _BREAKS[child.tag]


def run_text(run: etree._Element) -> str:
    said = ""
    for _, text in pieces(run):
        said += text
    return said


def paragraph_text(paragraph: etree._Element) -> str:
    return "".join(run_text(run) for run in runs(paragraph))


def holds_drawing(paragraph: etree._Element) -> bool:
    """Whether a picture, text box or object stands in it, which exact line spacing would cut off."""
    return any(next(paragraph.iter(tag), None) is not None for tag in _DRAWN)


def _opened(parent: etree._Element, wanted: tuple[str, ...], wrappers: set[str]) -> Iterator[etree._Element]:
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag in wanted:
            yield element
        elif element.tag in wrappers:
            waiting.extend(reversed(element))
