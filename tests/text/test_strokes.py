"""Names in the order of strokes; the board of the case file was ordered by hand (RULES.md section 8)."""

import json
import random

import pytest
from django.conf import settings

from journal.text.strokes import by_name, by_surname, out_of_order, stroke_key, unknown_characters


def test_a_real_board_comes_out_right():
    path = settings.CASES_DIR / "board.json"
    if not path.exists():
        pytest.skip("没有 cases 资料，姓氏笔画对照不运行")
    board = json.loads(path.read_text("utf-8"))["sorted_by_surname_strokes"]
    shuffled = random.Random(7).sample(board, len(board))
    assert by_surname(shuffled) == board
    assert by_name(shuffled) == board


@pytest.mark.parametrize(
    ("fewer", "more"),
    [
        ("丁", "王"),  # two strokes, four
        ("王", "毛"),  # four each: 横 before 撇
        ("冯", "司"),  # five each: 点 before 折
        ("李", "吴"),  # seven each: 横 before 竖
        ("江", "孙"),  # six each: 点 before 折
    ],
)
def test_count_first_then_stroke_by_stroke(fewer, more):
    assert stroke_key(fewer) < stroke_key(more)


def test_the_same_surname_keeps_its_order_by_surname_and_is_ordered_on_by_name():
    assert by_surname(["李明远", "李一", "丁一"]) == ["丁一", "李明远", "李一"]
    assert by_name(["李明远", "李一", "李二元", "丁一"]) == ["丁一", "李一", "李二元", "李明远"]


def test_the_space_in_a_two_character_name_does_not_count():
    assert by_name(["何　为", "丁 一"]) == ["丁 一", "何　为"]


def test_neighbours_the_wrong_way_round_are_named():
    assert out_of_order(["丁一", "吴亦", "李乙", "潘一"]) == [("吴亦", "李乙")]


def test_a_character_without_data_comes_last_and_is_named():
    assert by_surname(["𠮷田", "丁一"]) == ["丁一", "𠮷田"]
    assert unknown_characters(["𠮷田", "丁一"]) == ["𠮷"]
