"""How a run or paragraph of a .docx really looks: direct formatting, styles, defaults, theme (ECMA-376 part 1, 17.7.2).

Each source is read into a small dict of raw values; nearer sources are laid over farther ones. Values are read
leniently: a file may hold any nonsense, and nonsense counts as not set.
"""

from collections.abc import Iterable
from typing import NamedTuple

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from lxml import etree

from .numbering import NumberLevel, read_levels
from .parts import find, number, related_root, value
from .theme import ThemeFonts
from .walk import runs

TWIPS = 20  # in a point
_MAX_CHAIN = 20  # styles based on one another; a loop ends here
_OFF = ("0", "false", "off")
_SLOTS = {
    "east_asia": (qn("w:eastAsiaTheme"), qn("w:eastAsia")),
    "latin": (qn("w:asciiTheme"), qn("w:ascii")),
}
_RUN_TAGS = {qn("w:sz"): "size", qn("w:b"): "bold", qn("w:vanish"): "hidden", qn("w:rStyle"): "style"}
_PARAGRAPH_TAGS = {
    qn("w:jc"): "jc",
    qn("w:ind"): "ind",
    qn("w:spacing"): "spacing",
    qn("w:outlineLvl"): "outline",
}
_BODY_TEXT = 9  # the outline level of what is no heading
_FONTS, _RPR, _PPR, _VAL, _W = qn("w:rFonts"), qn("w:rPr"), qn("w:pPr"), qn("w:val"), qn("w:")
_FIRST = ("ind firstLine", "ind firstLineChars")
_HANGING = ("ind hanging", "ind hangingChars")

Raw = dict[str, str]


class RunLook(NamedTuple):
    """east_asia, latin: font names, None where the program decides; size in points; hidden: neither shown nor printed."""

    east_asia: str | None
    latin: str | None
    size: float
    bold: bool
    hidden: bool = False


class ParagraphLook(NamedTuple):
    """Lengths in points; first_chars and left_chars in characters; line in points, or in lines where rule is auto.
    A hanging first line is -1. numbering is the level of an automatic number, else None; outline counts the ranks of
    headings from 0, None for text."""

    align: str
    first: float
    first_chars: float
    left: float
    left_chars: float
    line: float
    rule: str
    before: float
    after: float
    numbering: NumberLevel | None
    outline: int | None = None


class Looks:
    """Looks of everything in one document, footers included."""

    def __init__(self, document: Document):
        styles = related_root(document.part, RT.STYLES)
        found = [] if styles is None else styles.findall(qn("w:style"))
        self._styles = {style.get(qn("w:styleId")): style for style in found}
        self._default_style = next(
            (s for s in found if s.get(qn("w:type")) == "paragraph" and s.get(qn("w:default")) in ("1", "true")), None
        )
        self._run_defaults = _run_values(find(styles, "w:docDefaults/w:rPrDefault/w:rPr"))
        self._paragraph_defaults = _paragraph_values(find(styles, "w:docDefaults/w:pPrDefault/w:pPr"))
        self._theme = ThemeFonts(document)
        self._levels = read_levels(related_root(document.part, RT.NUMBERING))
        roots = (document.element, styles)
        self._hides = any(root is not None and next(root.iter(qn("w:vanish")), None) is not None for root in roots)
        self._paragraph: etree._Element | None = None  # the one asked for last, and its style
        self._paragraph_style: str | None = None
        self._run_bases: dict[tuple[str | None, str | None], Raw] = {}
        self._paragraph_bases: dict[tuple[str | None, str | None, str | None], tuple[Raw, NumberLevel | None]] = {}

    def run(self, run: etree._Element, paragraph: etree._Element) -> RunLook:
        direct = next(run.iterchildren(_RPR), None)
        if paragraph is not self._paragraph:
            self._paragraph, self._paragraph_style = paragraph, _style(paragraph)
        own = _run_values(direct)
        raw = {**self._run_base(self._paragraph_style, own.pop("style", None)), **own}
        return RunLook(
            east_asia=self._theme.resolve(raw.get("east_asia")),
            latin=self._theme.resolve(raw.get("latin")),
            size=number(raw.get("size"), 20) / 2,
            bold=raw.get("bold", "0") not in _OFF,
            hidden=raw.get("hidden", "0") not in _OFF,
        )

    def is_hidden(self, run: etree._Element, paragraph: etree._Element) -> bool:
        return self._hides and self.run(run, paragraph).hidden

    def shown_runs(self, paragraph: etree._Element) -> list[etree._Element]:
        """The runs a reader sees."""
        return [run for run in runs(paragraph) if not self.is_hidden(run, paragraph)]

    def paragraph(self, paragraph: etree._Element) -> ParagraphLook:
        direct = next(paragraph.iterchildren(_PPR), None)
        base, level = self._paragraph_base(
            _style(paragraph), value(direct, "w:numPr/w:numId"), value(direct, "w:numPr/w:ilvl")
        )
        return _paragraph_look(_laid_over(base, _paragraph_values(direct)), level)

    def style_name(self, paragraph: etree._Element) -> str:
        """The name of its style in small letters (“caption”, “题注”), empty without one."""
        style = self._styles.get(_style(paragraph), self._default_style)
        return (value(style, "w:name") or "").lower()

    def _run_base(self, style: str | None, own: str | None) -> Raw:
        """What the styles and the defaults say of a run before its own formatting."""
        if (style, own) not in self._run_bases:
            raw = dict(self._run_defaults)
            chain = [*(self._chain(own) if own else []), *self._chain(style, self._default_style)]
            for one in reversed(chain):
                raw |= _run_values(find(one, "w:rPr"))
            self._run_bases[style, own] = raw
        return self._run_bases[style, own]

    def _paragraph_base(
        self, style: str | None, number_id: str | None, depth: str | None
    ) -> tuple[Raw, NumberLevel | None]:
        """What styles, defaults and the automatic number say of a paragraph, and that number's level."""
        key = (style, number_id, depth)
        if key not in self._paragraph_bases:
            chain = [find(one, "w:pPr") for one in self._chain(style, self._default_style)]
            number_id = number_id or _first(value(one, "w:numPr/w:numId") for one in chain)
            depth = depth or _first(value(one, "w:numPr/w:ilvl") for one in chain) or "0"
            level = self._levels.get((number_id or "", depth))
            raw = dict(self._paragraph_defaults)
            for one in reversed(chain):
                raw = _laid_over(raw, _paragraph_values(one))
            self._paragraph_bases[key] = _laid_over(raw, _paragraph_values(level.properties if level else None)), level
        return self._paragraph_bases[key]

    def _chain(self, style_id: str | None, default: etree._Element | None = None) -> list[etree._Element]:
        """A style and those it is based on, nearest first."""
        chain: list[etree._Element] = []
        style = self._styles.get(style_id, default)
        while style is not None and len(chain) < _MAX_CHAIN:
            chain.append(style)
            style = self._styles.get(value(style, "w:basedOn"))
        return chain


