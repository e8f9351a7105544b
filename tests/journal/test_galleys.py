"""清样: rounds that stay as they were printed, sheets and remarks that come back on them, what differs between two."""

import hashlib
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.utils import timezone

from journal import assembly, galleys, versions
from journal.editions.pdf import Typeset
from journal.galley_contents import contents_of, differences, frozen
from journal.models import Approval, Article, BoardMember, GalleyRound, GalleyTask, Imprint, Issue, IssueMatter, Section
from members.models import Event

pytestmark = pytest.mark.django_db


def quickly(issue, **_):
    """Instead of the typesetting: two pages an article from page 3, the last two on one page."""
    placed = list(Article.objects.toplevel().filter(issue=issue).in_printed_order())
    starts = {article.pk: 3 + 2 * place for place, article in enumerate(placed)}
    ends = {pk: page + 1 for pk, page in starts.items()}
    if len(placed) > 1:
        starts[placed[-1].pk] = ends[placed[-1].pk] = ends[placed[-2].pk]
    words = "".join(article.text.current.digest for article in placed)
    return Typeset(b"%PDF-1.7 " + words.encode(), 12, 10, starts, ends, ())


@pytest.fixture
def issue(make_issue, make_article, section, monkeypatch):
    monkeypatch.setattr(galleys, "typeset", quickly)
    issue = make_issue(theme="榕树下")
    for title in ("甲篇", "乙篇", "丙篇"):
        make_article(title, issue=issue, section=section, html=f"<p>{title}的正文。</p>")
    return issue


@pytest.fixture
def galley(issue, cast):
    return galleys.make_round(issue, cast.editor)


def change(article, by, html="<p>改过的正文。</p>", *, substantive=False):
    content = article.text.current.content
    text = article.text
    return versions.edit_article(
        article, text, type(content)(title=content.title, html=html), by, "改一处", substantive=substantive
    )


def remark(cast, **facts):
    return galleys.Remark(**({"instruction": "核对数字", "said_by": "顾部长", "assignee": cast.editor} | facts))


def test_a_round_keeps_what_was_printed(issue, galley, cast):
    first = issue.articles.order_by("position").first()
    with galley.file.open("rb") as file:
        printed = file.read()
    assert hashlib.sha256(printed).hexdigest() == galley.sha256
    change(first, cast.editor)
    assembly.remove(Article.objects.get(title="乙篇"), cast.editor)
    second = galleys.make_round(issue, cast.second_editor)
    kept = GalleyRound.objects.get(pk=galley.pk)
    with kept.file.open("rb") as file:
        assert file.read() == printed
    assert [(piece.title, piece.pages) for piece in kept.pieces.all()] == [
        ("甲篇", "3—4"),
        ("乙篇", "5—6"),
        ("丙篇", "6"),
    ]
    assert kept.pieces.first().version.number == 1
    assert second.pieces.first().version.number == 2
    assert (kept.number, second.number, second.label) == (1, 2, "第二次清样")
    assert kept.digest != second.digest
    assert Event.objects.filter(verb="出清样").count() == 2


