"""催交: overdue returns asked for by a reminding letter, under the rules of all reminders."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from members.models import Event
from submissions import letters, urging, workflow
from submissions.models import Letter, LetterTemplate, Submission
from submissions.refusals import Refused
from tests.conftest import ALL_DECLARED

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(make_submission):
    return overdue_by(make_submission("returned"), 3)


def overdue_by(submission, days: int):
    Submission.objects.filter(pk=submission.pk).update(due_on=timezone.localdate() - timedelta(days=days))
    submission.refresh_from_db()
    return submission


def urge(submission, who, **facts):
    return urging.urge(submission, who, seen=urging.seen_mark(submission), **facts)


def page_of(submission):
    return reverse("admin:submissions_submission_urge", args=[submission.pk])


def test_the_letter_names_the_day_and_how_long_it_has_passed(late, cast):
    letter = urge(late, cast.editor)
    assert letter.subject == "催交：《榕树下的“板凳会”》的修改稿已经过了 3 天"
    assert f"{late.due_on.month}月{late.due_on.day}日前交回，已经过了 3 天" in letter.body
    assert (letter.recipient, letter.kind) == (cast.contributor, Letter.Kind.OVERDUE)
    assert Event.objects.about(late).filter(verb="催交", actor=cast.editor).exists()


def test_the_office_s_own_wording_is_used(late, cast):
    LetterTemplate.objects.create(kind=Letter.Kind.OVERDUE, subject="请交《【题目】》", body="【称呼】：【离期限】。")
    letter = urge(late, cast.editor)
    assert (letter.subject, letter.body) == ("请交《榕树下的“板凳会”》", "林晓舟同志：已经过了 3 天。")
    assert urge(late, cast.editor, body="电话说过了。").body == "电话说过了。"


@pytest.mark.parametrize("days", [0, -5])
def test_what_is_in_time_is_not_asked_for(days, make_submission, cast):
    submission = overdue_by(make_submission("returned"), days)
    assert list(urging.overdue()) == []
    with pytest.raises(Refused, match="还没有过，不用催交"):
        urge(submission, cast.editor)


def test_nor_what_came_back_or_has_no_day(late, make_submission, cast):
    assert list(urging.overdue()) == [late]
    seen = urging.seen_mark(late)
    workflow.resubmit(late, cast.contributor, declared=ALL_DECLARED)
    with pytest.raises(Refused, match="待初审，不用催交"):
        urging.urge(late, cast.editor, seen=seen)
    without = make_submission("returned")
    Submission.objects.filter(pk=without.pk).update(due_on=None)
    without.refresh_from_db()
    with pytest.raises(Refused, match="没有定交回期限"):
        urge(without, cast.editor)
    assert not Letter.objects.filter(kind=Letter.Kind.OVERDUE).exists()


def test_a_second_press_and_a_colleague_s_write_no_second_letter(late, cast):
    seen = urging.seen_mark(late)
    urging.urge(late, cast.editor, seen=seen)
    for who in (cast.editor, cast.second_editor):
        with pytest.raises(Refused, match="刚刚有同事催过"):
            urging.urge(late, who, seen=seen)
    assert late.letters.filter(kind=Letter.Kind.OVERDUE).count() == 1


@pytest.mark.parametrize("person", ["contributor", "other", "liaison", "reader", "proofreader", "administrator"])
def test_only_who_reviews_asks(person, late, cast):
    with pytest.raises(PermissionDenied):
        urge(late, getattr(cast, person))


class TestByEmail:
    @pytest.fixture(autouse=True)
    def _server(self, settings, cast):
        settings.LETTERS_BY_EMAIL = True
        cast.contributor.email = "lin@example.cn"
        cast.contributor.save()

    def test_two_on_one_day_go_in_one_letter_and_the_account_has_both(self, late, make_submission, cast):
        other = overdue_by(make_submission("returned", title="祠堂里的夜校"), 1)
        for submission in (late, other):
            urge(submission, cast.editor)
        letters.send_due()
        (reminder,) = (message.body for message in mail.outbox if "催交" in message.body)
        assert "《榕树下的“板凳会”》的修改稿" in reminder
        assert "《祠堂里的夜校》的修改稿" in reminder
        assert Letter.objects.readable().filter(kind=Letter.Kind.OVERDUE).count() == 2

    def test_who_switched_reminders_off_has_it_in_the_account(self, late, cast):
        cast.contributor.wants_reminders = False
        cast.contributor.save()
        assert urge(late, cast.editor).delivery == Letter.Delivery.ACCOUNT
        letters.send_due()
        assert [message for message in mail.outbox if "催交" in message.subject] == []


class TestPage:
    def test_from_the_desk_to_the_letter_and_back(self, client, late, cast):
        client.force_login(cast.editor)
        assert page_of(late) in client.get(reverse("admin:index"), {"show": "returned"}).content.decode()
        review = reverse("admin:submissions_submission_change", args=[late.pk])
        assert page_of(late) in client.get(review).content.decode()
        page = client.get(page_of(late))
        assert "复制到微信" in page.content.decode()
        fields = {"seen": page.context["seen"], "body": page.context["body"]}
        answer = client.post(page_of(late), fields, follow=True).content.decode()
        assert "催交信已放进林晓舟的账号" in answer
        answer = client.post(page_of(late), fields | {"body": "请今天交来。"}).content.decode()
        assert "刚刚有同事催过" in answer
        assert "请今天交来。</textarea>" in answer
        assert "已催 1 次" in answer

    def test_an_own_manuscript_outsiders_and_wrong_methods(self, client, late, make_submission, cast):
        cast.editor.set_roles(["editor", "contributor"])
        own = overdue_by(make_submission("draft", contributor=cast.editor), 1)
        workflow.submit(own, cast.editor, declared=ALL_DECLARED)
        workflow.return_for_changes(own, cast.second_editor, opinion="补例子。")
        overdue_by(own, 1)
        client.force_login(cast.editor)
        assert client.post(page_of(own), {"seen": urging.seen_mark(own)}).status_code == 403
        assert page_of(own) not in client.get(reverse("admin:index"), {"show": "returned"}).content.decode()
        assert client.delete(page_of(late)).status_code == 405
        unknown = reverse("admin:submissions_submission_urge", args=["00000000-0000-4000-8000-000000000000"])
        assert client.post(unknown).status_code == 404
        client.force_login(cast.contributor)
        assert client.post(page_of(late), {"seen": urging.seen_mark(late)}).status_code == 302
        assert not Letter.objects.filter(kind=Letter.Kind.OVERDUE).exists()
