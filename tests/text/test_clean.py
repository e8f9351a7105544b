"""Cleaning what arrives (RULES.md 9): what each step changes, what it leaves alone, and what holds for any text."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from journal.text.clean import KIND_LABELS, KINDS, apply, clean_text, is_speech
from journal.text.clean.edits import are_apart

CITY = "全市各社区坚持以居民需求为导向，把服务送到楼栋门口，把矛盾化解在家门口，居民满意度逐年提高。"

ENCODING = {
    "byte order mark": ("\ufeff党建引领", "党建引领"),
    "zero width": ("党\u200b建引\u2060领\u00ad", "党建引领"),
    "control characters": ("党\x07建\x1f引领", "党建引领"),
    "hard space between words": ("App\u00a0平台", "App 平台"),
    "hard space between characters": ("党\u00a0建引领，大家商量着办。", "党建引领，大家商量着办。"),
    "other line ends": ("大家坐下来。\u2028商量着办。\x0b好。", "大家坐下来。\n商量着办。\n好。"),
    "radicals of a PDF file": ("⻓江⾥的⻥", "长江里的鱼"),
    "compatibility characters": ("\uf9e4事会", "理事会"),
    "a name once private": ("刘\ue863同志", "刘䶮同志"),
    "bullets of a symbol font": ("\uf0b7服务到楼\n\uf0b7 服务到户", "• 服务到楼\n• 服务到户"),
    "UTF-8 as Windows-1252": ("å\x85šå»º: " + "党建引领".encode().decode("latin-1"), "党建：党建引领"),
    "UTF-8 as GBK": ("党建引领基层治理".encode().decode("gb18030"), "党建引领基层治理"),
}
MARKUP = {
    "entities": ("党建&nbsp;&amp;&nbsp;治理&ldquo;红砖巷&rdquo;&#12290;", "党建 & 治理“红砖巷”。"),
    "entities twice escaped": ("A&amp;amp;B", "A&B"),
    "tags": ("<p class='a'>第一段。</p><p>第二<b>段</b>。<br/>第三段。</p>", "第一段。\n第二段。\n第三段。"),
    "link of a mail": ("见官网<http://example.org/a?b=1>的说明。", "见官网的说明。"),
    "bold": ("一是**理顺关系**。二是**建立制度。**全面推行。", "一是理顺关系。二是建立制度。全面推行。"),
    "bold heading": ("**一、主要做法**\n" + CITY, "一、主要做法\n" + CITY),
    "bold over two lines": (
        "**守护万家灯火 共建美好社区\n——城东街道的实践**\n" + CITY,
        "守护万家灯火 共建美好社区\n——城东街道的实践\n" + CITY,
    ),
    "placeholder": (CITY + "\n[图片]\n[图片2]" + CITY, CITY + "\n\n" + CITY),
    "not a tag": ("收入<3万元的户>2人", "收入<3万元的户>2人"),
    "no entity": ("AT&T; or &unknown;", "AT&T; or &unknown;"),
}
PINYIN = {
    "glued": ("对(duì)新形势(shì)新挑战(zhàn)", "对新形势新挑战"),
    "several readings": ("唯一(yī / yì /yí)的", "唯一的"),
    "full-width brackets": ("对（duì）新形（xíng）势", "对新形势"),
    "umlaut and combining marks": ("女(nǚ)绿(lu\u0308\u0300)对(dui\u0300)", "女绿对"),
    "untoned beside toned": ("对(duì)新班(ban)子上任(rèn)", "对新班子上任"),
    "untoned alone": ("上班(ban)了", "上班（ban）了"),
    "untoned far away": ("对(duì)新形(xíng)势(shì)。" + CITY + "上班(ban)了", "对新形势。" + CITY + "上班（ban）了"),
    "Chinese in brackets": ("党群服务中心(党建工作指导站)", "党群服务中心（党建工作指导站）"),
    "English in brackets": ("对(duì)新自(zì)贸港(FTP)的", "对新自贸港（FTP）的"),
    "one rare character's reading": ("他在郴(chēn)州工作。" + CITY, "他在郴（chēn）州工作。" + CITY),
    "a list of rare names": (
        "走访郴（chēn）州、亳（bó）州、儋（dān）州三地。" + CITY * 3,
        "走访郴（chēn）州、亳（bó）州、儋（dān）州三地。" + CITY * 3,
    ),
    "a glued paragraph of a longer text": (
        CITY * 8 + "\n对(duì)新形(xíng)势(shì)，新任(rèn)务(wù)，我们(men)要(yào)上。\n" + CITY,
        CITY * 8 + "\n对新形势，新任务，我们要上。\n" + CITY,
    ),
    "a reading far from a glued paragraph": (
        "他在郴（chēn）州。" + CITY * 8 + "\n对(duì)新形(xíng)势(shì)，新任(rèn)务(wù)，我们要(yào)上。\n" + CITY,
        "他在郴（chēn）州。" + CITY * 8 + "\n对新形势，新任务，我们要上。\n" + CITY,
    ),
    "French in brackets": ("咖啡馆（café）开业", "咖啡馆（café）开业"),
    "how a name is spoken": ("鹿回头（lù huí tóu）公园", "鹿回头（lù huí tóu）公园"),
}
TRADITIONAL = {
    "a traditional text": ("面對新形勢，發揮實質作用。", "面对新形势，发挥实质作用。"),
    "phrases": ("乾隆年間，天氣乾燥，頭髮發亮。", "乾隆年间，天气干燥，头发发亮。"),
    "its quotes": ("這是「黨建『引領』工作」。", "这是“党建‘引领’工作”。"),
    "a traditional paragraph": (
        CITY + "\n" + CITY + "\n面對新形勢，發揮實質作用。",
        CITY + "\n" + CITY + "\n面对新形势，发挥实质作用。",
    ),
    "nothing but a name": ("李乾", "李乾"),
    "one character in a name": ("李乾同志说，" + CITY, "李乾同志说，" + CITY),
}
LINES = {
    "in mid-sentence": ("各社区把服务送到楼栋门口，\n把矛盾化解在家门口。", "各社区把服务送到楼栋门口，把矛盾化解在家门口。"),
    "across blank lines": ("街道先后建起了卫生网格、维稳网格，发挥了积极作用，但存在\n\n　　\n条块分割的弊端，需要解决。", "街道先后建起了卫生网格、维稳网格，发挥了积极作用，但存在条块分割的弊端，需要解决。"),
    "Windows line ends": ("各社区坚持问题导向，\r\n把服务送到门口。\r\n好。", "各社区坚持问题导向，把服务送到门口。\r\n好。"),
    "headings": ("一、压实责任，凝聚合力\n" + CITY, "一、压实责任，凝聚合力\n" + CITY),
    "a byline": ("党建引领 邻里守望\n城东街道党工委\n" + CITY, "党建引领 邻里守望\n城东街道党工委\n" + CITY),
    "items": ("- 服务到楼，\n- 服务到户，", "- 服务到楼，\n- 服务到户，"),
    "a table": ("单位\t人数，\n城东\t12", "单位\t人数，\n城东\t12"),
    "paragraphs of a quotation": ("办法写道：“（一）先听后说；\n“（二）当场记账，办完划掉。”", "办法写道：“（一）先听后说；\n“（二）当场记账，办完划掉。”"),
    "fields": ("联系人：林舟\n电话：0898-88000000\n地址：望海路1号\n邮箱：li@example.org", "联系人：林舟\n电话：0898-88000000\n地址：望海路1号\n邮箱：li@example.org"),
    "verses": ("门外青山入座来，\n巷中老树傍窗开。\n一声邻里呼茶去，\n半是乡音半是怀。", "门外青山入座来，\n巷中老树傍窗开。\n一声邻里呼茶去，\n半是乡音半是怀。"),
}  # fmt: skip
PUNCTUATION = {
    "clause marks": ("扎实开展,取得实效;方案:有吗?有!", "扎实开展，取得实效；方案：有吗？有！"),
    "behind quotes": ("强劲“红色动力”,2025年以来(试行),推进", "强劲“红色动力”，2025年以来（试行），推进"),
    "behind a number": ("增长30%,同比提高5个点;达到12,我们", "增长30%，同比提高5个点；达到12，我们"),
    "behind English": ("打造App, 实现共享", "打造App，实现共享"),
    "full stop in quotes": ('他说:"商量."增长3.5%.', "他说：“商量。”增长3.5%。"),
    "full stop": ("大家商量.\n好.", "大家商量。\n好。"),
    "brackets": ("村(社区)三级(党总支(党支部))制度(2021)", "村（社区）三级（党总支（党支部））制度（2021）"),
    "half a bracket": ("村(社区）三级（村)", "村（社区）三级（村）"),
    "quotes": ('村里有个"板凳会",会上说"好"。', "村里有个“板凳会”，会上说“好”。"),
    "a quote closed in another way": ('村里有个“板凳会",好', "村里有个“板凳会”，好"),
    "single quotes": ("叫'板凳会'的", "叫‘板凳会’的"),
    "ellipsis and dash": ("党员--先锋...还有", "党员——先锋……还有"),
    "colon before a time": ("时间:8:30", "时间：8:30"),
    "right as it is": ("投入3,000元，3.5亩，15:40开会，比分3:1，1-9月", "投入3,000元，3.5亩，15:40开会，比分3:1，1-9月"),
    "an address": ("网址http://a.example.org/x,y;z(1)?a=1,b和邮箱li.ming@example.org。", "网址http://a.example.org/x,y;z(1)?a=1,b和邮箱li.ming@example.org。"),
    "an English sentence": ("他说：Hello, world! It's \"fine\" (really).", "他说：Hello, world! It's \"fine\" (really)."),
    "an English line": ("“OK”, then: he said \"no\".\n" + CITY, "“OK”, then: he said \"no\".\n" + CITY),
    "an ordinal": ("一.总体要求\n1.健全", "一.总体要求\n1.健全"),
    "one quote is missing": ('村里有个"板凳会，开得好。', '村里有个"板凳会，开得好。'),
}  # fmt: skip
SPACES = {
    "in running text": ("党 建引领，大家　商量着办。", "党建引领，大家商量着办。"),
    "indents": ("　　大家坐下来。\n  商量着办。 ", "大家坐下来。\n商量着办。"),
    "behind a number": ("（一） 构建\n一、 总体", "（一）构建\n一、总体"),
    "behind a full stop": ("大家坐下来。 商量着办， App 上线。", "大家坐下来。商量着办，App 上线。"),
    "one character split off": ("党 建引领\n作者何 为", "党建引领\n作者何为"),
    "a title": ("党建引领促融合 筑巢引凤展蓝图", "党建引领促融合 筑巢引凤展蓝图"),
    "a quoted title": ("以“议事树下 办事门前”为名，办了三年。", "以“议事树下 办事门前”为名，办了三年。"),
    "office and name": ("城东街道党工委书记 林晓舟", "城东街道党工委书记 林晓舟"),
    "a two-character name": ("林　舟\n王　晓　李小雨\n书记 林　舟", "林　舟\n王　晓　李小雨\n书记 林　舟"),
    "who took the picture": ("图为社区党员在巷口开会，听取意见。 林晓舟 摄", "图为社区党员在巷口开会，听取意见。 林晓舟 摄"),
    "who wrote it": ("本报讯（记者 林晓舟 通讯员 王 东）全市召开会议，听取意见。", "本报讯（记者 林晓舟 通讯员 王 东）全市召开会议，听取意见。"),
    "articles of a regulation": ("第三十八条 国家鼓励社区办食堂，方便老人。", "第三十八条 国家鼓励社区办食堂，方便老人。"),
    "letters and digits": ("2021 年 App 上线", "2021 年 App 上线"),
    "cells": ("单位\t人 数\n城东\t12", "单位\t人 数\n城东\t12"),
}  # fmt: skip
ALL = {
    f"{kind}: {name}": case
    for kind, cases in {
        "encoding": ENCODING,
        "markup": MARKUP,
        "pinyin": PINYIN,
        "traditional": TRADITIONAL,
        "lines": LINES,
        "punctuation": PUNCTUATION,
        "spaces": SPACES,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("text", "cleaned"), ALL.values(), ids=ALL)
def test_a_text_is_cleaned_and_what_is_right_stays(text, cleaned):
    cleaning = clean_text(text)
    assert cleaning.text == cleaned
    assert apply(text, cleaning.changes) == cleaned
    assert clean_text(cleaned).changes == ()


def test_each_change_is_small_labelled_and_told_on_the_original():
    text = "面對(duì)新形勢(shì),\n發揮黨的作用."
    cleaning = clean_text(text)
    assert cleaning.text == "面对新形势，发挥党的作用。"
    assert [(change.kind, change.before, change.after) for change in cleaning.changes] == [
        ("traditional", "對", "对"),
        ("pinyin", "(duì)", ""),
        ("traditional", "勢", "势"),
        ("pinyin", "(shì)", ""),
        ("punctuation", ",", "，"),
        ("line", "\n", ""),
        ("traditional", "發", "发"),
        ("traditional", "揮", "挥"),
        ("traditional", "黨", "党"),
        ("punctuation", ".", "。"),
    ]
    assert all(text.startswith(change.before, change.offset) for change in cleaning.changes)
    assert cleaning.counts == {"pinyin": 2, "traditional": 5, "line": 1, "punctuation": 2}
    assert tuple(KIND_LABELS) == KINDS


def test_one_change_undone_leaves_the_others():
    text = "党 建引领,大家商量."
    changes = clean_text(text).changes
    assert [change.kind for change in changes] == ["space", "punctuation", "punctuation"]
    assert apply(text, changes[1:]) == "党 建引领，大家商量。"
    assert apply(text, changes[:1]) == "党建引领,大家商量."
    assert apply(text, ()) == text


REPORTED = {
    "mask": ("**区深入探索，王**同志提出“*+*”体系，将××街道列为试点。", "有 4 处"),
    "unreadable": ("刘\ue5e5同志和锟斤拷锟斤拷", "2 处字显示不出来"),
    "traditional": ("李乾同志说，" + CITY, "“乾”"),
    "pinyin": ("他在郴（chēn）州工作。" + CITY, "“郴（chēn）”"),
    "quote": ('村里有个"板凳会，开得好。', "引号少了一半"),
    "cut": (CITY + "街道党工委启动了直属学校管理体制改\n打通“最后一公里” 共建大社区\n城东街道党工委书记 林晓舟\n" + CITY, "管理体制改"),
    "picture": (CITY + "\n[图片]", "另外上传"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REPORTED)
def test_what_cannot_be_decided_is_told_and_stays(kind):
    text, words = REPORTED[kind]
    cleaning = clean_text(text)
    reports = {report.kind: report for report in cleaning.reports}
    assert words in reports[kind].message
    assert reports[kind].offset == reports[kind].places[0]
    assert [kind for kind, report in reports.items() if not report.message.endswith("。")] == []
    if kind != "picture":
        assert cleaning.text == text


def test_a_report_points_into_the_original():
    text = "對(duì)新形勢(shì)，王**同志發言。"
    cleaning = clean_text(text)
    (mask,) = [report for report in cleaning.reports if report.kind == "mask"]
    assert text[mask.offset :].startswith("**同志")


def test_a_whole_text_has_nothing_to_report():
    assert clean_text(f"**一、主要做法**\n{CITY}\n{CITY}（作者系城东街道工作人员）").reports == ()


MASKED = [
    "**区按照筑巢引凤的思路，以党建引领人才集聚**，将工作一体推进。",
    "**优化体系，打造新标杆。下一步，**一是增强使命感。",
    "**各级机关以服务保障**自贸港建设为主线，积极打造**特色品牌。",
    "深化“*+*”体系，打造**分钟服务圈。",
]


@pytest.mark.parametrize("text", MASKED)
def test_a_mask_is_no_markup(text):
    cleaning = clean_text(text)
    assert cleaning.text == text
    assert [report.kind for report in cleaning.reports] == ["mask"]


SPEECHES = [
    ("同志们：\n今天我们开一个会。", ""),
    ("尊敬的各位来宾，同志们、朋友们：\n大家好。", ""),
    ("在全市基层党建工作推进会上的讲话\n林晓舟\n" + CITY, ""),
    (CITY, "在开工仪式上的致辞（摘要）"),
    ("坚持党建引领\n——现场推进会发言摘登\n" + CITY, ""),
]
NO_SPEECHES = [
    (CITY, "学习贯彻“七一”重要讲话精神"),
    (CITY, "邻里议事会怎么开"),
    ("大家说：同志们辛苦了。" + CITY, "在讲话精神指引下前进"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "title"), SPEECHES)
def test_a_speech_is_known(text, title):
    assert is_speech(text, title)


@pytest.mark.parametrize(("text", "title"), NO_SPEECHES)
def test_other_texts_are_no_speeches(text, title):
    assert not is_speech(text, title)


PIECES = st.one_of(
    st.sampled_from([part for case in ALL.values() for part in case]),
    st.sampled_from(["(duì)", "（yī / yì）", "(ban)", "&amp;", "amp;lt;", "<br>", "**", "*", "“", '"', "'", "”", "(", ")", "（", "）", "\n", "\r\n", "　", "\u200b", "\u00a0", "一、", "http://a.cn", "...", "--", ",", ".", "對", "黨", "麼", "「", "党", "[图片]", "\ue863"]),
    st.text(alphabet="党建區發乾著，。“”（）\"'(),.:;-* 　\t\n\rabA1é\u200b\u00a0&;<>/", max_size=12),
    st.text(max_size=8),
)  # fmt: skip
MIXTURES = st.lists(PIECES, max_size=10).map("".join)


@given(MIXTURES)
@example("党\n)")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_cleaning_again_changes_nothing(text):
    once = clean_text(text)
    assert clean_text(once.text).changes == ()


@given(MIXTURES, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_choice_of_changes_gives_each_passage_before_or_after(text, random):
    cleaning = clean_text(text)
    assert are_apart(cleaning.changes)
    assert all(change.before and change.before != change.after for change in cleaning.changes)
    assert apply(text, cleaning.changes) == cleaning.text
    chosen = [change for change in cleaning.changes if random.random() < 0.5]
    made = apply(text, chosen)
    kept = [change for change in cleaning.changes if change not in chosen]
    place, rest = 0, made
    for change in cleaning.changes:
        between = text[place : change.offset]
        passage = change.before if change in kept else change.after
        assert rest.startswith(between + passage)
        rest, place = rest[len(between) + len(passage) :], change.end
    assert rest == text[place:]


@given(MIXTURES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reports_point_into_the_text(text):
    assert all(0 <= place <= len(text) for report in clean_text(text).reports for place in report.places)
