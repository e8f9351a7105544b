"""Names, posts and orders against the register: what is told, and above all what is not. Every name is invented."""

from datetime import date

import pytest

from journal.models import Content
from submissions.checks.findings import WARNING
from submissions.checks.house_style import HouseStyle
from submissions.checks.register import check_register
from submissions.checks.register_entries import Order, Register, Tenure, UnitEntry
from submissions.manuscript import Manuscript

DAY = date(2026, 6, 1)
REGISTER = Register(
    tenures=(
        Tenure(date(2018, 1, 1), date(2021, 2, 28), "乔木", "区长", "望海区"),
        Tenure(date(2021, 3, 1), None, "乔木", "区委书记", "望海区", ("乔沐",)),
        Tenure(None, None, "冯若兰", "区委组织部部长", "望海区", ("冯若蘭",)),
        Tenure(None, None, "冯若兰", "区委常委", "望海区"),
        Tenure(None, None, "柳青", "局长", "望海区公安局"),
        Tenure(None, None, "石敢当", "镇长", "临港镇"),
        Tenure(None, None, "石敢当", "主任", "望海区政务服务中心"),
        Tenure(None, None, "江映月", "区委副书记、区长", "望海区"),
        Tenure(None, date(2020, 1, 1), "谢云帆", "镇党委书记", "临港镇"),
    ),
    units=(
        UnitEntry(name="中共望海区委组织部", variants=("望海区组织部",)),
        UnitEntry(since=date(2019, 1, 1), name="望海区农业农村局", variants=("望海区农业局",)),
    ),
    orders=(
        Order(date(2021, 1, 1), None, "各镇排名", ("临港镇", "青屿镇", "椰塘街道")),
        Order(None, date(2020, 12, 31), "各镇旧排名", ("青屿镇", "临港镇", "椰塘街道")),
        Order(None, None, "区领导排名", ("乔木", "江映月", "冯若兰", "柳青")),
    ),
)


def found(text: str, day=DAY, register=REGISTER, title="") -> list:
    content = Content(title=title, html=f"<p>{text}</p>")
    return list(check_register(Manuscript(content=content, house_style=HouseStyle(register=register, day=day))))


def codes(text: str, day=DAY) -> list[str]:
    return [finding.code for finding in found(text, day)]


@pytest.mark.parametrize(
    "text",
    [
        "市委书记乔木出席会议。",
        "区长乔木出席会议。",
        "会议由区长乔　木主持。",
        "乔木（区长）讲话。",
        "乔木（望海区区长）讲话。",
        "乔木区长指出，",
        "区委副书记乔木指出，",
        "区教育局局长柳青说，",
        "市公安局局长柳青说，",
        "椰塘街道党工委书记石敢当说，",
        "镇委书记、镇长石敢当说，",
        "区委书记江映月出席。",
        "区委副书记兼区政协主席江映月出席。",
        "区委书记、区长江映月出席。",
        "区委书记、区长乔木出席。",  # the second was his before
        "区委宣传部部长冯若兰来到村里。",
        "临港镇党委书记谢云帆来到村里。",
    ],
)
def test_another_post_is_told(text):
    assert codes(text) == ["register.post"]


@pytest.mark.parametrize(
    "text",
    [
        "区委书记乔木出席会议。",
        "望海区委书记乔 木出席会议。",
        "中共望海区委书记乔木出席会议。",
        "会议由区委书记乔木主持。",
        "书记乔木说，",
        "乔木书记指出，",
        "乔木（区委书记）讲话。",
        "乔木（左二，区委书记）讲话。",
        "乔木同志讲话。",
        "乔木同志任区长时，",
        "时任区长乔木提出，",
        "原区长乔木提出，",
        "乔木（时任区长）提出，",
        "乔木（原望海区区长）提出，",
        "时任区委副书记、区长乔木提出，",
        "区长乔木生介绍情况。",  # somebody else, of three characters
        "区长李乔木（区长）说，",
        "柳青局长说，",
        "公安局局长柳青说，",
        "会议由公安局局长柳青主持。",
        "镇长石敢当说，",  # one of two posts
        "中心主任石敢当说，",
        "区委副书记、区长江映月出席。",
        "区长江映月出席。",
        "区委书记乔木和区长江映月出席。",
        "区委书记乔木、区长江映月出席。",
        "区委常委冯若兰出席。",
        "区委常委、组织部部长冯若兰出席。",
        "乔木主任务重。",
        "党委书记、局长柳青说，",  # one post is listed and right: another may be held
        "区文联主席何处来。",  # nobody of the register
        "村民谢云帆说，",
    ],
)
def test_what_fits_or_is_past_or_somebody_else_is_not_told(text):
    assert codes(text) == []


def test_the_texts_day_decides():
    assert codes("区长乔木出席会议。", date(2019, 5, 1)) == []
    assert codes("区委书记乔木出席会议。", date(2019, 5, 1)) == ["register.post"]
    assert codes("区长乔木出席会议。", date(2021, 2, 28)) == []  # the last day counts
    assert codes("区委书记乔木出席会议。", date(2021, 3, 1)) == []
    assert codes("镇党委书记谢云帆说，", date(2019, 5, 1)) == []


def test_an_unknown_time_is_no_contradiction():
    register = Register(tenures=(Tenure(date(2022, 1, 1), None, "乔木", "区委书记", "望海区"),))
    assert found("镇长乔木说，", date(2020, 1, 1), register) == []


