"""版本: compared, restored, reviewed anew; an approved text is changed only with its difference seen."""

from dataclasses import replace

import pytest
from django.urls import reverse

from journal import presence, versions
from journal.models import Approval, Article, Journal, Text
from members.models import Event
from tests.journal.test_admin_articles import fields_of, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


@pytest.fixture
def accepted(make_submission):
    """An article whose manuscript passed the three reviews and the 保密审查."""
    return make_submission("accepted").article


def edited(article, old: str, new: str, by, *, substantive=True):
    text = fresh(article)
    content = text.current.content
    content = replace(content, html=content.html.replace(old, new))
    return versions.edit_article(article, text, content, by, "编辑修改", substantive=substantive)


def fresh(article) -> Text:
    return Text.objects.select_related("current").get(pk=article.text_id)


def address(name, article, *words):
    return reverse(f"admin:journal_article_{name}", args=[article.pk, *words])


REVIEWS = {"first", "second", "final"}


def test_an_approved_text_is_not_saved_before_its_change_was_seen(as_, accepted):
    body = accepted.text.current.html.replace("榕树", "木棉")
    client = as_("editor")
    page = client.post(page_of(accepted), fields_of(accepted, body=body, title="木棉树下", reason="改正树名"))
    shown = page.content.decode()
    assert "看过改动，再保存" in shown
    assert "<del>" in shown
    assert "终审、保密审查现在有效" in shown
    accepted.refresh_from_db()
    assert fresh(accepted).versions.count() == 1
    assert accepted.title != "木棉树下"
    assert not Event.objects.about(accepted).filter(verb="改稿").exists()
    typed = dict(page.context["typed"])
    assert (typed["body"], typed["title"]) == (body, "木棉树下")
    again = client.post(page_of(accepted), typed | {"reason": "改正树名", "_edit_again": "1"})
    assert "改动还没有保存" in again.content.decode()
    assert "木棉树下" in again.content.decode()
    unchosen = client.post(page_of(accepted), typed | {"reason": "改", "confirmed": page.context["digest"]})
    assert "请选这次是校样改动还是实质改动" in unchosen.content.decode()
    other = client.post(page_of(accepted), typed | {"reason": "改", "confirmed": "0" * 64, "change_kind": "1"})
    assert other.status_code == 200
    assert fresh(accepted).versions.count() == 1


@pytest.mark.parametrize(("kind", "left"), [("1", REVIEWS | {"secrecy"}), ("0", set())], ids=["proof", "substantive"])
def test_a_substantive_change_reopens_the_reviews_and_a_proof_correction_does_not(as_, accepted, cast, kind, left):
    title = f"{accepted.title}了"
    client = as_("editor")
    page = client.post(page_of(accepted), fields_of(accepted, title=title, reason="改正"))
    typed = dict(page.context["typed"]) | {"reason": "改正标题", "confirmed": page.context["digest"]}
    assert client.post(page_of(accepted), typed | {"change_kind": kind}).status_code == 302
    text = fresh(accepted)
    assert (text.current.number, text.current.title, text.current.reason) == (2, title, "改正标题")
    assert (text.current.author, text.current.substantive) == (cast.editor, kind == "0")
    assert set(versions.standing(text)) == left
    reopened = Event.objects.about(accepted).filter(verb="须重审")
    assert reopened.count() == (0 if left else 1)
    assert accepted in versions.awaiting_review() if kind == "0" else accepted not in versions.awaiting_review()


def test_the_final_text_alone_is_read_through(accepted, cast):
    text = fresh(accepted)
    for kind in ("proof_1", "read_through"):
        Approval.objects.create(kind=kind, version=text.current, person=cast.proofreader, decision="passed")
    assert {"read_through", "proof_1"} <= set(versions.standing(text))
    edited(accepted, "村里", "村中", cast.editor, substantive=False)
    assert set(versions.standing(fresh(accepted))) == REVIEWS | {"secrecy", "proof_1"}
    edited(accepted, "村中", "村里", cast.editor, substantive=False)
    assert "read_through" in versions.standing(fresh(accepted))


def test_the_reviews_are_done_anew_in_their_order(as_, accepted, cast):
    edited(accepted, "村里", "村中", cast.editor)

    def post(person, **fields):
        data = {"seen": fresh(accepted).current_id, "passed": "1", "opinion": "改得好。"} | fields
        return as_(person).post(address("reviews", accepted), data, follow=True).content.decode()

    assert "现在等编辑（初审）做初审" in post("chief")
    assert "请写下审稿意见" in post("editor", opinion=" ")
    assert "正文刚刚被同事改过" in post("editor", seen=accepted.text.versions.first().pk)
    assert "还要再压" in post("editor", passed="0", opinion="还要再压缩。")
    assert [kind.value for kind in versions.missing_reviews(accepted)] == ["first", "second", "final"]
    assert "下一步：复审" in post("editor")
    assert "下一步：终审" in post("managing")
    assert "三审都有效了" in post("chief")
    assert "三审都有效，不用再审" in post("chief")
    assert set(versions.standing(fresh(accepted))) >= REVIEWS
    assert accepted not in versions.awaiting_review()
    assert as_("proofreader").post(address("reviews", accepted), {}).status_code == 403


def test_nobody_reviews_the_own_text_or_holds_two_stages(make_article, cast, journal):
    article = make_article("编辑写的", secrecy="")
    Text.objects.get(pk=article.text_id).versions.update(author=cast.editor)
    assert "您自己的稿件" in versions.objection(article, cast.editor)
    versions.review(article, cast.second_editor, seen=article.text.current_id, passed=True, opinion="可。")
    cast.second_editor.set_roles(["editor", "managing_editor"])
    both = type(cast.second_editor).objects.get(pk=cast.second_editor.pk)
    assert "三审不能由同一个人做" in versions.objection(article, both)
    Journal.objects.update(small_office=True)
    assert "请写明原因" in versions.objection(article, both)
    versions.review(article, both, seen=article.text.current_id, passed=True, opinion="可。", reason="只有两个人")
    assert Approval.objects.get(kind="second").reason == "只有两个人"


