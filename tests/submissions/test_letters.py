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
    assert (letter.delivery, letter.delivery_error) == (Letter.Delivery.FAILED, "no server")
