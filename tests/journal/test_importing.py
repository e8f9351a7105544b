"""A printed issue's text → PrintedIssue, on an invented issue with the damage that real ones arrive with (RULES.md 9)."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.importing.printed import Unreadable
from journal.importing.read import parse_issue
from journal.text.blocks import outline, plain_text

TEXT = (Path(__file__).parent / "data" / "invented_issue.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def printed():
    return parse_issue(TEXT)


@pytest.fixture(scope="module")
def by_title(printed):
    return {article.title: article for article in printed.articles}


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(TEXT.split("\n"), 1) if line == words)


def test_numbers_and_imprint(printed):
    assert (printed.year, printed.number, printed.serial_number) == (2030, 2, 18)
    assert printed.imprint == {
        "licence_number": "望内准印字第 WH300002 号",
        "notice": "内部资料，免费交流",
        "supervisor": "中共望海市委组织部",
        "sponsor": "望海市党建研究所",
        "co_sponsors": "望海市各镇党委\n望海市直机关工委",
        "address": "望海市临港区木棉路8号",
        "postcode": "999001",
        "email": "bianji@example.cn",
        "phone": "0999-1234567",
        "printed_on": "2030-06-09",
        "print_house": "望海晨光印务有限公司",
        "print_run": 500,
        "distribution": "各镇、市直各单位",
        "website": "http://www.example.cn",
        "online_note": "本资料可在望海党建官网在线阅读",
    }


def test_columns_articles_and_pages(printed):
    assert [(section.name, section.start_page, section.end_page) for section in printed.sections] == [
        ("领导讲话", 1, 4),
        ("实践探索", 5, 9),
        ("党员风采", 9, 12),
    ]
    assert [(article.section, article.title, article.start_page) for article in printed.articles] == [
        ("领导讲话", "榕树下的议事桌 把民生小事办成民心大事", 1),
        ("领导讲话", "海堤修缮工程“百日攻坚”行动启动", None),
        ("实践探索", "夜市红灯笼 照亮小店主的创业路", 5),
        ("实践探索", "加快建设“十五分钟便民圈” 让群众办事更省心更省时更省力", None),
        ("实践探索", "渔港新事", None),
        ("党员风采", "海边的“守灯人”", 9),
    ]


def test_preface_highlights_board_and_call(printed):
    assert (printed.preface.title, printed.preface.signature) == ("潮起海湾 同心向前", "《望海党建》编辑部")
    assert printed.preface.html.count("<p>") == 2
    assert [highlight.article for highlight in printed.highlights] == [0, 2]
    assert printed.board == [
        ("主任", "甄大海"), ("委员", "贾宁"), ("委员", "易小舟"), ("委员", "甄好"), ("主编", "易东风"),
    ]  # fmt: skip
    assert (printed.call.title, printed.call.signature) == ("《望海党建》征稿启事", "《望海党建》编辑部")
    assert outline(printed.call.html) == [(2, "一、来稿方向")]


def test_heads_and_notes(by_title):
    lantern = by_title["夜市红灯笼 照亮小店主的创业路"]
    assert lantern.subtitle == "临港区夜市党支部服务小店主纪实"
    assert [(byline.kind, byline.name) for byline in lantern.bylines] == [("person", "甄好")]
    assert lantern.author_note == "作者系临港区夜市党支部书记"
    assert lantern.source_note == "稿件来源：临港区委组织部"
    assert lantern.credits == "文字整理：易小舟"
    assert not lantern.is_reprint
    service = by_title["加快建设“十五分钟便民圈” 让群众办事更省心更省时更省力"]
    assert service.contents_title == "加快建设“十五分钟便民圈”让群众办事更省心更省时更省力"
    assert [(byline.kind, byline.name) for byline in service.bylines] == [("unit", "临港镇党委")]


def test_a_byline_on_its_own_line_of_the_contents(by_title):
    dyke = by_title["海堤修缮工程“百日攻坚”行动启动"]
    assert [(byline.kind, byline.name) for byline in dyke.bylines] == [("unit", "市委组织部一科")]


def test_kicker_and_a_title_printed_twice(printed, by_title):
    keeper = by_title["海边的“守灯人”"]
    assert keeper.kicker == "全市优秀志愿者—贾宁"
    assert keeper.contents_title == "全市优秀志愿者—贾 宁"
    assert plain_text(keeper.html).startswith("贾宁守着")
    assert any(problem.line == line_of("海边的“守灯人”") for problem in printed.problems)


def test_broken_lines_headings_and_bold(by_title):
    lantern = by_title["夜市红灯笼 照亮小店主的创业路"]
    assert outline(lantern.html) == [
        (2, "一、点亮一盏灯"),
        (3, "(一) 服务站建在街口"),
        (2, "二、照亮一条路"),
        (3, "老街新韵 灯火可亲"),
    ]
    assert "组织“老店带新店”活动" in lantern.html
    assert "为民服务初心，每周三" in lantern.html
    assert "<strong>充电、饮水、应急药箱样样齐全</strong>" in lantern.html


def test_a_passage_resumed_after_another_article_is_moved_back_and_listed(printed, by_title):
    table = plain_text(by_title["榕树下的议事桌 把民生小事办成民心大事"].html)
    assert "推广村民议事长效机制，请榕岭村" in table
    assert table.endswith("没有办不成的事。")
    assert plain_text(by_title["海堤修缮工程“百日攻坚”行动启动"].html).endswith("保证浇筑不间断。")
    (problem,) = [problem for problem in printed.problems if "断在句中" in problem.message]
    assert problem.line == line_of("村干部们商量，下一步要继续推广村民议事")
    assert problem.quote.split("|") == [
        "村干部们商量，下一步要继续推广村民议事",
        "长效机制，请榕岭村的老支书、村民代表到邻",
    ]


def test_a_cut_without_its_rest_is_listed_and_nothing_is_moved():
    start = TEXT.index("长效机制，请")
    cut = TEXT[:start] + TEXT[TEXT.index("实践探索\n\n夜市红灯笼") :]
    printed = parse_issue(cut)
    assert plain_text(printed.articles[0].html).endswith("推广村民议事")
    assert any("没有说完" in problem.message for problem in printed.problems)


def test_composite_parts(by_title):
    port = by_title["渔港新事"]
    assert [(part.kicker, part.title) for part in port.parts] == [
        ("东澳村", "织网工坊开起来 渔家日子红起来 巧手织出“致富网”"),
        ("西澳村", "老船长上讲台"),
    ]
    assert plain_text(port.html) == "休渔期到了，渔港里的新鲜事却一件接着一件，三个渔村各有各的做法。"
    assert plain_text(port.parts[1].html).startswith("西澳村请老船长")
    assert port.words > sum(part.words for part in port.parts) > 0


def test_what_cannot_be_decided_is_listed_with_line_and_quote(printed):
    (missing,) = [problem for problem in printed.problems if problem.quote == "没有刊出的文章"]
    assert missing.line == line_of("没有刊出的文章")
    assert len(printed.problems) == 3


def test_page_furniture_is_set_apart(printed):
    assert [line.text for line in printed.furniture] == [
        "望海党建", "望海党建微信公众号", "02 目录 CONTENTS", "2030NO.2 总第18期（季刊）", "(按姓氏笔画排序)", "1", "实践探索",
    ]  # fmt: skip


def test_a_column_with_a_single_page():
    printed = parse_issue(TEXT.replace("党员风采 09 ~ 12", "党员风采 12"))
    assert (printed.sections[2].name, printed.sections[2].start_page, printed.sections[2].end_page) == (
        "党员风采",
        12,
        12,
    )
    assert printed.articles[-1].section == "党员风采"


def test_titles_with_page_numbers_of_their_own():
    text = TEXT
    for title, page in (
        ("把民生小事办成民心大事\n海堤", 1),
        ("创业路 甄 好", 5),
        ("临港镇党委\n渔港", 7),
        ("渔港新事\n\n党员", 8),
    ):
        first = title.split("\n")[0]
        text = text.replace(title, title.replace(first, f"{first} …… {page:02d}"), 1)
    printed = parse_issue(text)
    assert [article.start_page for article in printed.articles] == [1, None, 5, 7, 8, 9]
    assert printed.articles[4].title == "渔港新事"


def test_a_column_listed_twice_or_with_pages_backwards_is_reported():
    printed = parse_issue(TEXT.replace("党员风采 09 ~ 12", "实践探索 12 ~ 09"))
    assert [section.name for section in printed.sections] == ["领导讲话", "实践探索"]
    told = [problem.message for problem in printed.problems if problem.line == line_of("党员风采 09 ~ 12")]
    assert ["前大后小" in message or "两次" in message for message in told] == [True, True]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有找到目录"),
        ("一篇文章。\n没有别的。", "没有找到目录"),
        ("目录\n理论研究 01 ~ 02\n一个题目", "正文里没有找到"),
        ("目录\n理论研究 01 ~ 02\n一个题目\n\n一个题目\n\n正文。", "没有找到年份"),
        ("2030NO.2\n目录\n理论研究 01 ~ 02\n一个题目\n\n一个题目\n\n正文。", "没有找到总期号"),
        ("目录\n理论研究 01 ~ 02", "只有栏目"),
    ],
)
def test_what_is_no_issue_is_refused(text, reason):
    with pytest.raises(Unreadable, match=reason):
        parse_issue(text)


def characters(text: str) -> Counter[str]:
    return Counter(re.findall("[\u3400-\u9fff]", text))


def everything_said(printed) -> str:
    said = []
    pieces = [piece for article in printed.articles for piece in (article, *article.parts)]
    for piece in pieces:
        names = [byline.name for byline in piece.bylines]
        said += [piece.kicker, piece.title, piece.subtitle, *names, plain_text(piece.html)]
        said += [piece.author_note, piece.source_note, piece.credits]
    if printed.call:
        said += [printed.call.title, plain_text(printed.call.html), printed.call.signature]
    return "\n".join(said)


DAMAGE = st.lists(
    st.tuples(st.sampled_from(["drop", "twice", "blank", "halve", "swap"]), st.integers(0, 250)), max_size=8
)


@given(DAMAGE)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_damage_no_character_of_the_body_is_lost(damage):
    """Every character stands in an article, in the call, in the page's furniture or in a listed problem."""
    lines = TEXT.split("\n")
    for kind, place in damage:
        here = place % len(lines)
        half = len(lines[here]) // 2
        there = (here * 7 + 3) % len(lines)
        if kind == "swap":
            lines[here], lines[there] = lines[there], lines[here]
        else:
            lines[here : here + 1] = {
                "drop": [],
                "twice": [lines[here], lines[here]],
                "blank": [lines[here], ""],
                "halve": [lines[here][:half], lines[here][half:]],
            }[kind]
    try:
        printed = parse_issue("\n".join(lines))
    except Unreadable:
        return
    start = min(article.line for article in printed.articles)
    told = {line.number for line in printed.furniture} | {
        problem.line for problem in printed.problems if "没有收" in problem.message or "没有再收" in problem.message
    }
    body = "\n".join(line for number, line in enumerate(lines, 1) if number >= start and number not in told)
    assert characters(body) <= characters(everything_said(printed))