def _run_values(properties: etree._Element | None) -> Raw:
    """Of one element the theme's attribute beats the plain one (17.3.2.26); "theme:" marks it."""
    raw: Raw = {}
    for child in properties if properties is not None else ():
        if child.tag == _FONTS:
            for slot, (theme, plain) in _SLOTS.items():
                if child.get(theme):
                    raw[slot] = f"theme:{child.get(theme)}"
                elif child.get(plain):
                    raw[slot] = child.get(plain)
        elif child.tag in _RUN_TAGS:
            raw[_RUN_TAGS[child.tag]] = child.get(_VAL, "1")
    return raw


def _paragraph_values(properties: etree._Element | None) -> Raw:
    raw: Raw = {}
    for child in properties if properties is not None else ():
        name = _PARAGRAPH_TAGS.get(child.tag)
        if name:
            raw |= {f"{name} {attribute.removeprefix(_W)}": said for attribute, said in child.attrib.items()}
    return raw


def _laid_over(base: Raw, nearer: Raw) -> Raw:
    """A first line that is indented does not hang any more, and the other way round."""
    merged = {**base, **nearer}
    hangs = any(number(nearer.get(name)) > 0 for name in _HANGING)
    for name in _FIRST if hangs else _HANGING if any(name in nearer for name in _FIRST) else ():
        merged.pop(name, None)
    return merged


def _paragraph_look(raw: Raw, level: NumberLevel | None) -> ParagraphLook:
    hangs = any(number(raw.get(name)) > 0 for name in _HANGING)
    rule = raw.get("spacing lineRule", "auto")
    outline = int(number(raw.get("outline val"), _BODY_TEXT))
    return ParagraphLook(
        align=raw.get("jc val", "left"),
        first=-1.0 if hangs else number(raw.get("ind firstLine")) / TWIPS,
        first_chars=0.0 if hangs else number(raw.get("ind firstLineChars")) / 100,
        left=number(raw.get("ind left", raw.get("ind start"))) / TWIPS,
        left_chars=number(raw.get("ind leftChars", raw.get("ind startChars"))) / 100,
        line=number(raw.get("spacing line"), 240) / (240 if rule == "auto" else TWIPS),
        rule=rule,
        before=_gap(raw, "before"),
        after=_gap(raw, "after"),
        numbering=level,
        outline=outline if 0 <= outline < _BODY_TEXT else None,
    )


def _gap(raw: Raw, side: str) -> float:
    """Space before or after in points; a line is worth twelve points, automatic space fourteen."""
    if raw.get(f"spacing {side}Autospacing", "0") not in _OFF:
        return 14.0
    lines = number(raw.get(f"spacing {side}Lines"))
    return lines * 12 / 100 if lines else number(raw.get(f"spacing {side}")) / TWIPS


def _style(paragraph: etree._Element) -> str | None:
    return value(paragraph, "w:pPr/w:pStyle")


def _first(values: Iterable[str | None]) -> str | None:
    return next((one for one in values if one is not None), None)
