"""The outbox: held, claimed, sent once, tried again, put together, never lost and never twice."""

import json
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from journal.models import Journal
from members.models import Event
from submissions import letters
from submissions.conversation import Message
from submissions.letters import delivery
from submissions.models import Letter
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
Kind, Delivery = Letter.Kind, Letter.Delivery


@pytest.fixture
def by_email(settings, cast):
    settings.LETTERS_BY_EMAIL = True
    cast.contributor.email = "lin@example.cn"
    cast.contributor.save()


@pytest.fixture
def draft(make_draft, cast):
    Journal.objects.update(hold_minutes=30)
    return make_draft(cast.contributor)


def fresh(letter):
    return Letter.objects.get(pk=letter.pk)


def later(**delta):
    return timezone.now() + timedelta(**delta)


def refuse_with(monkeypatch, error):
    def send(self, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)


def test_a_decision_is_held_and_unreadable_until_its_time(draft, by_email, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = letters.post(draft, Kind.REJECT, opinion="题材用过。")
    assert letter.delivery == Delivery.HELD
    assert mail.outbox == []
    assert not Letter.objects.readable().exists()
    letters.send_due(later(minutes=29))
    assert fresh(letter).delivery == Delivery.HELD
    assert Letter.objects.readable(later(minutes=31)).exists()
    outcome = letters.send_due(later(minutes=31))
    assert outcome.sent == [letter.pk]
    assert fresh(letter).sent_at is not None
    assert [message.subject for message in mail.outbox] == [letter.subject]


def test_a_held_letter_without_an_address_moves_into_the_account(draft, settings):
    letter = letters.post(draft, Kind.ACCEPT)
    for by_email in (False, True):
        settings.LETTERS_BY_EMAIL = by_email
        Letter.objects.update(delivery=Delivery.HELD)
        assert letters.send_due(later(hours=1)).released == 1
        assert fresh(letter).delivery == Delivery.ACCOUNT


def test_without_a_hold_a_decision_leaves_at_once(draft, by_email, django_capture_on_commit_callbacks):
    Journal.objects.update(hold_minutes=0)
    with django_capture_on_commit_callbacks(execute=True):
        letters.post(draft, Kind.REJECT, opinion="题材用过。")
    assert len(mail.outbox) == 1


def test_what_cannot_be_undone_is_not_held(draft):
    assert letters.post(draft, Kind.RETURN, opinion="请补照片。", held=False).delivery == Delivery.ACCOUNT


def test_a_recalled_letter_is_neither_sent_nor_read(draft, by_email):
    letter = letters.post(draft, Kind.REJECT, opinion="题材用过。")
    assert letters.recall(draft) == 1
    assert letters.send_due(later(hours=1)).sent == []
    assert fresh(letter).delivery == Delivery.RECALLED
    assert not Letter.objects.readable(later(hours=1)).exists()


def test_a_letter_that_has_left_cannot_be_recalled(draft):
    letters.post(draft, Kind.REJECT, opinion="题材用过。")
    assert letters.recall(draft, at=later(minutes=31)) == 0


def test_a_letter_is_claimed_by_one_alone(draft, by_email):
    letter = letters.post(draft, Kind.RECEIPT)
    assert delivery.claim(letter)
    assert not delivery.claim(fresh(letter))
    assert letters.send_due(later(minutes=1)).sent == []


def test_what_was_cut_short_is_left_to_a_person(draft, by_email):
    letter = letters.post(draft, Kind.RECEIPT)
    delivery.claim(letter)
    assert letters.send_due(later(minutes=11)).unsure == [letter.pk]
    letters.send_due(later(days=1))
    assert fresh(letter).delivery == Delivery.UNSURE
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({"lin@example.cn": (550, b"no such user")}), Delivery.FAILED),
        (smtplib.SMTPRecipientsRefused({"lin@example.cn": (450, b"busy")}), Delivery.QUEUED),
        (smtplib.SMTPAuthenticationError(535, b"password"), Delivery.QUEUED),
        (TimeoutError("timed out"), Delivery.UNSURE),
        (smtplib.SMTPServerDisconnected("closed"), Delivery.UNSURE),
        (ValueError("header"), Delivery.FAILED),
    ],
)
def test_what_a_refusal_means(draft, by_email, monkeypatch, error, expected):
    letter = letters.post(draft, Kind.RECEIPT)
    refuse_with(monkeypatch, error)
    letters.send_due()
    letter = fresh(letter)
    assert letter.delivery == expected
    assert letter.delivery_error


def test_a_server_out_of_reach_is_tried_ever_later_and_then_given_up(draft, by_email, monkeypatch):
    letter = letters.post(draft, Kind.RECEIPT)
    other = letters.post(draft, Kind.WITHDRAW)
    refuse_with(monkeypatch, ConnectionRefusedError("no server"))
    now, waits = later(minutes=1), []
    for _ in delivery.RETRY_MINUTES:
        # The first that meets a closed door spares the others the wait.
        Letter.objects.filter(pk=letter.pk).update(send_after=now - timedelta(hours=1))
        letters.send_due(now)
        letter = fresh(letter)
        waits.append(round((letter.send_after - timezone.now()).total_seconds() / 60))
        assert letter.delivery == Delivery.QUEUED
    assert waits == list(delivery.RETRY_MINUTES)
    Letter.objects.filter(pk=letter.pk).update(send_after=now - timedelta(hours=1))
    letters.send_due(now)
    assert fresh(letter).delivery == Delivery.FAILED
    assert fresh(other).attempts == 0


