from types import SimpleNamespace

import pytest

from journal.citation import citation


def cited(names, title="题名", subtitle="", start=None, end=None, issue=(2021, 3)):
    article = SimpleNamespace(
        title=title,
        subtitle=subtitle,
        start_page=start,
        end_page=end,
        issue=issue and SimpleNamespace(year=issue[0], number=issue[1]),
    )
    return citation(article, names, "三亚党建")


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
