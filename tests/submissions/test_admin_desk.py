"""The first page and the list of manuscripts: what awaits whom, filters, search, as many queries for 30 as for 1."""

import copy
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.base import ModelState
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal import assembly
from journal.models import Approval, Text, TextVersion
from members.models import Event, Unit, User
from submissions import assigning, messaging
from submissions.admin.desk import desk_of
from submissions.admin.standing import funnel
from submissions.arrivals import InboundMail
from submissions.commissions import Commission
from submissions.conversation import Message
from submissions.models import Letter, Submission

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
LIST = "/admin/submissions/submission/"


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


def counts(user):
    return {tile.key: tile.count for tile in desk_of(user).tiles}


def wait(submission, days):
    since = timezone.now() - timedelta(days=days)
    Submission.objects.filter(pk=submission.pk).update(waiting_since=since)


@pytest.fixture
def every_state(make_submission):
    for state in (
        "draft",
        "submitted",
        "submitted",
        "second",
        "final",
        "returned",
        "accepted",
        "rejected",
        "withdrawn",
    ):
        submission = make_submission(state)
        if state == "final":
            # 保密审查 is open again.
            Approval.objects.on(submission.text).filter(kind="secrecy").update(revoked_at=timezone.now())


def test_tiles_by_role(every_state, cast):
    """cast.pending waits for approval; the accepted manuscript waits to be placed; 终审 waits for 保密审查."""
    common = {"messages": 0, "commissions": 0, "returned": 0, "accounts": 1, "marks": 0, "remarks": 0, "pool": 1}
    assert counts(cast.editor) == {"first": 2, "mails": 0} | common
    assert counts(cast.managing) == {"second": 1, "secrecy": 1, "mails": 0} | common
    assert counts(cast.chief) == {"final": 1, "secrecy": 1, "closed": 0} | common
    assert counts(cast.administrator) == {"accounts": 1}
    assert counts(cast.proofreader) == {"proofs": 0}


def test_the_greeting_counts_what_is_the_persons_own(every_state, as_):
    assert "周予安，今天有 3 件事等您" in as_("editor").get(INDEX).content.decode()


def test_what_was_given_to_a_colleague_is_not_on_ones_own_list(make_submission, cast):
    mine, theirs = make_submission(title="给我的"), make_submission(title="给同事的")
    free = make_submission(title="还没有给谁")
    wait(free, 3)
    assigning.assign(mine, cast.editor, cast.managing)
    assigning.assign(theirs, cast.second_editor, cast.managing)
    desk = desk_of(cast.editor, "first")
    assert [(row.title, row.note) for row in desk.rows] == [("给我的", "指定给您"), ("还没有给谁", "")]
    assert desk.shown_tile.note == "1 篇指定给您"
    assert [row.title for row in desk_of(cast.editor, "given").rows] == ["给同事的"]


def test_a_unit_that_has_to_endorse_comes_first(make_submission, cast, unit, as_):
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    make_submission(title="等单位的")
    assert counts(cast.editor) | {"first": 0, "endorse": 1} == counts(cast.editor)
    page = as_("editor").get(f"{INDEX}?show=endorse").content.decode()
    assert "等单位的" in page
    assert "单位审核" in page
    listed = as_("editor").get(f"{LIST}?step=endorse")
    assert listed.context["cl"].result_count == 1
    assert "等单位审核" in listed.content.decode()


def test_messages_wait_for_an_answer_with_the_oldest_day(make_submission, cast):
    submission = make_submission("second")
    at = timezone.now() - timedelta(days=2)
    messaging.write(submission, cast.contributor, "请问到哪一步了？", at=at)
    messaging.write(submission, cast.contributor, "急着用。")
    row = desk_of(cast.managing, "messages").rows[0]
    assert (row.step, row.act, row.waiting, row.url.partition("#")[2]) == ("作者来信", "答复", 2, "talk")
    messaging.write(submission, cast.managing, "在复审。")
    assert counts(cast.managing)["messages"] == 0


