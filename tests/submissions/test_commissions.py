"""Commissions: planned from a pasted sheet, asked for, reminded of, begun once from the link, told by the manuscript."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal.models import Section
from members.models import Event, UnitAlias
from submissions import commissioning, planning, workflow
from submissions.commissions import Commission, commissions_due
from submissions.models import Letter, Submission
from tests.conftest import ALL_DECLARED, body_of

pytestmark = pytest.mark.django_db
State = Commission.State
LINK = "http://testserver/invitation/x/"
TODAY = date(2026, 11, 20)


@pytest.fixture
def make_commission(call, section, make_issue, cast):
    issue = make_issue()

    def make(topic="夜校一年记", **fields) -> Commission:
        fields = {
            "issue": issue,
            "section": section,
            "topic": topic,
            "person": cast.contributor,
            "due_on": timezone.localdate() + timedelta(days=10),
            "created_by": cast.editor,
        } | fields
        return Commission.objects.create(**fields)

    return make


@pytest.fixture
def invited(make_commission, cast):
    commission = make_commission()
    commissioning.invite(commission, cast.editor, link=LINK)
    return commission


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def read(text, issue, **given):
    given = {"section": None, "due_on": date(2026, 12, 5), "today": TODAY} | given
    return planning.read(text, issue=issue, **given)


def test_a_pasted_sheet_finds_units_people_and_dates(make_issue, cast, unit, section):
    UnitAlias.objects.create(unit=unit, name="榕岭总支")
    text = (
        "选题\t单位或人\t栏目\t期限\t要求\n"
        "《板凳会》\t榕岭总支\t基层党建\t12月3日\t照片两张\n"
        "\n"
        "夜校\t林晓舟\t基层党建\t2027/1/8\n"
        "码头\t许渡（榕岭村党总支）\t基层党建\t1月8日\n"
        "灯塔\t\t基层党建\n"
    )
    rows = read(text, make_issue())
    assert [row.faults for row in rows] == [[]] * 4
    assert [(row.number, row.topic) for row in rows] == [(2, "板凳会"), (4, "夜校"), (5, "码头"), (6, "灯塔")]
    assert (rows[0].unit, rows[0].person, rows[0].due_on, rows[0].brief) == (unit, None, date(2026, 12, 3), "照片两张")
    assert (rows[1].person, rows[1].due_on) == (cast.contributor, date(2027, 1, 8))
    assert (rows[2].invitee, rows[2].unit, rows[2].due_on) == ("许渡", unit, date(2027, 1, 8))
    assert (rows[3].asked_of, rows[3].due_on) == ("", date(2026, 12, 5))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("｜基层党建", "没有写选题"),
        ("长" * 101 + "｜基层党建", "最多 100 字"),
        ("夜校｜没有的栏目", "没有“没有的栏目”"),
        ("夜校", "没有写栏目"),
        ("夜校｜基层党建｜｜月底", "看不懂期限“月底”"),
        ("夜校｜基层党建｜｜2月30日", "看不懂期限"),
        ("夜校｜基层党建｜｜11月19日", "已经过去"),
        ("夜校｜基层党建｜" + "某" * 61, "最多 60 字"),
        ("已有的｜基层党建", "已经有同样的选题"),
    ],
    ids=["topic", "long", "unknown-section", "section", "due", "no-such-day", "past", "whom", "again"],
)
def test_a_row_that_cannot_be_added_says_why(make_commission, cast, line, told):
    issue = make_commission("已有的").issue
    (row,) = read(line, issue)
    assert told in row.faults[0]
    with pytest.raises(workflow.Refused, match="一行也没有添加"):
        commissioning.plan(issue, [row], cast.editor)


def test_two_people_of_one_name_are_not_guessed(make_issue, make_user):
    first, second = make_user("江一帆"), make_user("江一帆")
    (row,) = read("夜校｜基层党建｜江一帆", make_issue())
    assert "有 2 个叫“江一帆”的账号" in row.faults[0]
    (row,) = read(f"夜校｜基层党建｜{second.login_name}", make_issue())
    assert (row.person, row.faults) == (second, [])
    assert first != second


def test_a_plan_is_added_whole_and_recorded(make_issue, cast):
    issue = make_issue()
    rows = read("夜校｜基层党建\n灯塔｜基层党建", issue)
    made = commissioning.plan(issue, rows, cast.editor)
    assert [one.state for one in made] == [State.PLANNED] * 2
    assert Event.objects.about(made[0]).get().verb == "拟选题"
    assert made[0].token != made[1].token


@pytest.mark.parametrize("who", ["reader", "contributor", "proofreader", "administrator", "pending"])
def test_commissioning_is_the_reviewers(make_commission, cast, who):
    commission, actor = make_commission(), getattr(cast, who)
    for verb in (
        lambda: commissioning.invite(commission, actor, link=LINK),
        lambda: commissioning.remind(commission, actor, link=LINK),
        lambda: commissioning.cancel(commission, actor, reason="换选题"),
        lambda: commissioning.restore(commission, actor),
        lambda: commissioning.plan(commission.issue, [], actor),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert not commissions_due(actor).exists()


def test_an_invitation_is_a_letter_with_topic_deadline_and_link(make_commission, cast):
    commission = make_commission(brief="写清怎样办起来。", due_on=date(2030, 3, 14))
    letter = commissioning.invite(commission, cast.editor, link=LINK)
    assert (letter.recipient, letter.commission, letter.kind) == (cast.contributor, commission, Letter.Kind.INVITE)
    for words in ("林晓舟同志", "夜校一年记", "3月14日", "写清怎样办起来。", LINK):
        assert words in letter.body
    assert (commission.state, commission.invited_at is not None) == (State.INVITED, True)


def test_a_unit_or_a_person_without_account_gets_a_text_to_copy(make_commission, cast, unit):
    letter = commissioning.invite(make_commission(person=None, unit=unit), cast.editor, link=LINK)
    assert letter.recipient is None
    assert letter.body.startswith("榕岭村党总支：")
    letter = commissioning.invite(make_commission("码头", person=None, invitee="许渡"), cast.editor, link=LINK)
    assert letter.body.startswith("许渡同志：")


@pytest.mark.parametrize(
    ("state", "kind", "told"),
    [
        ("planned", "remind", "还没有约"),
        ("started", "invite", "已经在写"),
        ("arrived", "remind", "已经到稿"),
        ("cancelled", "invite", "已经取消"),
        ("nobody", "invite", "还没有写向谁约"),
    ],
)
def test_letters_that_make_no_sense_are_refused(make_commission, cast, state, kind, told):
    commission = make_commission(**({"person": None} if state == "nobody" else {}))
    if state in ("started", "arrived"):
        draft = commissioning.start(commission, cast.contributor, "text")
        if state == "arrived":
            hand_in(draft, cast)
    if state == "cancelled":
        commissioning.cancel(commission, cast.editor, reason="换选题")
    with pytest.raises(workflow.Refused, match=told):
        getattr(commissioning, kind)(fresh(commission), cast.editor, link=LINK)
    assert not Letter.objects.filter(commission=commission).exists()


def hand_in(draft, cast):
    Submission.objects.filter(pk=draft.pk).update(body=body_of(7), byline="林晓舟")
    draft.refresh_from_db()
    return workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)


def test_a_second_click_is_noticed(invited, cast):
    seen = commissioning.seen_mark(invited)
    commissioning.remind(invited, cast.editor, link=LINK, seen=seen)
    with pytest.raises(workflow.Refused, match="刚刚有人处理过"):
        commissioning.remind(invited, cast.second_editor, link=LINK, seen=seen)
    assert invited.letters.filter(kind=Letter.Kind.REMINDER).count() == 1


def test_the_manuscript_tells_where_a_commission_stands(invited, cast):
    draft = commissioning.start(invited, cast.contributor, "text")
    assert (draft.title, draft.section, draft.contributor) == (invited.topic, invited.section, cast.contributor)
    assert fresh(invited).standing == State.STARTED
    assert commissioning.start(fresh(invited), cast.contributor, "text") == draft
    hand_in(draft, cast)
    assert fresh(invited).standing == State.ARRIVED
    assert list(Commission.objects.arrived()) == [invited]
    workflow.withdraw(draft, cast.contributor)
    assert fresh(invited).standing == State.INVITED
    assert list(Commission.objects.open()) == [invited]
    again = commissioning.start(fresh(invited), cast.contributor, "text")
    assert again != draft


def test_one_commission_one_manuscript(invited, cast):
    commissioning.start(invited, cast.contributor, "text")
    with pytest.raises(workflow.Refused, match="已经有人在写"):
        commissioning.start(invited, cast.other, "text")
    assert Submission.objects.count() == 1


def test_giving_up_and_taking_up_again(invited, cast):
    with pytest.raises(workflow.Refused, match="为什么取消"):
        commissioning.cancel(invited, cast.editor, reason=" ")
    commissioning.cancel(invited, cast.editor, reason="换选题")
    with pytest.raises(workflow.Refused, match="不能再取消"):
        commissioning.cancel(invited, cast.editor, reason="换选题")
    commissioning.restore(invited, cast.editor)
    assert invited.state == State.INVITED
    with pytest.raises(workflow.Refused, match="没有取消"):
        commissioning.restore(invited, cast.editor)


def test_what_is_due_soon_or_overdue(make_commission, cast):
    today = timezone.localdate()
    for topic, days, state in (
        ("过期", -2, "invited"),
        ("三天", 3, "invited"),
        ("四天", 4, "invited"),
        ("未约", 0, "planned"),
    ):
        make_commission(topic, due_on=today + timedelta(days=days), state=state)
    assert [one.topic for one in commissions_due(cast.editor)] == ["过期", "三天"]


# The invitation's page


def test_the_link_shows_the_topic_and_starts_after_signing_in(client, invited, cast):
    address = invited.get_absolute_url()
    page = client.get(address)
    assert page.status_code == 200
    assert "夜校一年记" in page.content.decode()
    assert "林晓舟" not in page.content.decode()
    assert client.post(address, {"kind": "text"})["Location"].startswith(reverse("sign_in"))
    client.force_login(cast.contributor)
    response = client.post(address, {"kind": "text"})
    draft = fresh(invited).submission
    assert response["Location"] == reverse("draft", args=[draft.pk])
    assert "夜校一年记" in client.get(response["Location"]).content.decode()
    assert client.get(address)["Location"] == reverse("draft", args=[draft.pk])


def test_a_used_or_cancelled_link_says_so_and_nothing_else(client, make_commission, cast):
    used, cancelled = make_commission(), make_commission("码头")
    commissioning.start(used, cast.contributor, "text")
    commissioning.cancel(cancelled, cast.editor, reason="内部原因")
    client.force_login(cast.other)
    for commission, told in ((used, "已经有人在写"), (cancelled, "已经取消")):
        for response in (client.get(commission.get_absolute_url()), client.post(commission.get_absolute_url())):
            assert response.status_code == 410
            page = response.content.decode()
            assert told in page
            assert "林晓舟" not in page
            assert "内部原因" not in page
    assert Submission.objects.count() == 1


def test_who_may_not_send_is_told_and_starts_nothing(client, invited, cast):
    client.force_login(cast.reader)
    assert "不能投稿" in client.get(invited.get_absolute_url()).content.decode()
    assert client.post(invited.get_absolute_url(), {"kind": "text"}).status_code == 403
    assert client.get(reverse("invitation", args=["no-such-token"])).status_code == 404
    assert client.put(invited.get_absolute_url()).status_code == 405
    assert not Submission.objects.exists()


def test_the_section_of_a_commission_stays_though_the_call_leaves_it_out(client, invited, cast, call):
    call.sections.set(Section.objects.exclude(pk=invited.section_id)[:2])
    draft = commissioning.start(invited, cast.contributor, "text")
    client.force_login(cast.contributor)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert f'<option value="{invited.section_id}" selected>' in page


# The admin


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.editor)
    return client


def test_a_plan_is_looked_at_before_it_is_added(desk, make_issue, section):
    issue, address = make_issue(), reverse("admin:submissions_commission_plan")
    given = {"issue": issue.pk, "section": section.pk, "due_on": "2030-12-05", "rows": "夜校\n灯塔｜没有的栏目"}
    page = desk.post(address, given | {"act": "add"}).content.decode()
    assert "1 行要改" in page
    assert "灯塔｜没有的栏目" in page
    assert not Commission.objects.exists()
    given["rows"] = "夜校\n灯塔"
    assert "添加 2 个选题" in desk.post(address, given | {"act": "look"}).content.decode()
    assert desk.post(address, given | {"act": "add"}).status_code == 302
    assert Commission.objects.count() == 2


@pytest.mark.parametrize("given", [{}, {"issue": "x", "rows": "夜校"}, {"due_on": "30 月", "rows": "夜校"}])
def test_a_plan_that_cannot_be_read_is_told(desk, make_issue, given):
    make_issue()
    page = desk.post(reverse("admin:submissions_commission_plan"), given | {"act": "add"}).content.decode()
    assert "errorlist" in page
    assert not Commission.objects.exists()


def test_one_letter_from_the_desk(desk, make_commission, cast, settings, django_capture_on_commit_callbacks):
    settings.LETTERS_BY_EMAIL = True
    cast.contributor.email = "lin@example.cn"
    cast.contributor.save()
    commission = make_commission()
    address = reverse("admin:submissions_commission_letter", args=[commission.pk])
    page = desk.get(address).content.decode()
    assert f"http://testserver{commission.get_absolute_url()}" in page
    seen = commissioning.seen_mark(commission)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(address, {"act": "send", "kind": "invite", "seen": seen, "body": "请写一篇。"})
    assert [message.body for message in mail.outbox] == ["请写一篇。"]
    page = desk.post(address, {"act": "send", "kind": "invite", "seen": seen, "body": "另写的话"}).content.decode()
    assert "刚刚有人处理过" in page
    assert "另写的话" in page
    assert len(mail.outbox) == 1


def test_giving_up_from_the_desk(desk, make_commission):
    commission = make_commission()
    address = reverse("admin:submissions_commission_letter", args=[commission.pk])
    assert "请写下为什么取消" in desk.post(address, {"act": "cancel"}).content.decode()
    assert desk.post(address, {"act": "cancel", "reason": "换选题"}).status_code == 302
    assert fresh(commission).state == State.CANCELLED
    desk.post(address, {"act": "restore"})
    assert fresh(commission).state == State.PLANNED
    assert "不知道要办什么" in desk.post(address, {"act": "?"}).content.decode()
    assert desk.put(address).status_code == 405
    assert desk.get(reverse("admin:submissions_commission_letter", args=[0])).status_code == 404


def test_many_reminders_one_refused_does_not_stop_the_others(desk, make_commission, cast, unit):
    first = make_commission("甲")
    second = make_commission("乙", person=None, unit=unit)
    planned = make_commission("丙")
    for one in (first, second):
        commissioning.invite(one, cast.editor, link=LINK)
    listed = desk.post(
        reverse("admin:submissions_commission_changelist"),
        {"action": "remind_many", "_selected_action": [first.pk, second.pk, planned.pk]},
    )
    page = desk.get(listed["Location"]).content.decode()
    assert "可以发 2 封" in page
    given = {"kind": "reminder", "pk": [first.pk, second.pk, planned.pk]}
    given |= {f"seen-{one.pk}": commissioning.seen_mark(fresh(one)) for one in (first, second)}
    page = desk.post(reverse("admin:submissions_commission_letters"), given).content.decode()
    assert "已记下，请复制发微信" in page
    assert "还没有约" in page
    assert Letter.objects.filter(kind=Letter.Kind.REMINDER).count() == 2
    again = desk.post(reverse("admin:submissions_commission_letters"), given).content.decode()
    assert "刚刚有人处理过" in again
    assert Letter.objects.filter(kind=Letter.Kind.REMINDER).count() == 2


def test_the_list_asks_the_same_number_of_questions_for_few_and_many(desk, make_commission, cast):
    counts = []
    for number in (2, 8):
        for one in range(number):
            commission = make_commission(f"{number}-{one}")
            commissioning.start(commission, cast.contributor, "text")
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("admin:submissions_commission_changelist") + "?standing=open").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
