"""The table of the official format, row by row, on files as programs write them."""

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from lxml import etree

from submissions.checks import ADVICE, WARNING
from submissions.checks.official_format import check_official_format, format_findings
from submissions.intake.word_lines import Lines
from tests.submissions import docx_builder as build


def table(document) -> dict:
    return {item.code: item for item in check_official_format(build.to_bytes(document))}


def open_codes(document) -> set[str]:
    return {code for code, item in table(document).items() if not item.ok}


def test_a_good_file_fits_in_every_row():
    rows = table(build.official())
    assert [row for row in rows.values() if not row.ok] == []
    assert {"page", "margins", "title_font", "body_font", "level_1", "level_4", "spacing", "page_number"} <= set(rows)
    assert rows["title_size"].found == "二号（22 磅）"
    assert rows["level_2"].source == "GB/T 9704—2012 7.3.3"


def test_a_careless_file_is_told_everything():
    rows = table(build.careless())
    wrong = {code for code, row in rows.items() if not row.ok}
    assert wrong == {
        "page", "margins", "type_area", "title_font", "title_size", "title_centred", "front", "body_font", "text_size",
        "level_1", "level_2", "level_3", "level_4", "bold", "indent", "spacing", "gaps", "page_number",
    }  # fmt: skip
    assert rows["body_font"].level == WARNING
    assert rows["bold"].level == ADVICE


def test_findings_name_object_reason_and_next_step():
    found = {one.code: one for one in format_findings(check_official_format(build.to_bytes(build.careless())))}
    body = found["format.body_font"]
    assert body.level == WARNING
    assert body.message.startswith("正文字体：\uff2d\uff33 明朝，应为仿宋。有 5 段不合，如“榕岭村把")
    assert body.message.endswith("请选中这些文字，字体设为仿宋_GB2312。")
    assert "第 7.3.3 条" in body.why
    assert body.quote.startswith("榕岭村把议事桌")
    assert "‘板凳会’" in found["format.title_font"].message


@pytest.mark.parametrize(
    ("millimetres", "fits"), [(36.0, True), (38.0, True), (35.9, False), (38.1, False), (37.0, True)]
)
def test_top_margin_within_a_millimetre(millimetres, fits):
    document = build.official()
    document.sections[0].top_margin = Mm(millimetres)
    document.sections[0].bottom_margin = Mm(72 - millimetres)
    assert table(document)["margins"].ok is fits


def test_a_gutter_counts_with_the_left_margin():
    document = build.official()
    document.sections[0].gutter = Mm(5)
    assert {"margins", "type_area"} <= open_codes(document)


def test_a_wide_table_may_lie_on_its_side():
    document = build.official()
    section = document.add_section()
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.left_margin = Mm(25)
    assert open_codes(document) == set()


def test_a_wrong_second_section_is_named():
    document = build.official()
    document.add_section().left_margin = Mm(40)
    assert table(document)["margins"].message.startswith("第 2 节页边距")


@pytest.mark.parametrize(
    "face",
    ["仿宋", "仿宋_GB2312", "FangSong", "方正仿宋_GBK", "方正仿宋简体", "华文仿宋", "fangsong_gb2312", "STFangsong"],
)
def test_names_of_fangsong(face):
    document = build.official(lines=())
    build.write(document, "村里商量着办事。", face, 16)
    assert table(document)["body_font"].ok


@pytest.mark.parametrize("face", ["宋体", "仿宋体字", "楷体", "微软雅黑", ""])
def test_what_is_not_fangsong(face):
    document = build.official(lines=("大家的事大家办。",))
    build.write(document, "村里商量着办事。", face, 16)
    assert not table(document)["body_font"].ok


