"""The index of near-duplicates: every text is found as it stands now, whether its fingerprints are spread or fresh."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from journal import duplicates
from journal.models import Content, Fingerprint, FingerprintSegment, IndexedText, Text
from journal.models.fingerprint import outdated_texts
from journal.text.blocks import canonical, plain_text
from journal.text.fingerprint import DUPLICATE, PARTIAL, SAME_TITLE, Shingled, fold

pytestmark = pytest.mark.django_db

TREE = (
    "<p>榕岭村把议事桌搬到榕树下，每月两次，群众先说，干部后答，谁家有难处谁就坐到前排，说完了再由大家一起出主意。</p>"
    "<h2>一、会开到树下</h2><p>头一次开会来了七个人，第二次来了三十多个，后来凳子不够，各家自己带，板凳会的名字就是这样叫开的。</p>"
    "<h2>二、事办到门前</h2><p>定下来的事贴在祠堂外墙上，写明谁来办、哪天办完，办完一件划掉一件，到年底四十六件事划掉了四十三件。</p>"
    "<p>剩下的三件也没有丢开：一件等雨季过去，一件等邻村点头，还有一件钱不够，正由几位在外做生意的乡亲商量着补上。</p>"
)
LAMPS = (
    "<p>渔港的路灯坏了两年没人管，船老大们夜里回来全靠手电照路，去年春天社区支部挨户问了一遍，决定先修码头这一段。</p>"
    "<p>灯杆是旧船上的桅杆改的，线是供电所退休的老师傅接的，钱由十七户人家按门面宽窄分摊，最少的一户出了六十块。</p>"
    "<p>灯亮的那天晚上，码头摆了长桌，谁也没有讲话，只是把各家煮的鱼端上来，一直吃到涨潮，孩子们在灯下追着影子跑。</p>"
    "<p>如今每盏灯都有一户人家看护，灯不亮了先打给他，修不好再找师傅，一年下来没有一盏灯黑过三个晚上。</p>"
)


@pytest.fixture(params=[1, 1000], ids=["spread", "fresh"])
def batch(request, monkeypatch):
    """The same answers whether fingerprints stand in the table or still with their text."""
    monkeypatch.setattr(duplicates, "_BATCH", request.param)
    return request.param


@pytest.fixture
def make_text(batch):
    def make(title, html) -> Text:
        text = Text.objects.create()
        text.save_version(Content(title=title, html=html), None, "录入")
        duplicates.index_text(text)
        return text

    return make


def found(content, exclude=None):
    return [(match.text, match.kind) for match in duplicates.query(content, exclude)]


def test_a_copy_in_other_characters_is_a_duplicate(make_text):
    tree = make_text("榕树下的板凳会", TREE)
    make_text("一盏灯", LAMPS)
    copy = TREE.replace("，", "、").replace("榕岭村", "**村").replace("会", "會").replace("树", "樹")
    (match,) = duplicates.query(Content(title="又一篇", html=copy))
    assert (match.text, match.kind, match.title) == (tree, DUPLICATE, "榕树下的板凳会")
    assert match.containment == match.comparison.forward == 1
    assert match.comparison.backward > 0.9


def test_the_closest_text_comes_first(make_text):
    tree, lamps = make_text("甲篇文章", TREE), make_text("乙篇文章", LAMPS)
    asked = Content(title="合在一起", html=LAMPS + TREE[: len(TREE) // 3])
    matches = duplicates.query(asked)
    assert [(match.text, match.kind) for match in matches] == [(lamps, DUPLICATE), (tree, PARTIAL)]


def test_the_same_title_over_another_text(make_text):
    tree = make_text("点亮一盏灯 温暖一座港", TREE)
    assert found(Content(title="点亮一盏灯·温暖一座港", html=LAMPS)) == [(tree, SAME_TITLE)]
    assert found(Content(title="另一个标题", html=LAMPS)) == []
    assert found(Content(title="", html="")) == []


def test_a_text_is_not_its_own_duplicate(make_text):
    tree = make_text("榕树下的板凳会", TREE)
    assert found(tree.current.content, exclude=tree) == []
    twin = make_text("榕树下的板凳会", TREE)
    assert found(tree.current.content, exclude=tree) == [(twin, DUPLICATE)]


def test_a_new_version_takes_the_place_of_the_old(make_text):
    text = make_text("榕树下的板凳会", TREE)
    text.save_version(Content(title="一盏灯", html=LAMPS), None, "换了一篇")
    duplicates.index_text(text)
    assert found(Content(title="甲", html=TREE)) == []
    assert found(Content(title="榕树下的板凳会", html="<p>短。</p>")) == []
    assert found(Content(title="乙", html=LAMPS)) == [(text, DUPLICATE)]


def test_indexing_again_changes_nothing(make_text):
    text = make_text("榕树下的板凳会", TREE)
    row = IndexedText.objects.values().get()
    kept = set(Fingerprint.objects.values_list("hash", "version"))
    duplicates.index_text(text)
    assert IndexedText.objects.values().get() == row
    assert set(Fingerprint.objects.values_list("hash", "version")) == kept


def test_a_removed_text_is_not_found(make_text):
    text = make_text("榕树下的板凳会", TREE)
    duplicates.remove(text)
    assert found(text.current.content) == []
    duplicates.index_text(text)
    assert found(text.current.content) == [(text, DUPLICATE)]


def test_a_text_without_a_version_is_not_in_the_index():
    duplicates.index_text(Text.objects.create())
    assert not IndexedText.objects.exists()


def test_the_index_catches_up_and_can_be_made_again(make_article):
    articles = [make_article(f"第{number}篇文章", html=html) for number, html in enumerate((TREE, LAMPS))]
    assert set(outdated_texts()) == {article.text for article in articles}
    assert duplicates.update_index() == 2
    assert duplicates.update_index() == 0
    assert duplicates.rebuild() == 2
    assert found(Content(title="来稿", html=LAMPS)) == [(articles[1].text, DUPLICATE)]


def test_fingerprints_are_spread_in_batches(monkeypatch, make_article):
    monkeypatch.setattr(duplicates, "_BATCH", 3)
    for number in range(4):
        duplicates.index_text(make_article(f"第{number}篇文章", html=TREE).text)
    assert IndexedText.objects.filter(fresh__isnull=False).count() == 1
    assert Fingerprint.objects.count() == 3 * len(Shingled(plain_text(TREE)).hashes)
    assert len(found(Content(title="来稿", html=TREE))) == 4


def test_segments_are_merged_level_by_level(monkeypatch, make_article):
    monkeypatch.setattr(duplicates, "_BATCH", 1)
    monkeypatch.setattr(duplicates, "_FAN", 3)
    for number in range(11):
        duplicates.index_text(make_article(f"第{number}篇文章", html=TREE).text)
    levels = list(FingerprintSegment.objects.order_by("level").values_list("level", flat=True))
    assert levels == [0, 0, 2]
    assert Fingerprint.objects.count() == 11 * len(Shingled(plain_text(TREE)).hashes)
    matches = found(Content(title="来稿", html=TREE))
    assert len(matches) == 8
    assert {kind for _, kind in matches} == {DUPLICATE}


def test_a_merge_leaves_out_what_is_in_the_index_no_more(monkeypatch, make_article):
    monkeypatch.setattr(duplicates, "_BATCH", 1)
    monkeypatch.setattr(duplicates, "_FAN", 3)
    gone, changed = (make_article(title, html=TREE).text for title in ("一篇文章", "两篇文章"))
    duplicates.index_text(gone)
    duplicates.index_text(changed)
    duplicates.remove(gone)
    changed.save_version(Content(title="两篇文章", html=LAMPS), None, "换了一篇")
    duplicates.index_text(changed)
    assert set(Fingerprint.objects.values_list("version", flat=True)) == {changed.current_id}
    assert found(Content(title="来稿", html=TREE)) == []
    assert found(Content(title="来稿", html=LAMPS)) == [(changed, DUPLICATE)]


def test_versions_of_one_text_do_not_crowd_out_another(monkeypatch, make_article):
    monkeypatch.setattr(duplicates, "_BATCH", 1)
    monkeypatch.setattr(duplicates, "_FAN", 1000)
    other = make_article("另一篇文章", html=LAMPS).text
    duplicates.index_text(other)
    text = make_article("一篇文章", html=TREE + LAMPS).text
    for number in range(12):
        text.save_version(Content(title=f"第{number}稿", html=f"{TREE}{LAMPS}<p>{number}</p>"), None, "改稿")
        duplicates.index_text(text)
    assert set(found(Content(title="来稿", html=LAMPS))) == {(other, DUPLICATE), (text, DUPLICATE)}


def test_as_many_queries_for_one_text_as_for_many(make_text):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            duplicates.query(Content(title="来稿", html=TREE))
        return len(queries)

    make_text("第一篇", TREE)
    few = count()
    for number in range(5):
        make_text(f"又一篇{number}", TREE)
    assert count() == few <= 4


def test_side_by_side_marks_the_same_passages_on_both_sides(make_text):
    tree = Content(title="甲", html=TREE)
    mixed = Content(title="乙", html=LAMPS + TREE)
    view = duplicates.side_by_side(mixed, tree)
    assert view.comparison.kind == DUPLICATE
    for pieces, content in ((view.left, mixed), (view.right, tree)):
        assert "".join(piece for piece, _ in pieces) == plain_text(content.html)
    left, right = (
        {number: fold(piece) for piece, number in pieces if number is not None} for pieces in (view.left, view.right)
    )
    assert left == right
    assert "".join(left.values()) == fold(plain_text(TREE))


@given(st.lists(st.sampled_from(["<p>", "</p>", "<strong>", "&amp;", "&lt;", "甲乙丙", "a<b", "**", "<li>", "<br>"])))
@settings(deadline=None)
def test_what_is_compared_is_what_the_blocks_say(parts):
    html = canonical("".join(parts))
    assert fold(duplicates._body(html)) == fold(plain_text(html))