def test_the_remark_quotes_passage_and_entry():
    finding = found("会议由区长乔　木主持。")[0]
    assert finding.level == WARNING
    assert finding.quote.endswith("区长乔　木")
    assert "会议由区长乔　木主持。"[finding.offset :].startswith(finding.quote)
    assert "乔木，望海区区委书记，2021年3月1日起" in finding.message
    assert finding.fix is None


def test_homonyms_are_told_only_where_none_fits():
    register = Register(tenures=(Tenure(person="柳青", post="局长"), Tenure(person="柳青", post="镇长")))
    assert found("镇长柳青说，局长柳青说，", DAY, register) == []
    assert [f.code for f in found("校长柳青说，", DAY, register)] == ["register.post"]


@pytest.mark.parametrize(
    ("text", "code", "quote", "choice"),
    [
        ("乔沐同志说，", "register.person", "乔沐", "乔木"),
        ("学习冯若蘭的做法。", "register.person", "冯若蘭", "冯若兰"),
        ("区委组织部部长冯若岚说，", "register.person", "冯若岚", "冯若兰"),  # nobody has listed this one
        ("区委书记乔本出席。", "register.person", "乔本", "乔木"),
        ("望海区组织部发文。", "register.unit", "望海区组织部", "中共望海区委组织部"),
        ("中共望海区组织部发文。", "register.unit", "中共望海区组织部", "中共望海区委组织部"),
        ("中共望海委区组织部发文。", "register.unit", "中共望海委区组织部", "中共望海区委组织部"),
        ("望海区农业局发文。", "register.unit", "望海区农业局", "望海区农业农村局"),
    ],
)
def test_wrong_forms_are_told_with_the_right_one(text, code, quote, choice):
    findings = found(text)
    assert [(f.code, f.quote, f.choices) for f in findings] == [(code, quote, (choice,))]
    assert choice in findings[0].message
    assert text[findings[0].offset :].startswith(quote)


@pytest.mark.parametrize(
    "text",
    [
        "乔沐生同志说，",
        "李乔沐说，",
        "原区委书记乔本出席。",
        "邻县的区委书记乔本出席。",
        "区委书记柳本出席。",
        "中共望海区委组织部发文，区委组织部负责。",
        "望海区委组织部发文。",
    ],
)
def test_other_people_and_short_forms_are_not_told(text):
    assert codes(text) == []


def test_a_units_former_name_was_right_in_its_time():
    assert codes("望海区农业局发文。", date(2015, 1, 1)) == []


@pytest.mark.parametrize(
    ("text", "quote", "choices"),
    [
        ("青屿镇、临港镇、椰塘街道都来了。", "青屿镇、临港镇、椰塘街道", ("临港镇、青屿镇、椰塘街道",)),
        ("椰塘街道和青屿镇都来了。", "椰塘街道和青屿镇", ("青屿镇和椰塘街道",)),
        ("青屿镇　临港镇", "青屿镇　临港镇", ("临港镇　青屿镇",)),
        ("出席的有江映月、乔　木。", "江映月、乔　木", ("乔　木、江映月",)),
        ("区长江映月、区委书记乔木出席。", "江映月、区委书记乔木", ()),
        ("江映月、张三丰、乔木出席。", "江映月、张三丰、乔木", ()),
        ("江映月（区长）、乔木（区委书记）出席。", "江映月（区长）、乔木", ()),
    ],
)
def test_another_order_is_told(text, quote, choices):
    findings = found(text)
    assert [(f.code, f.quote, f.choices) for f in findings] == [("register.order", quote, choices)]


@pytest.mark.parametrize(
    "text",
    [
        "临港镇、青屿镇、椰塘街道都来了。",
        "临港镇、椰塘街道都来了。",
        "乔木、江映月、冯若兰和柳青出席。",
        "青屿镇开会。临港镇也开会。",
        "青屿镇学习临港镇的做法。",
        "江映月、乔木出席（按姓氏笔画为序）。",
        "乔木、江映月，乔木又说",
    ],
)
def test_the_registered_order_and_mere_neighbours_are_not_told(text):
    assert codes(text) == []


def test_the_order_is_read_as_it_stood():
    assert codes("青屿镇、临港镇都来了。", date(2020, 6, 1)) == []
    finding = found("青屿镇、临港镇都来了。")[0]
    assert "“各镇排名”（2021年1月1日起）" in finding.message
    assert "临港镇、青屿镇" in finding.message


def test_titles_are_looked_at():
    assert [f.code for f in found("", title="区长乔木到村里调研")] == ["title.register"]


def test_bylines_are_looked_at():
    lines = [
        {"kind": "person", "name": "乔沐", "affiliation": "望海区组织部"},
        {"kind": "person", "name": "柳青", "affiliation": "望海区组织部"},
    ]
    manuscript = Manuscript(
        content=Content(title="", html="", bylines=lines), house_style=HouseStyle(register=REGISTER, day=DAY)
    )
    told = [(finding.code, finding.quote) for finding in check_register(manuscript)]
    assert told == [("byline.register", "乔沐"), ("byline.register", "望海区组织部")]


def test_an_empty_register_says_nothing():
    assert found("区长乔木、临港镇", register=Register()) == []