def test_a_mail_waits_to_be_confirmed_by_those_who_register(cast):
    InboundMail.objects.create(sha256="0", content_hash="0", size=1, subject="补交照片原图", sender_name="何小满")
    row = desk_of(cast.editor, "mails").rows[0]
    assert (row.title, row.meta, row.act) == ("补交照片原图", "何小满", "登记为稿件")
    assert "mails" not in counts(cast.chief)
    assert "mails" not in counts(cast.proofreader)


def test_commissions_due_are_reminded_of_from_the_desk(make_issue, section, unit, cast, as_):
    issue = make_issue()
    today = timezone.localdate()
    for days, topic in ((-1, "过期的"), (0, "今天的"), (9, "还早的")):
        Commission.objects.create(
            issue=issue, section=section, unit=unit, topic=topic, due_on=today + timedelta(days=days), state="invited"
        )
    Commission.objects.create(issue=issue, section=section, topic="拟约的", due_on=today)
    desk = desk_of(cast.editor, "commissions")
    assert [(row.title, row.overdue) for row in desk.rows] == [("过期的", 1), ("今天的", 0)]
    assert (desk.due.total, desk.due.planned, desk.due.arrived) == (2, 4, 0)
    page = as_("editor").get(INDEX).content.decode()
    panel = page.split("data-commissions")[1].split("</section>")[0]
    assert "过期 1 天" in panel
    assert "今天到期" in panel
    assert "http://testserver/invitation/" in panel
    assert "4 篇已到 0 篇" in page
    assert desk_of(cast.proofreader).due is None


def test_a_return_is_the_editors_again_when_it_is_late(make_submission, cast):
    submission = make_submission("returned")
    assert counts(cast.editor)["returned"] == 0
    late = timezone.localdate() - timedelta(days=4)
    Submission.objects.filter(pk=submission.pk).update(due_on=late)
    row = desk_of(cast.editor, "returned").rows[0]
    assert (row.overdue, row.act) == (4, "催交")


def test_a_letter_that_did_not_leave_is_told(make_submission, cast):
    submission = make_submission()
    submission.letters.update(delivery="failed")
    tile = next(tile for tile in desk_of(cast.editor).tiles if tile.key == "letters")
    assert (tile.count, tile.note, tile.mine) == (1, "账号里仍然能读", False)
    assert desk_of(cast.editor, "letters").rows[0].step == "邮件未发出"


def test_the_journal_says_how_long_a_review_may_take(make_submission, cast, journal, as_):
    submission = make_submission(title="等久的")
    wait(submission, 9)
    journal.review_days = 10
    journal.save()
    assert desk_of(cast.editor, "first").rows[0].overdue == 0
    assert as_("editor").get(f"{LIST}?step=late").context["cl"].result_count == 0
    journal.review_days = 3
    journal.save()
    assert desk_of(cast.editor, "first").rows[0].overdue == 6
    assert "9 天（超期 6 天）" in as_("editor").get(f"{LIST}?step=late").content.decode()


def test_proofs_await_the_proofreader(make_issue, make_article, cast):
    make_article("待校的", issue=make_issue())
    row = desk_of(cast.proofreader).rows[0]
    assert (row.title, row.step) == ("待校的", "一校")
    tile = next(tile for tile in desk_of(cast.editor).tiles if tile.key == "proofs")
    assert (tile.label, tile.mine, tile.note) == ("待校对", False, "一校 1")


def test_an_empty_desk_says_so(as_, cast):
    User.objects.filter(pk=cast.pending.pk).update(is_active=False)
    for person in ("editor", "proofreader", "administrator"):
        page = as_(person).get(INDEX).content.decode()
        assert "现在没有事等您" in page
        assert "都办完了" in page
        assert "没有正在编的期" in page


def test_own_and_once_reviewed_manuscripts_do_not_await_the_person(make_submission, cast):
    cast.editor.set_roles(["editor", "managing_editor", "contributor"])
    make_submission("submitted", contributor=cast.editor)
    make_submission("second")
    editor = User.objects.get(pk=cast.editor.pk)
    assert counts(editor) | {"first": 0, "second": 0} == counts(editor)


