"""脱敏: names replaced, never inside other words, and account kept of both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.text.blocks import canonical, plain_text
from journal.text.masking import MASK, Kind, Masker, Term, places_in

TERMS = [
    Term("望海市", Kind.PLACE),
    Term("望海", Kind.PLACE),
    Term("海口", Kind.PLACE),
    Term("望海市榕江区委组织部", Kind.UNIT),
    Term("何为", Kind.PERSON),
    Term("林晓舟", Kind.PERSON),
    Term("ABC", Kind.OTHER),
]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("望海市榕江区委组织部何　为", "××××"),
        ("在望海市望海路", "在××××路"),
        ("船过出海口到海口", "船过出海口到××"),
        ("林晓舟来了", "××来了"),
        ("何为民主，为何为难", "何为民主，为何为难"),
        ("书记何为指出", "书记××指出"),
        ("（何为）", "（××）"),
        ("ABC ABCD XABC", "×× ABCD XABC"),
        ("没有名字", "没有名字"),
    ],
)
def test_the_longest_name_is_masked_and_no_other_word(text, masked):
    assert Masker(TERMS, ["出海口"]).text(text) == masked


def test_what_was_masked_and_what_was_left_is_told():
    masker = Masker(TERMS, ["出海口"])
    masker.text("何为民主？书记何为说起海口的出海口。\n海口")
    by_words = {found.term.words: found for found in masker.report()}
    assert (by_words["海口"].masked, by_words["何为"].masked) == (2, 1)
    assert by_words["海口"].places == ["何为民主？书记何为说起【海口】的出海口。"[-17:], "【海口】"]
    assert by_words["何为"].left == ["【何为】民主？书记何为说"]
    assert [found.term.kind for found in masker.report()] == [Kind.PLACE, Kind.PERSON]


def test_a_term_that_is_protected_too_stays():
    assert Masker(TERMS, ["海口"]).text("到海口") == "到海口"
    assert Masker([]).text("到海口") == "到海口"


def test_marks_and_blocks_stay_and_a_name_may_run_through_marks():
    html = "<p>望<strong>海市</strong>与林<em>晓</em>舟在海</p><p>口岸&amp;海口</p><ul><li>林</li><li>晓舟</li></ul>"
    masked = Masker(TERMS).html(html)
    assert plain_text(masked).split("\n")[:2] == ["××与××在海", "口岸&××"]
    assert "林" in masked
    assert "晓舟" in masked
    assert canonical(masked) == canonical(canonical(masked))


@given(st.lists(st.sampled_from(["望海市", "海口", "出海口", "甲", "乙，", "<p>", "林晓舟"]), max_size=30))
def test_html_and_text_are_masked_alike_and_nothing_else_changes(pieces):
    words = [piece for piece in pieces if piece != "<p>"]
    masked = Masker(TERMS, ["出海口"]).html(f"<p>{''.join(words)}</p>")
    assert masked == f"<p>{Masker(TERMS, ['出海口']).text(''.join(words))}</p>"
    assert masked.count(MASK) == sum(piece in ("望海市", "海口", "林晓舟") for piece in words)


def test_places_of_a_units_name():
    assert places_in("望海市榕江区委组织部") == ["望海市", "望海", "榕江区", "榕江"]
    assert places_in("党建研究所") == []
