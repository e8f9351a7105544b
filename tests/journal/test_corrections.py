"""更正: proposed, signed by another, told to readers; nothing else changes a published text."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from journal import corrections, search, versions
from journal.models import Approval, Journal
from members.models import Event

pytestmark = pytest.mark.django_db

HTML = "<p>会议在榕树下召开。</p><p>镇党委副书记林晓舟到会，看望了老船长。</p>"


@pytest.fixture
def article(make_issue, make_article, publish, cast):
    issue = make_issue()
    made = make_article("榕树下的会", issue=issue, html=HTML, bylines=["林晓周"])
    for kind, person in (("first", cast.editor), ("second", cast.managing), ("final", cast.chief)):
        Approval.objects.create(kind=kind, version=made.text.current, person=person, decision="passed")
    publish(issue)
    made.refresh_from_db()
    return made


def propose(article, actor, reason="职务有误", **changes):
    content = replace(article.text.current.content, **(changes or {"html": HTML.replace("副书记", "书记")}))
    return corrections.propose(article, actor, content, reason=reason, seen=article.text.current_id)


def test_a_correction_is_signed_and_becomes_the_text(article, cast, client):
    made = propose(article, cast.editor)
    article.text.refresh_from_db()
    assert "副书记" in article.text.current.html
    corrections.sign(made, cast.managing)
    article.refresh_from_db()
    article.text.refresh_from_db()
    version = article.text.current
    assert "镇党委书记" in version.html
    assert (version.author, version.reason, version.substantive) == (cast.editor, "更正：职务有误", False)
    assert made.errata == [
        {"place": "正文第 2 段", "printed": "镇党委副书记林晓舟到会", "corrected": "镇党委书记林晓舟到会"}
    ]
    assert search.search("镇党委副书记", search.published()).ids == []
    assert search.search("镇党委书记", search.published()).ids == [article.pk]
    # The reviews stand: it is signed, not reviewed anew.
    assert set(versions.standing(article.text)) >= set(Approval.REVIEWS)
    assert [event.verb for event in Event.objects.about(article)[:2]] == ["签发更正", "提出更正"]


def test_a_wrong_signature_is_put_right_and_told(article, cast):
    right = [{"kind": "person", "name": "林晓舟", "affiliation": ""}]
    made = propose(article, cast.editor, reason="署名有误", bylines=right)
    corrections.sign(made, cast.chief)
    assert [line.name for line in article.bylines.all()] == ["林晓舟"]
    assert made.errata == [{"place": "署名", "printed": "林晓周", "corrected": "林晓舟"}]
    assert article.bylines.get().author.name == "林晓舟"


def test_a_wrong_title_reaches_the_lists(article, cast):
    corrections.sign(propose(article, cast.editor, reason="标题有误", title="榕树下的议事会"), cast.chief)
    article.refresh_from_db()
    assert article.title == "榕树下的议事会"


def test_who_proposed_does_not_sign(article, cast):
    made = propose(article, cast.managing)
    with pytest.raises(corrections.CorrectionRefused, match="另一位主任或主编"):
        corrections.sign(made, cast.managing)
    Journal.objects.update(small_office=True)
    with pytest.raises(corrections.CorrectionRefused, match="写明原因"):
        corrections.sign(made, cast.managing)
    corrections.sign(made, cast.managing, remark="主编出差")
    assert made.remark == "主编出差"


def test_an_article_without_reviews_of_ours_needs_one_signature(article, cast):
    Approval.objects.filter(kind__in=Approval.REVIEWS).delete()
    corrections.sign(propose(article, cast.managing), cast.managing)
    article.text.refresh_from_db()
    assert "镇党委书记" in article.text.current.html


def test_two_proposals_for_one_article_follow_each_other(article, cast):
    made = propose(article, cast.editor)
    with pytest.raises(corrections.CorrectionRefused, match="等着签发"):
        propose(article, cast.second_editor, title="别的标题")
    with pytest.raises(corrections.CorrectionRefused, match="原因"):
        corrections.decline(made, cast.chief, remark=" ")
    corrections.decline(made, cast.chief, remark="原文无误")
    with pytest.raises(corrections.CorrectionRefused, match="刚刚由同事办过"):
        corrections.sign(made, cast.chief)
    corrections.sign(propose(article, cast.second_editor, title="别的标题"), cast.chief)


def test_who_proposed_takes_it_back(article, cast):
    made = propose(article, cast.editor)
    with pytest.raises(PermissionDenied):
        corrections.decline(made, cast.second_editor, remark="不改")
    corrections.decline(made, cast.editor, remark="看错了")
    assert made.state == made.State.DECLINED


def test_a_page_opened_before_a_correction_is_refused(article, cast):
    seen = article.text.current_id
    corrections.sign(propose(article, cast.editor), cast.chief)
    article.text.refresh_from_db()
    content = replace(article.text.current.content, title="改")
    with pytest.raises(corrections.CorrectionRefused, match="刚刚更正过"):
        corrections.propose(article, cast.editor, content, reason="标题", seen=seen)


@pytest.mark.parametrize(
    ("changes", "reason", "told"), [({"title": "榕树下的会"}, "无", "没有要更正"), ({"title": "改"}, " ", "更正说明")]
)
def test_nothing_to_correct_and_no_reason_are_refused(changes, reason, told, article, cast):
    with pytest.raises(corrections.CorrectionRefused, match=told):
        propose(article, cast.editor, reason=reason, **changes)


def test_before_publication_texts_are_edited_not_corrected(make_article, cast):
    with pytest.raises(corrections.CorrectionRefused, match="直接改稿"):
        propose(make_article(), cast.editor, title="改")


def test_after_publication_a_correction_is_the_only_way(article, cast):
    content = replace(article.text.current.content, title="改")
    with pytest.raises(versions.VersionRefused, match="按更正办理"):
        versions.save_edited(article.text, content, cast.editor, "改")


@pytest.mark.parametrize("person", ["reader", "contributor", "proofreader", "administrator"])
def test_others_propose_nothing(person, article, cast):
    with pytest.raises(PermissionDenied):
        propose(article, getattr(cast, person))


@pytest.mark.parametrize("person", ["editor", "proofreader", "administrator", "reader"])
def test_others_sign_nothing(person, article, cast):
    made = propose(article, cast.second_editor)
    with pytest.raises(PermissionDenied):
        corrections.sign(made, getattr(cast, person))
