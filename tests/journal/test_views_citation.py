from types import SimpleNamespace

import pytest

from journal.citation import Standard, citation, citations


def article(title="题名", subtitle="", start=None, end=None, issue=(2021, 3)):
    return SimpleNamespace(
        title=title,
        subtitle=subtitle,
        start_page=start,
        end_page=end,
        issue=issue and SimpleNamespace(year=issue[0], number=issue[1]),
    )


def cited(names, standard=Standard.GB_2015, **facts):
    return citation(article(**facts), names, "三亚党建", standard)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (cited(["何为"], start=6, end=8), "何为. 题名[J]. 三亚党建, 2021(3): 6-8."),
        (cited(["何为"], start=6, end=6), "何为. 题名[J]. 三亚党建, 2021(3): 6."),
        (cited(["何为"], start=6), "何为. 题名[J]. 三亚党建, 2021(3): 6."),
        (cited([]), "题名[J]. 三亚党建, 2021(3)."),
        (cited(["甲", "乙", "丙"]), "甲, 乙, 丙. 题名[J]. 三亚党建, 2021(3)."),
        (cited(["甲", "乙", "丙", "丁"]), "甲, 乙, 丙, 等. 题名[J]. 三亚党建, 2021(3)."),
        (cited(["甲"], subtitle="——副题"), "甲. 题名: 副题[J]. 三亚党建, 2021(3)."),
        (cited(["甲"], issue=None), "甲. 题名[J]. 三亚党建."),
    ],
)
def test_gb_t_7714_2015(given, expected):
    assert given == expected


@pytest.mark.parametrize(
    ("facts", "names", "expected"),
    [
        ({"start": 6, "end": 8}, ["何为"], "何为. 题名[J]. 三亚党建，2021（3）：6-8."),
        ({"start": 6, "end": 6}, ["甲", "乙"], "甲，乙. 题名[J]. 三亚党建，2021（3）：6."),
        ({}, ["甲", "乙", "丙", "丁"], "甲，乙，丙，等. 题名[J]. 三亚党建，2021（3）."),
        ({"subtitle": "——副题"}, [], "题名：副题[J]. 三亚党建，2021（3）."),
        ({"issue": None}, ["甲"], "甲. 题名[J]. 三亚党建."),
    ],
)
def test_gb_t_7714_2025(facts, names, expected):
    assert cited(names, Standard.GB_2025, **facts) == expected


def test_the_standard_in_force_comes_first():
    (standard, words), (older, _) = citations(article(start=6), ["何为"], "三亚党建")
    assert (standard.label, older.label) == ("GB/T 7714—2025", "GB/T 7714—2015")
    assert words == "何为. 题名[J]. 三亚党建，2021（3）：6."
