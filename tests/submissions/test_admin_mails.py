"""来信 in the admin: the list, the page, its buttons, and who may open what."""

import pytest
from django.urls import reverse

from submissions import mailbox
from submissions.arrivals import InboundMail
from submissions.models import Submission
from tests.submissions.mail_builder import attachment, message, multipart, part, word

TEXT = "板凳会开到树下\n村里把议事桌搬到榕树下，大家商量着办事。"


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def take(make_picture):
    with make_picture().file.open("rb") as file:
        jpeg = file.read()

    def take(subject="报送稿件", sender=b"lin@example.com") -> InboundMail:
        raw = multipart(
            part("请查收附件。<script>alert(1)</script>\n\n-- \n林晓舟".encode(), b"text/plain; charset=utf-8"),
            attachment(TEXT.encode("gbk"), b"attachment; filename=" + word("板凳会.txt", "gbk")),
            attachment(b"\xd0\xcf\x11\xe0broken", b"attachment; filename=" + word("坏了.doc", "gbk")),
            attachment(jpeg, b"attachment; filename=" + word("树下.jpg", "gbk"), b"image/jpeg"),
            subject=word(subject, "gbk"),
            message_id=f"<{subject.encode().hex()}@x>".encode(),
            **{"from": word("林晓舟", "gbk") + b" <" + sender + b">"},
        )
        return mailbox.take_in(raw).mail

    return take


def address(mail) -> str:
    return reverse("admin:submissions_inboundmail_change", args=[mail.pk])


def pk_of(mail, name: str) -> int:
    return mail.originals.get(name=name).pk


def choices(mail, **more) -> dict:
    text = pk_of(mail, "板凳会.txt")
    return {f"role-{text}": "text", f"role-{pk_of(mail, '树下.jpg')}": f"photo:{text}"} | more


def test_the_page_shows_the_mail_as_text_with_a_verdict_on_each_file(desk, take, cast):
    mail = take()
    html = desk.get(address(mail)).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    for words in ("板凳会.txt", "文字稿", "读到", "树下.jpg", "可印", "坏了.doc", "读不了", "签名", "只是姓名相同"):
        assert words in html
    assert html.count("<img") == 0


def test_confirming(desk, take, cast, call):
    mail = take()
    answer = desk.post(address(mail), {"act": "confirm", "person": cast.contributor.pk} | choices(mail), follow=True)
    submission = Submission.objects.get()
    assert submission.contributor == cast.contributor
    assert submission.attachments.count() == 1
    assert f"{submission.receipt_number}《" in answer.content.decode()
    assert submission.letters.get().kind == "receipt"


def test_a_title_written_on_the_page_counts(desk, take, cast, call):
    mail = take()
    titled = {f"title-{pk_of(mail, '板凳会.txt')}": "自拟的标题"}
    desk.post(address(mail), {"act": "confirm", "person": cast.contributor.pk} | choices(mail) | titled)
    assert Submission.objects.get().title == "自拟的标题"


def test_the_second_editor_is_told_and_nothing_is_doubled(desk, take, cast, call, client):
    mail = take()
    mailbox.discard(mail, cast.second_editor, reason="广告")
    answer = desk.post(address(mail), {"act": "confirm", "person": cast.contributor.pk} | choices(mail))
    assert "顾南乔已经办了" in answer.content.decode()
    assert Submission.objects.count() == 0


@pytest.mark.parametrize(
    ("posted", "told"),
    [
        ({"act": "confirm"}, "还没有选投稿人"),
        ({"act": "confirm", "person": "999999"}, "还没有选投稿人"),
        ({"act": "discard", "reason": " "}, "为什么不作稿件"),
        ({"act": "merge"}, "还没有选并入哪一篇"),
        ({"act": "merge", "submission": "x", "person": "y"}, "还没有选并入哪一篇"),
        ({"act": "find", "who": "查无此人"}, "没有找到"),
        ({"act": "new_person", "new_name": "新人"}, "手机号或邮箱"),
        ({"act": "what"}, "不知道要办什么"),
    ],
)
def test_refusals_keep_what_was_chosen(desk, take, call, posted, told):
    mail = take()
    html = desk.post(
        address(mail), posted | {f"role-{pk_of(mail, '板凳会.txt')}": "", "role-body": "text"}
    ).content.decode()
    assert told in html
    assert '<option value="text" selected>' in html
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_a_file_that_cannot_be_read_is_told_by_name(desk, take, cast, call):
    mail = take()
    posted = {"act": "confirm", "person": cast.contributor.pk, f"role-{pk_of(mail, '坏了.doc')}": "text"}
    assert "坏了.doc" in desk.post(address(mail), posted).context["problem"]
    assert Submission.objects.count() == 0


