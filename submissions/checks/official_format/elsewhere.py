"""Words the table does not judge, because the standard sets no form for their places: named, so that a person looks."""

from collections.abc import Iterator

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from lxml import etree

from submissions.checks.findings import ADVICE

from .items import FormatItem, quoted
from .page_number import FALLBACK, other_words
from .parts import related_root

_EXPECTED = "正文写在页面上；文本框、脚注、页眉里的文字不在核对之列"


def elsewhere_items(document: Document) -> Iterator[FormatItem]:
    """One row where a text box, a note, a header or a footer holds words; none otherwise."""
    places = [
        (label, words)
        for label, words in (
            ("文本框", _box_words(document)),
            ("脚注、尾注", _note_words(document)),
            ("页眉", header_words(document, RT.HEADER)),  # footers are judged by their page numbers
        )
        if words
    ]
    if not places:
        return
    found = "、".join(f"{label} {len(words)} 处" for label, words in places)
    label, words = places[0]
    message = f"{found}没有核对格式，如{label}里的{quoted(words[0])}。请自己看一遍；如是正文，请移到正文里。"
    yield FormatItem("elsewhere", "没有核对的文字", found, _EXPECTED, "", ADVICE, message, words[0][:40], in_words=True)


def header_words(document: Document, *kinds: str) -> list[str]:
    """The different words of the parts of these relationship types, page numbers left out."""
    found = []
    for link in document.part.rels.values():
        if link.reltype in kinds and not link.is_external:
            root = getattr(link.target_part, "element", None)
            words = "" if root is None else other_words(root)
            if words and words not in found:
                found.append(words)
    return found


def _box_words(document: Document) -> list[str]:
    boxes = document.element.body.iter(qn("w:txbxContent"))
    return _said(box for box in boxes if next(box.iterancestors(FALLBACK), None) is None)


def _note_words(document: Document) -> list[str]:
    roots = (related_root(document.part, kind) for kind in (RT.FOOTNOTES, RT.ENDNOTES))
    return _said(
        note for root in roots if root is not None for note in root if note.get(qn("w:type"), "normal") == "normal"
    )


def _said(elements: Iterator[etree._Element]) -> list[str]:
    words = ("".join(text.text or "" for text in one.iter(qn("w:t"))).strip() for one in elements)
    return [one for one in words if one]
