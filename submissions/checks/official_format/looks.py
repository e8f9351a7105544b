"""How a run or paragraph of a .docx really looks: direct formatting, styles, defaults, theme (ECMA-376 part 1, 17.7.2).

Attributes are read raw and leniently: a file may hold any nonsense in them, and nonsense counts as not set.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from lxml import etree

from .parts import number, related_root
from .theme import ThemeFonts

TWIPS = 20  # in a point
_MAX_CHAIN = 20  # styles based on one another; a loop ends here


@dataclass(frozen=True)
class RunLook:
    """east_asia, latin: font names, None where the program decides; size in points."""

    east_asia: str | None
    latin: str | None
    size: float
    bold: bool


@dataclass(frozen=True)
class ParagraphLook:
    """Lengths in points; first_chars and left_chars in characters; line in points, or in lines where rule is auto.
    numbering is (format, text) of an automatic number, such as ("chineseCounting", "%1、"), else None."""

    align: str
    first: float
    first_chars: float
    left: float
    left_chars: float
    line: float
    rule: str
    before: float
    after: float
    numbering: tuple[str, str] | None


class Looks:
    """Looks of everything in one document, footers included."""

    def __init__(self, document: Document):
        styles = related_root(document.part, RT.STYLES)
        found = [] if styles is None else styles.findall(qn("w:style"))
        self._styles = {style.get(qn("w:styleId")): style for style in found}
        self._default_style = next(
            (s for s in found if s.get(qn("w:type")) == "paragraph" and s.get(qn("w:default")) in ("1", "true")), None
        )
        self._default_run = _find(styles, "w:docDefaults/w:rPrDefault/w:rPr")
        self._default_paragraph = _find(styles, "w:docDefaults/w:pPrDefault/w:pPr")
        self._theme = ThemeFonts(document)
        self._numbering = related_root(document.part, RT.NUMBERING)
        self._chains: dict[str | None, list[etree._Element]] = {}
        self._runs: dict[tuple, RunLook] = {}

    def run(self, run: etree._Element, paragraph: etree._Element) -> RunLook:
        direct = run.find(qn("w:rPr"))
        style = _value(_find(paragraph, "w:pPr"), "w:pStyle")
        key = (style, b"" if direct is None else etree.tostring(direct))
        if key not in self._runs:
            self._runs[key] = self._resolve_run(direct, style)
        return self._runs[key]

    def paragraph(self, paragraph: etree._Element) -> ParagraphLook:
        direct = paragraph.find(qn("w:pPr"))
        chain = self._chain(_value(direct, "w:pStyle"), paragraph=True)
        sources = _present(direct, *(_find(style, "w:pPr") for style in chain))
        level = self._number_level(sources)
        sources = _present(direct, _find(level, "w:pPr"), *sources[direct is not None :], self._default_paragraph)
        hanging = _nearest_indent(sources)
        rule = _attribute(sources, "w:spacing", "w:lineRule") or "auto"
        line = number(_attribute(sources, "w:spacing", "w:line"), 240)
        return ParagraphLook(
            align=_attribute(sources, "w:jc", "w:val") or "left",
            first=-1.0 if hanging else number(_attribute(sources, "w:ind", "w:firstLine")) / TWIPS,
            first_chars=0.0 if hanging else number(_attribute(sources, "w:ind", "w:firstLineChars")) / 100,
            left=number(_attribute(sources, "w:ind", "w:left", "w:start")) / TWIPS,
            left_chars=number(_attribute(sources, "w:ind", "w:leftChars", "w:startChars")) / 100,
            line=line / (240 if rule == "auto" else TWIPS),
            rule=rule,
            before=_gap(sources, "before"),
            after=_gap(sources, "after"),
            numbering=_number_form(level),
        )

    def _resolve_run(self, direct: etree._Element | None, style: str | None) -> RunLook:
        own = self._chain(_value(direct, "w:rStyle"), paragraph=False)
        chain = [*own, *self._chain(style, paragraph=True)]
        sources = _present(direct, *(_find(one, "w:rPr") for one in chain), self._default_run)
        bold = next((mark for source in sources if (mark := source.find(qn("w:b"))) is not None), None)
        return RunLook(
            east_asia=self._font(sources, "eastAsia"),
            latin=self._font(sources, "ascii"),
            size=number(_attribute(sources, "w:sz", "w:val"), 20) / 2,
            bold=bold is not None and bold.get(qn("w:val"), "1") not in ("0", "false", "off"),
        )

    def _font(self, sources: list[etree._Element], slot: str) -> str | None:
        """The theme's attribute beats the plain one of the same element (17.3.2.26)."""
        for source in sources:
            fonts = source.find(qn("w:rFonts"))
            if fonts is None:
                continue
            themed = fonts.get(qn(f"w:{slot}Theme"))
            if themed:
                return self._theme.font(themed)
            if fonts.get(qn(f"w:{slot}")):
                return self._theme.named(fonts.get(qn(f"w:{slot}")))
        return None

    def _chain(self, style_id: str | None, *, paragraph: bool) -> list[etree._Element]:
        """A style and those it is based on, nearest first; a paragraph without a style has the default one."""
        if style_id is None and not paragraph:
            return []
        if style_id not in self._chains:
            chain: list[etree._Element] = []
            style = self._styles.get(style_id, self._default_style if paragraph else None)
            while style is not None and len(chain) < _MAX_CHAIN:
                chain.append(style)
                style = self._styles.get(_value(style, "w:basedOn"))
            self._chains[style_id] = chain
        return self._chains[style_id]

    def _number_level(self, sources: list[etree._Element]) -> etree._Element | None:
        num_id = _attribute(sources, "w:numPr/w:numId", "w:val")
        if self._numbering is None or num_id in (None, "0"):
            return None
        level = _attribute(sources, "w:numPr/w:ilvl", "w:val") or "0"
        number_ = _by_attribute(self._numbering, "w:num", "w:numId", num_id)
        abstract = _by_attribute(
            self._numbering, "w:abstractNum", "w:abstractNumId", _value(number_, "w:abstractNumId")
        )
        return _by_attribute(abstract, "w:lvl", "w:ilvl", level)


