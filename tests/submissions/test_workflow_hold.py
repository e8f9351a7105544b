"""A decision taken back within the hold: approval, state, letter and article as before; and when it is too late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from journal import assembly
from journal.models import Approval, Article, Journal, Text
from members.models import Event
from submissions import assigning, holding, workflow
from submissions.letters import send_due
from submissions.models import Letter, Submission
from submissions.points import Point
from submissions.states import Stage, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _half_an_hour(cast):
    Journal.objects.update(hold_minutes=30)


def later(minutes=31):
    return timezone.now() + timedelta(minutes=minutes)


def decide(decision, submission, person, **facts):
    if decision == "pass":
        return workflow.pass_review(submission, person, opinion="可用。", **facts)
    if decision == "return":
        return workflow.return_for_changes(submission, person, points=[Point("每月两次", "次数请核对")], **facts)
    return workflow.reject(submission, person, opinion="题材用过。", **facts)


@pytest.mark.parametrize(
    ("state", "who", "decision"),
    [
        ("submitted", "editor", "pass"),
        ("submitted", "editor", "return"),
        ("submitted", "editor", "reject"),
        ("second", "managing", "pass"),
        ("second", "managing", "return"),
        ("final", "chief", "pass"),
        ("final", "chief", "reject"),
    ],
)
def test_everything_is_as_before(state, who, decision, make_submission, cast):
    submission = make_submission(state)
    typed = {"draft_number", "saved_at"}
    before = Submission.objects.filter(pk=submission.pk).values().get()
    standing = list(Approval.objects.on(submission.text).standing().values_list("pk", flat=True))
    decide(decision, submission, getattr(cast, who))
    workflow.undo_decision(submission, getattr(cast, who), reason="看错了")
    after = Submission.objects.filter(pk=submission.pk).values().get()
    assert {name: value for name, value in after.items() if name not in typed} == {
        name: value for name, value in before.items() if name not in typed
    }
    assert list(Approval.objects.on(submission.text).standing().values_list("pk", flat=True)) == standing
    assert not Article.objects.exists()
    newest = submission.letters.exclude(kind=Letter.Kind.RECEIPT).first()
    assert newest is None or newest.delivery == Letter.Delivery.RECALLED
    event = Event.objects.about(submission).first()
    assert (event.verb, event.note) == ("撤回决定", "看错了")
    # And the same decision can be taken again.
    decide(decision, submission, getattr(cast, who))


def test_the_letter_does_not_go_out(make_submission, cast):
    submission = decide("return", make_submission("submitted"), cast.editor)
    letter = submission.letters.get(kind=Letter.Kind.RETURN)
    assert letter.delivery == Letter.Delivery.HELD
    workflow.undo_decision(submission, cast.editor)
    send_due(later())
    letter.refresh_from_db()
    assert letter.delivery == Letter.Delivery.RECALLED
    assert letter not in Letter.objects.readable(later())


def test_after_the_hold_it_is_too_late(make_submission, cast):
    submission = decide("return", make_submission("submitted"), cast.editor)
    assert holding.undoable(submission, cast.editor)
    assert holding.undoable(submission, cast.editor, later()) is None
    with pytest.raises(workflow.Refused, match="已经过了可以撤回的时间"):
        workflow.undo_decision(submission, cast.editor, at=later())


def test_a_letter_that_has_left_stays(make_submission, cast):
    submission = decide("reject", make_submission("submitted"), cast.editor)
    submission.letters.filter(kind=Letter.Kind.REJECT).update(delivery=Letter.Delivery.SENT)
    with pytest.raises(workflow.Refused, match="通知已经发出"):
        workflow.undo_decision(submission, cast.editor)
    assert Submission.objects.get(pk=submission.pk).state == State.REJECTED
    assert Approval.objects.standing().get().decision == Approval.Decision.REJECTED


def test_a_second_decision_waits_for_the_letter_of_the_first(make_submission, cast):
    """Otherwise the contributor would get two letters at once that contradict each other."""
    submission = decide("return", make_submission("submitted"), cast.editor)
    with pytest.raises(workflow.Refused, match="上一个决定的通知还没有发出"):
        decide("reject", submission, cast.second_editor)
    submission.letters.filter(kind=Letter.Kind.RETURN).update(send_after=timezone.now())
    decide("reject", submission, cast.second_editor)
    workflow.undo_decision(submission, cast.second_editor)
    assert submission.state == State.RETURNED


def test_no_hold_no_undoing(make_submission, cast):
    Journal.objects.update(hold_minutes=0)
    submission = decide("pass", make_submission("submitted"), cast.editor)
    with pytest.raises(workflow.Refused, match="已经过了"):
        workflow.undo_decision(submission, cast.editor)


def test_a_colleague_has_gone_on_from_it(make_submission, cast):
    submission = decide("pass", make_submission("submitted"), cast.editor)
    seen = Submission.objects.get(pk=submission.pk)
    decide("pass", Submission.objects.get(pk=submission.pk), cast.managing)
    with pytest.raises(workflow.Refused, match="又有人办过"):
        workflow.undo_decision(seen, cast.editor)
    fresh = Submission.objects.get(pk=submission.pk)
    with pytest.raises(workflow.Refused, match="只能由本人撤回"):
        workflow.undo_decision(fresh, cast.editor)


# A column a state: submitted, second, final, returned, accepted, rejected. Who decided last takes it back, nobody else.
UNDO = {
    "contributor": "xxxxxx",
    "other": "xxxxxx",
    "liaison": "xxxxxx",
    "reader": "xxxxxx",
    "editor": "r+r+r+",
    "second_editor": "rrrrrr",
    "managing": "rr+rrr",
    "chief": "rrrr+r",
    "proofreader": "xxxxxx",
    "administrator": "xxxxxx",
}


def test_undo_by_state_and_role(make_submission, cast):
    found = dict.fromkeys(UNDO, "")
    for state in ("submitted", "second", "final", "returned", "accepted", "rejected"):
        submission = make_submission(state)
        for person in UNDO:
            try:
                with transaction.atomic():
                    workflow.undo_decision(Submission.objects.get(pk=submission.pk), getattr(cast, person))
                    transaction.set_rollback(True)
                found[person] += "+"
            except workflow.Refused:
                found[person] += "r"
            except PermissionDenied:
                found[person] += "x"
    assert found == UNDO


def test_an_article_that_is_placed_stays_accepted(make_submission, make_issue, cast):
    submission = make_submission("accepted")
    article = submission.article
    assembly.place(article, make_issue(), cast.editor)
    with pytest.raises(workflow.Refused, match="已经编入"):
        workflow.undo_decision(submission, cast.chief)
    kept = Submission.objects.get(pk=submission.pk)
    assert (kept.state, kept.article) == (State.ACCEPTED, article)


def test_an_article_that_was_worked_on_stays_accepted(make_submission, cast):
    submission = make_submission("accepted")
    content = replace(submission.text.current.content, title="改过的标题")
    submission.text.save_version(content, cast.editor, "编辑改稿")
    with pytest.raises(workflow.Refused, match="正文又改过"):
        workflow.undo_decision(submission, cast.chief)


COMPOSITE = "开头的话。\n## 望海区：巷子里的灯\n区委书记 何小满\n灯一盏一盏亮起来。\n## 临港镇：渡口的船\n镇委书记 陈望潮\n船一趟一趟地开。"


def test_a_composite_is_one_text_again(make_submission, cast):
    submission = make_submission("final", is_composite=True, body=COMPOSITE)
    whole, texts = submission.text.current, Text.objects.count()
    decide("pass", submission, cast.chief)
    assert submission.article.parts.count() == 2
    workflow.undo_decision(submission, cast.chief)
    assert not Article.objects.exists()
    assert Text.objects.count() == texts
    fresh = Submission.objects.get(pk=submission.pk)
    assert fresh.version.digest == fresh.text.current.digest == whole.digest
    decide("pass", fresh, cast.chief)
    assert fresh.article.parts.count() == 2
    assert Submission.objects.get(pk=fresh.pk).version.digest == whole.digest


def test_the_contributor_learns_of_it_when_the_hold_ends(make_submission, cast, client):
    submission = make_submission("submitted")
    decide("return", submission, cast.editor)
    client.force_login(cast.contributor)
    status = reverse("submission", args=[submission.pk])
    for address in (status, reverse("my_submissions"), reverse("letters"), reverse("my_submissions") + "?show=mine"):
        page = client.get(address).content.decode()
        assert "次数请核对" not in page, address
        assert "请您修改" not in page, address
    assert "编辑部正在初审" in client.get(status).content.decode()
    with pytest.raises(workflow.Refused, match="编辑部正在办这篇稿件"):
        workflow.resubmit(Submission.objects.get(pk=submission.pk), cast.contributor)
    with pytest.raises(workflow.Refused, match="编辑部正在办这篇稿件"):
        workflow.withdraw(Submission.objects.get(pk=submission.pk), cast.contributor)
    submission.letters.filter(kind=Letter.Kind.RETURN).update(send_after=timezone.now())
    page = client.get(status).content.decode()
    assert "初审请您改 1 处" in page
    assert "次数请核对" in page


def test_an_undone_return_leaves_no_points_to_tick(make_submission, cast, client):
    submission = make_submission("submitted")
    decide("return", submission, cast.editor)
    workflow.undo_decision(submission, cast.editor)
    assert (submission.state, submission.stage) == (State.SUBMITTED, Stage.FIRST)
    client.force_login(cast.contributor)
    assert "次数请核对" not in client.get(reverse("submission", args=[submission.pk])).content.decode()


def test_what_is_told_costs_the_same_for_many(make_submission, cast, django_assert_num_queries):
    rows = [decide("return", make_submission("submitted"), cast.editor) for _ in range(3)]
    with django_assert_num_queries(2):
        holding.as_told(rows[:1])
    with django_assert_num_queries(2):
        holding.as_told(rows)
    assert {row.state for row in rows} == {State.IN_REVIEW}


def test_the_hold_gives_the_assignee_back(make_submission, cast):
    submission = make_submission("submitted")
    assigning.assign(submission, cast.second_editor, cast.managing)
    decide("pass", submission, cast.second_editor)
    assert submission.assignee is None
    workflow.undo_decision(submission, cast.second_editor)
    assert Submission.objects.get(pk=submission.pk).assignee == cast.second_editor
