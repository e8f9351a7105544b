"""A return answered point by point, and more time asked for: from the status page, beside the text, in the office."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from journal.models import Journal
from members.models import Event
from submissions import progress, returning, workflow
from submissions.conversation import Message, ReturnPoint
from submissions.forms import TYPED
from submissions.models import Submission
from submissions.points import Point
from submissions.refusals import Refused, Stale
from submissions.returning import Ticked
from submissions.states import State
from tests.conftest import ALL_DECLARED

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _nothing_is_held(db):
    Journal.objects.update(hold_minutes=0)


@pytest.fixture
def returned(make_submission, cast):
    submission = make_submission("submitted")
    points = [Point("每月两次", "请核对次数。"), Point("", "请补一个例子。"), Point("照片 1", "请发原图。")]
    workflow.return_for_changes(submission, cast.editor, opinion="拟用，请改三处。", points=points)
    return submission


@pytest.fixture
def as_user(client):
    def as_user(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user


def at(name, submission):
    return reverse(name, args=[submission.pk])


def points_of(submission):
    return list(ReturnPoint.objects.filter(submission=submission))


def form_of(submission, **changes):
    """The fields of the list as the page shows them, with some changed: done_1="1", reply_2="…"."""
    data = {}
    for number, point in enumerate(returning.shown_points(submission), 1):
        data[f"point-{point.pk}-was"] = point.was
        if changes.get(f"done_{number}", point.is_ticked):
            data[f"point-{point.pk}-done"] = "1"
        data[f"point-{point.pk}-reply"] = changes.get(f"reply_{number}", point.typed)
    return data


def test_points_are_ticked_and_answered_one_by_one(as_user, cast, returned):
    client = as_user(cast.contributor)
    answer = client.post(at("answer_points", returned), form_of(returned, done_1="1", reply_1="按记录本改为三十六次。"))
    assert answer.url.endswith("#points")
    one, two, three = points_of(returned)
    assert (one.answer, one.reply, bool(one.answered_at)) == ("done", "按记录本改为三十六次。", True)
    assert (two.answer, three.answer) == ("open", "open")
    page = client.get(at("submission", returned))
    assert page.context["turn"].headline.startswith("初审请您改 3 处")
    assert page.context["turn"].sentence.startswith("已勾 1 处，还剩 2 处。")
    assert "上传原图" in page.content.decode()


def test_it_goes_back_only_with_every_point_answered(as_user, cast, returned):
    client = as_user(cast.contributor)
    with pytest.raises(Refused, match="还有 3 处退修意见没有回复"):
        workflow.resubmit(returned, cast.contributor, declared=ALL_DECLARED)
    assert client.get(at("review_draft", returned)).context["open_points"] == 3
    client.post(at("hand_in", returned))
    returned.refresh_from_db()
    assert returned.state == State.RETURNED

    client.post(at("answer_points", returned), form_of(returned, done_1="1", done_2="1", reply_3="原图丢了。"))
    assert [point.answer for point in points_of(returned)] == ["done", "done", "not_done"]
    workflow.resubmit(returned, cast.contributor, declared=ALL_DECLARED)
    assert returned.state == State.IN_REVIEW
    office = as_user(cast.editor).get(at("admin:submissions_submission_change", returned)).content.decode()
    assert "原图丢了。" in office


def test_the_button_that_goes_on_stops_at_what_is_open(as_user, cast, returned):
    client = as_user(cast.contributor)
    answer = client.post(at("answer_points", returned), form_of(returned, done_1="1") | {"then": "check"})
    assert answer.url.endswith("#points")
    everything = form_of(returned, done_2="1", done_3="1") | {"then": "check"}
    assert client.post(at("answer_points", returned), everything).url == at("review_draft", returned)


def test_a_reason_taken_away_opens_the_point_again(cast, returned):
    point = points_of(returned)[0]
    returning.save_ticks(returned, cast.contributor, {point.pk: Ticked(False, "", False, "不用改")})
    returning.save_ticks(returned, cast.contributor, {point.pk: Ticked(False, "不用改", False, "")})
    point.refresh_from_db()
    assert (point.answer, point.reply, point.answered_at) == ("open", "", None)


def test_a_page_opened_earlier_does_not_take_ticks_back(cast, returned):
    """What a page shows unchanged is not written, whatever another tab has ticked in the meantime."""
    point = points_of(returned)[0]
    returning.save_ticks(returned, cast.contributor, {point.pk: Ticked(False, "", True, "改了")})
    returning.save_ticks(returned, cast.contributor, {point.pk: Ticked(False, "", False, "")})
    point.refresh_from_db()
    assert (point.answer, point.reply) == ("done", "改了")


def test_a_reply_too_long_is_told_and_stands_in_its_field(as_user, cast, returned):
    answer = as_user(cast.contributor).post(at("answer_points", returned), form_of(returned, reply_1="长" * 301))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这条回复有 301 字，最多 300 字" in page
    assert "长" * 301 in page
    assert points_of(returned)[0].answer == "open"


def test_beside_the_text_ticks_are_saved_with_the_draft(as_user, cast, returned):
    client = as_user(cast.contributor)
    page = client.get(at("draft", returned))
    assert [point.words for point in page.context["ticks"]] == ["请核对次数。", "请补一个例子。", "请发原图。"]
    data = {name: getattr(returned, name) for name in TYPED} | {"draft_number": returned.draft_number, "tab": "a"}
    data |= {"section": returned.section_id, "origin": returned.origin} | form_of(
        returned, done_2="1", reply_2="补了。"
    )
    answer = client.post(at("autosave", returned), data, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 200, answer.content
    assert (points_of(returned)[1].answer, points_of(returned)[1].reply) == ("done", "补了。")


def test_points_of_others_and_of_a_return_that_is_history_stay(cast, returned, make_submission):
    other = make_submission("submitted", contributor=cast.other)
    workflow.return_for_changes(other, cast.editor, points=[Point("", "改。")])
    foreign, own = points_of(other)[0], points_of(returned)
    for pk in (foreign.pk, 10**9):
        assert returning.save_ticks(returned, cast.contributor, {pk: Ticked(False, "", True, "x")}) == {}
    foreign.refresh_from_db()
    assert foreign.answer == "open"
    with pytest.raises(PermissionDenied):
        returning.save_ticks(other, cast.contributor, {foreign.pk: Ticked(False, "", True, "x")})
    returning.save_ticks(returned, cast.contributor, {point.pk: Ticked(False, "", True, "") for point in own})
    Submission.objects.filter(pk=returned.pk).update(body=returned.body + "\n又补了一段新的话，写在最后。")
    returned.refresh_from_db()
    workflow.resubmit(returned, cast.contributor, declared=ALL_DECLARED)
    returning.save_ticks(returned, cast.contributor, {own[0].pk: Ticked(True, "", False, "")})
    own[0].refresh_from_db()
    assert own[0].answer == "done"
    assert not ReturnPoint.objects.asked_now(returned).exists()


def test_a_point_not_done_has_a_reason_in_the_database(returned):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnPoint.objects.filter(submission=returned).update(answer="not_done")


@pytest.mark.parametrize("name", ["answer_points", "ask_more_time", "write_message"])
def test_who_may_answer(name, as_user, cast, returned):
    for person, status in (("other", 404), ("reader", 404), ("pending", 404), ("editor", 403), ("liaison", 404)):
        assert as_user(getattr(cast, person)).post(at(name, returned), {}).status_code == status, person
    client = as_user(cast.contributor)
    assert client.get(at(name, returned)).status_code == 405
    assert client.post(reverse(name, args=["7b1b6f0e-0000-4000-8000-000000000000"])).status_code == 404


# More time -----------------------------------------------------------------------------------------------------------


def test_more_time_is_asked_for_and_granted(as_user, cast, returned):
    until, old = returned.due_on + timedelta(days=5), returned.due_on
    client = as_user(cast.contributor)
    client.post(at("ask_more_time", returned), {"more-until": f"{until}", "more-reason": "下乡，周末才回。"})
    request = Message.objects.get()
    assert (request.asks_until, request.body, request.settled_at) == (until, "下乡，周末才回。", None)
    assert client.get(at("submission", returned)).context["asked"] == request
    assert client.post(
        at("ask_more_time", returned), {"more-until": f"{until}", "more-reason": "再请求一次。"}
    ).context["more_time"].errors["__all__"] == ["已经有一个延期请求在等编辑答复，不用再提。要改日期，请给编辑留言。"]

    editor = as_user(cast.editor)
    assert "请求延期" in editor.get(at("admin:submissions_submission_change", returned)).content.decode()
    editor.post(at("admin:submissions_message_more_time", returned), {"request": request.pk, "answer": "grant"})
    returned.refresh_from_db()
    request.refresh_from_db()
    assert returned.due_on == until
    assert request.settled_at
    told = Message.objects.filter(from_office=True).get()
    assert told.body == f"同意延期，请在{until.month}月{until.day}日前交回。"
    event = Event.objects.about(returned).filter(verb="同意延期").get()
    assert (event.before, event.after, event.actor) == (f"{old}", f"{until}", cast.editor)
    assert "编辑同意延期" in [what for _, what in progress.history(returned)]


def test_declining_says_why_and_leaves_the_day(as_user, cast, returned):
    returning.ask_more_time(returned, cast.contributor, until=returned.due_on + timedelta(days=3), reason="来不及。")
    request, old = Message.objects.get(), returned.due_on
    editor = as_user(cast.editor)
    data = {"request": request.pk, "answer": "decline"}
    refused = editor.post(at("admin:submissions_message_more_time", returned), data | {"until": "不是日期"})
    assert refused.status_code == 422
    assert "日期写得不对" in refused.content.decode()
    assert (
        "不同意延期，请写一句原因"
        in editor.post(at("admin:submissions_message_more_time", returned), data).content.decode()
    )
    editor.post(at("admin:submissions_message_more_time", returned), data | {"words": "本期已经截稿。"})
    returned.refresh_from_db()
    assert returned.due_on == old
    assert "没有同意延期" in Message.objects.get(from_office=True).body
    with pytest.raises(Stale):
        returning.answer_request(returned, cast.second_editor, message_id=request.pk, grant=True)


@pytest.mark.parametrize(
    ("days", "reason", "told"),
    [
        (0, "忙", "请选它以后的日期"),
        (-3, "忙", "请选它以后的日期"),
        (90, "忙", "一次最多延 60 天"),
        (3, "  ", "请写一句"),
    ],
)
def test_days_that_cannot_be_asked_for(days, reason, told, cast, returned):
    with pytest.raises(Refused, match=told):
        returning.ask_more_time(returned, cast.contributor, until=returned.due_on + timedelta(days=days), reason=reason)
    assert not Message.objects.exists()


def test_a_day_mistyped_keeps_the_reason(as_user, cast, returned):
    answer = as_user(cast.contributor).post(
        at("ask_more_time", returned), {"more-until": "下周", "more-reason": "下乡，周末才回。"}
    )
    assert answer.status_code == 422
    assert "下乡，周末才回。" in answer.content.decode()


def test_a_request_ends_with_the_manuscript_handed_in(cast, returned):
    returning.ask_more_time(returned, cast.contributor, until=returned.due_on + timedelta(days=3), reason="来不及。")
    ticks = {point.pk: Ticked(False, "", True, "") for point in points_of(returned)}
    returning.save_ticks(returned, cast.contributor, ticks)
    workflow.resubmit(returned, cast.contributor, declared=ALL_DECLARED)
    assert Message.objects.get().settled_at
    with pytest.raises(Refused, match="没有交回期限"):
        returning.ask_more_time(returned, cast.contributor, until=TODAY() + timedelta(days=30), reason="来不及。")


def test_nobody_but_reviewers_grants_more_time(cast, returned):
    message = returning.ask_more_time(
        returned, cast.contributor, until=returned.due_on + timedelta(days=3), reason="来不及。"
    )
    for person in (cast.contributor, cast.proofreader, cast.administrator, cast.reader, cast.liaison):
        with pytest.raises(PermissionDenied):
            returning.answer_request(returned, person, message_id=message.pk, grant=True)
