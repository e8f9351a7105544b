"""Joining broken lines: nothing lost, nothing glued that stands alone (RULES.md 9)."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.text.lines import is_complete, join_lines, open_mark

CITY = "全市各社区坚持以居民需求为导向，把服务送到楼栋门口，把矛盾化解在家门口，居民满意度逐年提高。"

JOINED = {
    "in a word": ["各社区把服务送到楼栋门口，把矛盾化解在家门口，居民的获得感幸福感满意", "度逐年提高，邻里关系更加和睦。"],
    "after a comma": ["各社区坚持问题导向，", "把服务送到楼栋门口。"],
    "across blank lines": ["街道从去年起先后建起了卫生网格、维稳网格，这些网格发挥了积极作用，但存在", "", "", "条块分割的弊端。"],
    "inside a quotation": ["居民说起“红", "砖巷”的变化，个个称赞。"],
    "inside a bracket": ["三是楼栋清单（70", "个），由组长认领。"],
    "a tail of a few characters": ["（二）明确服务标准，细化内", "容。"],
    "a line cannot begin so": ["居民自发组成巡逻队", "，每晚巡逻。"],
    "after a full stop inside": ["一是抓好调解工作。组织", "“12345”热线和各部门对接。"],
    "three lines": ["街道党工委把居民反映的停车难、充电难、照明难问题列成清单，逐项研究、逐项", "办理、逐项回访，先后协调物业、电力、交警等部门现场办公二十余次，新增", "车位三百个。"],
}  # fmt: skip

APART = {
    "heading with number": ["一、压实责任，凝聚合力", CITY],
    "heading of two phrases": ["党建引领 邻里守望", CITY],
    "unit's name": ["城东街道党工委", CITY],
    "heading after a heading": ["二、主要做法", "（一）建强队伍"],
    "dash heading": ["——搭好一个平台，汇聚各方力量", CITY],
    "whole sentence": [CITY, "邻里关系更加和睦。"],
    "sentence that ends in a quotation": ["他说：“社区就是我们的家。”", "邻里关系更加和睦。"],
    "note": [CITY, "（作者系城东街道办事处工作人员）"],
    "lead-in": ["品牌释义：", "“邻里”是社区治理的底色。"],
    "items": ["一是服务到楼；", "二是服务到户；"],
}


@pytest.mark.parametrize("lines", JOINED.values(), ids=JOINED)
def test_a_broken_sentence_is_joined(lines):
    whole = [line for line in lines if line]
    assert [paragraph.text for paragraph in join_lines([*lines, "", CITY])] == ["".join(whole), CITY]


@pytest.mark.parametrize("lines", APART.values(), ids=APART)
def test_what_stands_alone_stays_alone(lines):
    assert [paragraph.text for paragraph in join_lines(lines)] == lines


def test_a_short_line_is_joined_where_the_text_knows_the_word():
    lines = ["社区始终牢记为民服务初", "心，以邻里互助为主线，把服务送到楼栋门口。"]
    knowing = ["党员不忘初心。", "初心是最好的老师。"]
    assert len(join_lines(lines + knowing)) == 3
    assert len(join_lines(lines)) == 2, "without a witness a short line may be a heading"


def test_a_paragraph_remembers_its_lines_and_seams():
    (paragraph,) = join_lines(["", "居民自发组成巡逻队，", "", "每晚巡逻。"], first=10)
    assert paragraph.lines == (11, 13)
    assert paragraph.text[: paragraph.seams[0]] == "居民自发组成巡逻队，"


def test_lines_the_caller_knows_are_left_alone():
    lines = ["幸福社区展新貌、", "居民自治谱新篇。"]
    assert len(join_lines(lines)) == 1
    assert len(join_lines(lines, apart={1})) == 2


def test_latin_words_keep_their_space():
    assert join_lines(["社区开通了 City，", "Services"])[0].text == "社区开通了 City，Services"
    assert join_lines(["合作名称为“Sunny", "Town”计划。"])[0].text == "合作名称为“Sunny Town”计划。"


def test_open_marks_and_complete_sentences():
    assert open_mark("《条例》和“红（砖") == "（"
    assert not open_mark("“甲”“乙”")
    assert is_complete("他说：“好。”")
    assert not is_complete("建立“家门口”")


LINES = st.lists(
    st.one_of(
        st.sampled_from([line for lines in [*JOINED.values(), *APART.values()] for line in lines]),
        st.text(alphabet="党建引领社区，。“”（）《》、；：一二、 　abc12", max_size=50),
    ),
    max_size=12,
)


@given(LINES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_character_is_lost_or_moved(lines):
    joined = join_lines(lines)
    assert re.sub(r"\s", "", "".join(paragraph.text for paragraph in joined)) == re.sub(r"\s", "", "".join(lines))
    assert [n for paragraph in joined for n in paragraph.lines] == [
        n for n, line in enumerate(lines, 1) if line.strip(" \t\r\n\u3000\u00a0\ufeff")
    ]


@given(LINES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_joining_again_changes_nothing(lines):
    once = [paragraph.text for paragraph in join_lines(lines)]
    assert [paragraph.text for paragraph in join_lines(once)] == once
