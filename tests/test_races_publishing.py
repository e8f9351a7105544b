"""Two people, or two workers, at the same moment around a publication, with real threads on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from journal import corrections, editions_made, publishing, schedule, withdrawing
from journal.imprint_acknowledging import AcknowledgementRefused, acknowledge, looked_at
from journal.models import Article, Correction, Edition, ImprintAcknowledgement, Issue, PublishPlan
from members.models import Event
from tests.conftest import fill_imprint
from tests.test_races import _a_database_threads_share, at_once, failures, fresh  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_built_by_itself(settings):
    """What is asked for after commit waits in the queue: these tests build by hand."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def closed(make_issue, make_article, cast):
    issue = make_issue()
    make_article("甲", issue=issue, html="<p>共有12户参加。</p>")
    make_article("乙", issue=issue)
    fill_imprint(issue)
    return publishing.close(issue, cast.chief)


@pytest.fixture
def out(closed, cast):
    return publishing.publish(closed, cast.chief, access="internal")


def proposed(cast) -> Correction:
    article = Article.objects.get(title="甲")
    content = replace(article.text.current.content, html="<p>共有21户参加。</p>")
    return corrections.propose(article, cast.editor, content, reason="户数", seen=article.text.current_id)


def planned(issue, cast):
    now = timezone.now()
    schedule.plan(issue, cast.chief, now, access="internal", at=now - timedelta(hours=1))


def test_two_workers_publish_an_issue_once(closed, cast):
    planned(closed, cast)
    outcome = at_once(schedule.publish_due, schedule.publish_due)
    assert failures(outcome) == []
    assert sorted(len(done.published) for done in outcome) == [0, 1]
    assert [done.stopped for done in outcome] == [[], []]
    assert Event.objects.about(closed).filter(verb="刊发").count() == 1


def test_the_time_comes_while_the_chief_publishes(closed, cast):
    planned(closed, cast)
    outcome = at_once(schedule.publish_due, lambda: publishing.publish(fresh(closed), cast.chief, access="internal"))
    assert all(isinstance(error, publishing.Refused) for error in failures(outcome))
    assert fresh(closed).state == Issue.State.PUBLISHED
    assert Event.objects.about(closed).filter(verb="刊发").count() == 1
    assert not Event.objects.about(closed).filter(verb="定时刊发没有做成").exists()
    assert not PublishPlan.objects.exists()


def test_the_time_comes_while_it_is_called_off(closed, cast):
    planned(closed, cast)
    outcome = at_once(schedule.publish_due, lambda: schedule.call_off(fresh(closed), cast.chief))
    is_out = fresh(closed).state == Issue.State.PUBLISHED
    assert len(failures(outcome)) == is_out
    assert not PublishPlan.objects.exists()


def test_an_article_is_withdrawn_while_it_is_corrected(out, cast):
    made = proposed(cast)
    article = made.article
    outcome = at_once(
        lambda: corrections.sign(fresh(made), cast.chief),
        lambda: withdrawing.withdraw_article(fresh(article), cast.managing, reason="有误", listed=False),
    )
    # Both hold, in either order: corrected, and taken down.
    assert failures(outcome) == []
    after = fresh(article)
    assert after.withdrawn_reason == "有误"
    assert "21户" in fresh(after.text).current.html
    assert not Article.objects.visible_to(cast.reader).filter(pk=article.pk).exists()


def test_a_correction_is_signed_once(out, cast):
    made = proposed(cast)
    outcome = at_once(
        lambda: corrections.sign(fresh(made), cast.chief), lambda: corrections.sign(fresh(made), cast.managing)
    )
    (error,) = failures(outcome)
    assert isinstance(error, corrections.CorrectionRefused)
    assert made.article.text.versions.count() == 2


def test_two_corrections_are_proposed_at_once(out, cast):
    outcome = at_once(lambda: proposed(cast), lambda: proposed(cast))
    (error,) = failures(outcome)
    assert isinstance(error, corrections.CorrectionRefused)
    assert Correction.objects.count() == 1


def test_an_issue_is_withdrawn_once_while_an_article_is(out, cast):
    article = Article.objects.get(title="乙")
    outcome = at_once(
        lambda: withdrawing.withdraw_issue(fresh(out), cast.chief, reason="全期核对"),
        lambda: withdrawing.withdraw_article(fresh(article), cast.managing, reason="有误", listed=False),
    )
    assert all(isinstance(error, withdrawing.WithdrawalRefused) for error in failures(outcome))
    assert fresh(out).state == Issue.State.WITHDRAWN
    assert not Article.objects.visible_to(cast.reader).exists()


def test_two_workers_build_an_edition_once(out):
    waiting = Edition.objects.get(kind="epub")
    outcome = at_once(lambda: editions_made.carry_out(waiting.pk), lambda: editions_made.carry_out(waiting.pk))
    assert sorted(outcome) == [False, True]
    done = fresh(waiting)
    assert (done.state, done.run) == ("fresh", 1)


def test_two_decide_the_same_passage_at_once(make_issue, make_article, cast):
    issue = make_issue()
    make_article("夜航灯", issue=issue, html="<p>记者走进渔村。</p>", bylines=["何小满"])
    printed = publishing.imprint_of(issue)
    (line,) = (line for line in looked_at(issue, printed) if line.item.code == "self.reporter")
    code, place_key, quote_hash = line.item.identity
    seen = {"code": code, "place_key": place_key, "quote_hash": quote_hash}
    outcome = at_once(
        lambda: acknowledge(fresh(issue), cast.editor, reason="引用原文。", **seen),
        lambda: acknowledge(fresh(issue), cast.managing, reason="照登。", **seen),
    )
    (error,) = failures(outcome)
    assert isinstance(error, AcknowledgementRefused)
    kept = ImprintAcknowledgement.objects.get(issue=issue)
    assert str(kept.person) in str(error)
    assert Event.objects.about(issue).filter(verb="定稿核对").count() == 1
