"""Errata: the place, what was printed, what it should be, in few words."""

import pytest

from journal.text.blocks import parse
from journal.text.diff import compare
from journal.text.errata import Erratum, errata


def told(old: str, new: str, old_fields=None, new_fields=None) -> list[Erratum]:
    return errata(compare(old_fields or {}, new_fields or {}, parse(old), parse(new)))


def test_a_wrong_word_is_quoted_with_its_clause_alone():
    old = "<p>会议在榕树下召开。</p><p>会后，镇党委副书记林晓舟到渔港，看望了老船长一家。</p>"
    assert told(old, old.replace("副书记", "书记")) == [
        Erratum("正文第 2 段", "镇党委副书记林晓舟到渔港", "镇党委书记林晓舟到渔港")
    ]


def test_fields_are_named():
    found = told("<p>甲。</p>", "<p>甲。</p>", {"署名": "林晓舟"}, {"署名": "林小舟"})
    assert found == [Erratum("署名", "林晓舟", "林小舟")]
    whole = told("<p>甲。</p>", "<p>甲。</p>", {"标题": "渠修好，水来了"}, {"标题": "渠修好，水到了"})
    assert whole == [Erratum("标题", "渠修好，水来了", "渠修好，水到了")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>甲。</p><p>乙。</p>", "<p>甲。</p>", Erratum("正文第 2 段", "乙。", "")),
        (
            "<p>甲。</p>",
            "<p>甲。</p><p>乙村来信说，水渠修好了。</p>",
            Erratum("正文第 1 段之后", "", "乙村来信说，水渠修好了。"),
        ),
        ("<p>共12人</p>", "<p>共21人</p>", Erratum("正文第 1 段", "共12人", "共21人")),
        ("<p>修渠修渠。</p>", "<p>修渠。</p>", Erratum("正文第 1 段", "修渠修渠", "修渠")),
    ],
)
def test_what_goes_comes_or_is_exchanged(old, new, expected):
    assert told(old, new) == [expected]


def test_marks_alone_are_no_erratum():
    assert told("<p>要紧的事。</p>", "<p><strong>要紧</strong>的事。</p>") == []
