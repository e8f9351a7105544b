"""A file cut into its texts at their titles; everything here is made up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from journal.text.pieces import split_pieces

BODY = "村里把议事桌搬到榕树下，每月两次，群众先说，干部后答，定下来的事贴在墙上，办完一件划掉一件，谁也不含糊。"
OTHER = "渔港的路灯是大家凑钱修的，谁家门口的灯坏了，谁家先去看一看，修灯的师傅住在港口边上，随叫随到，分文不取。"


def titles(text, name=""):
    return [piece.title for piece in split_pieces(text, name)]


def test_a_compilation_with_a_contents_page():
    text = f"""党建工作推进会发言（2篇）
目录
榕树下议事巷子里办事（镇党委书记） 1
点亮一盏灯温暖一座港（渔港社区） ........ 12
榕树下议事巷子里办事（镇党委书记）
**{BODY}
点亮一盏灯温暖一座港（渔港社区）
{OTHER}"""
    pieces = split_pieces(text)
    assert [piece.title for piece in pieces] == ["榕树下议事巷子里办事", "点亮一盏灯温暖一座港"]
    assert [piece.text for piece in pieces] == [f"**{BODY}", OTHER]


def test_an_issue_with_preface_columns_and_signatures():
    text = f"""海潮季刊
卷首 潮起海天阔
{BODY}
02 目录 CONTENTS
基层实践 01 ~ 05
榕树下议事 巷子里办事 何 为
点亮一盏灯 温暖一座港 望海区组织部
港口办公室三科
优秀党员—林晓舟
编辑 周予安
基层实践
榕树下议事　巷子里办事
何为
{BODY}

议事有规矩 办事有回音

{OTHER}
点亮一盏灯·温暖一座港
港口办公室三科
{OTHER}
优秀党员—林晓舟 把灯送到门口
{BODY}
《海潮季刊》征稿启事
{OTHER}"""
    pieces = split_pieces(text)
    assert [piece.title for piece in pieces] == [
        "卷首 潮起海天阔",
        "榕树下议事　巷子里办事",
        "点亮一盏灯·温暖一座港",
        "优秀党员—林晓舟 把灯送到门口",
        "《海潮季刊》征稿启事",
    ]
    assert "议事有规矩" in pieces[1].text, "a subheading the contents do not list opens no text"
    assert "编辑" not in pieces[0].text


def test_a_newspaper_page_without_contents():
    text = f"""榕树下议事 巷子里办事

——推进会发言摘登

{BODY}

点亮一盏灯 温暖一座港

望海区委书记 林晓舟

{OTHER}没有写完就断在这里的半句

把服务送到门口

望海区民政局

{BODY}

一、先说难处

{OTHER}"""
    assert titles(text) == ["榕树下议事 巷子里办事", "点亮一盏灯 温暖一座港", "把服务送到门口"]


def test_titles_signed_in_brackets_without_contents():
    text = f"榕树下议事（镇党委书记）\n{BODY}\n点亮一盏灯（望海区民政局）\n{OTHER}"
    assert titles(text) == ["榕树下议事", "点亮一盏灯"]


def test_brackets_that_belong_to_a_title_stay():
    text = f"议事办法（试行）\n{BODY}"
    assert titles(text) == ["议事办法（试行）"]


def test_one_text_is_one_piece():
    assert titles(f"榕树下的板凳会\n{BODY}\n一、会开到树下\n{OTHER}\n{BODY}") == ["榕树下的板凳会"]
    assert titles(f"{BODY}\n{OTHER}", "来稿") == ["来稿"]
    assert split_pieces(" \n\u3000\n") == []


def test_a_contents_page_that_lists_nothing_found_leaves_one_piece():
    assert titles(f"办法和说明\n目录\n第一部分 1\n第二部分 2\n{BODY}\n{OTHER}") == ["办法和说明"]


LINES = st.lists(
    st.sampled_from(
        ["目录", "榕树下议事", "榕树下议事 林晓舟 1", "林晓舟", "——副题", "一、起头", BODY, OTHER, "", "**", "（", "1"]
    ),
    max_size=14,
)


@given(LINES)
@settings(max_examples=150, deadline=None)
def test_pieces_are_stretches_of_the_file_in_order(lines):
    text = "\n".join(lines)
    pieces = split_pieces(text, "来稿")
    done = 0
    for piece in pieces:
        assert done <= piece.start < piece.end <= len(text)
        assert piece.text in text[piece.start : piece.end]
        done = piece.end
    if BODY in lines and "目录" not in lines:
        assert any(BODY in piece.text for piece in pieces), "running text is in some piece"
