"""The matcher of the 统一用语表, against a slow one that cannot be wrong, and the findings it makes."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.models import Content
from submissions.checks.findings import ADVICE, WARNING
from submissions.checks.house_style import HouseStyle
from submissions.checks.matching import FormIndex, longest_first
from submissions.checks.terms import Term, TermList, check_terms, splits_word
from submissions.manuscript import Manuscript

FORM = st.text("甲乙丙a", min_size=1, max_size=4)
TERMS = st.lists(
    st.builds(Term, wrong=FORM, right=FORM, exceptions=st.lists(FORM, max_size=2).map(tuple)),
    max_size=6,
    unique_by=lambda term: term.wrong,
)


def occurrences(text: str, form: str) -> list[tuple[int, int]]:
    return [(n, n + len(form)) for n in range(len(text)) if text.startswith(form, n)]


def slowly(terms: list[Term], text: str) -> list[tuple[int, str]]:
    """By definition: every occurrence, but inside longer allowed passages; the longest, then the first, stays."""
    allowed = [place for term in terms for form in (term.right, *term.exceptions) for place in occurrences(text, form)]
    found = [
        (start, end)
        for term in terms
        for start, end in occurrences(text, term.wrong)
        if not any(a <= start and end <= b and b - a > end - start for a, b in allowed)
        and not splits_word(text, start, end)
    ]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= a or b <= start for a, b in kept):
            kept.append((start, end))
    return [(start, text[start:end]) for start, end in sorted(kept)]


@settings(max_examples=400, deadline=None)
@given(terms=TERMS, text=st.text("甲乙丙a。", max_size=24))
def test_the_matcher_finds_what_the_definition_says(terms, text):
    fast = [(start, term.wrong) for start, term in TermList(tuple(terms)).find(text)]
    assert fast == slowly(terms, text)


@settings(max_examples=200, deadline=None)
@given(forms=st.lists(FORM, max_size=8), text=st.text("甲乙丙a", max_size=20))
def test_the_index_finds_every_occurrence(forms, text):
    expected = {place for form in forms for place in occurrences(text, form)}
    found = FormIndex(forms).spans(text)
    assert set(found) == expected
    assert len(found) == len(expected)


def test_the_longest_stays_of_overlapping_spans():
    assert longest_first([(0, 2), (1, 4), (4, 6), (5, 7)]) == [(1, 4), (4, 6)]


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        (Term("帐号", "账号"), "登录帐号和帐号密码", [2, 5]),
        (Term("帐", "账", exceptions=("蚊帐", "帐篷")), "一顶蚊帐、一顶帐篷、一本帐", [12]),
        (Term("党代会", "市党代会"), "市党代会期间，党代会代表", [7]),  # not inside its own right form
        (Term("app", "App"), "happy 的 app", [8]),
        (Term("十四五", "“十四五”"), "“十四五”时期，十四五规划", [8]),
    ],
)
def test_exceptions_and_right_forms_are_left_alone(term, text, expected):
    assert [start for start, _ in TermList((term,)).find(text)] == expected


def test_a_right_form_protects_from_other_terms_too():
    terms = TermList((Term("党代表", "党的代表"), Term("代表会", "党代表会议")))
    assert terms.find("党代表会议") == []


def test_a_right_form_that_is_another_terms_wrong_one_is_still_found():
    terms = TermList((Term("甲", "乙"), Term("乙", "丙")))
    assert [term.wrong for _, term in terms.find("乙")] == ["乙"]


def manuscript(html="", title="", subtitle="", terms=()) -> Manuscript:
    style = HouseStyle(terms=TermList(tuple(terms)))
    return Manuscript(content=Content(title=title, subtitle=subtitle, html=html), house_style=style)


def test_a_finding_has_place_fix_reason_and_level():
    terms = [Term("帐号", "账号", note="据现行规范词形。"), Term("登陆网站", "登录网站", level=ADVICE)]
    found = list(check_terms(manuscript("<p>第一段。</p><p>用帐号登陆网站。</p>", terms=terms)))
    assert [(f.code, f.level, f.quote, f.fix, f.block, f.offset) for f in found] == [
        ("term.preferred", WARNING, "帐号", "账号", 1, 1),
        ("term.preferred", ADVICE, "登陆网站", "登录网站", 1, 3),
    ]
    assert found[0].why == "据现行规范词形。"
    assert "“帐号”" in found[0].message
    assert "“账号”" in found[0].message


def test_title_and_subtitle_are_looked_at_and_named():
    found = list(check_terms(manuscript(title="帐号管理", subtitle="谈帐号", terms=[Term("帐号", "账号")])))
    assert [(f.code, f.block) for f in found] == [("title.term", None), ("subtitle.term", None)]


def test_an_empty_list_says_nothing():
    assert list(check_terms(manuscript("<p>用帐号登陆网站。</p>"))) == []


def test_five_thousand_terms_are_found_in_an_article():
    characters = [chr(0x4E00 + n) for n in range(80)]
    pairs = ["".join(pair) for pair in product(characters, repeat=2)][:5000]
    terms = TermList(tuple(Term(pair + "错", pair + "对", exceptions=(pair + "错例",)) for pair in pairs))
    text = ("".join(pairs[::7]) + "，没有。" + "".join(f"{pair}错" for pair in pairs[::400])) * 3
    text = text[:3000]
    assert len(terms.find(text)) == text.count("错")
