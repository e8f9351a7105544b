"""Containment, the winnowed sample and common passages (RULES.md 9, "Duplicates, measured")."""

import random
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.text.fingerprint import (
    DUPLICATE,
    PARTIAL,
    SAME_TITLE,
    WINDOW,
    K,
    Shingled,
    compare,
    containment,
    fold,
    kind_of,
    marked,
    passages,
    title_key,
)

WORDS = st.text(alphabet="渔港新村修路灯点亮巷子议事会大家说了算abc123", max_size=120)
SEEDS = st.integers(0, 2**32)
MARKS = "，。、；：？！“”（）《》 \n\t\u3000…—"


def prose(seed, length=400):
    """Text in which hardly two characters stand together twice."""
    chance = random.Random(seed)
    return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(length)).replace("某", "村")


def masked(text, chance, times, width):
    for _ in range(times):
        place = chance.randrange(len(text) - width)
        text = text[:place] + "**" + text[place + width :]
    return text


@given(WORDS)
@settings(deadline=None)
def test_a_text_contains_itself(text):
    assert containment(text, text) == (1 if fold(text) else 0)


@given(SEEDS, SEEDS)
@settings(max_examples=50, deadline=None)
def test_unrelated_texts_share_nothing(one, other):
    if one != other:
        assert containment(prose(one), prose(other)) < 0.01


@given(WORDS, st.lists(st.tuples(st.integers(0, 200), st.sampled_from(MARKS)), max_size=40))
@settings(deadline=None)
def test_marks_and_spaces_change_nothing(text, inserted):
    dressed = text
    for place, mark in inserted:
        dressed = dressed[:place] + mark + dressed[place:]
    plain, dressed = Shingled(text), Shingled(dressed)
    assert dressed.shingles == plain.shingles
    assert dressed.hashes == plain.hashes


@given(SEEDS, st.integers(1, 12), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_masks_lower_but_do_not_break(seed, times, width):
    chance = random.Random(seed)
    text = prose(seed)
    hidden = Shingled(masked(text, chance, times, width))
    found = compare(hidden, Shingled(text))
    assert found.forward == 1, "what stands between masks is all in the original"
    assert 0.3 < found.backward < 1
    assert found.kind == DUPLICATE
    more = Shingled(masked(masked(text, random.Random(seed), times, width), chance, 4, width))
    assert compare(more, Shingled(text)).backward < 1


@given(SEEDS, st.integers(0, 100), st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_fifteen_common_characters_are_in_the_sample(seed, before, after):
    """The promise of winnowing: K + WINDOW - 1 characters in common, wherever they stand, share a kept hash."""
    common = prose(seed, K + WINDOW - 1)
    one = Shingled(prose(seed + 1, before) + common + prose(seed + 2, after))
    other = Shingled(prose(seed + 3, after) + common + prose(seed + 4, before))
    assert one.hashes & other.hashes


def test_the_sample_is_small_and_fits_64_bits():
    text = Shingled(prose(7, 4000))
    assert len(text.hashes) < 0.27 * len(text.shingles)
    assert all(-(2**63) <= kept < 2**63 for kept in text.hashes)


def test_hashes_are_the_same_in_every_run():
    """Stored in databases: a change here means that every index has to be made again."""
    assert Shingled("渔港的路灯亮了").hashes == {2086640492747266025}


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("黨建引領社區服務，\uff21\uff30\uff30上線", "党建引领社区服务，app上线"),
        ("２０２６年 ①号", "2026年1号"),
        ("乾，坤", "乾坤"),
    ],
)
def test_what_people_see_as_the_same_is_folded(written, same):
    assert fold(written) == fold(same)


@pytest.mark.parametrize("mask", ["**", "*", "××", "\uff0a\uff0a", "XX", "某某", "□□"])
def test_no_shingle_reaches_over_a_mask(mask):
    hidden = Shingled(f"今年春天村里把{mask}海边的路灯都修好了")
    assert hidden.shingles
    assert not any(
        mark in shingle for shingle in hidden.shingles for mark in f"{unicodedata.normalize('NFKC', mask)}\0"
    )
    assert hidden.shingles < Shingled("今年春天村里把望海区海边的路灯都修好了").shingles


def test_kinds():
    assert [kind_of(share) for share in (1, 0.6, 0.59, 0.15, 0.149, 0)] == [
        DUPLICATE,
        DUPLICATE,
        PARTIAL,
        PARTIAL,
        None,
        None,
    ]
    assert kind_of(0.149, same_title=True) == SAME_TITLE
    assert kind_of(0.6, same_title=True) == DUPLICATE


def test_a_notice_taken_up_whole_is_a_duplicate_either_way():
    notice = prose(1, 150)
    report = Shingled(prose(2, 600) + notice + prose(3, 600))
    found = compare(report, Shingled(notice))
    assert found.kind == compare(Shingled(notice), report).kind == DUPLICATE
    assert found.containment == found.backward == 1
    assert found.forward < 0.15


def test_short_texts_are_not_judged_by_a_phrase():
    report = prose(2, 900)
    slogan = report[100:160]
    assert compare(Shingled(slogan + prose(3, 100)), Shingled(report)).kind is None
    assert compare(Shingled(slogan + prose(3, 200)), Shingled(report)).kind == PARTIAL
    assert compare(Shingled(slogan[:30]), Shingled(report)).kind is None
    assert compare(Shingled(slogan[:30]), Shingled(slogan[:30])).kind == DUPLICATE


def test_a_title_is_the_same_without_spaces_and_marks():
    assert title_key("红灯笼挂起来　 幸福路走出来") == title_key("“红灯笼”挂起来·幸福路走出来")
    assert title_key("工作办法（一）") != title_key("工作办法（二）")


def test_passages_stand_where_the_words_stand():
    common = "渔港的路灯是大家凑钱修的，谁家门口的灯坏了，谁家先去看一看。"
    one = f"开头各不相同。{common}甲文接着写别的。"
    other = f"乙文从另一处写起：{common.replace('，', ',')}完。"
    (found,) = passages(Shingled(one), Shingled(other))
    assert one[found.start : found.end] == common.rstrip("。")
    assert other[found.other_start : found.other_end] == common.rstrip("。").replace("，", ",")


def test_a_mask_does_not_part_a_passage():
    original = "望海区把议事桌搬到榕树下，每月两次请群众先说，望海区再逐条答复，办完一件划掉一件。"
    hidden = original.replace("望海区", "**")
    (found,) = passages(Shingled(hidden), Shingled(original))
    assert hidden[found.start : found.end] == hidden[2:-1]
    assert original[found.other_start : found.other_end] == original[3:-1]


@given(WORDS, WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_passages_are_what_both_texts_say(head, common, tail):
    one, other = f"{head}。{common}", f"{common}，{tail}"
    found = passages(Shingled(one), Shingled(other))
    assert all(
        fold(one[passage.start : passage.end]) == fold(other[passage.other_start : passage.other_end])
        for passage in found
    )
    assert all(before.end <= after.start for before, after in pairwise(found))
    if len(fold(common)) >= K:
        assert found
    pieces = marked(one, [(passage.start, passage.end) for passage in found])
    assert "".join(piece for piece, _ in pieces) == one
    assert {number for _, number in pieces} - {None} == set(range(len(found)))


def test_one_character_repeated_stays_quick():
    text = Shingled("好" * 30_000)
    (found,) = passages(text, Shingled("好" * 30_000))
    assert (found.start, found.end) == (0, 30_000)