def test_a_contributor_who_became_an_editor_does_not_review_the_own_manuscript(accepted, cast):
    edited(accepted, "村里", "村中", cast.second_editor)
    cast.contributor.set_roles(["editor"])
    own = type(cast.contributor).objects.get(pk=cast.contributor.pk)
    assert "您自己的稿件" in versions.objection(accepted, own)


def test_an_old_version_comes_back_as_a_new_one(as_, accepted, cast):
    before = fresh(accepted).current
    edited(accepted, "村里", "村中", cast.editor)
    client = as_("second_editor")
    page = client.get(address("restore", accepted, 1))
    assert page.context["changes"] == 1
    seen = fresh(accepted).current_id
    assert (
        "请写明为什么恢复"
        in client.post(address("restore", accepted, 1), {"seen": seen, "is_proof": "0"}).content.decode()
    )
    data = {"seen": seen, "is_proof": "0", "reason": "改错了"}
    assert (
        "正文刚刚被同事改过"
        in client.post(address("restore", accepted, 1), data | {"seen": before.pk}).content.decode()
    )
    answer = client.post(address("restore", accepted, 1), data, follow=True)
    text = fresh(accepted)
    assert (text.current.number, text.current.digest) == (3, before.digest)
    assert text.current.reason == "恢复第 1 版：改错了"
    assert "原来的各版都还在" in answer.content.decode()
    same = client.post(address("restore", accepted, 1), data | {"seen": text.current_id}).content.decode()
    assert "和现在的文字一样" in same


def test_restoring_brings_the_bylines_back(accepted, cast):
    text = fresh(accepted)
    content = replace(text.current.content, bylines=[{"kind": "person", "name": "陈望", "affiliation": ""}])
    versions.edit_article(accepted, text, content, cast.editor, "改署名")
    assert [line.name for line in accepted.bylines.all()] == ["陈望"]
    first = text.versions.get(number=1)
    versions.restore(accepted, first, cast.editor, seen=text.current_id, reason="错了", substantive=True)
    assert [line.name for line in accepted.bylines.all()] == ["林晓舟"]


def test_print_is_not_restored(as_, make_issue, make_article, publish, cast):
    article = make_article("甲", issue=(issue := make_issue()))
    edited(article, "巷子", "街巷", cast.editor, substantive=False)
    publish(issue)
    article = Article.objects.get(pk=article.pk)
    seen = article.text.current_id
    data = {"seen": seen, "is_proof": "1", "reason": "恢复"}
    page = as_("editor").post(address("restore", article, 1), data)
    assert "正文不能再改" in page.content.decode()
    assert fresh(article).current_id == seen
    assert versions.missing_reviews(article) == []


def test_who_may_look_and_who_may_restore(as_, accepted):
    for person, look, restore in (("proofreader", 200, 403), ("editor", 200, 200), ("contributor", 302, 302)):
        client = as_(person)
        got = [client.get(address("versions", accepted)), client.get(address("restore", accepted, 1))]
        assert [answer.status_code for answer in got] == [look, restore], person
    assert as_("editor").get(address("restore", accepted, 9)).status_code == 404
    assert as_("editor").post(address("versions", accepted)).status_code == 405


def test_any_two_versions_are_compared(as_, accepted, cast):
    for old, new in (("村里", "村中"), ("村中", "镇里"), ("镇里", "县里")):
        edited(accepted, old, new, cast.editor)
    client = as_("editor")
    page = client.get(address("versions", accepted))
    assert (page.context["old_number"], page.context["new_number"]) == (3, 4)
    page = client.get(address("versions", accepted), {"old": "1", "new": "4"})
    assert "<del>村</del>" in page.content.decode()
    assert "<ins>县</ins>" in page.content.decode()
    assert any("skipped" in line for line in page.context["lines"])
    page = client.get(address("versions", accepted), {"old": "1", "new": "4", "all": "1"})
    assert not any("skipped" in line for line in page.context["lines"])
    page = client.get(address("versions", accepted), {"old": "²", "new": "9999"})
    assert (page.context["old_number"], page.context["new_number"]) == (3, 4)


def test_the_list_of_versions_costs_the_same_for_many(as_, accepted, cast, django_assert_max_num_queries):
    client = as_("editor")
    for number in range(6):
        edited(accepted, "村里" if number % 2 == 0 else "村中", "村中" if number % 2 == 0 else "村里", cast.editor)
    with django_assert_max_num_queries(24):
        client.get(address("versions", accepted))


def test_who_else_has_it_open_is_told_and_blocks_nobody(as_, accepted, cast):
    beats = reverse("admin:journal_text_open", args=[accepted.text_id])
    assert as_("editor").post(beats, {"doing": "editing"}).json() == {"others": []}
    assert as_("second_editor").post(beats, {"doing": "<b>"}).json() == {"others": ["周予安 正在改"]}
    assert as_("editor").get(beats).status_code == 405
    assert as_("editor").post(reverse("admin:journal_text_open", args=[10**6])).status_code == 404
    assert as_("contributor").post(beats).status_code == 302
    later = 10**12
    assert presence.beat(accepted.text_id, cast.chief, "reading", now=later) == []
    body = accepted.text.current.html.replace("村里", "村中")
    assert as_("editor").post(page_of(accepted), fields_of(accepted, body=body)).status_code == 200
