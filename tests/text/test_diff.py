"""Comparing two versions: either text can be put together again, and what moved is not torn."""

import itertools
import random

import pytest

from journal.text.alike import matches
from journal.text.blocks import parse
from journal.text.diff import ADDED, CHANGED, FORMAT, MOVED_AWAY, MOVED_HERE, REMOVED, SAME, changes, compare


def rows_of(old: str, new: str, old_fields=None, new_fields=None):
    """The rows, after checking that both texts are whole in them."""
    before, after = parse(old), parse(new)
    rows = compare(old_fields or {}, new_fields or {}, before, after)
    body = [row for row in rows if not row.label]
    assert [row.old for row in body if row.old] == list(before)
    assert [row.new for row in body if row.new] == list(after)
    for row in body:
        assert row.old_text == (row.old.text if row.old else "")
        assert row.new_text == (row.new.text if row.new else "")
    return rows


def told(row):
    return [(piece.kind, piece.text) for piece in row.pieces]


def test_a_changed_word_is_shown_in_its_sentence():
    (row,) = rows_of("<p>巷子里的事大家议。每月开一次会。</p>", "<p>榕树下的事大家议。每月开一次会。</p>")
    assert row.kind == CHANGED
    assert told(row) == [(REMOVED, "巷子里"), (ADDED, "榕树下"), (SAME, "的事大家议。每月开一次会。")]


def test_a_moved_sentence_is_not_torn():
    one, two, three = "每月初八在树下开会。", "议定的事当天就贴在墙上。", "办完一件就划掉一件。"
    (row,) = rows_of(f"<p>{one}{two}{three}</p>", f"<p>{three}{one}{two}</p>")
    assert told(row) == [(MOVED_HERE, three), (SAME, one + two), (MOVED_AWAY, three)]


def test_a_moved_paragraph_stays_whole():
    lines = ["第一段说的是会开到树下。", "第二段说的是事办到门前。", "第三段说的是账贴在墙上。"]
    html = [f"<p>{line}</p>" for line in lines]
    rows = rows_of("".join(html), "".join([html[2], html[0], html[1]]))
    assert [row.kind for row in rows] == [MOVED_HERE, SAME, SAME, MOVED_AWAY]


def test_a_sentence_moved_between_paragraphs_is_told_as_moved():
    moved = "这一句从前一段搬到后一段。"
    one, two = "榕树下议事的人越来越多了。", "墙上的清单办一件划一件。"
    rows = rows_of(f"<p>{one}{moved}</p><p>{two}</p>", f"<p>{one}</p><p>{two}{moved}</p>")
    assert [told(row) for row in rows] == [[(SAME, one), (MOVED_AWAY, moved)], [(SAME, two), (MOVED_HERE, moved)]]


def test_sentences_without_likeness_are_replaced_whole():
    (row,) = rows_of("<h2>会开到树下去</h2>", "<h2>事办进门前来</h2>")[:1]
    assert {piece.kind for piece in row.pieces} <= {REMOVED, ADDED}


def test_format_pictures_captions_and_tables_are_compared_too():
    figure = '<figure data-picture="{}"><figcaption>{}</figcaption></figure>'
    (row,) = rows_of("<p>大家议</p>", "<p><strong>大家</strong>议</p>")
    assert (row.kind, told(row)) == (FORMAT, [(SAME, "大家议")])
    (row,) = rows_of(figure.format(1, "树下"), figure.format(2, "树下"))
    assert (row.kind, row.old.picture, row.new.picture) == (CHANGED, 1, 2)
    (row,) = rows_of(figure.format(1, "在树下议事"), figure.format(1, "在榕树下议事"))
    assert told(row) == [(SAME, "在"), (ADDED, "榕"), (SAME, "树下议事")]
    table = "<table><tr><td>年份</td><td>{}</td></tr></table>"
    (row,) = rows_of(table.format("三百二十户"), table.format("三百三十户"))
    assert row.kind == CHANGED
    assert row.new_text == "年份\t三百三十户"


def test_fields_are_compared_and_empty_ones_left_out():
    rows = rows_of(
        "", "", {"标题": "夜航灯", "肩题": "", "署名": "何小满"}, {"标题": "夜航的灯", "肩题": "", "署名": ""}
    )
    assert [(row.label, row.kind, row.old_text, row.new_text) for row in rows] == [
        ("标题", CHANGED, "夜航灯", "夜航的灯"),
        ("署名", REMOVED, "何小满", ""),
    ]


def test_the_same_text_has_no_changes():
    rows = rows_of("<p>大家议。</p>", "<p>大家议。</p>", {"标题": "甲"}, {"标题": "甲"})
    assert changes(rows) == 0


def _any_text(pick: random.Random) -> str:
    forms = ("<p>{}</p>", "<h2>{}</h2>", "<p><strong>{}</strong></p>", '<figure data-picture="1">{}</figure>')
    marks = "甲乙丙丁。，\t"
    return "".join(
        pick.choice(forms).format("".join(pick.choices(marks, k=pick.randint(1, 14))))
        for _ in range(pick.randint(0, 6))
    )


def test_both_texts_come_out_whole_whatever_they_are():
    pick = random.Random(7)
    for _ in range(600):
        rows_of(_any_text(pick), _any_text(pick))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ab" * 30_000, "ba" * 30_000),
        ("，" * 60_000, "，" * 59_000 + "。"),
        ("甲。" * 30_000, "甲。乙。" * 15_000),
        ("甲" * 60_000, "乙" * 60_000),
    ],
    ids=["alternating", "commas", "short sentences", "nothing in common"],
)
def test_hostile_shapes_come_out_whole(old, new):
    rows_of(f"<p>{old}</p>", f"<p>{new}</p>")


def test_matches_rise_on_both_sides_and_are_equal():
    pick = random.Random(3)
    for size in (0, 1, 5, 40, 1_500):
        old = "".join(pick.choices("甲乙丙丁戊己", k=size))
        new = "".join(pick.choices("甲乙丙丁戊己", k=size))
        found = matches(old, new)
        assert all(old[place] == new[other] for place, other in found)
        assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(found))
    assert len(matches("abcbdab", "bdcaba")) == 4
