"""Two people at the same moment around a return and 单位审核, with real threads on both databases."""

from datetime import timedelta

import pytest
from django.utils import timezone

from journal.models import Approval, Journal
from members.models import Unit
from submissions import endorsing, messaging, returning, workflow
from submissions.conversation import Message
from submissions.models import Submission
from submissions.points import Point
from submissions.refusals import Refused
from submissions.returning import Ticked
from submissions.states import Stage, State
from tests.conftest import ALL_DECLARED
from tests.test_races import _a_database_threads_share, at_once, failures, fresh  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def returned(make_submission, cast):
    Journal.objects.update(hold_minutes=0)
    submission = make_submission("submitted")
    return workflow.return_for_changes(submission, cast.editor, points=[Point("", "请补一个例子。")])


def record(submission, person):
    return endorsing.endorse(
        submission,
        person,
        version_id=submission.text.current_id,
        signer="周望山",
        signed_on=timezone.localdate(),
        sheet=None,
        kept_at="卷宗",
    )


def test_two_editors_record_the_same_sheet(make_submission, cast, unit):
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    submission = make_submission("submitted")
    one, other = fresh(submission), fresh(submission)
    outcome = at_once(lambda: record(one, cast.editor), lambda: record(other, cast.second_editor))
    (error,) = failures(outcome)
    assert isinstance(error, Refused)
    assert Approval.objects.passed().count() == 1


def test_a_sheet_and_the_unit_giving_it_back(make_submission, cast, unit):
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    one = Submission.objects.get(pk=make_submission("submitted").pk)
    other, version_id = fresh(one), one.text.current_id
    outcome = at_once(
        lambda: record(one, cast.editor),
        lambda: workflow.return_by_unit(other, cast.liaison, version_id=version_id, opinion="请核对人数。"),
    )
    now = fresh(one)
    # Recorded first, it may still be given back; given back first, there is nothing to record.
    assert (now.state, now.stage) == (State.RETURNED, Stage.FIRST)
    assert all(isinstance(error, Refused) for error in failures(outcome))
    assert Approval.objects.filter(decision="returned").count() == 1


def test_more_time_asked_for_twice(returned, cast):
    until = returned.due_on + timedelta(days=3)

    def ask():
        return returning.ask_more_time(fresh(returned), cast.contributor, until=until, reason="下乡。")

    (error,) = failures(at_once(ask, ask))
    assert isinstance(error, Refused)
    assert Message.objects.filter(asks_until=until).count() == 1


def test_granting_more_time_and_handing_in(returned, cast):
    point = returned.return_points.get()
    returning.save_ticks(returned, cast.contributor, {point.pk: Ticked(False, "", True, "补了。")})
    asked = returning.ask_more_time(
        returned, cast.contributor, until=returned.due_on + timedelta(days=3), reason="下乡。"
    )
    outcome = at_once(
        lambda: returning.answer_request(fresh(returned), cast.editor, message_id=asked.pk, grant=True),
        lambda: workflow.resubmit(fresh(returned), cast.contributor, declared=ALL_DECLARED),
    )
    now = fresh(returned)
    assert (now.state, now.due_on) == (State.IN_REVIEW, None)
    assert all(isinstance(error, Refused) for error in failures(outcome))
    assert not Message.objects.unanswered().exists()


def test_one_message_sent_by_two_clicks(returned, cast):
    at_once(*(lambda: messaging.write(fresh(returned), cast.contributor, "照片能换吗？"),) * 2)
    assert Message.objects.count() == 1
