"""整理: places, accepting some, taking back any; exact to the character whatever happens in between."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from journal.text.clean import Change, clean_text
from submissions import cleaning, mending

PIECES = [
    "對(duì)新形勢(shì)下,",
    "村民說:“好”。\n",
    "會議 開到\n樹下。",
    "8:30開會,來了1,000人.",
    "\u00a0\u200b",
    "**重點**",
    "平常话，",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def ids(records):
    return {record["id"] for record in records if cleaning.is_cleaning(record)}


def test_a_word_with_pinyin_and_traditional_characters_is_one_place():
    body = "對(duì)新形勢(shì)下黨(dǎng)建工作。"
    places = cleaning.gather(body, clean_text(body).changes)
    assert [(place.before, place.after) for place in places] == [
        ("對(duì)新形勢(shì)", "对新形势"),
        ("黨(dǎng)", "党"),
    ] or places[0].after.startswith("对新形势")
    assert {change.kind for change in places[0].changes} == {"pinyin", "traditional"}
    assert places[0].label == "拼音、繁体字"


def test_white_space_alone_is_named():
    assert cleaning.visible("\n") == "换行"
    assert cleaning.visible("\u3000 \u200b") == "全角空格、空格、看不见的字符"
    assert cleaning.visible("  ") == "空格×2"
    assert cleaning.visible("开到\n树下") == "开到↵树下"


def test_unchanged_paragraphs_in_a_row_are_folded():
    body = "听,说。\n甲。\n乙。\n丙。\n做,看。\n丁。"
    places = [cleaning.gather(body, [Change("punctuation", ",", "，", at)])[0] for at in (1, body.rindex(","))]
    found = cleaning.stretches(body, places)
    assert [(len(one.paragraphs), one.is_folded) for one in found] == [(1, False), (3, True), (1, False)]


def test_a_join_stands_in_one_paragraph():
    body = "开到\n树下。\n另一段。"
    places = cleaning.gather(body, [Change("line", "\n", "", 2)])
    (stretch,) = cleaning.stretches(body, places)
    assert [[part if isinstance(part, str) else part.before for part in one] for one in stretch.paragraphs] == [
        ["开到", "\n", "树下。"]
    ]


@settings(max_examples=120, deadline=None)
@given(TEXTS, st.integers(0, 10**6))
def test_any_part_accepted_in_any_order_is_taken_back_exactly(body, seed):
    choose = random.Random(seed)
    text, mended = body, []
    for _ in range(3):
        proposed = clean_text(text).changes
        text, mended = cleaning.accept(text, [one for one in proposed if choose.random() < 0.6], mended)
    while mended:
        some = {one["id"] for one in choose.sample(mended, choose.randint(1, len(mended)))}
        text, mended, left = cleaning.take_back(text, mended, some)
        assert left == 0
    assert text == body
    assert mended == []


@settings(max_examples=120, deadline=None)
@given(TEXTS, TEXTS, st.data())
def test_typing_elsewhere_loses_no_undo(body, more, data):
    text, mended = cleaning.accept(body, list(clean_text(body).changes), [])
    front = data.draw(st.booleans())
    typed = more + "新写的一段。\n" + text if front else text + "\n新写的一段。" + more
    moved = cleaning.follow_typing(mended, text, typed)
    undone, rest, left = cleaning.take_back(typed, moved, ids(moved))
    assert left == len(rest)
    if not more:
        # Text typed at an edge may look like its neighbour, so that the edge itself cannot be told.
        assert undone.replace("新写的一段。\n" if front else "\n新写的一段。", "", 1) == body or left


def test_a_passage_typed_over_is_told_and_the_others_go_back():
    body = "甲,乙。丙,丁。"
    text, mended = cleaning.accept(body, [Change("punctuation", ",", "，", 1), Change("punctuation", ",", "，", 5)], [])
    typed = text.replace("丙，丁", "戊己")
    moved = cleaning.follow_typing(mended, text, typed)
    undone, rest, left = cleaning.take_back(typed, moved, ids(moved))
    assert (undone, len(rest), left) == ("甲,乙。戊己。", 1, 1)
    assert [(one.before, one.after) for one in cleaning.done(typed, moved)] == [(",", "，"), (",", "，")]


def test_fixes_of_the_checks_move_the_records_exactly():
    body = "甲,乙。" * 3
    text, mended = cleaning.accept(
        body, [Change("punctuation", ",", "，", at) for at, char in enumerate(body) if char == ","], []
    )
    places = [mending.Place(at, at + 1) for at, char in enumerate(text) if char == "乙"]
    fixed = text
    fixes = []
    for place in reversed(places):
        fixed = fixed[: place.start] + "乙乙乙" + fixed[place.end :]
    shift = 0
    for number, place in enumerate(places):
        fixes.append(
            {"id": f"f{number}", "code": "term.x", "before": "乙", "after": "乙乙乙", "at": place.start + shift}
        )
        shift += 2
    moved = cleaning.follow_fixes([*mended, *fixes], ids(mended), text, fixed)
    undone, rest, left = cleaning.take_back(fixed, moved, ids(moved))
    assert (undone, left) == ("甲,乙乙乙。" * 3, 0)
    assert rest == fixes


def test_seven_hundred_records_in_a_long_text_go_back_at_once():
    body = "会议讨论了三件事,大家都同意。" * 4000
    changes = [Change("punctuation", ",", "，", at) for at, char in enumerate(body) if char == ","][:700]
    text, mended = cleaning.accept(body, changes, [])
    assert cleaning.take_back(text, mended, ids(mended)) == (body, [], 0)