def test_the_real_typesetting_is_frozen_with_its_pages(issue, cast, monkeypatch):
    from journal.editions.pdf import typeset
    from journal.editions.pdf.sheet import galley_sheet_pdf

    monkeypatch.setattr(galleys, "typeset", typeset)
    galley = galleys.make_round(issue, cast.editor)
    with galley.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"
    assert galley.pieces.first().start_page
    assert galley_sheet_pdf(galley).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "alter",
    [
        lambda issue, article: Article.objects.filter(pk=article.pk).update(runs_on=True),
        lambda issue, article: Article.objects.filter(pk=article.pk).update(contents_title="目录里的题"),
        lambda issue, article: article.bylines.create(name="林晓舟", position=1),
        lambda issue, article: article.text.current.pictures.update(caption="新说明"),
        lambda issue, article: article.text.current.pictures.update(print_width_mm=170),
        lambda issue, article: Issue.objects.filter(pk=issue.pk).update(theme="换了"),
        lambda issue, article: Imprint.objects.update_or_create(issue=issue, defaults={"print_run": 301}),
        lambda issue, article: BoardMember.objects.create(issue=issue, role="委员", name="何为"),
        lambda issue, article: IssueMatter.objects.filter(issue=issue).update(
            html="<p><strong>卷首</strong>的话。</p>"
        ),
        lambda issue, article: issue.highlights.create(text="导读", article=article),
        lambda issue, article: issue.sections.update(name="印的栏目名"),
        lambda issue, article: Article.objects.filter(pk=article.pk).update(position=9),
        lambda issue, article: Article.objects.filter(pk=article.pk).update(
            withdrawn_at=timezone.now(), withdrawn_reason="重复"
        ),
    ],
    ids=[
        "runs_on",
        "contents_title",
        "byline",
        "caption",
        "width",
        "theme",
        "imprint",
        "board",
        "bold",
        "highlight",
        "column",
        "order",
        "withdrawn",
    ],
)
def test_whatever_reaches_the_paper_changes_the_digest(issue, alter, make_picture, cast):
    IssueMatter.objects.create(issue=issue, kind="preface", title="卷首语", html="<p>卷首的话。</p>")
    article = issue.articles.order_by("position").first()
    picture = make_picture()
    change(article, cast.editor, f'<figure data-picture="{picture.pk}"></figure><p>正文。</p>')
    before = contents_of(issue)
    assert contents_of(Issue.objects.get(pk=issue.pk)).digest == before.digest
    alter(issue, article)
    after = contents_of(Issue.objects.get(pk=issue.pk))
    assert after.digest != before.digest
    assert differences(before, after).told


def test_page_numbers_given_by_hand_change_nothing_on_paper(issue):
    before = contents_of(issue).digest
    issue.articles.update(start_page=7, end_page=8)
    assert contents_of(issue).digest == before


def test_contents_cost_the_same_for_one_article_and_for_many(
    make_issue, make_article, section, django_assert_num_queries
):
    issue = make_issue()
    make_article("独篇", issue=issue, section=section)
    with django_assert_num_queries(12):
        contents_of(issue)
    for number in range(3):
        make_article(f"又一篇{number}", issue=issue, section=section)
    with django_assert_num_queries(12):
        contents_of(issue)


def test_an_edit_while_it_is_set_stops_the_round(issue, cast, monkeypatch):
    def meanwhile(issue, **_):
        change(issue.articles.first(), cast.second_editor)
        return quickly(issue)

    monkeypatch.setattr(galleys, "typeset", meanwhile)
    with pytest.raises(galleys.GalleyRefused, match="同事刚刚改了"):
        galleys.make_round(issue, cast.editor)
    assert not GalleyRound.objects.exists()
    assert not Event.objects.filter(verb="出清样").exists()


def test_no_round_of_an_empty_or_a_published_issue(make_issue, issue, cast):
    with pytest.raises(galleys.GalleyRefused, match="还没有编入文章"):
        galleys.make_round(make_issue(), cast.editor)
    Issue.objects.filter(pk=issue.pk).update(state="published", published_at=timezone.now(), access="internal")
    issue.refresh_from_db()
    with pytest.raises(galleys.GalleyRefused, match="不再出清样"):
        galleys.make_round(issue, cast.editor)


