"""What a page or file seems to hold, every character of it accounted for; everything here is made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.text.blocks import from_plain, plain_text
from journal.text.count import count_words
from journal.text.pieces import compose, parts_of, propose, survey
from journal.text.pieces.signature import bracketed, read_signature

BODY = "村里把议事桌搬到榕树下，每月两次，群众先说，干部后答，定下来的事贴在墙上，办完一件划掉一件，谁也不含糊。"
OTHER = "渔港的路灯是大家凑钱修的，谁家门口的灯坏了，谁家先去看一看，修灯的师傅住在港口边上，随叫随到，分文不取。"
MORE = "巷口划了十二个车位，早上卖菜，晚上停车，谁来得早谁先用，来晚的把车推到祠堂后面，三年没有人为这个红过脸。"

PAGE = f"""
把桌子搬到群众中去 办好身边小事

——全区基层治理推进会发言摘登

10月25日,全区基层治理推进会召开,三个单位在会上作了发言,以下为发言摘登,文字有删节,题目为编者所加。

榕树下议事 巷子里办事

榕岭镇党委书记、榕岭社区工委书记 林晓舟

{BODY}着力探索

“先说难处”的新路子,{OTHER}

点亮一盏灯 温暖一座港

望海区民政局局长 何 为

{OTHER}这一年里我们挨家挨户地走,{MORE}到了年底,办理流程改

一个车位 两样用处

临港街道办事处

{MORE}（本版文字整理/白露）
"""


def test_a_newspaper_page():
    found = survey(PAGE)
    assert (found.heading, found.subtitle) == ("把桌子搬到群众中去 办好身边小事", "全区基层治理推进会发言摘登")
    assert found.lead.startswith("10月25日,")
    assert [(piece.title, piece.office, piece.person) for piece in found.pieces] == [
        ("榕树下议事 巷子里办事", "榕岭镇党委书记、榕岭社区工委书记", "林晓舟"),
        ("点亮一盏灯 温暖一座港", "望海区民政局局长", "何为"),
        ("一个车位 两样用处", "临港街道办事处", ""),
    ]
    assert [[cut.kind for cut in piece.cut] for piece in found.pieces] == [["broken"], ["ends_early"], ["credit"]]
    assert found.pieces[2].text == MORE
    assert found.pieces[2].credits == "本版文字整理/白露"
    for piece in found.pieces:
        for cut in piece.cut:
            assert piece.start <= cut.start < cut.end <= piece.end
    assert {stretch.kind for stretch in found.stretches} == {"heading", "lead", "piece"}


CONTENTS = f"""推进会发言（3篇）
目\u3000录
榕树下议事巷子里办事（镇党委书记） 1
点亮一盏灯温暖一座港（区民政局） 2
没有来稿的一篇（区教育局党委书记） 3
“头雁”领飞群雁齐追（区委组织部） ........ 4