def test_overdue_comes_first_and_is_named(make_submission, cast, as_):
    wait(make_submission(title="新到的"), 1)
    wait(make_submission(title="等久的"), 9)
    wait(make_submission(title="刚好到期"), 7)
    rows = desk_of(cast.editor).rows
    assert [(row.title, row.overdue, row.waiting) for row in rows if "账号" not in row.step] == [
        ("等久的", 2, 9),
        ("刚好到期", 0, 7),
        ("新到的", 0, 1),
    ]
    tile = desk_of(cast.editor).tiles[0]
    assert (tile.note, tile.alarm) == ("1 篇超期", True)
    page = as_("editor").get(INDEX).content.decode()
    assert "超期 2 天" in page
    assert page.count("d-button is-main") == 1


def test_a_tile_filters_the_list(every_state, as_):
    page = as_("editor").get(f"{INDEX}?show=pool").content.decode()
    listed = page.split("data-list")[1].split("</table>")[0]
    assert listed.count("<tr") == 2
    assert "已录用，未编入" in listed
    assert "等您" in as_("editor").get(f"{INDEX}?show=nonsense").content.decode()


def test_a_closed_issue_waits_for_the_chief(make_issue, cast, as_):
    issue = make_issue(state="closed", closed_at=timezone.now())
    assert counts(cast.chief)["closed"] == 1
    assert reverse("admin:journal_issue_publish", args=[issue.pk]) in as_("chief").get(INDEX).content.decode()


def test_colleagues_acts_without_ones_own(make_submission, cast):
    make_submission("second")
    assert [event.verb for event in desk_of(cast.managing).events] == ["审稿通过"]
    assert list(desk_of(cast.editor).events) == []
    Event.objects.record(cast.contributor, "登录", cast.contributor)
    Event.objects.record(cast.second_editor, "登录", cast.second_editor)
    assert len(desk_of(cast.managing).events) == 1


def test_the_issue_in_the_making(make_issue, make_article, cast, as_):
    issue = make_issue(deadline=timezone.localdate() + timedelta(days=15))
    make_article(issue=issue)
    making = desk_of(cast.editor).issue
    assert (making.issue, making.days_left) == (issue, 15)
    assert "1 篇校完 0 篇" in as_("editor").get(INDEX).content.decode()


def test_the_milestones_count_down_to_their_planned_days(make_issue, make_article, cast, as_):
    today = timezone.localdate()
    issue = make_issue(
        deadline=today - timedelta(days=20),
        proof_1_on=today - timedelta(days=2),
        proof_2_on=today,
        proof_3_on=today + timedelta(days=4),
        publish_on=today + timedelta(days=9),
    )
    articles = [make_article(title, issue=issue) for title in ("甲", "乙")]

    def steps() -> dict:
        return {step.label: step for step in desk_of(cast.editor, "").issue.milestones}

    assert [(steps()[label].state, steps()[label].days_left) for label in ("一校", "二校", "三校、通读", "刊发")] == [
        ("now", -2),
        ("later", 0),
        ("later", 4),
        ("later", 9),
    ]
    assert (steps()["付印"].day, steps()["付印"].days_left) == (None, None)
    page = as_("editor").get(INDEX).content.decode()
    assert "过了 2 天" in page
    assert "还有 4 天" in page
    for article in articles:
        Approval.objects.create(
            kind="proof_1", version=article.text.current, person=cast.proofreader, decision="passed"
        )
    found = steps()
    assert (found["一校"].state, found["一校"].days_late, found["一校"].note) == ("done", 0, "2 篇都校完了")
    assert found["二校"].state == "now"


