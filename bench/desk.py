"""The office's pages with 5,000 manuscripts, 5,000 letters, 1,000 mails and 300 commissions: time and number of queries.

BENCH_SUBMISSIONS=500 gives a first idea.
"""

import os
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import islice

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal.models import Article, Content, Issue, Section, Text, TextVersion
from members.models import Event, Unit, User
from members.roles import Role
from submissions.arrivals import InboundMail
from submissions.commissions import Commission
from submissions.conversation import Message
from submissions.models import Call, Letter, Submission
from submissions.states import Stage, State

from .harness import Measured, bench, milliseconds

SUBMISSIONS = int(os.environ.get("BENCH_SUBMISSIONS", "5000"))
LENGTH = 2_600  # characters of a manuscript
LIMIT = 200
MOST_QUERIES = 60
# What the manuscripts of some years look like: most are decided.
STATES = (
    ((State.ACCEPTED, Stage.FINAL), 55),
    ((State.REJECTED, Stage.FIRST), 30),
    ((State.WITHDRAWN, Stage.FIRST), 3),
    ((State.RETURNED, Stage.FIRST), 2),
    ((State.SUBMITTED, Stage.FIRST), 5),
    ((State.IN_REVIEW, Stage.SECOND), 3),
    ((State.IN_REVIEW, Stage.FINAL), 2),
)
_CHARACTERS = [chr(0x4E00 + number) for number in range(3_000)]


def words(pick: random.Random, length: int) -> str:
    return "".join(pick.choices(_CHARACTERS, k=length))


