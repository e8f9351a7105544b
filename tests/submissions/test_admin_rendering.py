"""Findings marked in the text: the text itself stays as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.text.blocks import parse, plain_text
from submissions.admin.rendering import marked, rendered


def finding(number, quote, block=0, offset=None, level="warning"):
    return {"number": number, "level": level, "quote": quote, "block": block, "offset": offset}


def without_marks(html):
    return re.sub(r"</?mark[^>]*>|<sup class=\"d-number[^>]*>\d+</sup>", "", html)


def test_a_passage_is_marked_and_numbered():
    html = rendered("<p>每月两次，共三十六次。</p>", [finding(1, "三十六次", offset=6)])
    assert html == (
        '<p>每月两次，共<mark class="d-mark is-warning" data-finding="1">三十六次</mark>'
        '<sup class="d-number is-warning">1</sup>。</p>'
    )


def test_a_passage_across_tags_is_marked_in_pieces_and_numbered_once():
    html = rendered("<p>大<strong>家商</strong>量</p>", [finding(1, "家商量", offset=1)])
    assert html.count("<mark") == 2
    assert html.count("d-number") == 1
    assert without_marks(html) == "<p>大<strong>家商</strong>量</p>"


@pytest.mark.parametrize(
    "crooked",
    [
        finding(1, "不在文中"),
        finding(1, "", 0, 0),
        finding(1, "大家", None),
        finding(1, "大家", 9),
        finding(1, "大家", -1),
    ],
)
def test_a_finding_without_a_place_marks_nothing(crooked):
    assert rendered("<p>大家好</p>", [crooked]) == "<p>大家好</p>" or crooked["quote"] == "大家"


def test_a_moved_passage_is_found_again():
    assert "<mark" in rendered("<p>新加的话，大家好</p>", [finding(1, "大家", offset=0)])


def test_a_masked_number_is_marked_where_it_stands():
    html = rendered("<p>电话13800000257。</p>", [finding(1, "138****0257", offset=2)])
    assert 'data-finding="1">13800000257</mark>' in html


def test_entities_and_lists_keep_their_places():
    html = "<ul><li>A&amp;B 厂</li><li>第二条</li></ul>"
    text = parse(html)[0].text
    out = rendered(html, [finding(1, "第二条", offset=text.index("第二条"))])
    assert "<li><mark" in out
    assert without_marks(out) == html


@given(
    st.text(alphabet='党建村民，。<>&"', min_size=1, max_size=30),
    st.integers(0, 20),
    st.integers(1, 10),
)
def test_marking_loses_nothing(words, start, length):
    from html import escape

    html = f"<p>{escape(words, quote=False)}</p>"
    blocks = parse(html)
    if not blocks:
        return
    block = blocks[0]
    quote = block.text[start : start + length]
    out = rendered(html, [finding(1, quote, offset=start)])
    assert without_marks(out) == block.html
    assert plain_text(without_marks(out)) == block.text
    assert marked(block.html, block.text, []) == block.html
