"""A Word file as it is read: the words in their order, and everything that was left out told."""

import re
from copy import deepcopy
from io import BytesIO

import mammoth
import pytest
from docx import Document
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from PIL import Image

from journal.text.blocks import outline, parse
from journal.text.plain import from_plain
from submissions.intake.docx_file import open_docx
from submissions.intake.refused import FileRefused
from submissions.intake.word import arrived_text, read_word
from tests.submissions import docx_builder as build

W = nsdecls("w")
ATTACHED_TEMPLATE = RT.SETTINGS.replace("settings", "attachedTemplate")
TEXT = "村里把议事桌搬到榕树下，大家商量着办事。"


def read(document):
    return read_word(build.to_bytes(document), "来稿.docx")


def written(*lines: str, title: str = "榕树下的会") -> Document:
    document = Document()
    for line in (title, *lines):
        document.add_paragraph(line)
    return document


def insert(document, xml: str, place: int = -1) -> None:
    """Raw markup at the end of a paragraph."""
    document.paragraphs[place]._p.append(parse_xml(xml.replace(">", f" {W}>", 1).replace("/ xmlns", " xmlns")))


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def field(code: str, result: str | None) -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def group(inner: str) -> str:
    """Several runs where a paragraph takes one element."""
    return f"<w:smartTag>{inner}</w:smartTag>"


def related(document, kind: str, name: str, xml: str, content_type: str = "application/xml") -> None:
    document.part.relate_to(Part(PackURI(f"/word/{name}"), content_type, xml.encode(), document.part.package), kind)


def remark(arrived, words: str) -> str:
    (found,) = [one for one in arrived.remarks if words in one]
    return found


# What stands before and after the text


def test_title_subtitle_byline_and_notes():
    document = build.blank()
    for line in ("中共榕岭村总支部委员会", "关于“板凳会”的报告"):
        build.write(document, line, "方正小标宋简体", 22, align="center", first=False)
    for line in ("——榕岭村议事的做法", "林晓舟　何　为", "（榕岭村党总支）"):
        build.write(document, line, "楷体", 16, align="center", first=False)
    for line in (TEXT, "（作者系榕岭村党总支干部）", "（来源：榕岭村党总支）"):
        build.write(document, line, "仿宋", 16)
    found = read(document)
    assert found.title == "中共榕岭村总支部委员会关于“板凳会”的报告"
    assert (found.subtitle, found.byline, found.affiliation) == (
        "榕岭村议事的做法", "林晓舟　何　为", "榕岭村党总支",
    )  # fmt: skip
    assert (found.author_note, found.source_note) == ("（作者系榕岭村党总支干部）", "（来源：榕岭村党总支）")
    assert found.body == TEXT
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("lines", "byline", "affiliation"),
    [
        (("林晓舟", TEXT), "林晓舟", ""),
        (("榕岭村党总支　林晓舟", TEXT), "林晓舟", "榕岭村党总支"),
        (("榕岭村党总支", "林晓舟", TEXT), "林晓舟", "榕岭村党总支"),
        (("榕岭村党总支、望海区委组织部", TEXT), "榕岭村党总支、望海区委组织部", ""),
        (("林晓舟（榕岭村党总支书记）", TEXT), "林晓舟", "榕岭村党总支书记"),
        (("作者：林晓舟　单位：榕岭村党总支", TEXT), "", ""),
        ((TEXT, "大家都来。", "（榕岭村党总支　林晓舟）"), "林晓舟", "榕岭村党总支"),
        ((TEXT, "大家都来。", "作者：林晓舟"), "林晓舟", ""),
        ((TEXT, "大家都来。", "（全文完）"), "", ""),
        (("前言", TEXT), "", ""),
    ],
)
def test_who_signs(lines, byline, affiliation):
    found = read(written(*lines))
    assert (found.byline, found.affiliation) == (byline, affiliation)
    assert TEXT in found.body


