"""The ledger over 5,000 manuscripts of one year: the page by units and by persons, opened rows, sheet and 通报."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.models import Access, Article, Byline, Issue, Section, Text, TextVersion
from members.models import Unit, User
from members.roles import Role
from submissions.ledger import PointRule, Quota
from submissions.models import Call, Submission
from submissions.states import State

from .harness import Measured, bench, milliseconds

YEAR = 2031  # no other measurement writes into it
MANUSCRIPTS, UNITS, PUBLISHED = 5000, 200, 1200
STATES = (State.ACCEPTED, State.REJECTED, State.SUBMITTED)


def fill() -> User:
    """Rows as the verbs would leave them, written at once: the verbs themselves are measured elsewhere."""
    units = Unit.objects.bulk_create(Unit(name=f"台账测量单位{number}") for number in range(UNITS))
    person = User.objects.create_user(
        "13911112222", None, name="台账测量", unit=units[0], roles=[Role.MANAGING_EDITOR], approved_at=timezone.now()
    )
    call = Call.objects.create(title="台账测量", opens_on=f"{YEAR}-01-01", closes_on=f"{YEAR}-12-31")
    sections = list(Section.objects.all())
    texts = Text.objects.bulk_create(Text() for _ in range(MANUSCRIPTS))
    versions = TextVersion.objects.bulk_create(
        TextVersion(
            text=text,
            number=1,
            title=f"第{number}篇",
            html="<p>正文。</p>",
            bylines=[{"kind": "person", "name": f"作者{number % 900}", "affiliation": ""}],
            digest=f"{number:064d}",
            words=3,
            created_at=timezone.now(),
            reason="测量",
        )
        for number, text in enumerate(texts)
    )
    for text, version in zip(texts, versions, strict=True):
        text.current = version
    Text.objects.bulk_update(texts, ["current"], batch_size=500)
    issues = [
        Issue.objects.create(
            year=YEAR,
            number=number,
            serial_number=9000 + number,
            state=Issue.State.PUBLISHED,
            access=Access.INTERNAL,
            published_at=timezone.now(),
        )
        for number in range(1, 5)
    ]
    accepted = [number for number in range(MANUSCRIPTS) if STATES[number % 3] == State.ACCEPTED]
    articles = Article.objects.bulk_create(
        Article(
            text=texts[number],
            section=sections[number % len(sections)],
            title=f"第{number}篇",
            issue=issues[place % 4] if place < PUBLISHED else None,
            access=Access.INTERNAL if place < PUBLISHED else "",
            position=place,
        )
        for place, number in enumerate(accepted)
    )
    Byline.objects.bulk_create(
        Byline(article=article, name=f"作者{number % 900}", unit=units[number % UNITS])
        for number, article in zip(accepted, articles, strict=True)
    )
    by_number = dict(zip(accepted, articles, strict=True))
    start = datetime(YEAR, 1, 1, 4, tzinfo=UTC)
    Submission.objects.bulk_create(
        (
            Submission(
                contributor=person,
                unit=units[number % UNITS],
                call=call,
                section=sections[number % len(sections)],
                title=f"第{number}篇",
                state=STATES[number % 3],
                receipt_number=f"{YEAR}-{number:05d}",
                text=texts[number],
                article=by_number.get(number),
                submitted_at=start + timedelta(hours=number),
                decided_at=start + timedelta(hours=number + 40) if number % 3 < 2 else None,
            )
            for number in range(MANUSCRIPTS)
        ),
        batch_size=500,
    )
    PointRule.objects.create(year=YEAR, points=3, first_in_issue=2)
    Quota.objects.bulk_create(Quota(unit=unit, year=YEAR, pieces=5) for unit in units)
    return person


@bench
def the_ledger() -> Iterator[Measured]:
    person = fill()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def fetch(address: str) -> None:
        response = client.get(f"/admin/submissions/ledger/{address}")
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    pages = {
        f"台账，{MANUSCRIPTS} 篇、{UNITS} 个单位": f"?year={YEAR}",
        "台账，三季度、个人": f"?year={YEAR}&quarter=3&by=person",
        "台账，全部展开": f"?year={YEAR}&all=1",
        "点开收稿": f"rows/?year={YEAR}&figure=submitted",
    }
    for name, address in pages.items():
        fetch(address)
        with CaptureQueriesContext(connection) as queries:
            fetch(address)
        yield Measured(f"{name}：查询次数", 25, len(queries), "次")
        yield Measured(name, 200, milliseconds(partial(fetch, address)))
    yield Measured("导出 Excel", 10_000, milliseconds(partial(fetch, f"export/?year={YEAR}"), times=1))
    yield Measured("生成通报", 3000, milliseconds(partial(fetch, f"notice/?year={YEAR}"), times=1))
