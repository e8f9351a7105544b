"""Cleaning on the texts that really arrived (RULES.md 9, the seeds): figures asked and figures reached."""

import re
from bisect import bisect_right
from itertools import pairwise

import pytest
from django.conf import settings

from journal.importing import read
from journal.text.blocks import parse
from journal.text.clean import apply, clean_text, is_speech
from journal.text.clean.traditional import differences
from journal.text.marks import CJK

LEAD_LENGTH = 200  # characters; the page's lead is longer than any column of a speech
COLUMN_LENGTH = 30


@pytest.fixture(scope="module")
def seed():
    folder = settings.SEEDS_DIR
    if folder is None or not sorted(folder.glob("00[0-4]_*.txt")):
        pytest.skip("没有 seeds 资料，真实文本的整理不运行")
    return lambda number: next(folder.glob(f"{number}_*.txt")).read_text("utf-8")


@pytest.fixture
def tell(capsys):
    """Print a figure whatever is captured."""

    def print_figure(words):
        with capsys.disabled():
            print(f"\n    {words}", end="")  # noqa: T201 — the figures are what this file is for

    return print_figure


def characters(text):
    return "".join(re.findall(f"[{CJK}]", text))


def test_004_a_web_page_in_traditional_characters_with_pinyin(seed, tell):
    cleaning = clean_text(seed("004"))
    length = len("".join(cleaning.text.split()))
    tell(f"004: {length} characters (1082 asked), {cleaning.counts}")
    assert abs(length - 1082) <= 2
    assert cleaning.counts["pinyin"] == 223
    assert cleaning.counts["traditional"] == 410
    assert not re.search(r"[A-Za-z\u00c0-\u024f]", cleaning.text)
    assert differences(cleaning.text) == []
    assert re.findall("（[^）]*）", cleaning.text) == [
        "（" + clean_text("黨建工作指導站，為黨員發揮作用").text[:7] + "）"
    ]
    assert cleaning.reports == ()


def test_001_columns_of_a_newspaper_page(seed, tell):
    """A join is right where the same speech in 000 or 002 goes on over the seam: two characters before it and one behind.

    Where a sentence ends with the column nobody can tell whether a paragraph ends too: left apart it is right.
    """
    text = seed("001")
    cleaning = clean_text(text)
    copies = characters(seed("000") + seed("002"))
    lines = [
        line
        for line in re.finditer(r"[^\n]+", text)
        if len(line[0]) >= COLUMN_LENGTH and "，" in line[0].replace(",", "，")
    ]
    columns = [line for line in lines if len(line[0]) < LEAD_LENGTH]
    places = {line.start(): number for number, line in enumerate(re.finditer(r"[^\n]+", text))}
    breaks = [(one, other) for one, other in pairwise(columns) if places[other.start()] == places[one.start()] + 1]
    joined = {change.offset for change in cleaning.changes if change.kind == "line"}
    right = [
        characters(one[0])[-2:] + characters(other[0])[:1] in copies
        if one.end() in joined
        else one[0].rstrip("”").endswith("。")
        for one, other in breaks
    ]
    tell(f"001: {sum(right)} of {len(right)} joins right (24 of 26 asked), {cleaning.counts}")
    assert len(breaks) == 26
    assert sum(right) >= 24
    assert not re.search(rf"[{CJK}”》）][,;:?!]|[,;:?!][{CJK}“《（]", cleaning.text)
    assert len(joined) <= 26, "nothing else is joined: no title, no office, no name"
    assert [report.kind for report in cleaning.reports] == ["cut"]
    assert is_speech(text)


def test_003_the_real_issue(seed, tell, monkeypatch):
    """A join is right where the import of the issue joins the same lines: its paragraphs were all read by eye. The 97th
    break goes over a passage that stands elsewhere, which no joining of neighbours mends."""
    text = seed("003")
    cleaning = clean_text(text)
    whole = []
    joining = read._join
    monkeypatch.setattr(read, "_join", lambda pieces, body: (joining(pieces, body), whole.extend(pieces)))
    issue = read.parse_issue(text)
    known = {
        seam
        for piece in read._with_parts(whole)
        for paragraph in piece.paragraphs
        for seam in pairwise(paragraph.lines)
    }
    starts = [line.start() for line in re.finditer("^", text, re.MULTILINE)]
    line_of = lambda place: bisect_right(starts, place)  # noqa: E731
    joined = {(line_of(change.offset), line_of(change.end)) for change in cleaning.changes if change.kind == "line"}
    tell(f"003: {len(joined & known)} of 97 joins right (92 asked), {len(joined - known)} besides, {cleaning.counts}")
    assert len(joined & known) >= 92
    assert len(joined - known) <= 1, "the word cut in a title of two lines"

    lines = set(cleaning.text.split("\n"))
    headings = [
        block.text
        for article in issue.articles
        for piece in (article, *article.parts)
        for block in parse(piece.html)
        if block.kind != "p"
    ]
    glued = [heading for heading in headings if clean_text(heading).text not in lines]
    tell(f"003: {len(glued)} of {len(headings)} headings glued")
    assert len(headings) == 58
    assert glued == []
    assert not [line for line in lines if "**" in line]


def test_000_and_002_masks_are_told_and_stay(seed):
    for number in ("000", "002"):
        text = seed(number)
        cleaning = clean_text(text)
        assert cleaning.text.count("*") == text.count("*")
        assert set(cleaning.counts) == {"encoding"}, "hard spaces of the contents page, nothing else"
        assert [report.kind for report in cleaning.reports] == ["mask"]


@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_a_second_cleaning_changes_nothing(seed, number):
    text = seed(number)
    cleaning = clean_text(text)
    assert apply(text, cleaning.changes) == cleaning.text
    assert clean_text(cleaning.text).changes == ()
