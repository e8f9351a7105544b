import xml.etree.ElementTree as ET

import pytest

from journal.covers import SCHEMES, Lettering, draw, scheme_of

WORDS = Lettering("三亚党建", "内部资料，免费交流", "季刊", "准印字第 1 号", "家门口的服务")


def texts(svg: str) -> list[str]:
    return [node.text for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_a_cover_says_what_a_cover_must():
    words = texts(draw(2026, 3, 24, WORDS))
    assert words == [
        "内部资料，免费交流",
        "季刊",
        "三亚党建",
        "二〇二六年　第三期",
        "总第 24 期",
        "家门口的服务",
        "准印字第 1 号",
    ]


def test_the_same_issue_always_looks_the_same_and_others_differ():
    assert draw(2026, 3, 24, WORDS) == draw(2026, 3, 24, WORDS)
    assert len({draw(year, number, 1, WORDS) for year in (2025, 2026) for number in (1, 2, 3, 4)}) == 8


def test_colours_follow_the_formula():
    assert [SCHEMES.index(scheme_of(2026, number)) for number in (1, 2, 3, 4)] == [2, 3, 0, 1]
    assert SCHEMES.index(scheme_of(2025, 4)) == 0


def test_markup_in_a_theme_stays_text():
    hostile = Lettering("三亚党建", "", "季刊", "", "<script>alert(1)</script>")
    svg = draw(2026, 1, 1, hostile)
    assert "<script" not in svg
    assert "<script>alert(1)</script>" in texts(svg)


@pytest.mark.parametrize("name", ["党建", "海南自由贸易港党建研究"])
def test_a_name_of_any_length_fills_the_masthead(name):
    svg = draw(2026, 5, 1, Lettering(name, "", "", "", ""))
    assert f'textLength="356">{name}<' in svg
    assert "style=" not in svg
