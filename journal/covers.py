"""The cover of an issue that has none: drawn from year, number and theme, always the same (look/reader.md, page 2).

An SVG of 420×594 units. The season gives the motif (山海田城 for numbers 1 to 4), year and number the colours, and a
seed of year*10+number every chance in the drawing. It carries what a cover must: licence number and notice
(RULES.md section 7).
"""

import random
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from journal.text.numbers import chinese_number, chinese_year

from .cover_motifs import MOTIFS

WIDTH, HEIGHT = 420, 594
MARGIN = 32
MASTHEAD = WIDTH - 2 * MARGIN
SONG = "'Noto Serif CJK SC','Source Han Serif SC','Songti SC',STSong,SimSun,serif"
HEI = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"


@dataclass(frozen=True)
class Scheme:
    """Colours: ground, masthead, small text, rules, drawn lines, sun; layers from far to near."""

    ground: str
    name: str
    text: str
    rule: str
    line: str
    sun: str
    layers: tuple[str, ...]


SCHEMES = (
    Scheme(
        "#8F181B",
        "#F8E6C0",
        "#F8E6C0",
        "#D9B36A",
        "#D9B36A",
        "#DBB26B",
        ("#8A2420", "#9A3327", "#A84A33", "#B5663F", "#C58550"),
    ),
    Scheme(
        "#D9BF8B",
        "#741511",
        "#4A2418",
        "#8F181B",
        "#8F2B22",
        "#8F181B",
        ("#D2AF7C", "#C99A70", "#BC7A5C", "#AE5A48", "#A04238"),
    ),
    Scheme(
        "#F5EDDB",
        "#9B1B1E",
        "#3A2F27",
        "#B38E46",
        "#C0954B",
        "#9B1B1E",
        ("#F1E2D0", "#E6C9BC", "#D9A8A0", "#C4716D", "#B65854"),
    ),
    Scheme(
        "#20404A",
        "#F8E8CC",
        "#F8E8CC",
        "#D9B36A",
        "#CDA960",
        "#C9473A",
        ("#274650", "#40484C", "#5C4A48", "#774641", "#93443B"),
    ),
)


@dataclass(frozen=True)
class Lettering:
    """What stands on the cover besides year and number."""

    name: str
    notice: str
    frequency: str
    licence: str
    theme: str
    sponsor: str = ""


def lettering_of(journal, imprint, theme: str) -> Lettering:
    """What an issue prints on its cover: its own imprint where it says so, else the journal's facts."""
    return Lettering(
        name=journal.name,
        notice=(imprint and imprint.notice) or journal.notice,
        frequency=journal.frequency,
        licence=(imprint and imprint.licence_number) or journal.licence_number,
        theme=theme,
        sponsor=(imprint and imprint.sponsor) or journal.sponsor,
    )


def scheme_of(year: int, number: int) -> Scheme:
    return SCHEMES[(number - 1 + year) % len(SCHEMES)]


def draw(year: int, number: int, serial_number: int, lettering: Lettering) -> str:
    """The SVG document."""
    scheme = scheme_of(year, number)
    chance = random.Random(year * 10 + number)  # noqa: S311 (a drawing, not a secret)
    motif = MOTIFS[(number - 1) % len(MOTIFS)](scheme, chance)
    label = f"《{lettering.name}》{year}年第{number}期 {lettering.theme}".strip()
    head = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
        ' aria-label="{label}"><rect width="{w}" height="{h}" fill="{ground}"/>',
        w=WIDTH,
        h=HEIGHT,
        label=label,
        ground=scheme.ground,
    )
    words = _head(scheme, year, number, serial_number, lettering) + _foot(scheme, lettering)
    return head + mark_safe(motif) + words + mark_safe("</svg>")  # noqa: S308 (numbers and our own colours)


def _head(scheme: Scheme, year: int, number: int, serial: int, lettering: Lettering) -> SafeString:
    right = WIDTH - MARGIN
    size = min(84, MASTHEAD / max(1, len(lettering.name)) * 0.93)
    return (
        _text(MARGIN, 40, lettering.notice, 11, scheme.text, HEI)
        + _text(right, 40, lettering.frequency, 11, scheme.text, HEI, end=True)
        + format_html(
            '<text x="{}" y="134" font-family="{}" font-size="{}" font-weight="700" fill="{}" textLength="{}">{}</text>',
            MARGIN,
            SONG,
            f"{size:.1f}",
            scheme.name,
            MASTHEAD,
            lettering.name,
        )
        + _rule(160, 4, scheme.rule)
        + _rule(167, 1, scheme.rule)
        + _text(MARGIN, 200, f"{chinese_year(year)}年　第{chinese_number(number)}期", 22, scheme.text, SONG, bold=True)
        + _text(right, 200, f"总第 {serial} 期", 15, scheme.text, SONG, end=True)
    )


def _foot(scheme: Scheme, lettering: Lettering) -> SafeString:
    licence = _text(WIDTH - MARGIN, 560, lettering.licence, 10, scheme.text, HEI, end=True)
    if not lettering.theme:
        return _text(MARGIN, 560, lettering.sponsor, 13, scheme.text, SONG) + licence
    room = MASTHEAD - 24 - sum(10 if mark > "\xff" else 5.8 for mark in lettering.licence)
    size = min(25, room / len(lettering.theme))
    return _text(MARGIN, 562, lettering.theme, max(12, size), scheme.name, SONG, bold=True) + licence


def _text(x, y, words: str, size: float, fill: str, family: str, *, end=False, bold=False) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-family="{}" font-size="{}" fill="{}"{}{}>{}</text>',
        x,
        y,
        family,
        f"{size:g}",
        fill,
        mark_safe(' text-anchor="end"') if end else "",
        mark_safe(' font-weight="700"') if bold else "",
        words,
    )


def _rule(y: int, height: int, fill: str) -> SafeString:
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>', MARGIN, y, MASTHEAD, height, fill)