def test_a_signature_that_is_not_understood_stays_in_the_text():
    found = read(written("作者：林晓舟　单位：榕岭村党总支", TEXT))
    assert found.body.splitlines()[0] == "作者：林晓舟　单位：榕岭村党总支"


def test_a_file_that_begins_with_its_text_has_no_title():
    found = read(written("大家都来。", title=TEXT))
    assert (found.title, found.body) == ("", f"{TEXT}\n大家都来。")


# Headings, numbers, lists


def test_headings_without_styles_are_headings():
    found = read(build.careless())
    assert [level for level, _ in outline(from_plain(found.body))] == [2, 3, 2, 4]


def test_headings_by_their_styles():
    document = written(title="榕树下的会")
    document.paragraphs[0].style = "Heading 1"
    for words, style in (
        ("会开到树下", "Heading 2"), (TEXT, "Normal"), ("先听后说", "Heading 3"), ("一、事办到门前", "Heading 2"),
        ("大家都来，干部记账，这一段只是套错了样式。", "Heading 2"),
    ):  # fmt: skip
        document.add_paragraph(words, style=style)
    found = read(document)
    assert found.title == "榕树下的会"
    assert found.body.splitlines() == [
        "## 会开到树下", TEXT, "### 先听后说", "一、事办到门前", "大家都来，干部记账，这一段只是套错了样式。",
    ]  # fmt: skip
    assert outline(from_plain(found.body)) == [(2, "会开到树下"), (3, "先听后说"), (2, "一、事办到门前")]