榕树下议事\u00a0巷子里办事（镇党委书记）
**{BODY}
点亮一盏灯
温暖一座港
{OTHER}
“头雁”领飞 群雁齐飞（区委组织部）
**{MORE}
目录忘了的一篇
镇团委书记 周予安
{OTHER}
"""


def test_a_contents_page():
    found = survey(CONTENTS)
    assert found.heading == "推进会发言"
    assert [(piece.title, piece.office, piece.person) for piece in found.pieces] == [
        ("榕树下议事\u00a0巷子里办事", "镇党委书记", ""),
        ("点亮一盏灯 温暖一座港", "区民政局", ""),
        ("“头雁”领飞 群雁齐飞", "区委组织部", ""),
        ("目录忘了的一篇", "镇团委书记", "周予安"),
    ]
    assert [entry.title for entry in found.without_text] == ["没有来稿的一篇"]
    assert [piece.title for piece in found.without_entry] == ["目录忘了的一篇"]
    assert [sorted(cut.kind for cut in piece.cut) for piece in found.pieces] == [
        ["masked"],
        ["contents", "two_lines"],
        ["contents", "masked"],
        ["contents"],
    ]
    assert found.entries[0].piece == 0
    assert found.entries[3].office == "区委组织部"


def test_a_contents_page_without_its_heading():
    text = f"榕树下议事巷子里办事\n点亮一盏灯温暖一座港\n榕树下议事 巷子里办事\n{BODY}\n点亮一盏灯 温暖一座港\n{OTHER}"
    found = survey(text)
    assert [piece.title for piece in found.pieces] == ["榕树下议事 巷子里办事", "点亮一盏灯 温暖一座港"]
    assert found.stretches[0].kind == "contents"


def test_the_first_text_may_be_the_one_the_contents_forgot():
    text = f"目录\n点亮一盏灯 1\n一个车位两样用 2\n目录忘了的一篇\n周予安\n{BODY}\n点亮一盏灯\n{OTHER}\n一个车位两样用\n{MORE}"
    found = survey(text)
    assert [(piece.title, piece.person) for piece in found.pieces] == [
        ("目录忘了的一篇", "周予安"),
        ("点亮一盏灯", ""),
        ("一个车位两样用", ""),
    ]
    assert [piece.title for piece in found.without_entry] == ["目录忘了的一篇"]


def test_the_heading_of_a_column_is_no_title():
    text = f"目录\n基层实践 1\n点亮一盏灯 1\n一个车位两样用 2\n基层实践\n点亮一盏灯\n{OTHER}\n一个车位两样用\n{MORE}"
    assert [piece.title for piece in propose(text)] == ["点亮一盏灯", "一个车位两样用"]


@pytest.mark.parametrize(
    "text",
    [
        f"榕树下的板凳会\n林晓舟\n{BODY}\n一、会开到树下\n{OTHER}\n二、事办到门口\n{MORE}",
        f"榕树下的板凳会\n——榕岭镇的做法\n榕岭镇党委\n{BODY}\n小凳子\n{OTHER}\n大文章\n{MORE}",
        f"榕树下的板凳会\n{BODY}\n“有事大家坐下来说。”\n{OTHER}\n- 先说难处\n- 再说办法\n{MORE}",
        f"榕树下的板凳会\n{BODY}\n（一）先说难处\n{OTHER}\n1.找得到人\n{MORE}\n（作者系榕岭镇党委书记）",
        f"榕树下的板凳会\n{BODY}\n心往一处想\n难事不过夜\n{OTHER}\n劲往一处使\n办到心坎处\n{MORE}",
        f"榕树下的板凳会\n{BODY}\n强化领导\n健全机制\n{OTHER}\n夯实基础\n培养干部\n{MORE}",
        f"关于开展议事的办法（试行）\n{BODY}\n附则（草案）\n{OTHER}\n说明（方案）\n{MORE}",
        f"目录\n第一部分 1\n第二部分 2\n{BODY}\n{OTHER}",
        f"{BODY}\n{OTHER}",
        f"榕树下的板凳会\n\n{BODY}\n\n镇党委书记 林晓舟",
    ],
)
def test_one_manuscript_is_one_piece(text):
    (piece,) = propose(text)
    assert (piece.start, piece.end) == (0, len(text))
    assert MORE not in text or MORE in piece.text


def test_what_is_plain_of_one_manuscript():
    (piece,) = propose(f"榕树下的板凳会\n——榕岭镇的做法\n榕岭镇党委书记 林晓舟\n{BODY}")
    assert (piece.title, piece.subtitle, piece.byline) == ("榕树下的板凳会", "榕岭镇的做法", "榕岭镇党委书记 林晓舟")
    assert piece.text == BODY
    assert propose("") == propose(" \n\u3000") == ()


@pytest.mark.parametrize(
    ("line", "person", "office"),
    [
        ("望海区委书记 林晓舟", "林晓舟", "望海区委书记"),
        ("望海区委书记林晓舟", "林晓舟", "望海区委书记"),
        ("林晓舟\u3000望海区委书记", "林晓舟", "望海区委书记"),
        ("镇党委书记、镇长\u00a0何 为", "何为", "镇党委书记、镇长"),
        ("镇党委书记 何为、周予安", "何为、周予安", "镇党委书记"),
        ("何\u3000为", "何为", ""),
        ("何为 林晓舟 欧阳一舟", "何为、林晓舟、欧阳一舟", ""),
        ("阿依古丽·买买提", "阿依古丽·买买提", ""),
        ("作者：林晓舟", "林晓舟", ""),
        ("**望海区委宣传部**", "", "望海区委宣传部"),
    ],
)
def test_signatures(line, person, office):
    assert read_signature(line) == (person, office)


@pytest.mark.parametrize(
    "line", ["强化领导", "办到心坎处", "培养干部", "健全机制", "镇里来了新书记", "同志们：", "好，就这样办。", "", "**"]
)
def test_no_signatures(line):
    assert read_signature(line) is None


def test_brackets_behind_a_title():
    assert bracketed("点亮一盏灯（区民政局）") == ("点亮一盏灯", ("", "区民政局"))
    assert bracketed("点亮一盏灯(镇党委书记 林晓舟)") == ("点亮一盏灯", ("林晓舟", "镇党委书记"))
    assert bracketed("议事办法（试行）") is None
    assert bracketed("（镇党委书记）") is None


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *("目录", "榕树下议事", "榕树下议事 林晓舟 1", "点亮一盏灯（区民政局） 2", "点亮一盏灯（区民政局）"),
                *("林晓舟", "镇党委书记 何为", "——副题", "一、起头", "## 点亮一盏灯", "- 一条", "（本版编辑：白露）"),
                *(BODY, OTHER, MORE + "半句", "", "\u00a0", "**", "（", "1", "\x0b", "\t", "【照片1】"),
            ]
        ),
        st.text("榕树灯区局长 ，。、（）*#\n\r\u3000\u2028\x00“”—1", max_size=30),
    ),
    max_size=16,
)


@given(LINES)
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_of_any_text(lines):
    text = "\n".join(lines)
    found = survey(text)
    assert "".join(text[stretch.start : stretch.end] for stretch in found.stretches) == text
    pieces = [stretch for stretch in found.stretches if stretch.kind == "piece"]
    assert [(stretch.start, stretch.end) for stretch in pieces] == [(one.start, one.end) for one in found.pieces]
    for piece in found.pieces:
        source = text[piece.start : piece.end]
        credit = "".join(cut.quote for cut in piece.cut if cut.kind == "credit")
        assert bare(piece.head + piece.text + credit) == bare(source)
        if len(found.pieces) > 1:
            assert piece.title
            assert piece.title.split()[0] in piece.head


def bare(text: str) -> str:
    return "".join(character for character in text if not (character.isspace() or character in "\ufeff\u200b"))


@given(
    st.lists(
        st.sampled_from(["强化领导", "心往一处想", "好事", "一、先说", "（二）再议", BODY, OTHER, MORE]), max_size=9
    )
)
@settings(max_examples=100, deadline=None)
def test_headings_never_split_a_manuscript(lines):
    assert len(propose("\n".join(["榕树下的板凳会", "林晓舟", BODY, *lines]))) == 1


@pytest.mark.parametrize("text", [PAGE, CONTENTS])
def test_a_composite_is_told_apart_again(text):
    found = survey(text)
    composite = parts_of(from_plain(compose(found.pieces, found.lead)))
    assert [(part.title, part.office, part.person) for part in composite.parts] == [
        (" ".join(piece.title.split()), piece.office, piece.person) for piece in found.pieces
    ]
    for part, piece in zip(composite.parts, found.pieces, strict=True):
        assert count_words(plain_text(part.html)) == count_words(piece.text)
    assert plain_text(composite.lead) == found.lead


@given(LINES)
@settings(max_examples=100, deadline=None)
def test_whatever_is_proposed_can_be_composed(lines):
    found = survey("\n".join(["点亮一盏灯", "镇党委书记 何为", BODY, *lines, "一个车位两样用", "白露", MORE]))
    pieces = [piece for piece in found.pieces if bare(piece.text).strip("*#-—") and piece.title]
    composite = parts_of(from_plain(compose(pieces)))
    assert len(pieces) < 2 or len(composite.parts) == len(pieces)


def test_headings_inside_a_part_stay_inside():
    (one, two) = propose(
        f"点亮一盏灯\n镇党委书记 何为\n## 先说难处\n{BODY}\n一、再议\n{MORE}\n一个车位\n白露\n# 办法\n{OTHER}"
    )
    first, second = parts_of(from_plain(compose([one, two]))).parts
    assert "<h3>先说难处</h3>" in first.html
    assert "<h2>一、再议</h2>" in first.html
    assert (second.person, "<h3>办法</h3>" in second.html) == ("白露", True)


def test_a_text_without_a_title_of_its_own_is_not_composed():
    (piece,) = propose(f"{BODY}\n{OTHER}")
    with pytest.raises(ValueError, match=r"^$"):
        compose([piece])
