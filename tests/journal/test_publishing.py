"""Closing, reopening, publishing: what is asked, who may, and what readers then see."""

import pytest
from django.core.exceptions import PermissionDenied

from journal import publishing
from journal.models import Access, Article, Imprint, Issue
from members.models import Event
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db

APPROVAL = {"approved_by": "部务会", "basis": "第3次部务会纪要"}


@pytest.fixture
def ready(make_issue, make_article):
    issue = make_issue()
    make_article("甲", issue=issue)
    make_article("转载", issue=issue, origin="recommended", source="来源：某报")
    fill_imprint(issue)
    return issue


def test_closing_needs_articles(make_issue, cast):
    issue = make_issue()
    fill_imprint(issue)
    with pytest.raises(publishing.Refused, match="还没有编入文章"):
        publishing.close(issue, cast.chief)


def test_closing_names_what_the_imprint_lacks(make_issue, make_article, cast):
    issue = make_issue()
    make_article("甲", issue=issue)
    with pytest.raises(publishing.Refused, match="编印单位、印刷单位、印刷日期、印数"):
        publishing.close(issue, cast.chief)
    issue.refresh_from_db()
    assert issue.state == Issue.State.PREPARING
    assert not Imprint.objects.exists()


def test_close_and_reopen_with_a_reason(ready, cast):
    publishing.close(ready, cast.managing)
    assert ready.closed_at is not None
    with pytest.raises(publishing.Refused, match="原因"):
        publishing.reopen(ready, cast.managing, reason="  ")
    publishing.reopen(ready, cast.managing, reason="补一篇稿")
    assert ready.is_open
    assert Event.objects.about(ready).first().note == "补一篇稿"


def test_closing_twice_is_refused(ready, cast):
    publishing.close(ready, cast.chief)
    with pytest.raises(publishing.Refused, match="刚刚变过"):
        publishing.close(ready, cast.managing)


@pytest.mark.parametrize("access", ["", "everyone"])
def test_access_is_decided_not_defaulted(access, ready, cast):
    publishing.close(ready, cast.chief)
    with pytest.raises(publishing.Refused, match="阅读范围"):
        publishing.publish(ready, cast.chief, access=access)


@pytest.mark.parametrize("lacking", ["approved_by", "basis"])
def test_public_needs_its_approval(lacking, ready, cast):
    publishing.close(ready, cast.chief)
    with pytest.raises(publishing.Refused, match="批准人和依据"):
        publishing.publish(ready, cast.chief, access=Access.PUBLIC, **APPROVAL | {lacking: " "})


def test_an_open_issue_is_not_published(ready, cast):
    with pytest.raises(publishing.Refused, match="还没有定稿"):
        publishing.publish(ready, cast.chief, access=Access.INTERNAL)


def test_a_reprint_without_the_right_stays_internal(ready, cast):
    publishing.close(ready, cast.chief)
    publishing.publish(ready, cast.chief, access=Access.PUBLIC, **APPROVAL)
    found = dict(Article.objects.values_list("title", "access"))
    assert found == {"甲": "public", "转载": "internal"}
    assert ready.access_approved_by == "部务会"
    assert ready.access_approved_on is not None


def test_internal_keeps_no_approval(ready, cast):
    publishing.close(ready, cast.chief)
    publishing.publish(ready, cast.chief, access=Access.INTERNAL, **APPROVAL)
    assert (ready.access, ready.access_approved_by, ready.access_approved_on) == ("internal", "", None)


PEOPLE = ("contributor", "reader", "liaison", "editor", "managing", "proofreader", "administrator", "pending")


@pytest.mark.parametrize("person", PEOPLE)
def test_only_the_chief_publishes(person, ready, cast):
    publishing.close(ready, cast.chief)
    with pytest.raises(PermissionDenied):
        publishing.publish(ready, getattr(cast, person), access=Access.INTERNAL)


@pytest.mark.parametrize("person", sorted(set(PEOPLE) - {"managing"}))
def test_editors_do_not_close(person, ready, cast):
    with pytest.raises(PermissionDenied):
        publishing.close(ready, getattr(cast, person))