def _nearest_indent(sources: list[etree._Element]) -> bool:
    """Whether the nearest word on the first line is that it hangs."""
    for source in sources:
        indent = source.find(qn("w:ind"))
        if indent is None:
            continue
        if number(indent.get(qn("w:hanging"))) > 0 or number(indent.get(qn("w:hangingChars"))) > 0:
            return True
        if indent.get(qn("w:firstLine")) is not None or indent.get(qn("w:firstLineChars")) is not None:
            return False
    return False


def _gap(sources: list[etree._Element], side: str) -> float:
    """Space before or after in points; lines are worth twelve points, automatic space fourteen."""
    if _attribute(sources, "w:spacing", f"w:{side}Autospacing") in ("1", "true", "on"):
        return 14.0
    lines = number(_attribute(sources, "w:spacing", f"w:{side}Lines"))
    return lines * 12 / 100 if lines else number(_attribute(sources, "w:spacing", f"w:{side}")) / TWIPS


def _number_form(level: etree._Element | None) -> tuple[str, str] | None:
    return None if level is None else (_value(level, "w:numFmt") or "", _value(level, "w:lvlText") or "")


def _attribute(sources: list[etree._Element], path: str, *names: str) -> str | None:
    """The nearest source's attribute, under any of its names."""
    for source in sources:
        element = _find(source, path)
        for name in names:
            if element is not None and element.get(qn(name)) is not None:
                return element.get(qn(name))
    return None


def _find(element: etree._Element | None, path: str) -> etree._Element | None:
    return None if element is None else element.find("/".join(qn(step) for step in path.split("/")))


def _value(element: etree._Element | None, tag: str) -> str | None:
    found = _find(element, tag)
    return None if found is None else found.get(qn("w:val"))


def _by_attribute(parent: etree._Element | None, tag: str, attribute: str, value: str | None) -> etree._Element | None:
    children: Iterator = iter(()) if parent is None or value is None else parent.iterchildren(qn(tag))
    return next((child for child in children if child.get(qn(attribute)) == value), None)


def _present(*elements: etree._Element | None) -> list[etree._Element]:
    return [element for element in elements if element is not None]
