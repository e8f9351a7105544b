"""Edits of many steps as one list of changes on the original (RULES.md 9)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.text.clean.edits import Change, Edit, apply, are_apart, compose, edited


def steps(original, *rounds):
    """What several steps do, as changes on the original."""
    changes, current = [], original
    for edits in rounds:
        changes = compose(original, current, changes, edits)
        current = edited(current, edits)
    return changes, current


def test_neighbours_stay_apart():
    changes, text = steps(
        "對(duì),新", [Edit(1, 6, "", "pinyin")], [Edit(0, 1, "对", "traditional")], [Edit(1, 2, "，", "punctuation")]
    )
    assert text == "对，新"
    assert changes == [Edit(0, 1, "对", "traditional"), Edit(1, 6, "", "pinyin"), Edit(6, 7, "，", "punctuation")]


def test_an_edit_of_what_a_step_made_is_one_change_of_the_later_kind():
    changes, text = steps("党&nbsp;建", [Edit(1, 7, " ", "encoding")], [Edit(1, 2, "", "space")])
    assert (text, changes) == ("党建", [Edit(1, 7, "", "space")])


def test_an_edit_across_a_removal_takes_it_in():
    changes, text = steps("什(shén)麼好", [Edit(1, 7, "", "pinyin")], [Edit(0, 2, "啥", "traditional")])
    assert (text, changes) == ("啥好", [Edit(0, 8, "啥", "traditional")])


def test_a_small_edit_in_a_repaired_passage_leaves_its_kind():
    changes, text = steps("####", [Edit(0, 4, "党建,引领", "encoding")], [Edit(2, 3, "，", "punctuation")])
    assert (text, changes) == ("党建，引领", [Edit(0, 4, "党建，引领", "encoding")])


def test_an_edit_back_to_the_original_is_no_change():
    assert steps("党建", [Edit(0, 1, "黨", "a")], [Edit(0, 1, "党", "b")]) == ([], "党建")


def test_changes_of_another_text_are_refused():
    with pytest.raises(ValueError, match="no such change"):
        apply("党建", [Change("space", " ", "", 1)])
    with pytest.raises(ValueError, match="no such change"):
        apply("党建", [Change("space", "党建", "", 0), Change("space", "建", "", 1)])


@st.composite
def edits_of(draw, text):
    """Any edits of a text that a step could give."""
    found, place = [], 0
    while place < len(text) and draw(st.booleans()):
        start = draw(st.integers(place, len(text) - 1))
        end = draw(st.integers(start + 1, min(len(text), start + 4)))
        found.append(Edit(start, end, draw(st.text("甲乙，(", max_size=3)), draw(st.sampled_from("abc"))))
        place = end
    return found


@given(st.text("党建,( ", min_size=1, max_size=20), st.data())
@settings(max_examples=150, deadline=None)
def test_changes_lead_from_the_original_to_what_the_steps_made(original, data):
    rounds, current = [], original
    for _ in range(3):
        rounds.append(data.draw(edits_of(current)))
        current = edited(current, rounds[-1])
    composed, made = steps(original, *rounds)
    assert made == current
    changes = [Change(kind, original[start:end], after, start) for start, end, after, kind in composed]
    assert are_apart(changes)
    assert all(change.before and change.before != change.after for change in changes)
    assert apply(original, changes) == current
