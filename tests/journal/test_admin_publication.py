"""刊发 and 更正 in the admin: every step by its form, what is refused comes back with what was typed, others are kept out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from journal import corrections, editions_made, publishing, schedule
from journal.admin.corrections import bylines_of, lines_of
from journal.admin.publication import ACTS
from journal.models import Access, Article, Correction, Edition, Issue, PublishPlan
from tests.conftest import fill_imprint
from tests.journal.test_downloads import pdf

pytestmark = pytest.mark.django_db

APPROVAL = {"approved_by": "部务会", "approved_on": "2026-09-30", "basis": "第3次部务会纪要"}


@pytest.fixture
def as_(client, cast):
    def sign_in(who):
        client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def closed(make_issue, make_article, cast):
    issue = make_issue()
    make_article("甲", issue=issue, html="<p>共有12户参加。</p>", bylines=["何为"])
    make_article("转载", issue=issue, origin="recommended", source="来源：某报")
    fill_imprint(issue)
    return publishing.close(issue, cast.chief)


@pytest.fixture
def out(closed, cast):
    publishing.publish(closed, cast.chief, access="public", approved_by="部务会", basis="纪要")
    return closed


def address(issue, name="publication"):
    return reverse(f"admin:journal_issue_{name}", args=[issue.pk])


def correct(article):
    return reverse("admin:journal_article_correct", args=[article.pk])


def act(client, issue, name, **fields):
    return client.post(address(issue), {"act": name, **fields}, follow=True)


def article(title) -> Article:
    return Article.objects.get(title=title)


def test_a_time_is_set_changed_and_called_off(as_, closed):
    client = as_("chief")
    tomorrow = timezone.localtime() + timezone.timedelta(days=1)
    fields = {"access": "public", **APPROVAL, "confirmed": "1", "when": "later"}
    assert "请填写刊发时间" in client.post(address(closed, "publish"), fields).text
    past = client.post(address(closed, "publish"), fields | {"at": "2026-01-02T08:00"}).text
    assert "已经过了" in past
    page = client.post(address(closed, "publish"), fields | {"at": f"{tomorrow:%Y-%m-%dT08:30}"}, follow=True).text
    assert f"{tomorrow:%Y-%m-%d} 08:30 刊发" in page
    assert timezone.localtime(PublishPlan.objects.get().at).strftime("%H:%M") == "08:30"
    again = client.get(address(closed, "publish")).text
    assert f'value="{tomorrow:%Y-%m-%dT08:30}"' in again
    assert 'value="第3次部务会纪要"' in again
    assert "已取消" in act(client, closed, "call_off").text
    assert not PublishPlan.objects.exists()


def test_the_page_and_the_desk_say_why_it_did_not_come_out(as_, closed, cast):
    soon = timezone.now() + timezone.timedelta(minutes=1)
    schedule.plan(closed, cast.chief, soon, access="internal")
    article("甲").text.versions.get().approvals.all().delete()
    schedule.publish_due(at=soon)
    client = as_("chief")
    assert "data-stopped" in client.get(address(closed)).text
    desk = client.get(reverse("admin:index"), {"show": "closed"}).text
    assert "1 期到时间没有刊发" in desk
    assert "没有做成：还没有作保密审查" in desk


def test_an_article_is_withdrawn_and_restored(as_, out):
    client, gone = as_("managing"), article("甲")
    page = act(client, out, "withdraw", article=gone.pk, reason="", listed="1").text
    assert "请填写这一项" in page
    assert 'data-act="withdraw" open' in page
    page = act(client, out, "withdraw", article=gone.pk, reason="数字有误，正在核实", listed="1").text
    assert "《甲》已撤下" in page
    gone.refresh_from_db()
    assert (gone.withdrawn_reason, gone.withdrawn_listed) == ("数字有误，正在核实", True)
    assert "《甲》已恢复" in act(client, out, "restore", article=gone.pk, reason="已核实").text


def test_the_issue_is_withdrawn_and_restored(as_, out):
    page = act(as_("managing"), out, "withdraw_issue", reason="全期核对").text
    assert "请填写这一项" in page
    assert "全期核对" in page
    assert "已撤回" in act(as_("managing"), out, "withdraw_issue", reason="全期核对", confirmed="on").text
    assert "已恢复" in act(as_("chief"), out, "restore_issue", reason="核对完毕").text
    out.refresh_from_db()
    assert out.state == Issue.State.PUBLISHED


def test_access_and_a_right_are_changed(as_, out):
    client = as_("chief")
    assert "已改为内部" in act(client, out, "inside", reason="上级要求").text
    assert "批准日期还没有到" in act(client, out, "open", **APPROVAL | {"approved_on": "2099-01-01"}).text
    assert "已改为公开" in act(client, out, "open", **APPROVAL).text
    page = act(client, out, "grant", article=article("转载").pk, holder="某报社", basis="授权函").text
    assert "阅读范围现在是公开" in page


def test_files_are_shown_made_again_and_given_to_the_office(as_, out):
    client = as_("editor")
    epub = out.editions.get(kind="epub", audience="public")
    assert "data-busy" in client.get(address(out)).text
    part = client.get(address(out), {"part": "editions"}).text
    assert "待生成 0%" in part
    assert "<html" not in part
    Edition.objects.filter(pk=epub.pk).update(state="failed", message="磁盘满了")
    page = client.get(address(out)).text
    assert "磁盘满了" in page
    assert "重试" in page
    assert "重新生成" in act(client, out, "rebuild", edition=epub.pk).text
    assert "不用再做一次" in act(client, out, "rebuild", edition=epub.pk).text
    editions_made.carry_out(epub.pk)
    file = reverse("admin:journal_issue_edition", args=[out.pk, epub.pk])
    response = client.get(file, headers={"range": "bytes=0-1"})
    assert (response.status_code, b"".join(response.streaming_content)) == (206, b"PK")
    assert "no-store" in response["Cache-Control"]
    assert client.get(reverse("admin:journal_issue_edition", args=[out.pk, 999])).status_code == 404
    assert client.post(file).status_code == 405


def test_the_print_houses_pdf_is_taken_refused_and_retired(as_, out):
    client = as_("editor")
    bad = SimpleUploadedFile("印刷.pdf", b"PK no pdf")
    assert "不是 PDF 文件" in act(client, out, "upload", file=bad).text
    page = act(client, out, "upload", file=SimpleUploadedFile("印刷.pdf", pdf())).text
    assert "已收下“印刷.pdf”，2 页" in page
    made = Edition.objects.get(kind="print")
    # The reprint inside is 内部 for want of a right.
    assert made.audience == Access.INTERNAL
    assert "已停用" in act(client, out, "retire", edition=made.pk, reason="版面有误").text
    assert "换下的印刷厂 PDF 1 份" in client.get(address(out)).text


def test_printed_pages_are_set_by_hand(as_, out):
    client, one, two = as_("editor"), article("甲"), article("转载")
    fields = {f"start_{one.pk}": "4", f"end_{one.pk}": "6", f"start_{two.pk}": "7", f"end_{two.pk}": ""}
    assert "改了 2 篇" in act(client, out, "pages", **fields).text
    assert "没有改动" in act(client, out, "pages", **fields).text
    assert "页码请写数字" in act(client, out, "pages", **fields | {f"start_{one.pk}": "四"}).text
    assert "小于起始页" in act(client, out, "pages", **fields | {f"end_{one.pk}": "2"}).text


@pytest.mark.parametrize("name", sorted(ACTS))
def test_steps_are_for_those_who_may(name, as_, out, cast):
    for who in ("proofreader", "administrator"):
        assert act(as_(who), out, name, reason="x").status_code == 403
    assert act(as_("reader"), out, name, reason="x").status_code in (403, 404)
    assert not Article.objects.filter(withdrawn_at__isnull=False).exists()


def test_unknown_steps_issues_and_methods(as_, out):
    client = as_("chief")
    assert act(client, out, "burn").status_code == 404
    assert client.get(reverse("admin:journal_issue_publication", args=[999])).status_code == 404
    assert client.delete(address(out)).status_code == 405
    assert client.delete(correct(article("甲"))).status_code == 405
    assert client.get(reverse("admin:journal_article_correct", args=[999])).status_code == 404


def typed(client, made: Article, **changes) -> dict:
    form = client.get(correct(made)).context["form"]
    return {**form.initial, "reason": "户数有误", **changes}


def test_a_correction_is_looked_at_proposed_and_signed(as_, out, cast):
    made, client = article("甲"), as_("editor")
    fields = typed(client, made, body="<p>共有21户参加。</p>")
    page = client.post(correct(made), fields | {"preview": "1"}).text
    assert "data-preview" in page
    assert "共有21户参加" in page
    assert not Correction.objects.exists()
    assert "等主任或主编签发" in client.post(correct(made), fields | {"propose": "1"}, follow=True).text
    waiting = Correction.objects.get()
    assert client.post(correct(made), {"correction": waiting.pk, "decision": "sign"}).status_code == 403
    client = as_("managing")
    assert "待签发更正" in client.get(reverse("admin:index")).text
    page = client.post(correct(made), {"correction": waiting.pk, "decision": "sign"}, follow=True).text
    assert "《甲》已更正" in page
    made.text.refresh_from_db()
    assert made.text.current.html == "<p>共有21户参加。</p>"
    # Nobody touched the signature: it is the same to the letter.
    assert made.text.current.bylines == made.text.versions.get(number=1).bylines


def test_a_correction_is_sent_back_with_a_reason(as_, out, cast):
    made = article("甲")
    client = as_("editor")
    client.post(correct(made), typed(client, made, title="乙") | {"propose": "1"})
    waiting = Correction.objects.get()
    client = as_("chief")
    assert "写明不更正的原因" in client.post(correct(made), {"correction": waiting.pk, "decision": "decline"}).text
    fields = {"correction": waiting.pk, "decision": "decline", "remark": "原文无误"}
    assert "没有做" in client.post(correct(made), fields, follow=True).text
    assert "已经不在了" in client.post(correct(made), {"correction": 999, "decision": "sign"}).text
    assert "原文无误" in client.get(correct(made)).text


def test_what_is_refused_keeps_what_was_typed(as_, out, cast):
    made, client = article("甲"), as_("editor")
    fields = typed(client, made, title="改了的标题")
    content = made.text.current.content
    other = type(content)(**{**content.__dict__, "title": "同事的标题"})
    done = corrections.propose(made, cast.editor, other, reason="标题", seen=made.text.current_id)
    corrections.sign(done, cast.chief)
    page = client.post(correct(made), fields | {"propose": "1"}).text
    assert "刚刚更正过" in page
    assert "改了的标题" in page
    assert "请写更正说明" in client.post(correct(made), fields | {"reason": "", "propose": "1"}).text
    unknown = '<p>甲</p><figure data-picture="999"></figure>'
    assert "找不到的照片" in client.post(correct(made), fields | {"body": unknown, "preview": "1"}).text


def test_an_article_not_out_is_not_corrected(as_, closed):
    assert "请直接改稿" in as_("editor").get(correct(article("甲"))).text


def test_the_locked_article_leads_to_its_correction(as_, out):
    page = as_("editor").get(reverse("admin:journal_article_change", args=[article("甲").pk])).text
    assert correct(article("甲")) in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("何　为", [("person", "何为", "")]),
        (
            "何为（市委党校（培训处）副教授）\n\n市委组织部［单位］",
            [("person", "何为", "市委党校（培训处）副教授"), ("unit", "市委组织部", "")],
        ),
    ],
)
def test_signatures_are_typed_one_a_line(text, expected):
    lines = bylines_of(text)
    assert [tuple(line.values()) for line in lines] == expected
    assert bylines_of(lines_of(lines)) == lines
