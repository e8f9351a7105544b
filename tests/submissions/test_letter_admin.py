"""The office's letters in the admin: looked at, sent again, copied; the wording changed with 【words】 that are checked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Event
from submissions import letters
from submissions.letters import wording
from submissions.models import Letter, LetterTemplate

pytestmark = pytest.mark.django_db
Kind, Delivery = Letter.Kind, Letter.Delivery


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.editor)
    return client


def wording_page(kind):
    return reverse("admin:submissions_lettertemplate_wording", args=[kind])


def save(client, kind, subject, body, act="save", seen=None):
    page = client.get(wording_page(kind))
    given = {"subject": subject, "body": body, "act": act, "seen": seen or page.context["seen"]}
    return client.post(wording_page(kind), given)


@pytest.mark.parametrize("kind", Kind.values)
def test_every_built_in_wording_uses_only_words_it_knows(kind):
    own = wording.built_in(kind)
    assert wording.faults(kind, own.subject + own.body) == []
    subject, body = wording.example(kind, own.subject, own.body)
    assert "【" not in subject + body
    assert "\n\n\n" not in body


def test_the_offices_words_are_filled_and_an_opinion_is_left_alone(make_submission):
    LetterTemplate.objects.create(kind=Kind.REJECT, subject="关于【题目】", body="【收信人】：\n【意见】\n【编辑部】")
    subject, body = letters.compose(make_submission(), Kind.REJECT, opinion="见【照片1】，另见【题目】。")
    assert subject == "关于榕树下的“板凳会”"
    assert body.startswith("林晓舟：\n见【照片1】，另见【题目】。\n")


def test_a_line_without_content_leaves_no_gap():
    assert wording.fill("您好：\n\n【要求】\n\n请看。", {"要求": ""}) == "您好：\n\n请看。"
    assert wording.fill("【要求】！", {"要求": ""}) == "！"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("【收信】同志", "不认识【收信】"),
        ("请于【期限】前", "用稿通知里没有【期限】"),
        ("【题目", "不成对"),
        ("题目】", "不成对"),
        ("【】", "不认识【】"),
        ("【意\n见】", "不成对"),
        ("   ", "空的"),
        ("", "还没有写正文"),
    ],
)
def test_a_wording_that_would_go_wrong_is_refused_with_the_reason(desk, body, told):
    page = save(desk, Kind.ACCEPT, "用稿", body)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert not LetterTemplate.objects.exists()


def test_a_wording_is_seen_saved_used_and_restored(desk, make_submission, cast):
    submission = make_submission()
    look = save(desk, Kind.ACCEPT, "采用：【题目】", "【称呼】：采用了【收稿号】。", act="look").content.decode()
    assert f"林晓舟同志：采用了{submission.receipt_number}。" in look
    assert not LetterTemplate.objects.exists()
    save(desk, Kind.ACCEPT, "采用：【题目】", "【称呼】：\r\n采用了【收稿号】。")
    assert letters.compose(submission, Kind.ACCEPT)[1] == f"林晓舟同志：\n采用了{submission.receipt_number}。"
    assert "编辑部改过" in desk.get(reverse("admin:submissions_lettertemplate_changelist")).content.decode()
    save(desk, Kind.ACCEPT, "", "", act="restore")
    assert "已经通过终审" in letters.compose(submission, Kind.ACCEPT)[1]
    restored, changed = Event.objects.filter(verb__endswith="通知模板")
    assert (changed.verb, restored.verb) == ("改通知模板", "恢复内置通知模板")
    assert restored.data["before"]["subject"] == "采用：【题目】"


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(desk):
    seen = desk.get(wording_page(Kind.ACCEPT)).context["seen"]
    save(desk, Kind.ACCEPT, "甲", "甲的写法")
    page = save(desk, Kind.ACCEPT, "乙", "乙的写法", seen=seen).content.decode()
    assert "同事刚刚改过" in page
    assert "乙的写法" in page
    assert "甲的写法" in page
    assert LetterTemplate.objects.get().body == "甲的写法"


def test_a_preview_needs_no_manuscript(desk):
    for kind in Kind.values:
        assert desk.get(wording_page(kind)).context["shown"]
    assert desk.get(wording_page("unknown")).status_code == 404
    assert desk.put(wording_page(Kind.ACCEPT)).status_code == 405


def test_who_only_reads_changes_no_wording(client, cast):
    client.force_login(cast.proofreader)
    assert client.get(wording_page(Kind.ACCEPT)).status_code == 200
    assert client.post(wording_page(Kind.ACCEPT), {"act": "save"}).status_code == 403
    client.force_login(cast.contributor)
    assert client.get(wording_page(Kind.ACCEPT)).status_code in (302, 403)


@pytest.fixture
def letter(make_submission, cast, settings):
    letter = letters.post(make_submission(), Kind.RECEIPT)
    settings.LETTERS_BY_EMAIL = True
    cast.contributor.email = "lin@example.cn"
    cast.contributor.save()
    return letter


def act(client, letter, act, seen=None):
    letter.refresh_from_db()
    address = reverse("admin:submissions_letter_change", args=[letter.pk])
    given = {"act": act, "seen": seen or f"{letter.delivery}.{letter.attempts}"}
    return client.post(address, given, follow=True).content.decode()


def test_a_letter_is_sent_again_once_from_the_desk(desk, letter, django_capture_on_commit_callbacks):
    Letter.objects.filter(pk=letter.pk).update(delivery=Delivery.FAILED, delivery_error="no such user")
    page = desk.get(reverse("admin:submissions_letter_change", args=[letter.pk])).content.decode()
    assert "no such user" in page
    with django_capture_on_commit_callbacks(execute=True):
        act(desk, letter, "resend")
    assert "刚刚有了变化" in act(desk, letter, "resend", seen="failed.0")
    assert len(mail.outbox) == 1


def test_a_doubtful_letter_is_settled_by_asking(desk, letter):
    Letter.objects.filter(pk=letter.pk).update(delivery=Delivery.UNSURE)
    assert "对方收到了" in desk.get(reverse("admin:submissions_letter_change", args=[letter.pk])).content.decode()
    act(desk, letter, "arrived")
    letter.refresh_from_db()
    assert letter.delivery == Delivery.SENT
    assert "不知道要办什么" in act(desk, letter, "?")


def test_several_failed_ones_are_sent_again_doubtful_ones_are_not(desk, letter, django_capture_on_commit_callbacks):
    doubtful = letters.post(letter.submission, Kind.WITHDRAW)
    Letter.objects.filter(pk=letter.pk).update(delivery=Delivery.FAILED)
    Letter.objects.filter(pk=doubtful.pk).update(delivery=Delivery.UNSURE)
    given = {"action": "resend_many", "_selected_action": [letter.pk, doubtful.pk]}
    with django_capture_on_commit_callbacks(execute=True):
        page = desk.post(reverse("admin:submissions_letter_changelist"), given, follow=True).content.decode()
    assert "重发了 1 封" in page
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("who", ["proofreader", "contributor", "reader"])
def test_sending_again_is_not_for_everybody(client, cast, letter, who):
    client.force_login(getattr(cast, who))
    address = reverse("admin:submissions_letter_change", args=[letter.pk])
    assert client.post(address, {"act": "resend"}).status_code in (302, 403)
    letter.refresh_from_db()
    assert letter.delivery == Delivery.ACCOUNT


def test_a_letter_unknown_or_asked_wrongly(desk, letter):
    assert desk.get(reverse("admin:submissions_letter_change", args=["0"])).status_code == 404
    assert desk.get(reverse("admin:submissions_letter_change", args=["x"])).status_code == 404
    assert desk.put(reverse("admin:submissions_letter_change", args=[letter.pk])).status_code == 405


def test_the_list_tells_delivery_and_asks_the_same_number_of_questions(desk, letter):
    counts = []
    for more in (1, 6):
        for _ in range(more):
            letters.post(letter.submission, Kind.WITHDRAW)
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(reverse("admin:submissions_letter_changelist")).content.decode()
        counts.append(len(queries))
    assert "账号内可读" in page
    assert counts[0] == counts[1]


def test_the_list_warns_where_nothing_sends(desk, letter):
    address = reverse("admin:submissions_letter_changelist")
    assert "send_letters" not in desk.get(address).content.decode()
    Letter.objects.filter(pk=letter.pk).update(delivery=Delivery.QUEUED, send_after=timezone.now() - timedelta(hours=1))
    assert "有 1 封到了时间还没发" in desk.get(address).content.decode()