def test_a_photograph_of_a_text_that_was_not_chosen(desk, take, cast, call):
    mail = take()
    posted = {"act": "confirm", "person": cast.contributor.pk} | choices(mail)
    posted[f"role-{pk_of(mail, '板凳会.txt')}"] = ""
    assert "没有选作文字稿" in desk.post(address(mail), posted).context["problem"]


def test_a_new_person_is_registered_on_the_page_and_chosen(desk, take, cast, call):
    mail = take(sender=b"new@example.com")
    posted = {
        "act": "new_person",
        "new_name": "秦新",
        "new_contact": "new@example.com",
        "new_unit": str(cast.contributor.unit.name),
    }
    page = desk.post(address(mail), posted)
    person = page.context["chosen_person"]
    desk.post(address(mail), {"act": "confirm", "person": person} | choices(mail))
    assert Submission.objects.get().contributor.name == "秦新"


def test_finding_a_person_chooses_the_only_one(desk, take, cast):
    page = desk.post(address(take()), {"act": "find", "who": "陈望潮"})
    assert page.context["chosen_person"] == cast.other.pk


def test_merging_discarding_and_restoring(desk, take, cast, make_submission):
    submission = make_submission("submitted")
    mail = take()
    desk.post(address(mail), {"act": "merge", "submission": str(submission.pk)})
    assert submission.originals.count() == 3
    other = take("另一封")
    desk.post(address(other), {"act": "merge", "submission": str(submission.pk)})
    for merged in (mail, other):
        assert desk.get(address(merged)).context["made"] == [submission]
    other = take("又一封")
    desk.post(address(other), {"act": "discard", "reason": "广告"})
    other.refresh_from_db()
    assert (other.state, other.reason) == ("discarded", "广告")
    desk.post(address(other), {"act": "restore"})
    other.refresh_from_db()
    assert other.state == "waiting"


def test_mails_with_the_same_file_are_told(desk, take):
    big = attachment(b"PK" + b"x" * 7000, b"attachment; filename=a.docx")
    first, second = (mailbox.take_in(multipart(big, message_id=one)).mail for one in (b"<1@x>", b"<2@x>"))
    assert [one.pk for one in desk.get(address(second)).context["alike"]] == [first.pk]


def test_files_are_saved_never_shown(desk, take):
    mail = take()
    name = reverse("admin:submissions_inboundmail_file", args=[mail.pk, pk_of(mail, "板凳会.txt")])
    response = desk.get(name)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert b"".join(response.streaming_content) == TEXT.encode("gbk")
    raw = desk.get(reverse("admin:submissions_inboundmail_raw", args=[mail.pk]))
    assert b"".join(raw.streaming_content).startswith(b"From:")
    other = take("另一封")
    assert (
        desk.get(reverse("admin:submissions_inboundmail_file", args=[other.pk, pk_of(mail, "板凳会.txt")])).status_code
        == 404
    )


@pytest.mark.parametrize("who", ["contributor", "reader", "proofreader"])
def test_outside_the_desk_nothing_opens(client, take, cast, who):
    mail = take()
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    for name, args in (("change", [mail.pk]), ("file", [mail.pk, pk_of(mail, "板凳会.txt")]), ("raw", [mail.pk])):
        response = client.get(reverse(f"admin:submissions_inboundmail_{name}", args=args), follow=True)
        assert response.status_code == 403
    assert client.post(address(mail), {"act": "discard", "reason": "x"}, follow=True).status_code == 403


def test_the_chief_editor_reads_but_does_not_deal_with_it(client, take, cast):
    mail = take()
    client.force_login(cast.chief, backend="django.contrib.auth.backends.ModelBackend")
    assert "data-confirm" not in client.get(address(mail)).content.decode()
    assert client.post(address(mail), {"act": "discard", "reason": "x"}).status_code == 403


def test_unknown_mails_and_methods(desk, take):
    assert desk.get(reverse("admin:submissions_inboundmail_change", args=[999])).status_code == 404
    assert desk.get("/admin/submissions/inboundmail/nonsense/change/").status_code == 404
    assert desk.delete(address(take())).status_code == 405


def test_the_list_costs_the_same_for_one_and_three(desk, take, cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for subjects in (["一"], ["二", "三"]):
        for subject in subjects:
            take(subject)
        with CaptureQueriesContext(connection) as queries:
            html = desk.get(reverse("admin:submissions_inboundmail_changelist")).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "报送" not in html
    assert "林晓舟" in html


def test_a_mail_without_anything_still_has_a_page(desk, db):
    mail = mailbox.take_in(message(b"", subject=b"", **{"from": None})).mail
    html = desk.get(address(mail)).content.decode()
    assert "（没有主题）" in html
    assert "没有写发件地址" in html
