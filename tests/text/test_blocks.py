"""Canonical HTML: a function of what a reader sees (DESIGN.md 2)."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal.text.blocks import canonical, from_plain, outline, parse, picture_ids, plain_text, render, to_plain

FIGURE = '<figure data-picture="12"><img src="/x.jpg" alt=""><figcaption>村口 <b>新</b>路</figcaption></figure>'

CANONICAL = [
    ("bare text", "甲乙", "<p>甲乙</p>"),
    ("empty paragraphs", "<p>&nbsp;</p><p>　</p><p>甲</p><p><br></p>", "<p>甲</p>"),
    ("wrapped source", "<p>\n\t中国\n\t共产党 in\n English</p>", "<p>中国共产党 in English</p>"),
    ("indent", "<p>　　甲　乙　</p>", "<p>甲　乙</p>"),
    ("entities", "<p>&ldquo;甲&rdquo;&hellip;1 &lt; 2&nbsp;&amp; 3</p>", "<p>“甲”…1 &lt; 2 &amp; 3</p>"),
    ("marks", "<p><b>甲</b><i><b>乙</b></i><u>丙</u></p>", "<p><strong>甲<em>乙</em></strong><u>丙</u></p>"),
    ("space between marks", "<p><b>甲 </b>乙</p>", "<p><strong>甲</strong> 乙</p>"),
    ("links", '<p><a href="javascript:x()">甲</a><a href="https://e.cn/?a=1&b=2" target="_blank">乙</a></p>',
     '<p>甲<a href="https://e.cn/?a=1&amp;b=2">乙</a></p>'),
    ("relative link", '<p><a href="/admin/">甲</a></p>', "<p>甲</p>"),
    ("headings", "<h1>一、甲</h1><h2><strong>乙</strong></h2><h6>丙<br>丁</h6>", "<h2>一、甲</h2>\n<h2>乙</h2>\n<h4>丙 丁</h4>"),
    ("divisions", "<div>甲</div><div>乙<br><br>丙<br>丁</div>", "<p>甲</p>\n<p>乙</p>\n<p>丙<br>丁</p>"),
    ("script", "<p>甲<script>alert(1)</script></p><style>p{}</style>", "<p>甲</p>"),
    ("editor's list", "<ul>\n\t<li>\n\t<p>甲</p>\n\t</li>\n\t<li>乙\n\t<ol>\n\t\t<li>丙</li>\n\t</ol>\n\t</li>\n</ul>",
     "<ul><li>甲</li><li>乙<ol><li>丙</li></ol></li></ul>"),
    ("quotation", "<blockquote>甲<h2>乙</h2></blockquote>", "<blockquote><p>甲</p><p>乙</p></blockquote>"),
    ("table", '<table border="1" style="width:9px"><caption>表</caption><tr><th colspan="2" rowspan="1">甲</th></tr>'
     "<tr><td><p>1</p><p>2</p></td><td></td></tr></table>",
     '<p>表</p>\n<table><tbody><tr><th colspan="2">甲</th></tr><tr><td>1<br>2</td><td></td></tr></tbody></table>'),
    ("figure", FIGURE, '<figure data-picture="12"><figcaption>村口 <strong>新</strong>路</figcaption></figure>'),
    ("figure in a paragraph", f"<p>前{FIGURE}后</p>",
     '<p>前</p>\n<figure data-picture="12"><figcaption>村口 <strong>新</strong>路</figcaption></figure>\n<p>后</p>'),
    ("figure of nothing", '<figure data-picture="0x1"><img src="a"><figcaption>图</figcaption></figure>', "<p>图</p>"),
    ("no text", "<p></p><ul><li></li></ul><table><tr><td> </td></tr></table><img src=x>", ""),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), [case[1:] for case in CANONICAL], ids=[case[0] for case in CANONICAL])
def test_canonical_form(html, expected):
    assert canonical(html) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize("inside", ["<h2>甲%s</h2>", "<strong>%s</strong>", "<ul><li>甲%s</li></ul>",
                                    "<table><tr><td>甲%s</td></tr></table>", "<blockquote>甲%s</blockquote>"])  # fmt: skip
def test_a_picture_is_never_lost(inside):
    assert picture_ids(inside % FIGURE) == [12]


def as_ckeditor_saves(html: str) -> str:
    """What CKEditor 4 makes of canonical HTML: indented blocks, named entities, paragraphs in items, spaces as &nbsp;."""
    html = re.sub(r"(</?(?:ul|ol|table|thead|tbody|tr|blockquote|figure)[^>]*>)", "\n\\1\n\t", html)
    html = re.sub(r"<(li|td|th)([^>]*)>([^<]+)</\1>", "\n\t<\\1\\2>\n\t<p>\\3</p>\n\t</\\1>", html)
    html = html.replace("<strong>", "<b>").replace("</strong>", "</b>").replace("<br>", "<br />\n")
    html = re.sub(r"(?<=[\w\u4e00-\u9fff]) (?=[\w\u4e00-\u9fff])(?![^<]*>)", "&nbsp;", html)
    html = html.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("·", "&middot;").replace("—", "&mdash;")
    return html + "\n\n<p>&nbsp;</p>\n"


words = st.text(alphabet="党建引领ab1 “”，。　<&>·—…*", max_size=12).map(lambda text: text.replace("<", "&lt;"))
marked = st.builds(
    lambda tag, inner, after: f"<{tag}>{inner}</{tag.split()[0]}>{after}",
    st.sampled_from(["strong", "em", "u", "sub", "sup", "b", 'a href="https://e.cn/"']),
    words,
    words,
)
wrapped = st.builds(
    lambda tag, inner: f"<{tag}>{''.join(inner)}</{tag}>",
    st.sampled_from(["p", "h2", "h3", "h4", "div", "blockquote", "li", "ul", "td", "figcaption"]),
    st.lists(st.one_of(words, marked, st.just("<br>"), st.just(FIGURE)), max_size=4),
)
listed = st.lists(wrapped, max_size=3).map(lambda items: f"<ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>")
tables = st.lists(wrapped, min_size=1, max_size=4).map(
    lambda cells: "<table><tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr></table>"
)
markup = st.lists(st.one_of(words, wrapped, listed, tables), max_size=6).map("".join)


@given(markup)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_canonical_is_idempotent(html):
    once = canonical(html)
    assert canonical(once) == once
    assert render(parse(once)) == once


@given(markup)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_character_is_lost(html):
    text = re.sub(r"<figcaption>.*?</figcaption>", "", FIGURE)
    html = html.replace(FIGURE, text)
    visible = re.findall(r"[\u4e00-\u9fff]", re.sub(r"<[^>]*>", "", html))
    assert sorted(re.findall(r"[\u4e00-\u9fff]", plain_text(html))) == sorted(visible)


@given(markup)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_opening_and_saving_in_the_editor_changes_nothing(html):
    once = canonical(html)
    assert canonical(as_ckeditor_saves(once)) == once


@given(st.text(alphabet="党建一、（）1.．#-•* 　\t\n\r。；：<&>“”【】照片", max_size=60))
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_text_round_trip_is_stable(text):
    html = from_plain(text)
    assert canonical(html) == html
    assert from_plain(to_plain(html)) == html


@given(markup)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_field_shows_reads_back_the_same_the_second_time(html):
    once = from_plain(to_plain(html))
    assert from_plain(to_plain(once)) == once


def test_from_plain_recognises_official_headings():
    html = from_plain(
        "　　引言。\n一、总体要求\n（一）基本原则\n1．坚持为民\n1.坚持为民。窗口单位全年开门，群众随到随办。\n\n【照片1】"
    )
    assert [(block.kind, block.text) for block in parse(html)] == [
        ("p", "引言。"),
        ("h2", "一、总体要求"),
        ("h3", "（一）基本原则"),
        ("h4", "1．坚持为民"),
        ("p", "1.坚持为民。窗口单位全年开门，群众随到随办。"),
        ("p", "【照片1】"),
    ]
    assert outline(html) == [(2, "一、总体要求"), (3, "（一）基本原则"), (4, "1．坚持为民")]


def test_the_plain_field_keeps_bold_lists_tables_and_unnumbered_headings():
    html = (
        "<h3>小标题</h3>\n<p>甲<strong>乙</strong>丙</p>\n<ul><li>子</li><li>丑</li></ul>\n"
        "<table><tbody><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"
    )
    assert from_plain(to_plain(html)) == html


def test_photos_are_numbered_for_the_plain_field():
    html = '<figure data-picture="7"><figcaption>桥</figcaption></figure><p>甲</p><figure data-picture="9"></figure>'
    assert to_plain(html) == "【照片1】桥\n\n甲\n\n【照片2】"
    assert to_plain(html, {7: 3, 9: 1}).startswith("【照片3】桥")


def test_plain_text_is_one_line_a_block():
    assert plain_text("<ul><li>甲</li><li>乙</li></ul><p>丙<br>丁</p>") == "甲\t乙\n丙\t丁"


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("项\t数\n1.甲\t2\n一、乙\t3", ["table"]),
        ("1.\t甲\t3\n2.\t乙\t4", ["table"]),
        ("一、\t总体要求\n二、\t主要任务", ["h2", "h2"]),
    ],
)
def test_a_numbered_row_is_a_row_and_a_tab_after_a_number_makes_no_table(typed, kinds):
    assert [block.kind for block in parse(from_plain(typed))] == kinds
