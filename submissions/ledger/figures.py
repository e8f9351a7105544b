"""Counting: pure functions over a year's entries. `counted` decides what a figure counts; tables and opened rows use it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..states import State
from .pieces import NO_POINTS, Book, Person, Printed, Sent

NO_UNIT = "未注明单位"
QUARTERS = ("一季度", "二季度", "三季度", "四季度")
COUNTS = ("submitted", "accepted", "decided", "published", "waiting", "rest")
OPENS = (*COUNTS, "points")
OF_PRINTED = frozenset({"published", "points"})

Who = int | Person | None
Entry = Sent | Printed


def told(points: Decimal) -> str:
    """Points as people write them: 18, 4.5."""
    return f"{float(points):g}"


@dataclass(frozen=True)
class Scope:
    """What part of the year is looked at. quarter 0 is the whole year; kind "" and section None are all."""

    quarter: int = 0
    by: str = "unit"
    kind: str = ""
    section: int | None = None

    @property
    def whole_year(self) -> "Scope":
        """The scope quotas are compared in: units, the whole year, everything."""
        return Scope()


@dataclass
class Line:
    """A unit's or person's figures. rate: accepted ÷ decided, None where nothing was decided. asked: the quota."""

    who: Who
    name: str
    full_name: str
    unit: str = ""
    submitted: int = 0
    accepted: int = 0
    decided: int = 0
    published: int = 0
    waiting: int = 0
    rest: int = 0
    points: Decimal = NO_POINTS
    rank: int | None = None
    quarters: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    asked: int = 0
    done: int = 0

    @property
    def rate(self) -> float | None:
        return self.accepted / self.decided if self.decided else None

    @property
    def short(self) -> int:
        """Pieces still lacking for the quota."""
        return max(0, self.asked - self.done)

    @property
    def met(self) -> bool | None:
        return None if not self.asked else self.done >= self.asked


@dataclass
class Table:
    """Lines by rank. total counts each piece once; of_quarters: (received, published) of each quarter."""

    lines: list[Line]
    total: Line
    of_quarters: list[tuple[int, int]]
    of_sections: list[tuple[int, int]]

    @property
    def named(self) -> int:
        """How many units or persons there are, pieces without one left aside."""
        return sum(line.who is not None for line in self.lines)

    @property
    def with_quota(self) -> list[Line]:
        return [line for line in self.lines if line.asked]

    @property
    def met(self) -> int:
        return sum(line.met is True for line in self.lines)

    @property
    def unmet(self) -> int:
        return sum(line.met is False for line in self.lines)


def counted(book: Book, figure: str, scope: Scope) -> Iterator[tuple[Who, Entry]]:
    """Each entry the figure counts, once for everybody it counts for. Raises ValueError for an unknown figure."""
    if figure in OF_PRINTED:
        yield from _printed(book, scope)
    elif figure in OPENS:
        for entry in book.sent:
            if _fits(entry, scope) and _counts(entry, figure, scope.quarter):
                for who in entry.units if scope.by == "unit" else entry.persons:
                    yield who, entry
    else:
        raise ValueError(figure)


def _fits(entry: Entry, scope: Scope) -> bool:
    return (not scope.kind or entry.kind == scope.kind) and (scope.section is None or entry.section == scope.section)


def _counts(entry: Sent, figure: str, quarter: int) -> bool:
    received = entry.received == quarter if quarter else entry.received > 0
    decided = entry.decided == quarter if quarter else entry.decided > 0
    accepted = entry.state == State.ACCEPTED
    if figure == "submitted":
        return received
    if figure == "rest":
        return received and not accepted
    if figure == "waiting":
        return decided and entry.waits
    if figure == "accepted":
        return decided and accepted
    return decided and entry.state in (State.ACCEPTED, State.REJECTED)


def _printed(book: Book, scope: Scope) -> Iterator[tuple[Who, Printed]]:
    seen = set()
    for entry in book.printed:
        if not _fits(entry, scope) or (scope.quarter and entry.quarter != scope.quarter):
            continue
        for who in entry.units if scope.by == "unit" else entry.persons:
            # Within a composite a unit counts once, however many of its parts it signs.
            if (entry.whole, who) not in seen:
                seen.add((entry.whole, who))
                yield who, entry


def table(book: Book, scope: Scope) -> Table:
    """Everybody's figures with ranks; units with a quota are there also without a piece."""
    lines: dict[Who, Line] = {}

    def line_of(who: Who) -> Line:
        if who not in lines:
            lines[who] = _new_line(book, who)
        return lines[who]

    if scope.by == "unit":
        for unit in book.quotas:
            line_of(unit)
    total = Line(None, "合计", "合计")
    for figure in COUNTS:
        once = set()
        for who, entry in counted(book, figure, scope):
            line = line_of(who)
            setattr(line, figure, getattr(line, figure) + 1)
            once.add(entry.pk)
            if figure == "published":
                line.points += entry.points
        setattr(total, figure, len(once))
    total.points = sum((line.points for line in lines.values()), NO_POINTS)
    of_quarters = _quarters(book, scope, lines, total)
    _quotas(book, scope, lines)
    ranked = _ranked(list(lines.values()), by_points=book.has_rules)
    return Table(ranked, total, of_quarters, _sections(book, scope))