@pytest.mark.parametrize("face", ["方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "小标宋"])
def test_names_of_the_title_face(face):
    document = build.official()
    document.paragraphs[0].runs[0]._r.rPr.rFonts.set(qn("w:eastAsia"), face)
    assert table(document)["title_font"].ok


def test_fonts_only_by_style_as_wps_writes_them():
    document = build.official(lines=())
    build.add_style(document, "body0", face="仿宋_GB2312", size=16)
    build.add_style(document, "body1", based_on="body0", first_chars=200)
    paragraph = build.write(document, "村里商量着办事。", "", 16, first=False)
    paragraph._p.pPr.get_or_add_pStyle().set(qn("w:val"), "body1")
    run = paragraph.runs[0]._r
    run.remove(run.rPr)
    assert open_codes(document) == set()


def test_styles_that_are_based_on_each_other_end():
    document = build.official()
    build.add_style(document, "one", based_on="two")
    build.add_style(document, "two", based_on="one", face="宋体", size=12)
    paragraph = document.paragraphs[-1]
    paragraph._p.pPr.get_or_add_pStyle().set(qn("w:val"), "one")
    assert open_codes(document) == set()  # its runs carry their own font


def bare(document):
    for paragraph in document.paragraphs[2:]:
        for run in paragraph.runs:
            run._r.remove(run._r.rPr)
    size = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:sz')}")
    size.set(qn("w:val"), "32")
    return document


def test_fonts_only_by_the_defaults():
    document = bare(build.official(lines=("村里商量着办事。",)))
    build.set_default_fonts(document, eastAsia="仿宋")
    assert open_codes(document) == set()


@pytest.mark.parametrize(("typeface", "fits"), [("仿宋", True), ("宋体", False), ("", False)])
def test_fonts_only_by_the_theme(typeface, fits):
    document = bare(build.official(lines=("村里商量着办事。",)))
    build.set_default_fonts(document, eastAsiaTheme="minorEastAsia")
    theme = next(r.target_part for r in document.part.rels.values() if r.reltype.endswith("/theme"))
    root = parse_xml(theme.blob)
    root.find(f".//{qn('a:minorFont')}/{qn('a:ea')}").set("typeface", typeface)
    theme._blob = etree.tostring(root)
    document.settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    row = table(document)["body_font"]
    assert row.ok is fits
    assert row.found == (typeface or "宋体")  # an empty name leaves it to the script's font


def test_the_theme_beats_the_name_beside_it():
    document = build.official()
    document.paragraphs[3].runs[0]._r.rPr.rFonts.set(qn("w:eastAsiaTheme"), "minorEastAsia")
    assert "body_font" in open_codes(document)


@pytest.mark.parametrize(("points", "fits"), [("31.5", True), ("32", True), ("30", False), ("24", False)])
def test_size_of_the_text(points, fits):
    document = build.official()
    document.paragraphs[3].runs[0]._r.rPr.sz.set(qn("w:val"), points)
    assert table(document)["text_size"].ok is fits


@pytest.mark.parametrize(
    ("line", "level"),
    [("559", WARNING), ("560", None), ("579", None), ("580", ADVICE), ("600", ADVICE), ("601", WARNING)],
)
def test_line_spacing(line, level):
    document = build.official(lines=())
    build.write(document, "村里商量着办事。", "仿宋", 16, line=line)
    assert table(document)["spacing"].level == level


def test_single_lines_on_a_grid_are_exact_enough():
    document = build.official()
    for paragraph in document.paragraphs:
        spacing = paragraph._p.pPr.spacing
        spacing.set(qn("w:line"), "240")
        spacing.set(qn("w:lineRule"), "auto")
    assert not table(document)["spacing"].ok
    grid = document.element.body.sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    assert table(document)["spacing"].ok


@pytest.mark.parametrize(
    ("attributes", "fits"),
    [
        ({"firstLine": "640"}, True),
        ({"firstLine": "660"}, True),
        ({"firstLine": "480"}, False),
        ({"firstLineChars": "0", "firstLine": "640"}, True),
        ({"firstLineChars": "200", "firstLine": "480"}, True),
        ({"firstLineChars": "200", "left": "640"}, False),
        ({"hanging": "640"}, False),
        ({}, False),
    ],
)
def test_first_line_indent(attributes, fits):
    document = build.official(lines=())
    paragraph = build.write(document, "村里商量着办事。", "仿宋", 16, first=False)
    for name, value in attributes.items():
        paragraph._p.pPr.get_or_add_ind().set(qn(f"w:{name}"), value)
    assert table(document)["indent"].ok is fits


def test_typed_spaces_are_an_indent_with_advice():
    document = build.official(lines=())
    build.write(document, "　　村里商量着办事。", "仿宋", 16, first=False)
    rows = table(document)
    assert rows["indent"].ok
    assert rows["indent_typed"].level == ADVICE


def test_a_salutation_and_a_caption_need_no_indent():
    document = build.official()
    build.write(document, "同志们：", "仿宋", 16, first=False)
    build.write(document, "图1　榕树下的议事桌", "宋体", 12, first=False, align="center")
    assert open_codes(document) == set()


def test_a_heading_may_run_on_into_text():
    document = build.official(lines=())
    good = [("（一）当场记账。", "楷体"), ("每件事写明由谁办、几天办完。", "仿宋")]
    build.write(document, good, "", 16)
    assert open_codes(document) == set()
    build.write(document, "（二）当场记账。每件事写明由谁办、几天办完。", "仿宋", 16)
    assert open_codes(document) == {"level_2"}
    build.write(document, "（三）当场记账。每件事写明由谁办、几天办完。", "楷体", 16)
    assert open_codes(document) == {"level_2", "body_font"}


def numbered(document, text: str, depth: int, num_id: int = 91, face: str = "仿宋"):
    """A paragraph whose number the program counts, as WPS makes of a typed 一、."""
    numbering = document.part.numbering_part.element
    if not any(one.get(qn("w:numId")) == str(num_id) for one in numbering.iterchildren(qn("w:num"))):
        kinds = (
            ("chineseCountingThousand", "%1、"),
            ("chineseCounting", "（%2）"),
            ("decimal", "%3."),
            ("bullet", "●"),
        )
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{form}"/></w:lvl>'
            for n, (kind, form) in enumerate(kinds)
        )
        numbering.insert(
            0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{num_id}">{levels}</w:abstractNum>')
        )
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="{num_id}"/></w:num>')
        )
    paragraph = build.write(document, text, face, 16)
    place = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{num_id}"/></w:numPr>'
    paragraph._p.pPr.append(parse_xml(place))


