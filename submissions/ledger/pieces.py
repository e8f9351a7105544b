"""What the ledger counts, read once: manuscripts and printed pieces of a year as plain entries.

The number of queries does not depend on the number of rows. Original rows are never changed: a merged unit's pieces
are led to the unit it went into here, in reading.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from journal.models import Article, Byline, Issue, Journal, Section
from members.models import Unit

from ..models import Submission
from ..states import State
from .models import PointRule, Quota

# How many issues a year has, to tell an issue's quarter from its number.
ISSUES_A_YEAR = {"周刊": 52, "旬刊": 36, "半月刊": 24, "月刊": 12, "双月刊": 6, "季刊": 4, "半年刊": 2, "年刊": 1}
NO_POINTS = Decimal(0)


class Person(NamedTuple):
    """Who signs: a name in a unit (already the one a merged unit went into), None where no unit is known."""

    name: str
    unit: int | None


class Sent(NamedTuple):
    """A manuscript that reached the office. received, decided: the quarter 1 to 4 of the year, 0 outside it."""

    pk: UUID
    units: tuple[int | None, ...]
    persons: tuple[Person, ...]
    kind: str
    section: int | None
    received: int
    decided: int
    state: str
    waits: bool  # accepted, and not published up to now


class Printed(NamedTuple):
    """An article of a published issue. whole: the composite it stands in, else itself."""

    pk: int
    whole: int
    units: tuple[int | None, ...]
    persons: tuple[Person, ...]
    kind: str
    section: int
    quarter: int
    first: bool
    points: Decimal


@dataclass(frozen=True)
class Book:
    """A year of the ledger. names: unit → (shown, full); quotas and everything else by the unit merged into."""

    year: int
    sent: list[Sent]
    printed: list[Printed]
    names: dict[int, tuple[str, str]]
    quotas: dict[int, int]
    sections: dict[int, str]
    has_rules: bool


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def issue_quarter(number: int, frequency: str) -> int:
    """The quarter an issue's number falls into: number 3 of a 季刊 is the third, number 3 of a 双月刊 the second."""
    a_year = ISSUES_A_YEAR.get(frequency.strip(), 4)
    return min(4, max(1, -(-number * 4 // a_year)))


def successors() -> tuple[dict[int, int], dict[int, tuple[str, str]]]:
    """Each unit's last successor by merging (itself where it was not merged), and the names of all."""
    rows = list(Unit.objects.order_by().values_list("pk", "merged_into", "short_name", "name"))
    into = {pk: merged for pk, merged, _, _ in rows if merged}
    last = {}
    for pk, *_ in rows:
        seen = {pk}
        end = pk
        while into.get(end) is not None and into[end] not in seen:
            end = into[end]
            seen.add(end)
        last[pk] = end
    return last, {pk: (short or name, name) for pk, _, short, name in rows}


def read_book(year: int, *, persons: bool = True, now: datetime | None = None) -> Book:
    """Everything the ledger of `year` counts, as it stands at `now`; without `persons` nobody's signature is read."""
    now = now or timezone.now()
    last, names = successors()
    sections = dict(Section.objects.values_list("pk", "name"))
    rules = list(PointRule.objects.filter(year=year))
    quotas: dict[int, int] = defaultdict(int)
    for unit, pieces in Quota.objects.filter(year=year).order_by().values_list("unit", "pieces"):
        quotas[last[unit]] += pieces
    return Book(
        year=year,
        sent=_sent(year, last, now, persons=persons),
        printed=_printed(year, last, rules, now),
        names=names,
        quotas=dict(quotas),
        sections=sections,
        has_rules=bool(rules),
    )


def _quarter_starts(year: int) -> list[date]:
    """The first days of the four quarters and of the next year."""
    return [*(date(year, month, 1) for month in (1, 4, 7, 10)), date(year + 1, 1, 1)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())


def _within(field: str, bounds: Sequence[date | datetime]) -> list[When]:
    """The quarter a field's value falls into, decided by the database: a year has thousands of rows."""
    return [
        When(Q(**{f"{field}__gte": start, f"{field}__lt": end}), then=Value(quarter))
        for quarter, (start, end) in enumerate(pairwise(bounds), 1)
    ]


def _sent(year: int, last: dict[int, int], now: datetime, *, persons: bool) -> list[Sent]:
    days = _quarter_starts(year)
    moments = [_midnight(day) for day in days]
    # The day a letter came goes before the moment it was registered.
    received = Case(
        *_within("received_on", days),
        When(received_on__isnull=False, then=Value(0)),
        *_within("submitted_at", moments),
        default=Value(0),
    )
    published = Q(article__issue__state=Issue.State.PUBLISHED, article__issue__published_at__lte=now)
    waits = Case(
        When(published, then=Value(0)),
        When(state=State.ACCEPTED, article__withdrawn_at__isnull=True, then=Value(1)),
        default=Value(0),
    )
    found = Submission.objects.sent().annotate(
        received=received, decided=Case(*_within("decided_at", moments), default=Value(0)), waits=waits
    )
    found = found.filter(Q(received__gt=0) | Q(decided__gt=0))
    homes: dict[int | None, tuple[int | None]] = {None: (None,)} | {unit: (home,) for unit, home in last.items()}
    columns = ["pk", "unit", "kind", "section", "received", "decided", "state", "waits"]
    # As text: thousands of manuscripts are signed by hundreds of persons, and each signature is parsed once.
    signature = ["article", Cast("text__current__bylines", TextField())] if persons else []
    parts = _composite_signers(found) if persons else {}
    sent = []
    for row in found.order_by("submitted_at", "pk").values_list(*columns, *signature):
        pk, unit, kind, section, quarter, decision, state, waiting, *signed = row
        home = homes[unit]
        signers: tuple[Person, ...] = ()
        if signed:
            article, byline = signed
            signers = _signers(byline or "[]", tuple(parts.get(article, ())), home[0])
        sent.append(Sent(pk, home, signers, kind, section, quarter, decision, state, bool(waiting)))
    return sent


@lru_cache(maxsize=4096)
def _signers(signed: str, of_parts: tuple[str, ...], unit: int | None) -> tuple[Person, ...]:
    """The persons who sign a manuscript, in order, those of a composite's parts after its own."""
    own = [line["name"] for line in json.loads(signed) if line.get("kind") == Byline.Kind.PERSON]
    return tuple(dict.fromkeys(Person("".join(name.split()), unit) for name in (*own, *of_parts)))


def _composite_signers(found: QuerySet[Submission]) -> dict[int, list[str]]:
    """Composite article → the persons who sign its parts: once split, its own text holds the lead alone."""
    composites = found.filter(is_composite=True, article__isnull=False).order_by()
    lines = Byline.objects.filter(kind=Byline.Kind.PERSON, article__parent__in=composites.values("article"))
    signers: dict[int, list[str]] = defaultdict(list)
    for parent, name in lines.order_by("article__position", "position").values_list("article__parent", "name"):
        signers[parent].append(name)
    return signers


def _printed(year: int, last: dict[int, int], rules: list[PointRule], now: datetime) -> list[Printed]:
    frequency = Journal.objects.current().frequency
    articles = (
        Article.objects.published(at=now)
        .filter(Q(parent=None) | Q(parent__withdrawn_at=None), issue__year=year)
        .order_by("issue__number", "section__position", "position", "pk")
    )
    rows = list(
        articles.values_list(
            "pk",
            "parent",
            "kind",
            "section",
            "issue",
            "issue__number",
            "submission__unit",
            "parent__submission__unit",
        )
    )
    signed = defaultdict(list)
    for article, kind, name, unit in (
        Byline.objects.filter(article__in=articles.order_by().values("pk"))
        .order_by("position", "pk")
        .values_list("article", "kind", "name", "unit")
    ):
        signed[article].append((kind, name, last.get(unit) if unit else None))
    composites = {parent for _, parent, *_ in rows if parent}
    first = _first_of_issues(year)
    found = []
    for pk, parent, kind, section, issue, number, unit, parent_unit in rows:
        if pk in composites:
            continue
        sender = last.get(unit or parent_unit)
        lines = signed[pk]
        units = tuple(dict.fromkeys(home for _, _, home in lines if home)) or (sender,)
        persons = tuple(
            dict.fromkeys(
                Person("".join(name.split()), home or sender) for of, name, home in lines if of == Byline.Kind.PERSON
            )
        )
        leads = first.get(issue) == (parent or pk)
        points = points_for(rules, kind, section, leads=leads)
        quarter = issue_quarter(number, frequency)
        found.append(Printed(pk, parent or pk, units, persons, kind, section, quarter, leads, points))
    return found


def _first_of_issues(year: int) -> dict[int, int]:
    """Issue → the article that stands first in it (头条), also where that one was withdrawn: nobody moves up."""
    rows = Article.objects.toplevel().filter(issue__year=year).in_printed_order().values_list("issue", "pk")
    first: dict[int, int] = {}
    for issue, pk in rows:
        first.setdefault(issue, pk)
    return first


def rule_for(rules: Iterable[PointRule], kind: str, section: int) -> PointRule | None:
    """The most special rule that fits: kind and section, section, kind, neither."""
    fitting = [rule for rule in rules if rule.kind in ("", kind) and rule.section_id in (None, section)]
    return max(fitting, key=lambda rule: (rule.section_id is not None, bool(rule.kind)), default=None)


def points_for(rules: Iterable[PointRule], kind: str, section: int, *, leads: bool) -> Decimal:
    rule = rule_for(rules, kind, section)
    if rule is None:
        return NO_POINTS
    return rule.points + (rule.first_in_issue if leads else NO_POINTS)
