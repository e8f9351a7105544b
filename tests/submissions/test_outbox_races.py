"""Letters and invitations at the same moment: sent once, recalled or sent, begun once, one digest a day."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from journal.models import Journal
from submissions import commissioning, letters
from submissions.commissions import Commission
from submissions.letters import digest
from submissions.models import Letter, Submission
from tests.test_races import _a_database_threads_share, at_once, failures, fresh  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
Kind, Delivery = Letter.Kind, Letter.Delivery


@pytest.fixture
def draft(make_draft, cast, settings):
    settings.LETTERS_BY_EMAIL = True
    cast.contributor.email = "lin@example.cn"
    cast.contributor.save()
    Journal.objects.update(hold_minutes=30)
    return make_draft(cast.contributor)


def test_two_processes_send_each_letter_once(draft):
    kept = [letters.post(draft, Kind.REJECT, opinion="题材用过。") for _ in range(6)]
    later = timezone.now() + timedelta(hours=1)
    outcome = at_once(lambda: letters.send_due(later), lambda: letters.send_due(later))
    assert failures(outcome) == []
    assert sorted(outcome[0].sent + outcome[1].sent) == sorted(letter.pk for letter in kept)
    assert len(mail.outbox) == len(kept)


def test_a_letter_is_recalled_or_sent_never_both(draft):
    letter = letters.post(draft, Kind.REJECT, opinion="题材用过。")
    end = letter.send_after
    recalled, outcome = at_once(
        lambda: letters.recall(draft, at=end - timedelta(seconds=1)), lambda: letters.send_due(end)
    )
    assert (recalled, len(outcome.sent), len(mail.outbox)) in ((1, 0, 0), (0, 1, 1))
    assert fresh(letter).delivery == (Delivery.RECALLED if recalled else Delivery.SENT)


def test_two_processes_make_one_digest(draft, cast):
    now = timezone.now()
    for _ in range(3):
        Letter.objects.create(
            submission=draft,
            recipient=cast.contributor,
            kind=Kind.REMINDER,
            subject="催稿",
            body="请交稿。",
            delivery=Delivery.QUEUED,
            send_after=now,
        )
    outcome = at_once(lambda: digest.remind(cast.contributor, at=now), lambda: digest.remind(cast.contributor, at=now))
    assert failures(outcome) == []
    assert Letter.objects.filter(kind=Kind.DIGEST).count() == 1
    assert len(mail.outbox) == 1


def test_one_link_opened_by_two_starts_one_manuscript(call, section, make_issue, cast):
    commission = Commission.objects.create(
        issue=make_issue(), section=section, topic="夜校", invitee="许渡", due_on=timezone.localdate()
    )
    outcome = at_once(
        lambda: commissioning.start(fresh(commission), cast.contributor, "text"),
        lambda: commissioning.start(fresh(commission), cast.other, "text"),
    )
    (refused,) = failures(outcome)
    assert "已经有人在写" in str(refused)
    assert Submission.objects.count() == 1


def test_two_editors_remind_once(call, section, make_issue, cast):
    commission = Commission.objects.create(
        issue=make_issue(), section=section, topic="夜校", invitee="许渡", due_on=timezone.localdate(), state="invited"
    )
    seen = commissioning.seen_mark(commission)
    outcome = at_once(
        lambda: commissioning.remind(fresh(commission), cast.editor, link="x", seen=seen),
        lambda: commissioning.remind(fresh(commission), cast.second_editor, link="x", seen=seen),
    )
    assert "刚刚有人处理过" in str(failures(outcome)[0])
    assert Letter.objects.count() == 1