def test_numbers_the_program_counts_are_numbers_too():
    document = build.official()
    numbered(document, "事办到门前", 0)
    assert open_codes(document) == {"level_1"}
    numbered(document, "贴在墙上", 1)
    assert open_codes(document) == {"level_1", "level_2"}
    numbered(document, "一件一件划掉", 2)
    numbered(document, "看得见", 3)
    assert open_codes(document) == {"level_1", "level_2"}


def test_numbers_the_program_counts_are_in_the_text():
    document = build.blank()
    for text, depth in (("开会", 0), ("先听", 1), ("后说", 1), ("办事", 0), ("贴墙", 1), ("划掉", 2), ("看见", 3)):
        numbered(document, text, depth)
    numbered(document, "另一张单子", 0, num_id=95)
    build.write(document, "没有号的话", "仿宋", 16)
    assert [line.text for line in Lines(document).lines] == [
        "一、开会", "（一）先听", "（二）后说", "二、办事", "（一）贴墙", "1.划掉", "- 看见", "一、另一张单子", "没有号的话",
    ]  # fmt: skip


def test_deleted_words_are_not_judged():
    document = build.official()
    paragraph = document.paragraphs[-1]._p
    paragraph.append(parse_xml(
        f'<w:del {nsdecls("w")} w:id="1" w:author="a"><w:r><w:rPr><w:sz w:val="20"/></w:rPr><w:delText>删去</w:delText></w:r></w:del>'
    ))  # fmt: skip
    assert open_codes(document) == set()
    paragraph.append(parse_xml(
        f'<w:ins {nsdecls("w")} w:id="2" w:author="a"><w:r><w:rPr><w:sz w:val="20"/></w:rPr><w:t>添上</w:t></w:r></w:ins>'
    ))  # fmt: skip
    assert "text_size" in open_codes(document)


def test_hidden_words_are_not_judged():
    document = build.official()
    paragraph = document.paragraphs[-1]._p
    hidden = '<w:rPr><w:vanish/><w:sz w:val="20"/></w:rPr><w:t>藏着的话</w:t>'
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}>{hidden}</w:r>"))
    assert open_codes(document) == set()


def test_words_in_other_places_are_named_as_not_judged():
    document = build.official()
    assert "elsewhere" not in table(document)
    document.sections[0].header.paragraphs[0].text = "内部资料"
    box = f"<w:txbxContent {nsdecls('w')}><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent>"
    document.paragraphs[-1].runs[0]._r.append(parse_xml(f"<w:pict {nsdecls('w')}>{box}</w:pict>"))
    row = table(document)["elsewhere"]
    assert row.found == "文本框 1 处、页眉 1 处"
    assert row.level == ADVICE
    assert "“框里的话”" in row.message


