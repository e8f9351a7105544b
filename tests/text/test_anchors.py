"""A passage found again after the text around it was changed."""

import pytest

from journal.text.anchors import find_again

BEFORE = ["会前先听一听群众怎么说。", "会上人人都说，会后件件都办。", "人人都说，件件都办。"]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (BEFORE, (1, 2)),
        (["加了一段。", *BEFORE], (2, 2)),
        (["会前先听。", "昨天的会上人人都说，会后件件都办。"], (1, 5)),
        # The neighbours say which of two it is, also when the paragraphs have changed places.
        ([BEFORE[2], BEFORE[1]], (1, 2)),
        # The same words elsewhere are not the same passage.
        (["这里也有人人二字。"], None),
        ([], None),
        (["都没有了。"], None),
    ],
)
def test_by_its_neighbours(now, found):
    assert find_again("人人", (1, 2), BEFORE, now) == found


def test_a_longer_passage_alone_of_its_words_is_found_whatever_stands_beside_it():
    assert find_again("件件都办", (0, 0), ["件件都办。"], ["他说件件都办了"]) == (0, 2)


def test_a_place_that_never_held_it_is_none():
    assert find_again("会后", (0, 3), BEFORE, BEFORE) is None
    assert find_again("会后", (9, 0), BEFORE, BEFORE) is None