def _new_line(book: Book, who: Who) -> Line:
    if who is None:
        return Line(None, NO_UNIT, NO_UNIT)
    if isinstance(who, Person):
        return Line(who, who.name, who.name, unit=book.names[who.unit][0] if who.unit else "")
    return Line(who, *book.names[who])


def _quarters(book: Book, scope: Scope, lines: dict[Who, Line], total: Line) -> list[tuple[int, int]]:
    """Received and published of each quarter, whatever quarter the scope looks at; received also per line."""
    year = Scope(0, scope.by, scope.kind, scope.section)
    received: list[set] = [set(), set(), set(), set()]
    for who, entry in counted(book, "submitted", year):
        received[entry.received - 1].add(entry.pk)
        if who in lines:
            lines[who].quarters[entry.received - 1] += 1
    published: list[set] = [set(), set(), set(), set()]
    for _, entry in counted(book, "published", year):
        published[entry.quarter - 1].add(entry.pk)
    total.quarters = [len(one) for one in received]
    return [(len(sent), len(out)) for sent, out in zip(received, published, strict=True)]


def _quotas(book: Book, scope: Scope, lines: dict[Who, Line]) -> None:
    if scope.by != "unit":
        return
    done: dict[Who, int] = defaultdict(int)
    for who, _ in counted(book, "published", scope.whole_year):
        done[who] += 1
    for who, line in lines.items():
        line.asked, line.done = book.quotas.get(who, 0), done[who]


def _sections(book: Book, scope: Scope) -> list[tuple[int, int]]:
    """(section, published) with the most first; each piece once."""
    pieces: dict[int, set[int]] = defaultdict(set)
    for _, entry in counted(book, "published", scope):
        pieces[entry.section].add(entry.pk)
    order = list(book.sections)
    return sorted(
        ((section, len(found)) for section, found in pieces.items()), key=lambda s: (-s[1], order.index(s[0]))
    )


def _ranked(lines: list[Line], *, by_points: bool) -> list[Line]:
    """Best first; equal ones share a rank and the next one is counted on (1, 2, 2, 4). No unit is no competitor."""

    def worth(line: Line):
        return line.points if by_points else line.published

    lines.sort(
        key=lambda line: (line.who is None, -worth(line), -line.published, -line.accepted, -line.submitted, line.name)
    )
    for place, line in enumerate(lines, 1):
        if line.who is not None:
            before = lines[place - 2] if place > 1 else None
            line.rank = before.rank if before and worth(before) == worth(line) else place
    return lines