def numbered(document, kinds, paragraphs) -> None:
    """kinds: (format, text) of each level; paragraphs: (words, level)."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{form}"/></w:lvl>'
        for n, (kind, form) in enumerate(kinds)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for words, depth in paragraphs:
        paragraph = document.add_paragraph(words)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>')
        )


def test_numbers_the_program_counts_are_written_out():
    document = written()
    kinds = [("chineseCounting", "%1、"), ("chineseCounting", "第%2章"), ("upperLetter", "%3."), ("lowerRoman", "%4)")]
    numbered(document, kinds, [("开会", 0), ("总则", 1), ("贴墙", 2), ("划掉", 2), ("看见", 3), ("办事", 0)])
    assert read(document).body.splitlines() == ["一、开会", "第一章 总则", "A.贴墙", "B.划掉", "i)看见", "二、办事"]


def test_bullets_are_a_list():
    document = written(TEXT)
    numbered(document, [("bullet", "\uf0b7")], [("公示", 0), ("回访", 0)])
    found = read(document)
    assert found.body.splitlines()[1:] == ["- 公示", "- 回访"]
    assert [block.kind for block in parse(from_plain(found.body))] == ["p", "ul"]


# Inside a paragraph


def test_soft_breaks_part_lines_and_page_breaks_do_not():
    document = written()
    paragraph = document.add_paragraph("先听。")
    paragraph.runs[0].add_break()
    paragraph.add_run("后说").add_break(WD_BREAK.PAGE)
    paragraph.add_run("再办\t事")
    assert read(document).body == "先听。\n后说再办 事"


def test_links_controls_and_fields_give_what_is_seen():
    document = written("开头")
    insert(document, f"<w:hyperlink>{run('链接')}</w:hyperlink>")
    insert(document, f"<w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt>")
    insert(
        document, f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击输入')}</w:sdtContent></w:sdt>"
    )
    insert(document, f'<w:fldSimple w:instr="DATE">{run("日期")}</w:fldSimple>')
    nested = field(
        "IF " + "</w:instrText></w:r>" + field("MERGEFIELD a", run("内层")) + "<w:r><w:instrText>", run("结果")
    )
    insert(document, group(nested))
    found = read(document)
    assert found.body == "开头链接控件日期结果"
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (r"eq \o\ac(○,5)", "⑤"),
        (r"EQ \* jc0 \* hps14 \o \ad(\s \up 9(huì),会)", "会"),
        (r"EQ \f(1,2)", "1/2"),
        (r"EQ \b(x)", "〓"),
    ],
)
def test_equation_fields_of_chinese_word(code, words):
    document = written("前后。")
    insert(document, group(field(code, None)))
    assert read(document).body == f"前后。{words}"


def test_symbols_heights_and_phonetic_guides():
    document = written("面积：5m")
    insert(document, run("2", '<w:vertAlign w:val="superscript"/>'))
    insert(document, '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>')
    insert(document, '<w:r><w:sym w:font="Webdings" w:char="F0FC"/></w:r>')
    insert(document, f"<w:r><w:ruby><w:rt>{run('huì')}</w:rt><w:rubyBase>{run('会')}</w:rubyBase></w:ruby></w:r>")
    found = read(document)
    assert found.body == "面积：5m²✓〓会"
    assert "1 个特殊符号" in remark(found, "〓")
    assert "“huì”" in remark(found, "注音")


# Tracked changes, comments, hidden words


def test_changes_are_taken_as_accepted_and_told():
    document = written("每月")
    insert(document, f'<w:ins w:id="1">{run("两")}</w:ins>')
    insert(document, f'<w:ins w:id="2">{run("次")}</w:ins>')
    insert(document, '<w:del w:id="3"><w:r><w:delText>一次</w:delText></w:r></w:del>')
    insert(document, run("，先听。"))
    insert(document, f'<w:moveFrom w:id="4">{run("旧处")}</w:moveFrom>')
    insert(document, f'<w:ins w:id="5">{run("完")}</w:ins>')
    found = read(document)
    assert found.body == "每月两次，先听。完"
    told = remark(found, "修订")
    assert "插入 2 处（“两次”“完”），删除 2 处（“一次”“旧处”）" in told
    assert "接受全部修订" in told


def test_a_deleted_paragraph_mark_joins_and_a_deleted_row_goes():
    document = written("先听", "后说", "再办")
    mark = f'<w:pPr {W}><w:rPr><w:del w:id="9"/></w:rPr></w:pPr>'
    document.paragraphs[1]._p.insert(0, parse_xml(mark))
    table = document.add_table(3, 2)
    for place, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = "甲乙丙丁戊己"[place]
    table.rows[1]._tr.insert(0, parse_xml(f'<w:trPr {W}><w:del w:id="8"/></w:trPr>'))
    document.add_paragraph("尾巴")._p.insert(0, parse_xml(mark))
    assert read(document).body.splitlines() == ["先听后说", "再办", "甲\t乙", "戊\t己", "尾巴"]


def test_comments_hidden_and_struck_words_are_told():
    document = written("说完了。")
    insert(document, run("内部掌握", "<w:vanish/>"))
    insert(document, run("不要了", "<w:strike/>"))
    insert(document, '<w:r><w:commentReference w:id="0"/></w:r>')
    comments = f'<w:comments {W}><w:comment w:id="0"><w:p>{run("这里“再核”一下")}</w:p></w:comment></w:comments>'
    related(document, RT.COMMENTS, "comments9.xml", comments)
    found = read(document)
    assert found.body == "说完了。不要了"
    assert "“这里‘再核’一下”" in remark(found, "批注")
    assert "“内部掌握”" in remark(found, "隐藏文字")
    assert "“不要了”" in remark(found, "删除线")


def test_words_hidden_by_their_style():
    document = written("说完了。")
    build.add_style(document, "Secret")
    document.styles.element[-1].append(parse_xml(f"<w:rPr {W}><w:vanish/></w:rPr>"))
    document.add_paragraph("内部掌握")._p.get_or_add_pPr().append(parse_xml(f'<w:pStyle {W} w:val="Secret"/>'))
    found = read(document)
    assert found.body == "说完了。"
    assert remark(found, "隐藏文字")


# Tables


def table_of(document, rows):
    table = document.add_table(len(rows), len(rows[0]))
    for row, words in zip(table.rows, rows, strict=True):
        for cell, one in zip(row.cells, words, strict=True):
            cell.text = one
    return table


def test_tables_keep_their_columns_and_merged_cells_are_told():
    document = written(TEXT)
    table = table_of(document, [("项目", "件数", "备注"), ("修路", "三件", ""), ("点灯", "两件", "已办")])
    table.cell(1, 1).merge(table.cell(1, 2))
    table.cell(1, 0).merge(table.cell(2, 0)).text = "办事"
    found = read(document)
    assert found.body.splitlines()[1:] == ["项目\t件数\t备注", "办事\t三件\t", "\t两件\t已办"]
    assert "1 个表格" in remark(found, "合并")
    assert [block.kind for block in parse(from_plain(found.body))] == ["p", "table"]


def test_a_frame_of_one_cell_is_text():
    document = written()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "一、会开到树下"
    cell.add_paragraph(TEXT)
    assert read(document).body == f"一、会开到树下\n{TEXT}"


def test_a_table_inside_a_table_is_told():
    document = written()
    table = table_of(document, [("外", ""), ("甲", "乙")])
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "里一", "里二"
    found = read(document)
    assert found.body.splitlines() == ["外\t里一 里二", "甲\t乙"]
    assert remark(found, "套着表格")


# Pictures


def coloured(shade: int, kind: str = "JPEG") -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (60, 40), (shade, 30, 30)).save(out, kind)
    out.seek(0)
    return out


def test_pictures_stand_in_their_places_with_their_captions():
    document = written(TEXT)
    document.add_picture(coloured(10))
    build.write(document, "图为村民议事。（林晓舟 摄）", "楷体", 14, align="center", first=False)
    document.add_paragraph("大家都来。")
    document.add_picture(coloured(20, "PNG"))
    document.add_picture(coloured(30))
    build.write(document, "▲榕树下的桌子", "楷体", 14, first=False)
    build.write(document, "一、事办到门前", "黑体", 16, align="center")
    found = read(document)
    assert found.body.splitlines() == [
        TEXT, "【照片1】", "大家都来。", "【照片2】", "【照片3】", "一、事办到门前",
    ]  # fmt: skip
    assert [one.caption for one in found.pictures] == ["图为村民议事。（林晓舟 摄）", "", "榕树下的桌子"]
    assert found.pictures[0].data == coloured(10).getvalue()
    assert [one.name.rpartition(".")[2] for one in found.pictures] == ["jpg", "png", "jpg"]


def test_a_picture_inside_a_line_follows_it():
    document = written()
    paragraph = document.add_paragraph("前半句，")
    paragraph.add_run().add_picture(coloured(10))
    paragraph.add_run("后半句。").add_break()
    paragraph.add_run().add_picture(coloured(20))
    assert read(document).body.splitlines() == ["前半句，后半句。", "【照片1】", "【照片2】"]


def test_photographs_set_in_a_table_get_the_words_below_them():
    document = written(TEXT)
    table = document.add_table(2, 2)
    for place in range(2):
        table.cell(0, place).paragraphs[0].add_run().add_picture(coloured(10 + place))
        table.cell(1, place).text = f"第{place + 1}张"
    found = read(document)
    assert found.body.splitlines() == [TEXT, "【照片1】", "【照片2】"]
    assert [one.caption for one in found.pictures] == ["第1张", "第2张"]


def test_a_picture_in_a_table_of_words_follows_its_row():
    document = written(TEXT)
    table = table_of(document, [("项目", "照片", "件数"), ("修路", "", "三件"), ("点灯", "", "两件")])
    table.cell(1, 1).paragraphs[0].add_run().add_picture(coloured(10))
    assert read(document).body.splitlines()[1:] == ["项目\t照片\t件数", "修路\t\t三件", "【照片1】", "点灯\t\t两件"]


def test_linked_vector_and_cropped_pictures_are_told():
    document = written(TEXT)
    for shade in (10, 20, 30):
        document.add_picture(coloured(shade))
    linked, vector, cropped = document.element.body.iter(qn("a:blip"))
    outside = document.part.relate_to("http://127.0.0.1:9/a.jpg", RT.IMAGE, is_external=True)
    del linked.attrib[qn("r:embed")]
    linked.set(qn("r:link"), outside)
    part = document.part.rels[vector.get(qn("r:embed"))].target_part
    part.partname = PackURI("/word/media/image8.emf")
    cropped.addnext(parse_xml(f'<a:srcRect {nsdecls("a")} l="20000"/>'))
    found = read(document)
    assert found.body.splitlines() == [TEXT, "【照片1】"]
    assert found.pictures[0].data == coloured(30).getvalue()
    assert "1 张图片没有存进文件" in remark(found, "只留了地址")
    assert remark(found, "EMF")
    assert "“1”" in remark(found, "裁剪")


def test_old_pictures_and_objects():
    document = written(TEXT)
    document.add_picture(coloured(10))
    picture = next(document.element.body.iter(qn("a:blip"))).get(qn("r:embed"))
    spaces = f'{nsdecls("r")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    shape = f'<v:shape {spaces}><v:imagedata r:id="{picture}"/></v:shape>'
    insert(document, f"<w:r><w:pict>{shape}</w:pict></w:r>", 1)
    insert(document, f"<w:r><w:object>{shape}<o:OLEObject {spaces}/></w:object></w:r>", 1)
    found = read(document)
    assert found.body.splitlines() == [TEXT, "【照片1】", "【照片2】"]
    assert "1 个嵌入的对象" in remark(found, "嵌入的对象")


# Text boxes, notes, headers


def test_a_text_box_is_read_once_after_its_paragraph():
    document = written(TEXT)
    content = f"<w:txbxContent><w:p>{run('框里的话')}</w:p></w:txbxContent>"
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    new = f"<w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></w:drawing>"
    old = f"<w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict>"
    both = f'<mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    insert(document, f"<w:r {spaces}><mc:AlternateContent>{both}</mc:AlternateContent></w:r>")
    document.add_paragraph("大家都来。")
    found = read(document)
    assert found.body.splitlines() == [TEXT, "框里的话", "大家都来。"]
    assert "1 个文本框（“框里的话”）" in remark(found, "文本框")


def test_notes_are_marked_in_place_and_stand_at_the_end():
    document = written("榕岭村", "大家都来。", "（来源：榕岭村党总支）")
    insert(document, '<w:r><w:footnoteReference w:id="2"/></w:r>', 1)
    insert(document, run("有桌。"), 1)
    insert(document, '<w:r><w:endnoteReference w:id="1"/></w:r>', 2)
    separator = f'<w:footnote w:type="separator" w:id="0"><w:p>{run("线")}</w:p></w:footnote>'
    note = f'<w:footnote w:id="2"><w:p>{run("在望海区。")}</w:p></w:footnote>'
    related(document, RT.FOOTNOTES, "footnotes.xml", f"<w:footnotes {W}>{separator}{note}</w:footnotes>")
    ending = f'<w:endnote w:id="1"><w:p>{run("见村史。")}</w:p></w:endnote>'
    related(document, RT.ENDNOTES, "endnotes.xml", f"<w:endnotes {W}>{ending}</w:endnotes>")
    found = read(document)
    assert found.source_note == "（来源：榕岭村党总支）"
    assert found.body.splitlines() == [
        "榕岭村〔1〕有桌。",
        "大家都来。〔2〕",
        "注释：",
        "〔1〕在望海区。",
        "〔2〕见村史。",
    ]
    assert "2 条脚注" in remark(found, "脚注")


def test_headers_are_left_out_and_told_but_page_numbers_are_not():
    document = written(TEXT)
    build.number_pages(document)
    assert read(document).remarks == ()
    document.sections[0].header.paragraphs[0].text = "榕岭村党总支内部资料"
    found = read(document)
    assert found.body == TEXT
    assert "“榕岭村党总支内部资料”" in remark(found, "页眉")


# What could do harm


def test_what_reaches_outside_is_defused_and_told(monkeypatch):
    def refuse(*args):
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", refuse)
    document = written("报表")
    insert(document, group(field(r"DDEAUTO c:\\windows\\cmd.exe", run("数据"))))
    template = "http://127.0.0.1:9/t.dotm"
    settings = document.part._settings_part
    settings.rels.get_or_add_ext_rel(ATTACHED_TEMPLATE, template)
    settings.rels.get_or_add_ext_rel(ATTACHED_TEMPLATE, "file:///C:/Users/a/Normal.dotm")
    related(document, "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin", "x")
    found = read(document)
    assert found.body == "报表数据"
    assert "“DDEAUTO”" in remark(found, "自动取外部内容")
    assert remark(found, "网上的模板").count("“") == 1
    assert remark(found, "宏")


def test_a_file_with_nothing_in_it_is_refused():
    with pytest.raises(FileRefused, match="没有文字，也没有照片"):
        read(Document())


def test_a_note_that_names_itself_ends():
    document = written("榕岭村")
    insert(document, '<w:r><w:footnoteReference w:id="2"/></w:r>')
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>绕</w:t><w:footnoteReference w:id="2"/></w:r></w:p></w:footnote>'
    related(document, RT.FOOTNOTES, "footnotes.xml", f"<w:footnotes {W}>{note}</w:footnotes>")
    assert read(document).body.splitlines() == ["榕岭村〔1〕", "注释：", "〔1〕绕"]


def test_no_more_pictures_than_marks_can_number():
    document = written(TEXT)
    document.add_picture(coloured(10))
    paragraph = document.paragraphs[-1]._p
    for _ in range(100):
        paragraph.addnext(deepcopy(paragraph))
    found = read(document)
    assert len(found.pictures) == 99
    assert "最后 2 张" in remark(found, "太多")


def test_the_words_are_those_another_reader_finds():
    """mammoth, written by others, on a plain file: not a character lost, none added, the same order."""
    data = build.to_bytes(build.official())
    theirs = mammoth.extract_raw_text(BytesIO(data)).value
    found = read_word(data, "来稿.docx")
    ours = "".join((found.title, found.byline, found.body))
    assert re.sub(r"\s", "", ours) == re.sub(r"\s", "", theirs)


def test_reading_changes_nothing_in_the_document():
    document = open_docx(build.to_bytes(build.official()))
    before = document.element.xml
    arrived_text(document, "来稿.docx")
    assert document.element.xml == before


def test_sizes_do_not_matter():
    document = build.careless()
    document.paragraphs[0].runs[0].font.size = Pt(9)
    assert read(document).title == build.TITLE


@pytest.mark.parametrize(
    ("second", "title", "byline", "affiliation"),
    [
        ("临港镇党委　林晓舟", "渡口边的夜校", "林晓舟", "临港镇党委"),
        ("林晓舟", "渡口边的夜校", "林晓舟", ""),
        ("调查与思考", "渡口边的夜校调查与思考", "", ""),
        ("报告", "渡口边的夜校报告", "", ""),
        ("的启示", "渡口边的夜校的启示", "", ""),
    ],
)
def test_a_byline_set_like_the_title_above_it_is_no_part_of_it(second, title, byline, affiliation):
    document = build.blank()
    for line in ("渡口边的夜校", second):
        build.write(document, line, "宋体", 16, align="center", first=False)
    build.write(document, TEXT, "仿宋", 16)
    found = read(document)
    assert (found.title, found.byline, found.affiliation) == (title, byline, affiliation)
