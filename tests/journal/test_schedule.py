"""定时刊发: set, changed, called off, carried out when its time has come, and stopped by what stands in the way."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from journal import publishing, schedule, secrecy
from journal.models import Article, Issue, PublishPlan
from members.models import Event
from members.roles import Role
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db

NOW = timezone.now()
WHEN = NOW + timedelta(hours=3)
PUBLIC = {"access": "public", "approved_by": "部务会", "basis": "第3次部务会纪要"}


@pytest.fixture
def closed(make_issue, make_article, cast):
    issue = make_issue()
    make_article("甲", issue=issue)
    fill_imprint(issue)
    return publishing.close(issue, cast.chief)


def due(hours=3):
    return schedule.publish_due(at=NOW + timedelta(hours=hours))


def test_nothing_comes_out_before_its_time(closed, cast, client):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, **PUBLIC)
    assert due(hours=2.9).published == []
    closed.refresh_from_db()
    assert closed.state == Issue.State.CLOSED
    assert client.get(closed.get_absolute_url()).status_code == 404


def test_at_its_time_it_comes_out_as_decided(closed, cast):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, **PUBLIC)
    late = NOW + timedelta(hours=5)
    assert schedule.publish_due(at=late).published == [closed]
    closed.refresh_from_db()
    # The worker was late: readers are told when it really came out.
    assert (closed.state, closed.published_at, closed.access) == (Issue.State.PUBLISHED, late, "public")
    assert (closed.access_approved_by, closed.access_basis) == ("部务会", "第3次部务会纪要")
    assert not PublishPlan.objects.exists()
    assert Article.objects.published(at=late).count() == 1
    assert Article.objects.published(at=late - timedelta(seconds=1)).count() == 0
    assert due(hours=6).published == []
    assert Event.objects.about(closed).filter(verb="刊发").get().actor == cast.chief


def test_the_time_is_changed_and_called_off(closed, cast):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")
    schedule.plan(closed, cast.chief, WHEN + timedelta(days=1), at=NOW, access="internal")
    assert due().published == []
    schedule.call_off(closed, cast.chief)
    assert schedule.publish_due(at=NOW + timedelta(days=9)).published == []
    verbs = list(Event.objects.about(closed).exclude(verb="定稿").values_list("verb", flat=True))
    assert verbs == ["取消定时刊发", "改刊发时间", "安排定时刊发"]
    with pytest.raises(schedule.Refused, match="没有定时刊发"):
        schedule.call_off(closed, cast.chief)


def test_what_stands_in_the_way_meanwhile_stops_it_and_is_told_once(closed, cast):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")
    text = closed.articles.get().text
    secrecy.record(text, cast.managing, secrecy.Finding(conclusion="none", basis="重新核定"))
    stopped = due().stopped
    assert [issue for issue, _ in stopped] == [closed]
    assert "不予刊发" in stopped[0][1]
    closed.refresh_from_db()
    assert closed.state == Issue.State.CLOSED
    assert "不予刊发" in closed.plan.objection
    # It waits for a person: the next run says nothing again, even once the way is free.
    secrecy.record(text, cast.managing, secrecy.Finding(conclusion="public", basis="再次核定"))
    assert due(hours=4) == schedule.Outcome()
    assert Event.objects.about(closed).filter(verb="定时刊发没有做成").count() == 1
    schedule.plan(closed, cast.chief, WHEN + timedelta(hours=2), at=NOW, access="internal")
    assert due(hours=5).published == [closed]


def test_a_chief_who_is_none_any_more_publishes_nothing(closed, cast):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")
    cast.chief.set_roles([Role.READER])
    (_, why), *_ = due().stopped
    assert "没有刊发的权限" in why


def test_publishing_by_hand_and_reopening_end_the_plan(closed, cast):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")
    publishing.publish(closed, cast.chief, access="internal")
    assert due() == schedule.Outcome()
    assert not PublishPlan.objects.exists()


def test_reopening_ends_the_plan(closed, cast):
    schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")
    publishing.reopen(closed, cast.managing, reason="补一篇")
    assert due() == schedule.Outcome()


@pytest.mark.parametrize(
    ("when", "decision", "told"),
    [
        (NOW - timedelta(minutes=1), {"access": "internal"}, "已经过了"),
        (WHEN, {"access": ""}, "阅读范围"),
        (WHEN, {"access": "public", "approved_by": "部务会", "basis": " "}, "批准人和依据"),
    ],
)
def test_a_plan_that_cannot_hold_is_refused(when, decision, told, closed, cast):
    with pytest.raises(schedule.Refused, match=told):
        schedule.plan(closed, cast.chief, when, at=NOW, **decision)


def test_an_open_issue_and_one_with_objections_are_not_planned(closed, cast):
    Article.objects.filter(issue=closed).get().text.versions.get().approvals.all().delete()
    with pytest.raises(schedule.Refused, match="保密审查"):
        schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")
    publishing.reopen(closed, cast.managing, reason="补一篇")
    with pytest.raises(schedule.Refused, match="不是已定稿"):
        schedule.plan(closed, cast.chief, WHEN, at=NOW, access="internal")


@pytest.mark.parametrize("person", ["editor", "managing", "administrator", "reader"])
def test_only_the_chief_plans(person, closed, cast):
    with pytest.raises(PermissionDenied):
        schedule.plan(closed, getattr(cast, person), WHEN, at=NOW, access="internal")
    with pytest.raises(PermissionDenied):
        schedule.call_off(closed, getattr(cast, person))