def test_who_may_do_what(issue, galley, cast):
    """Written out: right × role."""
    rights = {
        "journal.make_galley": {"editor", "second_editor", "managing", "chief"},
        "journal.record_galley": {"editor", "second_editor", "managing", "chief"},
        "journal.approve_printing": {"chief"},
        "journal.record_printing": {"editor", "second_editor", "managing", "chief"},
    }
    for right, may in rights.items():
        assert {name for name, person in vars(cast).items() if person.has_perm(right, issue)} == may, right
    task = galleys.add_task(galley, cast.editor, remark(cast, page=3))
    signature = galleys.Signature("顾部长", timezone.localdate(), "passed")
    for act in (
        lambda: galleys.make_round(issue, cast.proofreader),
        lambda: galleys.record_sheet(galley, cast.proofreader, signature),
        lambda: galleys.add_task(galley, cast.reader, remark(cast, page=3)),
        lambda: galleys.tick_off(task, cast.administrator, note="改了"),
        lambda: galleys.decline(task, cast.contributor, "不用"),
        lambda: galleys.hand_over(task, cast.proofreader, cast.editor),
        lambda: galleys.take_up_again(task, cast.proofreader),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_signed_sheet_is_kept_with_its_scan(galley, cast):
    from journal import signed

    scan = signed.store_sheet(ContentFile(b"%PDF-1.4\nstartxref\n9\n%%EOF\n"), "审签单.pdf", cast.editor)
    signature = galleys.Signature("顾部长", timezone.localdate(), "returned", "分管领导", "第 3 页核对。", scan)
    approval = galleys.record_sheet(galley, cast.editor, signature)
    assert str(approval) == "清样审签：修改后付印"
    assert (approval.galley, approval.version, approval.scan, approval.recorded_by) == (galley, None, scan, cast.editor)
    event = Event.objects.get(verb="登记审签单")
    assert "分管领导顾部长" in event.note
    assert event.after == "修改后付印"
    galleys.revoke(approval, cast.editor, "登记错了")
    with pytest.raises(galleys.GalleyRefused, match="刚刚由同事作废"):
        galleys.revoke(approval, cast.managing, "登记错了")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"signer": " "}, "签字人"),
        ({"decision": "maybe"}, "请选定签字人的意见"),
        ({"signed_on": date(2099, 1, 1)}, "还没有到"),
        ({"signed_on": timezone.localdate() - timedelta(days=3)}, "在它之前"),
    ],
)
def test_a_sheet_that_cannot_be_right_is_refused(galley, cast, facts, told):
    given = {"signer": "顾部长", "signed_on": timezone.localdate(), "decision": "passed"} | facts
    with pytest.raises(galleys.GalleyRefused, match=told):
        galleys.record_sheet(galley, cast.editor, galleys.Signature(**given))
    assert not Approval.objects.filter(kind="galley").exists()


def test_a_page_with_one_article_names_it_and_one_with_two_asks(galley, cast):
    alone = galleys.add_task(galley, cast.editor, remark(cast, page=3))
    assert alone.article.title == "甲篇"
    with pytest.raises(galleys.GalleyRefused, match="第 6 页有 2 篇：《乙篇》《丙篇》"):
        galleys.add_task(galley, cast.editor, remark(cast, page=6))
    of_none = galleys.add_task(galley, cast.editor, remark(cast, page=6, about_no_article=True))
    named = galleys.add_task(galley, cast.editor, remark(cast, page=6, article=Article.objects.get(title="丙篇")))
    cover = galleys.add_task(galley, cast.editor, remark(cast))
    front = galleys.add_task(galley, cast.editor, remark(cast, page=1))
    assert [task.article_id for task in (of_none, cover, front)] == [None, None, None]
    assert named.article.title == "丙篇"
    assert Event.objects.about(named.article).filter(verb="记批示").exists()


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"page": 11}, "页码是 1—10"),
        ({"page": 0}, "页码是 1—10"),
        ({"instruction": " "}, "请写明批示的内容"),
        ({"said_by": ""}, "批示人是谁"),
    ],
)
def test_a_remark_that_says_too_little_is_refused(galley, cast, facts, told):
    with pytest.raises(galleys.GalleyRefused, match=told):
        galleys.add_task(galley, cast.editor, remark(cast, **facts))


def test_a_remark_goes_to_somebody_who_may_change_texts(galley, cast, make_article):
    with pytest.raises(galleys.GalleyRefused, match="不能改稿"):
        galleys.add_task(galley, cast.editor, remark(cast, page=3, assignee=cast.proofreader))
    with pytest.raises(galleys.GalleyRefused, match="不在第一次清样里"):
        galleys.add_task(galley, cast.editor, remark(cast, article=make_article("别处的")))
    task = galleys.add_task(galley, cast.editor, remark(cast, page=3))
    with pytest.raises(galleys.GalleyRefused, match="不能改稿"):
        galleys.hand_over(task, cast.editor, cast.administrator)
    galleys.hand_over(task, cast.editor, cast.second_editor)
    task.refresh_from_db()
    assert task.assignee == cast.second_editor


