"""Letters: composed from the journal's facts, dated as sent, e-mailed only after commit, never undoing a decision."""

from datetime import datetime

import pytest
from django.core import mail
from django.utils import timezone

from submissions import letters
from submissions.models import Letter

pytestmark = pytest.mark.django_db


def test_a_letter_carries_its_own_day_and_a_subject_that_fits(make_draft, cast):
    draft = make_draft(cast.contributor, title="长" * 300)
    at = timezone.make_aware(datetime(2026, 3, 5, 9))  # noqa: DTZ001
    letter = letters.post(draft, Letter.Kind.REJECT, opinion="题材用过。", at=at)
    assert letter.body.endswith("2026年3月5日")
    assert len(letter.subject) == 200
    assert "题材用过。" in letter.body


def test_an_editors_own_words_replace_the_composed_letter(make_draft, cast):
    letter = letters.post(make_draft(cast.contributor), Letter.Kind.RETURN, body="请补例子。", opinion="内部意见")
    assert letter.body == "请补例子。"


def test_the_points_of_a_letter_are_its_numbered_lines():
    body = "林晓舟同志：\n\n    请按以下意见修改：\n\n一、补一个例子；\n二、写清怎样保护\n讲课人；\n（三）数字请核对。\n\n    改好点“交回”。"
    assert letters.points_of(body) == ["补一个例子；", "写清怎样保护讲课人；", "数字请核对。"]
    assert letters.points_of("一、补例子。\n\n二、核数字。\n\n改好请交回。") == ["补例子。", "核数字。"]
    assert letters.points_of("1. 补例子。\n2．核数字。") == ["补例子。", "核数字。"]


@pytest.mark.parametrize("body", ["", "请补例子。", "一、只有这一条。", "2026年3月5日"])
def test_a_letter_without_a_list_has_no_points(body):
    assert letters.points_of(body) == []


@pytest.fixture
def by_email(settings, cast):
    settings.LETTERS_BY_EMAIL = True
    cast.contributor.email = "lin@example.cn"
    cast.contributor.save()


def test_mail_leaves_after_commit(make_draft, cast, by_email, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        letter = letters.post(make_draft(cast.contributor), Letter.Kind.RECEIPT)
        assert mail.outbox == []
        assert letter.delivery == Letter.Delivery.QUEUED
    assert [message.to for message in mail.outbox] == [["lin@example.cn"]]
    letter.refresh_from_db()
    assert letter.delivery == Letter.Delivery.SENT


def test_a_refusing_server_is_noted(make_draft, cast, by_email, monkeypatch, django_capture_on_commit_callbacks):
    def refuse(self, **kwargs):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        letter = letters.post(make_draft(cast.contributor), Letter.Kind.RECEIPT)
    letter.refresh_from_db()
    assert (letter.delivery, letter.delivery_error, letter.attempts) == (Letter.Delivery.QUEUED, "no server", 1)
    assert letter.send_after > timezone.now()
