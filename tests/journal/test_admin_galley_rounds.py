"""各次清样, 比较, 付印 as pages: what they show, what they take, whom they refuse."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from journal import galleys, print_approval, publishing
from journal.models import Approval, GalleyRound, GalleyTask, Issue, Journal
from tests.conftest import fill_imprint
from tests.journal.test_galleys import change, quickly, remark

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.4\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def issue(make_issue, make_article, section, monkeypatch):
    monkeypatch.setattr(galleys, "typeset", quickly)
    issue = make_issue()
    for title in ("甲篇", "乙篇", "丙篇"):
        make_article(title, issue=issue, section=section, html=f"<p>{title}的正文。</p>")
    return issue


@pytest.fixture
def galley(issue, cast):
    return galleys.make_round(issue, cast.editor)


@pytest.fixture
def editor(client, cast):
    client.force_login(cast.editor)
    return client


def url(name, row):
    return reverse(f"admin:journal_galleyround_{name}", args=[row.pk])


def post(client, issue, act, **facts):
    return client.post(url("issue", issue), {"act": act} | facts, follow=True)


def test_a_round_made_by_one_click_can_be_printed_with_its_sheet(editor, issue, cast):
    assert "还没有出过清样" in editor.get(url("issue", issue)).content.decode()
    assert "已出第一次清样" in post(editor, issue, "make").content.decode()
    galley = GalleyRound.objects.get()
    page = editor.get(url("issue", issue)).content.decode()
    assert galley.short_digest in page
    with galley.file.open("rb") as file:
        printed = file.read()
    change(issue.articles.first(), cast.editor)
    answer = editor.get(url("pdf", galley))
    assert answer.content == printed
    assert "no-store" in answer["Cache-Control"]
    assert editor.get(url("sheet", galley)).content.startswith(b"%PDF-")
    assert "以后内容又改过" in editor.get(url("issue", issue)).content.decode()


def test_outsiders_are_told_nothing_and_insiders_without_the_right_change_nothing(client, cast, issue, galley):
    addresses = [url(name, issue) for name in ("issue", "compare", "print")] + [
        url("pdf", galley),
        url("sheet", galley),
    ]
    for person in (None, cast.reader, cast.contributor, cast.liaison):
        if person:
            client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code in (302, 404)
    client.force_login(cast.proofreader)
    for address in addresses:
        assert client.get(address).status_code == 200
    facts = {"signer": "甲", "signed_on": "2026-01-01", "decision": "passed", "instruction": "改", "said_by": "甲"}
    for act in ("make", "sheet"):
        assert post(client, issue, act, **facts).status_code == 403
    task = galleys.add_task(galley, cast.editor, remark(cast, page=3))
    facts |= {"assignee": cast.editor.pk, "task": task.pk, "note": "改了"}
    for act in ("remark", "done", "decline", "hand_over"):
        assert post(client, issue, act, **facts).status_code == 403
    assert client.post(url("print", issue), {"seen": galley.digest}).status_code == 403
    assert (
        GalleyRound.objects.count(),
        GalleyTask.objects.open().count(),
        Approval.objects.filter(galley=galley).count(),
    ) == (1, 1, 0)


def test_unknown_ids_and_wrong_methods(editor, cast, issue, galley):
    nowhere = Issue(pk=99999)
    for name in ("issue", "compare", "print", "pdf", "sheet"):
        assert editor.get(url(name, nowhere)).status_code == 404
        assert editor.put(url(name, issue if name in ("issue", "compare", "print") else galley)).status_code == 405
    assert editor.post(url("pdf", galley)).status_code == 405
    assert post(editor, issue, "done", task=99999).status_code == 404
    assert post(editor, issue, "revoke", approval="x").status_code == 404
    assert editor.get(url("issue", issue) + "?galley=99999").status_code == 404
    assert "没有做" in post(editor, issue, "no such step").content.decode()


def test_a_sheet_with_its_scan_and_the_scan_is_the_offices_alone(editor, client, cast, issue, galley):
    facts = {"signer": "顾部长", "post": "分管领导", "signed_on": str(timezone.localdate()), "decision": "returned"}
    scan = SimpleUploadedFile("审签单.pdf", SCAN)
    page = post(editor, issue, "sheet", **facts, remarks="请核数字", scan=scan, galley=galley.pk).content.decode()
    assert "已登记顾部长的审签单：修改后付印" in page
    approval = Approval.objects.get(kind="galley")
    address = reverse("sheet", args=[approval.scan_id])
    assert b"".join(client.get(address).streaming_content) == SCAN
    for person in (cast.contributor, cast.liaison, cast.reader):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(cast.editor)
    assert "已作废顾部长的清样审签" in post(client, issue, "revoke", approval=approval.pk, note="重了").content.decode()


def test_what_was_typed_stays_where_it_is_refused(editor, issue, galley, cast):
    facts = {"signer": "顾部长", "signed_on": "2020-01-01", "decision": "passed", "remarks": "写了很久的话"}
    page = post(editor, issue, "sheet", **facts, scan=SimpleUploadedFile("x.pdf", SCAN)).content.decode()
    assert "在它之前" in page
    assert "写了很久的话" in page
    assert "请重新选一次" in page
    page = post(editor, issue, "sheet", signer="顾部长", scan=SimpleUploadedFile("x.pdf", b"no scan")).content.decode()
    assert "请选定签字人的意见" in page
    page = post(
        editor, issue, "remark", page=6, instruction="核对这个数", said_by="顾部长", assignee=cast.editor.pk
    ).content.decode()
    assert "第 6 页有 2 篇" in page
    assert "核对这个数</textarea>" in page
    task = galleys.add_task(galley, cast.editor, remark(cast, page=3))
    page = post(editor, issue, "done", task=task.pk, version="77", note="改了两处").content.decode()
    assert "不是这次清样以后改的" in page
    assert 'value="改了两处"' in page
    assert not Approval.objects.filter(kind="galley").exists()


def test_a_remark_is_kept_under_the_sheet_of_who_said_it_and_ticked_off(editor, issue, galley, cast):
    signature = galleys.Signature("顾部长", timezone.localdate(), "returned")
    sheet = galleys.record_sheet(galley, cast.editor, signature)
    facts = {"instruction": "核对", "said_by": "顾部长", "assignee": cast.second_editor.pk, "galley": galley.pk}
    assert "《甲篇》" in post(editor, issue, "remark", page=3, **facts).content.decode()
    task = GalleyTask.objects.get()
    assert (task.sheet, task.article.title, task.assignee) == (sheet, "甲篇", cast.second_editor)
    assert "已转交" in post(editor, issue, "hand_over", task=task.pk, assignee=cast.editor.pk).content.decode()
    for name, address in (("文章", "admin:journal_article_change"), ("校对页", "admin:journal_proofmark_article")):
        shown = editor.get(reverse(address, args=[task.article_id])).content.decode()
        assert "有 1 条批示没有办" in shown, name
    assert "还没有改过" in editor.get(url("issue", issue)).content.decode()
    version = change(task.article, cast.editor)
    page = editor.get(url("issue", issue)).content.decode()
    assert "第 2 版，校样改动" in page
    assert "已办" in post(editor, issue, "done", task=task.pk, version=version.pk).content.decode()
    assert (
        "有 1 条批示"
        not in editor.get(reverse("admin:journal_article_change", args=[task.article_id])).content.decode()
    )
    assert "重新列为未办" in post(editor, issue, "again", task=task.pk).content.decode()
    assert "已记不改" in post(editor, issue, "decline", task=task.pk, note="原文如此").content.decode()


def test_an_open_remark_stands_on_the_desks(client, cast, galley):
    galleys.add_task(galley, cast.editor, remark(cast, page=3))
    client.force_login(cast.editor)
    assert "核对数字" in client.get("/admin/?show=remarks").content.decode()
    client.force_login(cast.second_editor)
    page = client.get("/admin/?show=remarks_given").content.decode()
    assert "同事在办的批示" in page
    assert "周予安承办" in page
    client.force_login(cast.administrator)
    page = client.get("/admin/").content.decode()
    assert "待办批示" not in page
    assert "同事在办的批示" not in page


def test_the_page_asks_the_same_number_of_times_for_one_remark_and_for_many(
    editor, cast, issue, galley, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    galleys.add_task(galley, cast.editor, remark(cast, page=3))
    change(issue.articles.first(), cast.editor)
    editor.get(url("issue", issue))
    with CaptureQueriesContext(connection) as one:
        editor.get(url("issue", issue))
    for _ in range(3):
        galleys.add_task(galley, cast.editor, remark(cast, page=3))
    with django_assert_num_queries(len(one)):
        editor.get(url("issue", issue))


def test_two_rounds_are_compared_with_the_texts(editor, cast, issue, galley, make_article, section):
    make_article("新来的", issue=issue, section=section)
    change(issue.articles.order_by("position").first(), cast.editor, "<p>甲篇的新正文。</p>")
    galleys.make_round(issue, cast.editor)
    page = editor.get(url("compare", issue)).content.decode()
    assert "第一次清样 → 第二次清样" in page
    assert "新增 1 篇，改动 1 篇" in page
    assert "<ins>新" in page
    same = editor.get(url("compare", issue) + "?old=2&new=now").content.decode()
    assert "内容一样，没有改动" in same
    for nonsense in ("?old=9&new=x", "?old=2&new=1"):
        assert editor.get(url("compare", issue) + nonsense).status_code == 200
    Issue.objects.filter(pk=issue.pk).update(theme="新主题")
    assert "封面主题" in editor.get(url("compare", issue) + "?old=2&new=now").content.decode()


def test_signed_on_the_page_and_seen_to_lapse_everywhere(client, cast, issue, galley, monkeypatch):
    client.force_login(cast.chief)
    page = client.get(url("print", issue)).content.decode()
    assert "还差" in page
    assert "同意付印</button>" not in page
    assert "还不能付印" in client.post(url("print", issue), {"seen": galley.digest}).content.decode()
    monkeypatch.setattr(print_approval, "checks", lambda issue, digest="": [])
    assert "同意付印</button>" in client.get(url("print", issue)).content.decode()
    stale = client.post(url("print", issue), {"seen": "x", "opinion": "同意，请按期印。"}).content.decode()
    assert "又出了一次清样" in stale
    assert "同意，请按期印。</textarea>" in stale
    assert "已付印" in client.post(url("print", issue), {"seen": galley.digest}, follow=True).content.decode()
    assert "付印已失效" not in client.get("/admin/").content.decode()
    change(issue.articles.first(), cast.editor)
    for address in (url("issue", issue), url("print", issue), "/admin/?show=lapsed"):
        assert "付印已失效" in client.get(address).content.decode(), address


def test_the_publish_page_warns_where_it_is_missing_or_has_lapsed(client, cast, issue, galley, monkeypatch):
    monkeypatch.setattr(print_approval, "checks", lambda issue, digest="": [])
    fill_imprint(issue)
    issue = Issue.objects.get(pk=issue.pk)
    galleys.make_round(issue, cast.editor)
    publishing.close(issue, cast.chief)
    client.force_login(cast.chief)
    address = reverse("admin:journal_issue_publish", args=[issue.pk])
    assert "还没有付印签字" in client.get(address).content.decode()
    print_approval.approve(issue, cast.chief, seen=print_approval.newest_round(issue).digest)
    assert "data-print-warning" not in client.get(address).content.decode()
    Issue.objects.filter(pk=issue.pk).update(theme="签后改的主题")
    assert "签字以后封面主题有改动" in client.get(address).content.decode()


def test_a_signature_on_paper_is_recorded_where_the_office_is_small(editor, cast, issue, galley, monkeypatch):
    monkeypatch.setattr(print_approval, "checks", lambda issue, digest="": [])
    assert "补录付印签字" not in editor.get(url("print", issue)).content.decode()
    Journal.objects.update(small_office=True)
    assert "补录付印签字" in editor.get(url("print", issue)).content.decode()
    facts = {"how": "paper", "seen": galley.digest, "signer": "叶知秋", "signed_on": str(timezone.localdate())}
    assert "请写明为什么补录" in editor.post(url("print", issue), facts).content.decode()
    facts |= {"reason": "主编出差", "scan": SimpleUploadedFile("付印.pdf", SCAN)}
    page = editor.post(url("print", issue), facts, follow=True).content.decode()
    assert "已付印" in page
    assert "主编出差" in page


def test_the_record_of_approvals_lists_them(editor, cast, galley):
    galleys.record_sheet(galley, cast.editor, galleys.Signature("顾部长", timezone.localdate(), "passed"))
    page = editor.get(reverse("admin:journal_approval_changelist")).content.decode()
    assert str(galley) in page
    assert "同意付印" in page
    assert str(galley) in editor.get(reverse("admin:journal_galleyround_changelist")).content.decode()
