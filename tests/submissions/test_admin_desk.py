"""The first page and the list of manuscripts: what awaits whom, filters, search, as many queries for 30 as for 1."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal import assembly
from members.models import Event, User
from submissions.admin.desk import desk_of, funnel
from submissions.models import Submission

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
LIST = "/admin/submissions/submission/"


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


def counts(user):
    return {tile.key: tile.count for tile in desk_of(user).tiles}


@pytest.fixture
def every_state(make_submission):
    for state in (
        "draft",
        "submitted",
        "submitted",
        "second",
        "final",
        "returned",
        "accepted",
        "rejected",
        "withdrawn",
    ):
        make_submission(state)


def test_tiles_by_role(every_state, cast):
    """cast.pending waits for approval; the accepted manuscript waits to be placed."""
    assert counts(cast.editor) == {"first": 2, "returned": 1, "pool": 1, "accounts": 1}
    assert counts(cast.managing) == {"second": 1, "returned": 0, "pool": 1, "accounts": 1}
    assert counts(cast.chief) == {"final": 1, "returned": 0, "pool": 1, "accounts": 1, "closed": 0}
    assert counts(cast.administrator) == {"accounts": 1}
    assert counts(cast.proofreader) == {}


def test_the_greeting_counts_what_is_the_persons_own(every_state, as_):
    assert "周予安，今天有 3 件事等您" in as_("editor").get(INDEX).content.decode()


def test_an_empty_desk_says_so(as_, cast):
    User.objects.filter(pk=cast.pending.pk).update(is_active=False)
    for person in ("editor", "proofreader", "administrator"):
        page = as_(person).get(INDEX).content.decode()
        assert "现在没有事等您" in page
        assert "都办完了" in page
        assert "没有正在编的期" in page


def test_own_and_once_reviewed_manuscripts_do_not_await_the_person(make_submission, cast):
    cast.editor.set_roles(["editor", "managing_editor", "contributor"])
    make_submission("submitted", contributor=cast.editor)
    make_submission("second")
    editor = User.objects.get(pk=cast.editor.pk)
    assert counts(editor) == {"first": 0, "second": 0, "returned": 0, "pool": 0, "accounts": 1}


def wait(submission, days):
    since = timezone.now() - timedelta(days=days)
    Submission.objects.filter(pk=submission.pk).update(waiting_since=since)


def test_overdue_comes_first_and_is_named(make_submission, cast, as_):
    wait(make_submission(title="新到的"), 1)
    wait(make_submission(title="等久的"), 9)
    wait(make_submission(title="刚好到期"), 7)
    rows = desk_of(cast.editor).rows
    assert [(row.title, row.overdue, row.waiting) for row in rows if "账号" not in row.step] == [
        ("等久的", 2, 9),
        ("刚好到期", 0, 7),
        ("新到的", 0, 1),
    ]
    tile = desk_of(cast.editor).tiles[0]
    assert (tile.note, tile.alarm) == ("1 篇超期", True)
    page = as_("editor").get(INDEX).content.decode()
    assert "超期 2 天" in page
    assert page.count("d-button is-main") == 1


def test_a_tile_filters_the_list(every_state, as_):
    page = as_("editor").get(f"{INDEX}?show=returned").content.decode()
    listed = page.split("data-list")[1].split("</table>")[0]
    assert listed.count("<tr") == 2
    assert "退修中" in listed
    assert "等您" in as_("editor").get(f"{INDEX}?show=nonsense").content.decode()


def test_a_closed_issue_waits_for_the_chief(make_issue, cast, as_):
    issue = make_issue(state="closed", closed_at=timezone.now())
    assert counts(cast.chief)["closed"] == 1
    assert reverse("admin:journal_issue_publish", args=[issue.pk]) in as_("chief").get(INDEX).content.decode()


def test_colleagues_acts_without_ones_own(make_submission, cast):
    make_submission("second")
    assert [event.verb for event in desk_of(cast.managing).events] == ["审稿通过"]
    assert list(desk_of(cast.editor).events) == []
    Event.objects.record(cast.contributor, "登录", cast.contributor)
    Event.objects.record(cast.second_editor, "登录", cast.second_editor)
    assert len(desk_of(cast.managing).events) == 1


def test_the_issue_in_the_making(make_issue, make_article, cast, as_):
    issue = make_issue(deadline=timezone.localdate() + timedelta(days=15))
    make_article(issue=issue)
    making = desk_of(cast.editor).issue
    assert (making["issue"], making["days_left"]) == (issue, 15)
    assert "已编入 1 篇" in as_("editor").get(INDEX).content.decode()


def test_the_funnel_accounts_for_everyone(every_state, make_issue, cast):
    steps = {step["label"]: step for step in funnel()}
    assert steps["收稿"]["count"] == 7
    assert steps["过初审"]["count"] == 3
    assert steps["过初审"]["rest"] == "待初审 2，退修中 1，退稿 1"
    assert steps["过复审"]["rest"] == "待复审 1"
    assert steps["终审录用"] | {} == steps["终审录用"] | {"count": 1, "waiting": 1, "rest": "待终审 1"}
    assert steps["编入"]["rest"] == "待编入 1"
    accepted = Submission.objects.get(state="accepted")
    assembly.place(accepted.article, make_issue(), cast.editor)
    assert funnel()[-1]["count"] == 1


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", [INDEX, LIST])
def test_as_many_queries_for_thirty(url, as_, make_submission, make_picture):
    client = as_("editor")
    make_submission("submitted")
    make_submission("accepted")
    make_submission("second")
    few = queries(client, url)
    for number in range(10):
        for state in ("submitted", "second", "accepted"):
            make_submission(state, title=f"第{number}篇")
    assert queries(client, url) == few


def test_the_review_page_asks_the_same_in_a_long_queue(as_, make_submission):
    client = as_("editor")
    page = f"{LIST}{make_submission('submitted').pk}/change/"
    # One other with the same words: a found duplicate is read and named, one or many alike.
    make_submission("submitted", title="另一篇")
    few = queries(client, page)
    for number in range(10):
        make_submission("submitted", title=f"第{number}篇")
    assert queries(client, page) == few


FILTERS = [
    ("step=first", 2),
    ("step=second", 1),
    ("step=returned", 1),
    ("step=accepted", 1),
    ("step=late", 0),
    ("step=nonsense", 7),
    ("kind__exact=image", 0),
    ("origin__exact=original", 7),
    ("unit=x", 7),
    ("submitted_at__gte=2000-01-01 00:00:00%2B08:00", 7),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_filters(query, found, every_state, as_):
    page = as_("chief").get(f"{LIST}?{query}", follow=True)
    assert page.context["cl"].result_count == found


def test_filter_by_unit_and_section(every_state, as_, unit, section, cast):
    client = as_("chief")
    assert client.get(f"{LIST}?unit={unit.pk}").context["cl"].result_count == 7
    assert client.get(f"{LIST}?unit={cast.other.unit_id}").context["cl"].result_count == 0
    assert client.get(f"{LIST}?section__id__exact={section.pk}").context["cl"].result_count == 7


@pytest.mark.parametrize("query", ["夜航灯", "渔家", "陈望潮", "榕岭村", "林晓舟", "-0001"])
def test_search(query, as_, make_submission):
    make_submission(title="夜航灯", body="渔家的灯。", byline="陈望潮")
    assert as_("chief").get(LIST, {"q": query}).context["cl"].result_count == 1
    assert as_("chief").get(LIST, {"q": "没有这样的稿"}).context["cl"].result_count == 0


def test_next_act_and_owner_in_the_list(every_state, as_):
    page = as_("chief").get(LIST).content.decode()
    for words in ("写初审意见", "编辑部主任", "等作者交回", "编入一期", "已办结"):
        assert words in page
