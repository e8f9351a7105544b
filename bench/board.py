"""The assembly board with 35 articles placed and 60 in the pool: the page, its queries, the pages once typeset."""

from collections.abc import Iterator
from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal import page_plan
from journal.models import Article, Byline, Content, Issue, IssueSection, Section, Text
from members.models import User
from members.roles import Role

from .harness import Measured, bench, milliseconds

PLACED, POOL, FEW = 35, 60, 3
LENGTH = 1_900  # characters of an article: 35 of them fill an issue as large as the real one
LIMIT = 200


def fill(placed: int, pool: int, number: int) -> Issue:
    """An issue in the making; texts are written by the models, so that each has its version and digest."""
    issue = Issue.objects.create(year=2998, number=number, serial_number=9900 + number, pages=72)
    sections = list(Section.objects.all())
    for position, section in enumerate(sections, 1):
        IssueSection.objects.create(issue=issue, section=section, position=position)
    for index in range(placed + pool):
        title = f"测量用文章{number}之{index}"
        text = Text.objects.create()
        text.save_version(Content(title=title, html=f"<p>{'议事村里，' * (LENGTH // 5)}</p>"), None, "测量")
        section = sections[index % len(sections)]
        here = {"issue": issue, "position": index // len(sections) + 1} if index < placed else {}
        article = Article.objects.create(text=text, section=section, title=title, **here)
        Byline.objects.create(article=article, kind=Byline.Kind.PERSON, name="何小满", position=1)
    return issue


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


@bench
def the_board() -> Iterator[Measured]:
    editor = User.objects.create_user("13911110901", name="测量编辑", roles=[Role.EDITOR], approved_at=timezone.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    small = reverse("admin:journal_issue_board", args=[fill(FEW, FEW, 1).pk])
    few = queries(client, small)
    issue = fill(PLACED, POOL - FEW, 2)
    path = reverse("admin:journal_issue_board", args=[issue.pk])
    page_plan.set_now(issue)
    client.get(path)
    name = f"编排页，已编入 {PLACED} 篇、待编 {POOL} 篇"
    yield Measured(name, LIMIT, milliseconds(partial(client.get, path)))
    yield Measured(f"{name}：比 {FEW} 篇时多的查询", 0, max(0, queries(client, path) - few), "次")
    pages = reverse("admin:journal_issue_board_pages", args=[issue.pk])
    yield Measured("编排页问页码（已排过）", LIMIT, milliseconds(partial(client.get, pages)))
