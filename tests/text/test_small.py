"""Counting, names, numerals, titles, headings."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.text.count import count_words
from journal.text.headings import heading_level
from journal.text.names import spaced_name, stored_name
from journal.text.numbers import chinese_number, chinese_year, parse_chinese_number
from journal.text.titles import title_breaks

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20)


def test_count_agrees_with_word(cases_dir):
    for case in json.loads((cases_dir / "wordcount.json").read_text(encoding="utf-8")):
        assert count_words(case["text"]) == case["word"], case["text"]


@given(CHINESE, CHINESE)
def test_count_adds_up_over_chinese(one, other):
    assert count_words(one + other) == len(one) + len(other)
    assert count_words(f" {one}\n\u3000{other}\t") == len(one) + len(other)


@given(st.lists(st.text(alphabet="abc019.@-", min_size=1), max_size=8))
def test_count_takes_a_latin_run_as_one(words):
    assert count_words(" ".join(words)) == len(words)


def test_an_apostrophe_stays_in_its_word():
    assert count_words("it’s") == 1
    assert count_words("他说‘好’") == 5


def test_names_are_set_wide_and_stored_plain():
    assert spaced_name("甄好") == "甄　好"
    assert spaced_name("甄好人") == "甄好人"
    assert stored_name(" 甄　好 ") == stored_name("甄 好") == "甄好"
    assert stored_name("John  Smith") == "John Smith"


@given(st.integers(1, 999))
def test_chinese_numbers_read_back(number):
    assert parse_chinese_number(chinese_number(number)) == number


def test_chinese_numbers():
    assert [chinese_number(n) for n in (1, 10, 12, 20, 105, 110, 999)] == [
        "一", "十", "十二", "二十", "一百零五", "一百一十", "九百九十九",
    ]  # fmt: skip
    assert chinese_year(2021) == "二〇二一"
    assert parse_chinese_number("二〇二一") == 2021
    with pytest.raises(ValueError, match="1 to 999"):
        chinese_number(0)
    with pytest.raises(ValueError, match="not a Chinese numeral"):
        parse_chinese_number("甲")


def test_a_title_breaks_at_sense():
    assert title_breaks("建设“家门口服务圈”：一条新路") == ["建设", "“家门口服务圈”：", "一条新路"]
    assert title_breaks("凝心聚力 邻里守望谱新篇章") == ["凝心聚力 ", "邻里守望谱新篇章"]
    assert title_breaks("读《甲，乙》有感") == ["读", "《甲，乙》", "有感"]
    assert title_breaks("短题") == ["短题"]
    assert title_breaks("") == []


@given(st.text(alphabet="党建引领“”《》，：！ ", max_size=30))
def test_title_pieces_are_the_title(title):
    pieces = title_breaks(title)
    assert "".join(pieces) == title
    assert all(pieces)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、总体要求", 2),
        ("十二、附则", 2),
        ("（三）健全机制。", 3),
        ("(三) 健全机制", 3),
        ("1.窗口服务", 4),
        ("1．窗口服务", 4),
        ("1.5万人参加", None),
        ("1.窗口服务。群众随到随办。", None),
        ("一、坚持为民。全年开门；随到随办", None),
        ("一是坚持为民", None),
        ("1.材料齐全，", None),
        ("2021年工作", None),
    ],
)
def test_numbered_headings(line, level):
    assert heading_level(line) == level


@pytest.fixture
def cases_dir():
    from django.conf import settings

    folder = getattr(settings, "CASES_DIR", None) if settings.configured else os.environ.get("CASES_DIR")
    if not folder or not Path(folder).is_dir():
        pytest.skip("没有 cases 资料，字数对照不运行")
    return Path(folder)