def fill() -> dict[str, User]:
    """The office of a journal of ten years; rows are written straight."""
    pick = random.Random(5000)  # noqa: S311
    now = timezone.now()
    people = {
        role: User.objects.create_user(f"1391000{number:04d}", name=role.label, roles=[role], approved_at=now)
        for number, role in enumerate((Role.EDITOR, Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
    }
    units = Unit.objects.bulk_create(
        Unit(name=f"测量用单位{number}", endorsement_required=number % 10 == 0) for number in range(60)
    )
    writers = User.objects.bulk_create(
        User(login_name=f"1392000{number:04d}", name=f"作者{words(pick, 2)}", unit=pick.choice(units), approved_at=now)
        for number in range(400)
    )
    issue = Issue.objects.create(
        year=2999, number=1, serial_number=9999, deadline=timezone.localdate() + timedelta(days=20), pages=72
    )
    call = Call.objects.create(title="测量用征稿", issue=issue, closes_on=timezone.localdate() + timedelta(days=20))
    sections = list(Section.objects.all())
    submissions = manuscripts(pick, now, call, sections, writers, people)
    letters_and_mails(pick, now, submissions, writers)
    commissions(pick, issue, sections, units, submissions)
    return people


def manuscripts(pick, now, call, sections, writers, people) -> list[Submission]:
    texts = Text.objects.bulk_create(Text() for _ in range(SUBMISSIONS))
    versions = []
    for number, text in enumerate(texts):
        content = Content(title=f"{words(pick, 12)}{number}", html=f"<p>{words(pick, LENGTH)}</p>")
        versions.append(
            TextVersion(
                text=text,
                number=1,
                reason="投稿",
                created_at=now,
                digest=f"{number:064x}",
                words=LENGTH,
                title=content.title,
                html=content.html,
                bylines=[{"kind": "person", "name": words(pick, 3), "affiliation": ""}],
            )
        )
    TextVersion.objects.bulk_create(versions, batch_size=500)
    for text, version in zip(texts, versions, strict=True):
        text.current = version
    Text.objects.bulk_update(texts, ["current"], batch_size=500)
    chosen = pick.choices([state for state, _ in STATES], [weight for _, weight in STATES], k=SUBMISSIONS)
    accepted = [
        Article(text=text, section=pick.choice(sections), title=version.title)
        for text, version, (state, _) in zip(texts, versions, chosen, strict=True)
        if state == State.ACCEPTED
    ]
    articles = iter(Article.objects.bulk_create(accepted, batch_size=500))
    rows = []
    for number, (text, version, (state, stage)) in enumerate(zip(texts, versions, chosen, strict=True)):
        writer = pick.choice(writers)
        at = now - timedelta(days=pick.randrange(1, 40 if state != State.ACCEPTED else 1500), minutes=number)
        rows.append(
            Submission(
                state=state,
                stage=stage,
                receipt_number=f"{at.year}-{number:04d}",
                contributor=writer,
                unit=writer.unit,
                call=call,
                section=pick.choice(sections),
                title=version.title,
                byline=version.bylines[0]["name"],
                text=text,
                article=next(articles) if state == State.ACCEPTED else None,
                submitted_at=at,
                waiting_since=at,
                due_on=timezone.localdate(at) + timedelta(days=9) if state == State.RETURNED else None,
                assignee=people[Role.EDITOR] if number % 7 == 0 and stage == Stage.FIRST else None,
            )
        )
    return Submission.objects.bulk_create(rows, batch_size=500)


def letters_and_mails(pick, now, submissions, writers) -> None:
    Letter.objects.bulk_create(
        (
            Letter(
                submission=submission,
                recipient_id=submission.contributor_id,
                kind=pick.choice(Letter.Kind.values),
                subject=f"收到您的稿件：{submission.title}",
                body=words(pick, 200),
                at=submission.submitted_at,
            )
            for submission in submissions
        ),
        batch_size=500,
    )
    InboundMail.objects.bulk_create(
        (
            InboundMail(
                sha256=f"{number:064x}",
                content_hash=f"{number:064x}",
                size=1,
                subject=words(pick, 15),
                sender_name=words(pick, 3),
                body=words(pick, 400),
                state="discarded" if number % 5 else "waiting",
                handled_at=now if number % 5 else None,
                member=pick.choice(writers),
                received_at=now - timedelta(hours=number),
            )
            for number in range(1_000)
        ),
        batch_size=500,
    )
    waiting = [row for row in submissions if row.state == State.SUBMITTED]
    Message.objects.bulk_create(
        Message(submission=row, author_id=row.contributor_id, from_office=False, body="请问到哪一步了？")
        for row in waiting[:100]
    )
    Event.objects.bulk_create(
        (
            Event(verb="审稿通过", subject_type="submissions.submission", subject_id=str(row.pk), at=row.submitted_at)
            for row in submissions
        ),
        batch_size=500,
    )


def commissions(pick, issue, sections, units, submissions) -> None:
    arrived = (row for row in submissions if row.state == State.ACCEPTED)
    Commission.objects.bulk_create(
        Commission(
            issue=issue,
            section=pick.choice(sections),
            topic=words(pick, 10),
            unit=pick.choice(units),
            due_on=timezone.localdate() + timedelta(days=number % 60 - 30),
            state=Commission.State.INVITED,
            submission=next(arrived, None) if number % 2 else None,
        )
        for number in range(300)
    )


def addresses() -> dict[str, str]:
    """Name → address; what is searched for stands in a title and in a text."""
    some = Submission.objects.sent().select_related("text__current").order_by("pk")[SUBMISSIONS // 2]
    manuscripts = reverse("admin:submissions_submission_changelist")
    of_page = {
        "我的工作台": reverse("admin:index"),
        "来稿": manuscripts,
        "来稿，第 80 页": f"{manuscripts}?p=80",
        "来稿，待初审": f"{manuscripts}?step=first",
        "来稿，超期": f"{manuscripts}?step=late",
        "来稿，等保密审查": f"{manuscripts}?step=secrecy",
        "来稿，按等了多久排": f"{manuscripts}?o=7",
        "来稿，查标题": f"{manuscripts}?q={some.title[:4]}",
        "来稿，查正文": f"{manuscripts}?q={some.text.current.html[900:904]}",
        "来稿，查没有的词": f"{manuscripts}?q=没有这样的词",
    }
    for label, model in (("来信", "inboundmail"), ("通知", "letter"), ("选题约稿", "commission")):
        listing = reverse(f"admin:submissions_{model}_changelist")
        of_page |= {label: listing, f"{label}，查两个字": f"{listing}?q=稿件"}
    return of_page


@bench
def the_office_with_five_thousand_manuscripts() -> Iterator[Measured]:
    people = fill()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "127.0.0.1"})

    def fetch(address: str) -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    for role in people:
        client.force_login(people[role])
        pages = addresses()
        for name, address in pages.items() if role == Role.CHIEF_EDITOR else islice(pages.items(), 1):
            fetch(address)
            with CaptureQueriesContext(connection) as queries:
                fetch(address)
            asked = len(queries)
            title = f"{name}（{SUBMISSIONS:,} 篇稿件，{role.label}）" if name == "我的工作台" else name
            yield Measured(title, LIMIT, milliseconds(partial(fetch, address)))
            yield Measured("　其中查询次数", MOST_QUERIES, asked, "次")