def test_one_that_is_put_off_does_not_stop_the_others(draft, by_email, monkeypatch):
    first, second = letters.post(draft, Kind.RECEIPT), letters.post(draft, Kind.WITHDRAW)
    refuse_with(monkeypatch, smtplib.SMTPDataError(451, b"greylisted"))
    assert sorted(letters.send_due(later(minutes=1)).waiting) == [first.pk, second.pk]


def remind(draft, **fields):
    return letters.post(draft, Kind.REMINDER, due_on=timezone.localdate(), **fields)


def test_reminders_of_a_day_become_one_digest(draft, by_email, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = remind(draft)
    with django_capture_on_commit_callbacks(execute=True):
        second, third = remind(draft), remind(draft)
    assert [message.subject for message in mail.outbox] == [first.subject]
    Message.objects.create(
        submission=draft, author=cast.editor, from_office=True, body="请补一张照片。", at=later(hours=-1)
    )
    letters.send_due(later(hours=3))
    assert len(mail.outbox) == 1
    letters.send_due(later(hours=25))
    digest = Letter.objects.get(kind=Kind.DIGEST)
    assert [message.subject for message in mail.outbox[1:]] == [digest.subject]
    assert digest.subject == "有 3 件事请您看看"
    assert "请补一张照片。" in digest.body
    assert {fresh(second).delivery, fresh(third).delivery} == {Delivery.MERGED}
    assert Letter.objects.readable().filter(kind=Kind.REMINDER).count() == 3
    assert not Letter.objects.readable().filter(kind=Kind.DIGEST).exists()
    letters.send_due(later(hours=60))
    assert len(mail.outbox) == 2


def test_who_switched_reminders_off_still_gets_decisions(draft, by_email, cast):
    cast.contributor.wants_reminders = False
    cast.contributor.save()
    Message.objects.create(submission=draft, author=cast.editor, from_office=True, body="请看。", at=later(hours=-1))
    assert remind(draft).delivery == Delivery.ACCOUNT
    letters.post(draft, Kind.REJECT, opinion="题材用过。")
    letters.send_due(later(hours=1))
    assert [message.subject[:4] for message in mail.outbox] == ["退稿通知"]


def test_switching_off_holds_for_what_waits(draft, by_email, cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        remind(draft)
        waiting = remind(draft)
    cast.contributor.wants_reminders = False
    cast.contributor.save()
    sent = len(mail.outbox)
    letters.send_due(later(days=2))
    assert len(mail.outbox) == sent
    assert fresh(waiting).delivery in (Delivery.ACCOUNT, Delivery.MERGED, Delivery.SENT)


def test_a_person_may_send_again_and_count_as_sent(draft, by_email, cast, django_capture_on_commit_callbacks):
    letter = letters.post(draft, Kind.RECEIPT)
    Letter.objects.update(delivery=Delivery.UNSURE)
    letters.count_as_sent(fresh(letter), cast.editor)
    with pytest.raises(letters.Settled, match="不是待查"):
        letters.count_as_sent(fresh(letter), cast.editor)
    stale = fresh(letter)
    with django_capture_on_commit_callbacks(execute=True):
        letters.resend(fresh(letter), cast.editor)
    assert len(mail.outbox) == 1
    Letter.objects.update(delivery=Delivery.FAILED)
    with pytest.raises(letters.Settled, match="刷新"):
        letters.resend(stale, cast.editor)
    assert list(Event.objects.about(letter).values_list("verb", flat=True)) == ["重发通知", "核实通知已收到"]


def test_no_sending_again_without_an_address_or_a_server(draft, by_email, cast, settings):
    letter = letters.post(draft, Kind.REMINDER)
    cast.contributor.wants_reminders = False
    cast.contributor.save()
    with pytest.raises(letters.Settled, match="关掉了提醒"):
        letters.resend(fresh(letter), cast.editor)
    settings.LETTERS_BY_EMAIL = False
    with pytest.raises(letters.Settled, match="服务器"):
        letters.resend(fresh(letter), cast.editor)
    cast.contributor.email = ""
    cast.contributor.save()
    with pytest.raises(letters.Settled, match="没有邮箱"):
        letters.resend(fresh(letter), cast.editor)


def test_the_command_tells_what_it_did(draft, by_email, capsys, settings):
    letters.post(draft, Kind.RECEIPT)
    call_command("send_letters", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["sent"], told["waiting"], told["by_email"]) == (1, 0, True)
    call_command("send_letters")
    assert capsys.readouterr().out == "没有到时间的通知。\n"
    settings.LETTERS_BY_EMAIL = False
    call_command("send_letters")
    assert "没有设邮件服务器" in capsys.readouterr().out


def test_a_run_asks_the_same_number_of_questions_for_few_and_many(draft, settings, django_assert_num_queries):
    settings.LETTERS_BY_EMAIL = True
    for _ in range(5):
        letters.post(draft, Kind.ACCEPT)
    with django_assert_num_queries(4):
        assert letters.send_due(later(hours=1)).released == 5


def test_a_person_switches_reminders_off_on_the_account_page(client, cast):
    client.force_login(cast.contributor)
    page = client.get(reverse("account")).content.decode()
    assert "收提醒邮件" in page
    # A new address asks for the password, the switch does not.
    client.post(reverse("account"), {"post": "", "phone": "", "email": "lin@example.cn", "password": PASSWORD})
    cast.contributor.refresh_from_db()
    assert not cast.contributor.wants_reminders
    client.post(reverse("account"), {"email": "lin@example.cn", "wants_reminders": "on"})
    cast.contributor.refresh_from_db()
    assert cast.contributor.wants_reminders