def test_the_funnel_accounts_for_everyone(every_state, make_issue, cast):
    steps = {step["label"]: step for step in funnel()}
    assert steps["收稿"]["count"] == 7
    assert steps["过初审"]["count"] == 3
    assert steps["过初审"]["rest"] == "待初审 2，退修中 1，退稿 1"
    assert steps["过复审"]["rest"] == "待复审 1"
    assert steps["终审录用"] | {} == steps["终审录用"] | {"count": 1, "waiting": 1, "rest": "等保密审查 1"}
    assert steps["编入"]["rest"] == "待编入 1"
    accepted = Submission.objects.get(state="accepted")
    assembly.place(accepted.article, make_issue(), cast.editor)
    assert funnel()[-1]["count"] == 1


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def copies(model, pattern, number, **changes):
    """Rows like `pattern`, written straight: what lists cost must not grow with them."""
    rows = []
    for place in range(number):
        row = copy.copy(pattern)
        row._state = ModelState()
        row.pk = None if model._meta.pk.name == "id" and model is not Submission else uuid.uuid4()
        for name, value in changes.items():
            setattr(row, name, value(place))
        rows.append(row)
    return model.objects.bulk_create(rows)


def crowd(pattern, number):
    """So many manuscripts like this one, each with a text, a message and a letter of its own."""
    texts = Text.objects.bulk_create(Text() for _ in range(number))
    versions = copies(TextVersion, pattern.text.current, number, text=lambda place: texts[place])
    for text, version in zip(texts, versions, strict=True):
        text.current = version
    Text.objects.bulk_update(texts, ["current"])
    before = Submission.objects.count()
    rows = copies(
        Submission,
        pattern,
        number,
        text=lambda place: texts[place],
        receipt_number=lambda place: f"c{before + place}",
    )
    Message.objects.bulk_create(
        Message(submission=row, author=row.contributor, from_office=False, body="请问？") for row in rows
    )
    Letter.objects.bulk_create(
        Letter(
            submission=row, recipient=row.contributor, kind="receipt", subject="收到", body="收到。", delivery="failed"
        )
        for row in rows
    )


def surroundings(number, issue, section):
    """So many mails, commissions, accounts and placed articles."""
    start = InboundMail.objects.count()
    InboundMail.objects.bulk_create(
        InboundMail(sha256=str(place), content_hash=str(start + place), size=1) for place in range(number)
    )
    today = timezone.localdate()
    Commission.objects.bulk_create(
        Commission(issue=issue, section=section, topic="选题", due_on=today, state="invited") for _ in range(number)
    )
    User.objects.bulk_create(User(login_name=f"a{start + place}@example.org", name="某某") for place in range(number))


OTHER_LISTS = [f"/admin/submissions/{name}/" for name in ("inboundmail", "letter", "commission", "message")]


def test_as_many_queries_for_three_hundred(as_, make_submission, make_issue, section):
    issue = make_issue()
    patterns = [make_submission(state) for state in ("submitted", "second", "final", "returned")]
    lists = [LIST, f"{LIST}?q=村里", f"{LIST}?step=late", *OTHER_LISTS]
    pages = [*((person, INDEX) for person in ("editor", "chief", "managing")), *(("managing", url) for url in lists)]
    for pattern in patterns:
        crowd(pattern, 3)
    surroundings(3, issue, section)
    few = {page: queries(as_(page[0]), page[1]) for page in pages}
    for pattern in patterns:
        crowd(pattern, 75)
    surroundings(300, issue, section)
    assert {page: queries(as_(page[0]), page[1]) for page in pages} == few


def test_the_review_page_asks_the_same_in_a_long_queue(as_, make_submission):
    client = as_("editor")
    page = f"{LIST}{make_submission('submitted').pk}/change/"
    # One other with the same words: a found duplicate is read and named, one or many alike.
    make_submission("submitted", title="另一篇")
    few = queries(client, page)
    for number in range(10):
        make_submission("submitted", title=f"第{number}篇")
    assert queries(client, page) == few


