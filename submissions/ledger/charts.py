"""Geometry of the ledger's drawings, in units of their own viewBox. Numbers are strings: no locale touches them."""

from dataclasses import dataclass

from .figures import QUARTERS, Line

_BASE, _HIGH = 96, 78  # the line the quarters stand on; the tallest bar
_GROUP, _WIDE = 84, 28
_SECTIONS_SHOWN = 5
_LONGEST = 200
_GRID_COLUMNS, _CELL = 16, 19
_BAR_LENGTH = 240
_SPARK_HIGH = 22


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    label_x: str
    label_y: str
    value: int


@dataclass(frozen=True)
class QuarterBars:
    name: str
    number: int
    middle: str
    received: Bar
    published: Bar


@dataclass(frozen=True)
class SectionBar:
    """section is None for the rest together."""

    section: int | None
    name: str
    y: str
    text_y: str
    width: str
    value_x: str
    value: int
    most: bool


@dataclass(frozen=True)
class Cell:
    x: str
    y: str
    met: bool
    name: str
    told: str


@dataclass(frozen=True)
class RowBar:
    """One row's stacked bar: published, accepted and waiting, the rest; lengths in the unit of the longest row."""

    published: str
    waiting_x: str
    waiting: str
    rest_x: str
    rest: str


@dataclass(frozen=True)
class Spark:
    x: str
    y: str
    height: str
    now: bool


def number(value: float) -> str:
    return f"{round(value, 1):g}"


def quarter_bars(of_quarters: list[tuple[int, int]], current: int) -> list[QuarterBars]:
    """current: the running quarter, named as not yet published where nothing is; 0 for a year that is over."""
    most = max((value for pair in of_quarters for value in pair), default=0) or 1
    found = []
    for place, (received, published) in enumerate(of_quarters):
        left = 10 + place * _GROUP
        note = "（未刊发）" if place + 1 == current and received and not published else ""
        found.append(
            QuarterBars(
                QUARTERS[place] + note,
                place + 1,
                number(left + _WIDE + 2),
                _standing(left, received, most),
                _standing(left + _WIDE + 4, published, most),
            )
        )
    return found


def _standing(left: float, value: int, most: int) -> Bar:
    height = _HIGH * value / most
    top = _BASE - height
    return Bar(number(left), number(top), str(_WIDE), number(height), number(left + _WIDE / 2), number(top - 5), value)


def section_bars(of_sections: list[tuple[int, int]], names: dict[int, str]) -> list[SectionBar]:
    """The sections with most pieces and the others together."""
    shown = of_sections[:_SECTIONS_SHOWN]
    others = of_sections[_SECTIONS_SHOWN:]
    rows: list[tuple[int | None, str, int]] = [(section, names[section], value) for section, value in shown]
    if len(others) == 1:
        rows.append((others[0][0], names[others[0][0]], others[0][1]))
    elif others:
        rows.append((None, f"其他 {len(others)} 栏", sum(value for _, value in others)))
    most = max((value for *_, value in rows), default=0) or 1
    return [
        SectionBar(
            section,
            name,
            str(place * 22 + 2),
            str(place * 22 + 13),
            number(_LONGEST * value / most),
            number(88 + _LONGEST * value / most),
            value,
            place == 0,
        )
        for place, (section, name, value) in enumerate(rows)
    ]


def quota_cells(lines: list[Line]) -> list[Cell]:
    """A cell a unit with a quota, those that met it first."""
    ordered = sorted(lines, key=lambda line: (not line.met, line.short, line.name))
    return [
        Cell(
            str(place % _GRID_COLUMNS * _CELL + 1),
            str(place // _GRID_COLUMNS * _CELL + 1),
            bool(line.met),
            line.name,
            f"{line.done}/{line.asked}",
        )
        for place, line in enumerate(ordered)
    ]


def grid_height(cells: int) -> str:
    return str(max(1, -(-cells // _GRID_COLUMNS)) * _CELL + 1)


def longest(lines: list[Line]) -> int:
    """What the longest row bar stands for."""
    return max((line.published + line.waiting + line.rest for line in lines), default=0) or 1


def row_bar(line: Line, most: int) -> RowBar:
    published, waiting, rest = (_BAR_LENGTH * value / most for value in (line.published, line.waiting, line.rest))
    return RowBar(number(published), number(published), number(waiting), number(published + waiting), number(rest))


def sparks(line: Line, most: int, quarter: int) -> list[Spark]:
    """Received by quarter; `quarter` is the one in red. A received piece is never drawn as nothing."""
    found = []
    for place, value in enumerate(line.quarters):
        height = max(2.0 if value else 0.8, _SPARK_HIGH * value / (most or 1))
        found.append(Spark(str(place * 20), number(_SPARK_HIGH - height), number(height), place + 1 == quarter))
    return found
