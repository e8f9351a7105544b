"""The corrected copy: it passes, and not a character, table, picture or note of the original is different."""

import zipfile
from io import BytesIO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from submissions.checks.official_format import check_official_format, corrected
from tests.submissions import docx_builder as build

NOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def open_rows(data: bytes) -> list:
    return [item for item in check_official_format(data) if not item.ok]


def words(data: bytes) -> list:
    """Everything a reader can read: paragraphs, cells, text boxes, in document order."""
    body = docx.Document(BytesIO(data)).element.body
    paragraphs = ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p"))]
    document = docx.Document(BytesIO(data))
    with_tabs = [paragraph.text for paragraph in document.paragraphs]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraphs, with_tabs, tables]


def other_parts(data: bytes) -> dict[str, bytes]:
    """Parts that no correction has any business with."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = [name for name in package.namelist() if "media/" in name or "footnotes" in name or "theme" in name]
        return {name: package.read(name) for name in names}


def assert_mended(data: bytes) -> bytes:
    new = corrected(data)
    assert [row.code for row in open_rows(new) if not row.in_words] == []
    assert words(new) == words(data)
    assert other_parts(new) == other_parts(data)
    return new


def test_a_careless_file_is_mended():
    data = build.to_bytes(build.careless())
    assert len(open_rows(data)) > 10
    assert_mended(data)


def test_a_good_file_stays_as_it_is():
    data = build.to_bytes(build.official())
    new = corrected(data)
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(BytesIO(new)) as after:
        assert old.namelist() == after.namelist()
        assert all(old.read(name) == after.read(name) for name in old.namelist())


def test_mending_again_changes_nothing():
    once = corrected(build.to_bytes(build.careless()))
    twice = corrected(once)
    with zipfile.ZipFile(BytesIO(once)) as one, zipfile.ZipFile(BytesIO(twice)) as two:
        assert one.read("word/document.xml") == two.read("word/document.xml")


def full_document():
    """Pictures, a table, a footnote, a link, a tracked deletion, a header with a logo: all typed carelessly."""
    document = build.careless()
    document.add_picture(build.picture())
    document.add_paragraph("见图。").add_run().add_picture(build.picture())
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "件数", "12"
    header = document.sections[0].header
    header.paragraphs[0].text = "榕岭村党总支"
    header.paragraphs[0].add_run().add_picture(build.picture())
    _add_footnote(document)
    paragraph = document.paragraphs[3]._p
    paragraph.append(parse_xml(
        f'<w:del {nsdecls("w")} w:id="1" w:author="a"><w:r><w:delText>删去的话</w:delText></w:r></w:del>'
    ))  # fmt: skip
    paragraph.append(
        parse_xml(f'<w:hyperlink {nsdecls("w")} w:anchor="x"><w:r><w:t>链接的话</w:t></w:r></w:hyperlink>')
    )
    return document


def _add_footnote(document) -> None:
    xml = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>脚注的话</w:t></w:r></w:p></w:footnote></w:footnotes>'
    part = Part(PackURI("/word/footnotes.xml"), NOTES, xml.encode(), document.part.package)
    document.part.relate_to(part, RT.FOOTNOTES)
    document.paragraphs[3]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))


def test_pictures_tables_notes_and_links_stay():
    data = build.to_bytes(full_document())
    new = assert_mended(data)
    old_body, new_body = (docx.Document(BytesIO(one)).element.body for one in (data, new))
    for tag in ("w:drawing", "w:footnoteReference", "w:hyperlink", "w:delText", "w:tbl"):
        assert len(list(old_body.iter(qn(tag)))) == len(list(new_body.iter(qn(tag)))) > 0


def test_a_line_with_a_picture_is_not_cut_off_by_exact_spacing():
    document = build.careless()
    document.add_paragraph("见图。").add_run().add_picture(build.picture())
    new = docx.Document(BytesIO(assert_mended(build.to_bytes(document))))
    spacing = new.paragraphs[-1]._p.pPr.find(qn("w:spacing")) if new.paragraphs[-1]._p.pPr is not None else None
    assert spacing is None


def test_headers_show_the_same_on_even_pages():
    new = docx.Document(BytesIO(corrected(build.to_bytes(full_document()))))
    section = new.sections[0]
    assert new.settings.odd_and_even_pages_header_footer
    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text == "榕岭村党总支"
        blip = next(header._element.iter(qn("a:blip")))
        assert header.part.related_parts[blip.get(qn("r:embed"))].blob.startswith(b"\xff\xd8")


def test_words_in_a_footer_are_kept():
    document = build.careless()
    document.sections[0].footer.paragraphs[0].text = "内部交流"
    new = docx.Document(BytesIO(assert_mended(build.to_bytes(document))))
    for footer in (new.sections[0].footer, new.sections[0].even_page_footer):
        assert footer.paragraphs[0].text == "内部交流"
        assert "".join(p.text for p in footer.paragraphs[1:]) == "— 1 —"


def test_a_page_number_of_another_form_is_replaced():
    document = build.careless()
    footer = document.sections[0].footer
    footer._element.append(parse_xml(build.page_number_xml("第", "Calibri", 9, "center")))
    new = docx.Document(BytesIO(assert_mended(build.to_bytes(document))))
    said = [p.text for p in new.sections[0].footer.paragraphs if p.text]
    assert said == ["— 1 —"]


def test_a_page_number_among_words_is_left_to_a_person():
    document = build.official()
    footer = document.sections[0].footer._element
    footer[0].append(parse_xml(f"<w:r {nsdecls('w')}><w:t>榕岭村党总支</w:t></w:r>"))
    new = corrected(build.to_bytes(document))
    assert [(row.code, row.in_words) for row in open_rows(new)] == [("page_number", True)]
    assert "榕岭村党总支" in docx.Document(BytesIO(new)).sections[0].footer.paragraphs[0].text


def test_several_sections_are_all_mended():
    document = build.careless()
    document.add_section()
    document.add_paragraph("第二节的话，说完就散会。")
    document.sections[1].footer.is_linked_to_previous = False
    document.sections[1].footer.paragraphs[0].text = "1"
    assert_mended(build.to_bytes(document))


def test_a_run_on_heading_is_parted_where_the_text_begins():
    document = build.careless(lines=("（一）当场记账。每件事写明由谁办。",))
    new = docx.Document(BytesIO(assert_mended(build.to_bytes(document))))
    runs = new.paragraphs[-1].runs
    assert [(run.text, run._r.rPr.rFonts.get(qn("w:eastAsia"))) for run in runs] == [
        ("（一）当场记账。", "楷体_GB2312"),
        ("每件事写明由谁办。", "仿宋_GB2312"),
    ]


def test_a_theme_font_does_not_outlive_the_correction():
    document = build.careless()
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsiaTheme"), "minorEastAsia")
    assert_mended(build.to_bytes(document))


def test_a_centred_heading_and_a_hanging_paragraph_are_set_right():
    document = build.careless()
    document.paragraphs[2].alignment = 1
    document.paragraphs[3].paragraph_format.first_line_indent = Pt(-20)
    document.paragraphs[3].paragraph_format.left_indent = Pt(20)
    assert_mended(build.to_bytes(document))


def test_a_document_without_page_setup_gets_one():
    document = build.careless()
    document.element.body.remove(document.element.body.sectPr)
    assert_mended(build.to_bytes(document))


PIECES = st.sampled_from(
    ["一、", "（一）", "1.", "（2）", "附件：", "——", "会开到树下", "村里商量着办事", "。", "，", "；", "：", "“", "”", " ", "　　",
     "2021年11月4日", "2021.1.4", "\n", "\t", "GDP 3.5%", "林晓舟", "同志们"]
)  # fmt: skip
RUN = st.tuples(
    st.lists(PIECES, max_size=5).map("".join),
    st.sampled_from(["", "宋体", "仿宋", "黑体"]),
    st.sampled_from([0, 10.5, 16, 22]),
    st.booleans(),
)
LOOK = st.tuples(
    st.sampled_from([None, 0, 1, 2, 3]), st.sampled_from([None, -24, 0, 32]), st.sampled_from([None, 1.5, 18, 29])
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.lists(RUN, max_size=4), LOOK), max_size=8))
def test_any_document_is_mended_and_says_the_same(paragraphs):
    document = docx.Document()
    for runs, (alignment, first, spacing) in paragraphs:
        paragraph = document.add_paragraph()
        paragraph.alignment = alignment
        paragraph.paragraph_format.first_line_indent = None if first is None else Pt(first)
        paragraph.paragraph_format.line_spacing = Pt(spacing) if spacing and spacing > 2 else spacing
        for text, face, size, bold in runs:
            run = paragraph.add_run(text)
            run.bold = bold
            run.font.size = Pt(size) if size else None
            if face:
                run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    assert_mended(build.to_bytes(document))