def test_a_title_of_several_lines():
    document = build.blank()
    for line in ("中共榕岭村总支部委员会", "关于“板凳会”的报告"):
        build.write(document, line, "方正小标宋简体", 22, align="center", first=False)
    build.write(document, "林晓舟", "楷体", 16, align="center", first=False)
    build.write(document, "村里商量着办事。", "仿宋", 16)
    build.number_pages(document)
    assert open_codes(document) == set()
    document.paragraphs[1].runs[0].font.size = Pt(18)
    assert "front" in open_codes(document)  # a line of another size is no title any more


def test_a_file_without_a_title():
    document = build.official(title="村里把议事桌搬到榕树下，大家商量着办事。", byline="")
    row = table(document)["title"]
    assert row.level == WARNING
    assert row.in_words


def test_an_empty_file_says_so():
    rows = table(build.blank())
    assert not rows["title"].ok
    assert "请补上标题" in rows["title"].message


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, set()),
        ({"dash": "-"}, {"page_number"}),
        ({"face": "Times New Roman"}, {"page_number_font"}),
        ({"size": 10.5}, {"page_number_font"}),
        ({"sides": ("center", "center")}, {"page_number_place"}),
        ({"sides": ("left", "right")}, {"page_number_place"}),
    ],
)
def test_page_numbers(options, wrong):
    document = build.official()
    build.number_pages(document, **options)
    assert open_codes(document) == wrong


def test_the_same_number_on_facing_pages_is_not_enough():
    document = build.official()
    document.settings.odd_and_even_pages_header_footer = False
    assert open_codes(document) == {"page_number_place"}


def _only_footer(document, xml: str):
    document.settings.odd_and_even_pages_header_footer = False
    root = document.sections[0].footer._element
    for child in list(root):
        root.remove(child)
    root.append(parse_xml(xml))


def test_a_page_number_in_a_text_box_as_wps_puts_it():
    document = build.official()
    inner = build.page_number_xml("—", "宋体", 14, "center")
    _only_footer(document, (
        f'<w:p {nsdecls("w", "wp", "a")} xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:r>'
        '<w:drawing><wp:anchor><wp:positionH relativeFrom="margin"><wp:align>outside</wp:align></wp:positionH>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    ))  # fmt: skip
    assert open_codes(document) == set()


def test_a_page_number_in_a_simple_field_and_a_frame():
    document = build.official()
    look = '<w:rPr><w:rFonts w:ascii="SimSun"/><w:sz w:val="28"/></w:rPr>'
    _only_footer(document, (
        f'<w:p {nsdecls("w")}><w:pPr><w:framePr w:wrap="around" w:hAnchor="margin" w:xAlign="outside"/></w:pPr>'
        f'<w:r>{look}<w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r>{look}<w:t>3</w:t></w:r></w:fldSimple>'
        f'<w:r>{look}<w:t xml:space="preserve"> —</w:t></w:r></w:p>'
    ))  # fmt: skip
    assert open_codes(document) == set()


def test_the_number_of_all_pages_is_not_the_page_number():
    document = build.official()
    _only_footer(
        document, f'<w:p {nsdecls("w")}><w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>3</w:t></w:r></w:fldSimple></w:p>'
    )
    assert open_codes(document) == {"page_number"}


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("附件：1. 榕岭村议事记录", True),
        ("附件：榕岭村议事记录", True),
        ("附件:1. 榕岭村议事记录", False),
        ("附件1：榕岭村议事记录", False),
        ("附件：1. 榕岭村议事记录。", False),
        ("附件：1、榕岭村议事记录", False),
    ],
)
def test_list_of_attachments(line, fits):
    document = build.official()
    build.write(document, line, "仿宋", 16)
    rows = table(document)
    assert rows["attachment"].ok is fits
    assert rows["attachment"].in_words is not fits
    assert {code for code, row in rows.items() if not row.ok} <= {"attachment"}


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("2021年11月4日", True),
        ("2021年1月31日", True),
        ("2021年01月04日", False),
        ("2021年11月04日", False),
        ("21年11月4日", False),
        ("二〇二一年十一月四日", False),
        ("2021.11.4", False),
        ("2021年11月32日", False),
        ("2021 年 11 月 4 日", False),
    ],
)
def test_date(line, fits):
    document = build.official()
    build.write(document, "榕岭村党总支", "仿宋", 16, align="right", first=False)
    build.write(document, line, "仿宋", 16, align="right", first=False)
    rows = table(document)
    assert rows["date"].ok is fits
    assert {code for code, row in rows.items() if not row.ok} <= {"date"}