FILTERS = [
    ("step=first", 2),
    ("step=second", 1),
    ("step=returned", 1),
    ("step=accepted", 1),
    ("step=late", 0),
    ("step=endorse", 0),
    ("step=secrecy", 1),
    ("owner=me", 0),
    ("owner=nobody", 4),
    ("owner=99999999999999999999", 7),
    ("owner=x", 7),
    ("step=nonsense", 7),
    ("kind__exact=image", 0),
    ("origin__exact=original", 7),
    ("unit=x", 7),
    ("submitted_at__gte=2000-01-01 00:00:00%2B08:00", 7),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_filters(query, found, every_state, as_):
    page = as_("chief").get(f"{LIST}?{query}", follow=True)
    assert page.context["cl"].result_count == found


def test_filter_by_unit_and_section(every_state, as_, unit, section, cast):
    client = as_("chief")
    assert client.get(f"{LIST}?unit={unit.pk}").context["cl"].result_count == 7
    assert client.get(f"{LIST}?unit={cast.other.unit_id}").context["cl"].result_count == 0
    assert client.get(f"{LIST}?section__id__exact={section.pk}").context["cl"].result_count == 7


@pytest.mark.parametrize("query", ["夜航灯", "渔家", "陈望潮", "榕岭村", "林晓舟", "-0001"])
def test_search(query, as_, make_submission):
    make_submission(title="夜航灯", body="渔家的灯。", byline="陈望潮")
    assert as_("chief").get(LIST, {"q": query}).context["cl"].result_count == 1
    assert as_("chief").get(LIST, {"q": "没有这样的稿"}).context["cl"].result_count == 0


def test_next_act_and_owner_in_the_list(every_state, as_, cast):
    first = Submission.objects.filter(state="submitted").first()
    assigning.assign(first, cast.editor, cast.managing)
    page = as_("chief").get(LIST).content.decode()
    for words in (
        "写初审意见",
        "编辑部主任",
        "编辑 周予安",
        "作者 林晓舟",
        "等作者交回",
        "作保密审查",
        "编入一期",
        "已办结",
    ):
        assert words in page


def test_no_row_is_ticked_before_somebody_ticks_it(every_state, as_):
    page = as_("managing").get(LIST).content.decode()
    assert page.count('name="_selected_action"') == 7
    assert " checked" not in page.split('id="result_list"')[1].split("</table>")[0]


def test_a_list_opens_as_it_was_left(every_state, as_):
    """From another page of the site; an address of its own, typed or asked for, shows what it says."""
    client = as_("chief")
    desk = {"Referer": "http://testserver/admin/"}
    assert client.get(LIST, headers=desk).status_code == 200
    client.get(f"{LIST}?step=first&q=议事&p=1")
    back = client.get(LIST, headers=desk)
    assert (back.status_code, back.url) == (302, f"{LIST}?step=first&q=%E8%AE%AE%E4%BA%8B")
    assert client.get(LIST).status_code == 200
    assert client.get(LIST, headers={"Referer": "https://elsewhere.example/admin/"}).status_code == 200
    # The list's own “all” and “clear” lead to the bare address: nothing is remembered from then on.
    assert client.get(LIST, headers={"Referer": f"http://testserver{LIST}?step=first"}).status_code == 200
    assert client.get(LIST, headers=desk).status_code == 200


LEFT_AT = ["state__exact=waiting", "kind__exact=receipt", "standing=due", "waiting=yes"]


@pytest.mark.parametrize(("url", "query"), list(zip(OTHER_LISTS, LEFT_AT, strict=True)))
def test_every_list_of_the_desk_is_remembered(url, query, as_):
    client = as_("managing")
    assert client.get(f"{url}?{query}").status_code == 200
    back = client.get(url, headers={"Referer": "http://testserver/admin/"})
    assert (back.status_code, back.url) == (302, f"{url}?{query}")


def test_an_impossible_filter_is_not_remembered(as_):
    client = as_("chief")
    assert client.get(f"{LIST}?nonsense=1", follow=True).status_code == 200
    assert client.get(LIST, headers={"Referer": "http://testserver/admin/"}, follow=True).status_code == 200


def test_words_of_the_text_are_all_to_be_there(as_, make_submission):
    make_submission(title="甲", body="渔家的灯 & 港口的船。")
    make_submission(title="乙", body="渔家的网。")
    for query, found in (("渔家", 2), ("渔家 港口", 1), ("灯 & 港", 1), ("渔家 没有", 0), ("   ", 2)):
        assert as_("chief").get(LIST, {"q": query}).context["cl"].result_count == found


def test_drafts_are_not_found_by_their_text(as_, make_submission):
    make_submission("draft", body="还在写的议论。")
    assert as_("chief").get(LIST, {"q": "还在写"}).context["cl"].result_count == 0