def test_changed_names_the_version_that_did_it(galley, cast):
    task = galleys.add_task(galley, cast.editor, remark(cast, page=3, quote="甲篇的正文"))
    assert galleys.later_versions(task) == []
    with pytest.raises(galleys.GalleyRefused, match="请选是哪一版改的"):
        galleys.tick_off(task, cast.editor)
    with pytest.raises(galleys.GalleyRefused, match="不是第一次清样以后改的"):
        galleys.tick_off(task, cast.editor, version=task.article.text.current)
    version = change(task.article, cast.editor)
    galleys.tick_off(task, cast.editor, version=version)
    task.refresh_from_db()
    assert (task.outcome, task.version, task.settled_by) == ("changed", version, cast.editor)
    assert "第 2 版（校样改动）" in Event.objects.get(verb="批示已改").note
    with pytest.raises(galleys.GalleyRefused, match="刚刚办了"):
        galleys.decline(task, cast.second_editor, "不用改")
    galleys.take_up_again(task, cast.editor)
    galleys.decline(GalleyTask.objects.get(pk=task.pk), cast.editor, "原文引自文件")
    task.refresh_from_db()
    assert (task.outcome, task.version, task.note) == ("declined", None, "原文引自文件")


def test_what_is_no_text_says_what_was_done_and_not_changed_says_why(galley, cast):
    task = galleys.add_task(galley, cast.editor, remark(cast))
    assert str(task).startswith("封面、封二")
    with pytest.raises(galleys.GalleyRefused, match="请写明不改的原因"):
        galleys.decline(task, cast.editor, "  ")
    galleys.tick_off(task, cast.editor, note="封面换了照片")
    with pytest.raises(galleys.GalleyRefused, match="还没有办"):
        galleys.take_up_again(galleys.add_task(galley, cast.editor, remark(cast)), cast.editor)


def test_two_rounds_beside_each_other(issue, galley, cast, make_article):
    other = Section.objects.exclude(pk=issue.articles.first().section_id).first()
    by_title = {article.title: article for article in issue.articles.all()}
    change(by_title["丙篇"], cast.editor)
    assembly.place(by_title["甲篇"], issue, cast.editor, section=by_title["甲篇"].section, position=3)
    by_title["乙篇"].refresh_from_db()
    assembly.remove(by_title["乙篇"], cast.editor)
    make_article("丁篇", issue=issue, section=other)
    Imprint.objects.update_or_create(issue=issue, defaults={"print_run": 500})
    second = galleys.make_round(issue, cast.editor)
    found = differences(frozen(galley), frozen(second))
    assert [piece.title for piece in found.added] == ["丁篇"]
    assert [piece.title for piece in found.removed] == ["乙篇"]
    assert len(found.moved) == 1
    assert [(pair.new.title, pair.has_new_text) for pair in found.changed] == [("丙篇", True)]
    assert {row.label for row in found.front} >= {"版本记录·印刷数量"}
    assert "新增 1 篇" in found.told
    assert found.shifted
    same = differences(frozen(second), contents_of(Issue.objects.get(pk=issue.pk)))
    assert (same.told, same.shifted) == ("", [])


def test_a_composite_keeps_its_parts_together(make_issue, make_article, section, cast, monkeypatch):
    monkeypatch.setattr(galleys, "typeset", quickly)
    issue = make_issue()
    html = (
        "<p>导语。</p><h2>一村一品</h2><p>榕岭村党总支</p><p>第一篇的正文。</p><h2>一户一策</h2><p>第二篇的正文。</p>"
    )
    lead = make_article("四村来稿", issue=issue, section=section, html=html)
    parts = assembly.split(lead, cast.editor)
    galley = galleys.make_round(issue, cast.editor)
    pieces = list(galley.pieces.all())
    assert [piece.parent_id for piece in pieces] == [None] + [lead.pk] * len(parts)
    assert {piece.pages for piece in pieces} == {"3—4"}


def test_what_was_in_a_round_is_not_taken_back_from_acceptance(make_submission, make_issue, cast, monkeypatch):
    monkeypatch.setattr(galleys, "typeset", quickly)
    submission = make_submission("accepted")
    article, issue = submission.article, make_issue()
    assembly.place(article, issue, cast.editor)
    galleys.make_round(issue, cast.editor)
    assembly.remove(article, cast.editor)
    with pytest.raises(assembly.AssemblyRefused, match="录用不能再撤回"):
        assembly.take_back(article, cast.chief)
