"""Messages between a contributor and the office: who reads them, what waits, what is new, what is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from journal.models import Journal
from submissions import messaging, workflow
from submissions.conversation import Message
from submissions.models import Letter
from submissions.refusals import Refused, Stale


@pytest.fixture
def as_user(client):
    def as_user(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user


def at(name, submission):
    return reverse(name, args=[submission.pk])


LIST = "admin:submissions_message_changelist"


def test_a_question_is_answered_and_both_sides_see_what_is_new(as_user, cast, make_submission):
    submission = make_submission("submitted")
    client = as_user(cast.contributor)
    assert client.post(at("write_message", submission), {"message": "照片能换吗？"}).url.endswith("#messages")
    question = Message.objects.get()
    assert (question.from_office, question.read_at, question.settled_at) == (False, None, None)

    office = as_user(cast.editor)
    assert "照片能换吗？" in office.get(reverse(LIST), {"waiting": "yes"}).content.decode()
    page = office.get(at("admin:submissions_submission_change", submission))
    assert [one.read_at for one in page.context["conversation"]] == [None]
    question.refresh_from_db()
    assert question.read_at
    assert question.settled_at is None
    office.post(at("admin:submissions_message_write", submission), {"message": "可以，请传原图。"})
    question.refresh_from_db()
    assert question.settled_at
    assert "照片能换吗？" not in office.get(reverse(LIST), {"waiting": "yes"}).content.decode()

    client = as_user(cast.contributor)
    mine = client.get(reverse("my_submissions")).content.decode()
    assert "编辑有 1 条新留言" in mine
    assert "看编辑的留言" in mine
    assert "可以，请传原图。" in client.get(at("submission", submission)).content.decode()
    assert "新留言" not in client.get(reverse("my_submissions")).content.decode()


def test_the_contributor_is_not_told_which_colleague_wrote(as_user, cast, make_submission):
    submission = make_submission("submitted")
    messaging.write(submission, cast.managing, "请补一张照片。")
    assert cast.managing.name not in as_user(cast.contributor).get(at("submission", submission)).content.decode()


def test_no_answer_needed_settles_what_the_page_showed(as_user, cast, make_submission):
    submission = make_submission("submitted")
    first = messaging.write(submission, cast.contributor, "谢谢。")
    later = messaging.write(submission, cast.contributor, "还有一事：能改署名吗？")
    assert messaging.settle(submission, cast.editor, seen_until=first.pk) == 1
    assert list(Message.objects.unanswered()) == [later]
    with pytest.raises(Stale):
        messaging.settle(submission, cast.editor, seen_until=first.pk)
    answer = as_user(cast.editor).post(at("admin:submissions_message_settle", submission), {"seen": "x"}, follow=True)
    assert "没有等答复的留言" in answer.content.decode()


def test_nobody_else_writes_or_reads(as_user, cast, make_submission):
    submission = make_submission("submitted")
    messaging.write(submission, cast.contributor, "只给编辑看的话。")
    for person in (cast.other, cast.reader, cast.liaison, cast.proofreader, cast.administrator, cast.pending):
        with pytest.raises(PermissionDenied):
            messaging.write(submission, person, "插一句。")
        with pytest.raises(PermissionDenied):
            messaging.settle(submission, person, seen_until=10**6)
        assert messaging.opened_by(person, submission) == []
    assert Message.objects.get().read_at is None
    for person in (cast.proofreader, cast.administrator):
        client = as_user(person)
        assert client.get(reverse(LIST)).status_code == 403
        page = client.get(at("admin:submissions_submission_change", submission)).content.decode()
        assert "只给编辑看的话" not in page
        answer = client.post(at("admin:submissions_message_write", submission), {"message": "插一句。"})
        assert answer.status_code == 403


def test_a_reviewer_sees_own_manuscripts_from_the_contributors_side(as_user, cast, make_draft):
    """An editor's own manuscript: answered by colleagues, not read in the office by its writer."""
    cast.editor.set_roles(["editor", "contributor"])
    own = make_draft(cast.editor)
    workflow.submit(own, cast.editor, declared=("secrecy", "authorship", "copyright"))
    messaging.write(own, cast.editor, "请快些看。")
    assert not Message.objects.get().from_office
    assert "请快些看" not in as_user(cast.editor).get(reverse(LIST)).content.decode()
    assert "请快些看" in as_user(cast.second_editor).get(reverse(LIST)).content.decode()


def test_a_draft_has_no_office_to_write_to(as_user, cast, make_submission):
    draft = make_submission("draft")
    answer = as_user(cast.contributor).post(at("write_message", draft), {"message": "在吗"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("body", "told"), [("  \n ", "还没有写内容"), ("字" * 2001, "留言有 2001 字")])
def test_what_is_refused_stays_in_its_field(body, told, as_user, cast, make_submission):
    submission = make_submission("submitted")
    answer = as_user(cast.contributor).post(at("write_message", submission), {"message": body})
    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert answer.context["message"] == body
    office = as_user(cast.editor).post(at("admin:submissions_message_write", submission), {"message": body})
    assert (office.status_code, told in office.content.decode()) == (422, True)
    assert office.context["message_typed"] == body
    assert not Message.objects.exists()


def test_a_second_click_and_a_flood(cast, make_submission):
    submission = make_submission("submitted")
    one, two = (messaging.write(submission, cast.contributor, "照片能换吗？") for _ in range(2))
    assert one == two
    for number in range(messaging.MOST_A_DAY - 1):
        messaging.write(submission, cast.contributor, f"第 {number} 问")
    with pytest.raises(Refused, match="编辑还没有答复"):
        messaging.write(submission, cast.contributor, "再问一次")
    messaging.write(submission, cast.editor, "都收到了。")
    messaging.write(submission, cast.contributor, "谢谢。")


def test_markup_in_a_message_is_shown_as_typed(as_user, cast, make_submission):
    submission = make_submission("submitted")
    messaging.write(submission, cast.contributor, "<script>alert(1)</script>")
    for person, name in ((cast.contributor, "submission"), (cast.editor, "admin:submissions_submission_change")):
        page = as_user(person).get(at(name, submission)).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(
    as_user, cast, make_submission, django_assert_max_num_queries
):
    client, counts = as_user(cast.editor), []
    client.get(reverse(LIST))  # what is asked once a session
    for number in range(2):
        for _ in range(1 + 4 * number):
            messaging.write(make_submission("submitted"), cast.contributor, "请问何时答复？")
        with django_assert_max_num_queries(40) as captured:
            client.get(reverse(LIST))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_held_letter_and_its_decision_are_not_shown(as_user, cast, make_submission):
    submission = make_submission("submitted")
    Journal.objects.update(hold_minutes=30)
    workflow.return_for_changes(submission, cast.editor, opinion="请补一个例子。")
    assert submission.letters.filter(delivery=Letter.Delivery.HELD).exists()
    client = as_user(cast.contributor)
    page = client.get(at("submission", submission))
    assert "请补一个例子" not in page.content.decode()
    assert page.context["turn"].chip == "编辑部在看"
    assert not page.context["is_returned"]
    assert client.get(at("draft", submission)).status_code == 302
    assert "编辑部在看" in client.get(reverse("my_submissions"), {"show": "office"}).content.decode()
    assert submission.title not in client.get(reverse("my_submissions"), {"show": "mine"}).content.decode()
    assert "退修通知" not in client.get(reverse("letters")).content.decode()
    assert "退回修改" not in str(page.context["history"])
