"""The printed magazine: words, pages and contents of the PDF, and that a manuscript stays data."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from django.core.management import call_command

from journal.editions.pdf import article_pdf, fonts, typeset
from journal.importing.read import parse_issue
from journal.importing.write import import_issue
from journal.models import Article, IssueMatter, JournalLink
from journal.text.blocks import plain_text

TEXT = (Path(__file__).parent / "data" / "invented_issue.txt").read_text(encoding="utf-8")
CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
POINTS_PER_MM = 72 / 25.4
PITCH = 15.2  # points from line to line of the text
COVERS = 2  # sides before page 1
HEADING = re.compile(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）")

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue():
    return import_issue(parse_issue(TEXT))


def pages_of(pdf: bytes) -> list[str]:
    """What stands in the type area of each page, as it is read: without running heads and page numbers."""
    out = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        width, height = page.get_size()
        words = page.get_textpage().get_text_bounded(0, 18 * POINTS_PER_MM, width, height - 21 * POINTS_PER_MM)
        out.append(words.replace("\r\n", "\n"))
    return out


@dataclass
class Line:
    """A line of a column as it stands on its page, in points from the page's left and foot."""

    left: float
    bottom: float
    top: float
    words: str
    column: str  # "left", "right", or "both" for one that stands across

    def is_beside(self, bottom: float, top: float) -> bool:
        return min(self.top, top) - max(self.bottom, bottom) > 0.5 * min(self.top - self.bottom, top - bottom)


def lines_of(pdf: bytes) -> list[list[Line]]:
    """The lines in the type area of each page; what one line is made of (faces change) is joined."""
    out = []
    for page in pypdfium2.PdfDocument(pdf):
        words, head, middle = page.get_textpage(), page.get_height() - 23 * POINTS_PER_MM, page.get_width() / 2
        boxes = [words.get_rect(number) for number in range(words.count_rects())]
        lines: list[Line] = []
        # Those that stand across come first, so that the rest of their line joins them.
        for left, bottom, right, top in sorted(boxes, key=lambda box: (not box[0] < middle < box[2], box[0])):
            if bottom < 21 * POINTS_PER_MM or top > head:
                continue
            column = "both" if left < middle < right else "left" if left < middle else "right"
            said = words.get_text_bounded(left, bottom, right, top)
            own = next((one for one in lines if one.column in (column, "both") and one.is_beside(bottom, top)), None)
            if own is None:
                lines.append(Line(left, bottom, top, said, column))
            elif left < own.left:
                own.left, own.words = left, said + own.words
            else:
                own.words += said
        out.append(lines)
    return out


def assert_set_as_print_is(pdf: bytes, done) -> None:
    """No closing mark begins a line, no heading ends a column, the columns of each article's last page end evenly."""
    pages = lines_of(pdf)[COVERS:]
    for number in range(min(done.starts.values()), max(done.ends.values()) + 1):
        lines = pages[number - 1]
        for line in lines:
            assert not line.words.startswith(tuple("，。、；：？！”’）》〉】")), (number, line)
        columns = {name: [line for line in lines if line.column == name] for name in ("left", "right")}
        ends = {name: min(column, key=lambda line: line.bottom) for name, column in columns.items() if column}
        for line in ends.values():
            assert not HEADING.match(line.words) or len(line.words) > 18, (number, line)
        if number in done.ends.values() and len(lines) > 20:
            assert abs(ends["left"].bottom - ends["right"].bottom) < 4.2 * PITCH, (number, ends)


def characters(text: str) -> str:
    return "".join(CJK.findall(text))


def assert_all_words_are_set(issue, pdf: bytes) -> int:
    """Every Chinese character of every article stands in the PDF, in order; how many there are."""
    printed = characters("".join(pages_of(pdf)))
    place = 0
    total = 0
    for article in issue.articles.select_related("text__current").in_printed_order().filter(parent=None):
        for one in (article, *article.parts.order_by("position", "pk")):
            words = characters(plain_text(one.text.current.html))
            found = printed.find(words, place)
            assert found >= 0, f"{one.title}: {words[:30]}"
            place = found + len(words)
            total += len(words)
    return total


def test_every_character_is_set_in_order(issue):
    done = typeset(issue)
    assert assert_all_words_are_set(issue, done.pdf) > 800
    assert done.problems == () or all("楷体" in problem for problem in done.problems)


def assert_the_contents_are_right(issue, done) -> None:
    """Each title of the contents is followed by the page that the title stands on; so are the columns' ranges."""
    pages = pages_of(done.pdf)
    contents = pages[COVERS + 1]
    contents = contents[contents.index(issue.sections.first().section.name) :]
    for article in issue.articles.filter(parent=None):
        page = done.starts[article.pk]
        assert characters(article.title) in characters(pages[COVERS + page - 1])
        title = r"[^\u4e00-\u9fff]*?".join(characters(article.listed_title))
        assert int(re.search(title + r"[^\d]*?[.\s](\d+)(?!\d)", contents)[1]) == page, article
        assert done.ends[article.pk] >= page
    for column in issue.sections.all():
        own = [article.pk for article in issue.articles.filter(section=column.section_id, parent=None)]
        if own:
            first, last = min(done.starts[pk] for pk in own), max(done.ends[pk] for pk in own)
            told = str(first) if first == last else f"{first}—{last}"
            assert re.search(rf"{column}\s*{told}\s", contents), (str(column), told)


def test_the_contents_name_the_pages_the_articles_stand_on(issue):
    assert_the_contents_are_right(issue, typeset(issue))


def test_no_closing_mark_begins_a_line_no_heading_ends_a_column_and_columns_end_evenly(issue):
    done = typeset(issue)
    assert_set_as_print_is(done.pdf, done)


def test_marked_names_are_spaced_and_never_broken(issue):
    board = next(
        page for page in pages_of(typeset(issue).pdf) if page.startswith("编 辑 委") or "编辑委员会" in page[:20]
    )
    assert "甄　好" in board
    assert "易小舟" in board


def test_crop_marks_and_bleed_on_request(issue):
    size = (210 * POINTS_PER_MM, 285 * POINTS_PER_MM)
    plain = pypdfium2.PdfDocument(typeset(issue).pdf)[0]
    assert plain.get_size() == pytest.approx(size, abs=0.2)
    marked = pypdfium2.PdfDocument(typeset(issue, crop_marks=True).pdf)[0]
    left, bottom, right, top = marked.get_trimbox()
    assert (right - left, top - bottom) == pytest.approx(size, abs=0.2)
    assert marked.get_mediabox()[2] == pytest.approx(size[0] + 20 * POINTS_PER_MM, abs=0.2)


def test_bookmarks_and_metadata(issue):
    document = pypdfium2.PdfDocument(typeset(issue).pdf)
    titles = [entry.get_title() for entry in document.get_toc()]
    assert "领导讲话" in titles
    assert "渔港新事" in titles
    assert document.get_metadata_value("Title").endswith("期")


HOSTILE = (
    '#panic("x") #read("/etc/passwd") #include "text.typ" *粗* _斜_ $x$ `码` \\ @label <label> //注 /*注*/ = 标题 '
    '"引号" #{1+1} #sys.inputs ```raw``` https://example.org/'
)


def test_a_manuscript_is_data_never_code(make_article, make_issue):
    issue = make_issue()
    article = make_article(
        HOSTILE[:100], issue=issue, html=f"<p>{HOSTILE.replace('<', '&lt;')}</p>", bylines=["#panic()"]
    )
    set_as_it_is = " ".join("".join(pages_of(typeset(issue).pdf)).split())
    for words in ("#panic", "#read", "/etc/passwd", "*粗*", "_斜_", "$x$", "@label", "//注", "#{1+1}", "#sys.inputs"):
        assert words in set_as_it_is
    assert "root:" not in set_as_it_is
    assert article_pdf(article).pages == 1


def test_a_character_no_face_has_is_told(make_article, make_issue):
    issue = make_issue()
    make_article("生僻字", issue=issue, html="<p>名中有\U000e0123字。</p>")
    assert any("\U000e0123" in problem for problem in typeset(issue).problems)


def test_a_missing_picture_is_told_and_the_rest_is_set(make_article, make_issue, make_picture):
    issue = make_issue()
    picture = make_picture()
    make_article("有照片", issue=issue, html=f'<p>前。</p><figure data-picture="{picture.pk}"></figure><p>后。</p>')
    picture.file.storage.delete(picture.file.name)
    done = typeset(issue)
    assert any("打不开" in problem and "有照片" in problem for problem in done.problems)
    assert "后。" in "".join(pages_of(done.pdf))


def test_a_photograph_is_set_at_its_print_size_without_metadata(make_article, make_issue, make_picture):
    issue = make_issue()
    picture = make_picture(print_width_mm=81, caption="树下")
    make_article("组图", issue=issue, html=f'<p>前。</p><figure data-picture="{picture.pk}"></figure>')
    done = typeset(issue)
    document = pypdfium2.PdfDocument(done.pdf)
    boxes = [
        entry.get_bounds() for page in document for entry in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    ]
    widths = [(right - left) / POINTS_PER_MM for left, _, right, _ in boxes]
    assert any(width == pytest.approx(81, abs=1) for width in widths)
    assert b"Exif" not in done.pdf
    assert "树下" in "".join(pages_of(done.pdf))


def test_everything_a_text_can_hold_is_set(make_article, make_issue):
    issue = make_issue()
    html = (
        "<h2>一、标题</h2><h3>（一）二级</h3><h4>1.三级</h4><ul><li>甲<strong>粗</strong></li><li>乙</li></ul><ol><li>丙</li></ol>"
        "<blockquote><p>引文</p></blockquote><table><thead><tr><th>项</th><th>数</th></tr></thead>"
        '<tbody><tr><td colspan="2">合</td></tr></tbody></table><p>水H<sub>2</sub>O<br>换行<em>斜</em></p>'
    )
    make_article("各种", issue=issue, html=html)
    words = characters("".join(pages_of(typeset(issue).pdf)))
    assert characters(plain_text(html)) in words


@pytest.mark.parametrize(
    "rows",
    [
        '<tr><td rowspan="100">甲</td><td colspan="3">乙</td></tr><tr><td colspan="100">丙</td></tr><tr><td>丁</td></tr>',
        '<tr><td>甲</td><td rowspan="2">乙</td></tr><tr><td colspan="2">丙</td><td>丁</td></tr>',
        "<tr><td>甲</td></tr><tr><td>乙</td><td>丙</td><td>丁</td></tr>",
    ],
)
def test_a_table_whose_spans_do_not_fit_is_still_set(make_article, make_issue, rows):
    issue = make_issue()
    make_article("表格", issue=issue, html=f"<table><tbody>{rows}</tbody></table>")
    words = "".join(pages_of(typeset(issue).pdf))
    assert all(one in words for one in "甲乙丙丁")


def test_an_issue_without_preface_board_or_articles_is_still_a_file(make_issue):
    done = typeset(make_issue())
    assert done.pages >= 3
    assert done.starts == {}


def test_short_news_share_a_page_and_an_editor_may_set_a_piece_on(make_article, make_issue, section):
    issue = make_issue()
    news = [make_article(f"短讯{number}", issue=issue, section=section) for number in range(4)]
    long = make_article("长文", issue=issue, section=section, html="<p>" + "话很长，" * 400 + "</p>")
    done = typeset(issue)
    assert len({done.starts[article.pk] for article in news}) == 1
    assert done.starts[long.pk] == done.starts[news[0].pk] + 1
    Article.objects.filter(pk=long.pk).update(runs_on=True)
    assert typeset(issue).starts[long.pk] == done.starts[news[0].pk]


def test_a_photograph_wider_than_a_column_stands_across_both(make_article, make_issue, make_picture):
    issue = make_issue()
    picture = make_picture(print_width_mm=170, caption="海湾")
    long = "<p>" + "话很长，" * 300 + "</p>"
    make_article("组图", issue=issue, html=f'{long}<figure data-picture="{picture.pk}"></figure>{long}')
    done = typeset(issue)
    boxes = [
        (number, entry.get_bounds())
        for number, page in enumerate(pypdfium2.PdfDocument(done.pdf))
        for entry in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        if number > 1
    ]
    ((number, (left, bottom, right, _)),) = boxes
    assert (right - left) / POINTS_PER_MM == pytest.approx(170, abs=2)
    beside = [line for line in lines_of(done.pdf)[number] if "话很长" in line.words and line.top > bottom]
    assert beside == []
    assert characters("话很长，" * 600) in characters("".join(pages_of(done.pdf))).replace("海湾", "")


def test_what_cannot_be_made_even_is_still_whole(make_article, make_issue, make_picture):
    """Photographs as high as a column, headings in a row: whatever the heights come to, nothing is lost."""
    issue = make_issue()
    picture = make_picture(size=(800, 1080), caption="碑")
    figure = f'<figure data-picture="{picture.pk}"></figure>'
    html = "<p>起。</p>" + figure * 5 + "<h2>一、山</h2><h3>（一）水</h3><p>" + "田" * 40 + "</p>" + figure
    make_article("碑林", issue=issue, html=html)
    done = typeset(issue)
    words = characters("".join(pages_of(done.pdf)))
    assert words.count("碑") - words.count("碑林") == 6
    assert "田" * 40 in words
    lowest = min(line.bottom for page in lines_of(done.pdf) for line in page)
    assert lowest > 21 * POINTS_PER_MM


def test_qr_codes_and_the_call_on_their_pages(issue, journal):
    JournalLink.objects.create(journal=journal, label="微信公众号", url="https://example.org/a")
    IssueMatter.objects.filter(issue=issue, kind="call").update(title="《望海党建》征稿启事")
    pages = pages_of(typeset(issue).pdf)
    assert "微信公众号" in pages[1]
    assert "征稿启事" in pages[-1]


def test_the_office_fonts_folder_is_used_and_an_empty_one_told(settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    fonts._faces.cache_clear()
    assert any("没有能用的字库" in problem for problem in fonts.faces().problems)


def test_the_command_builds_it(issue, tmp_path, capsys):
    target = tmp_path / "一期.pdf"
    call_command("build_issue", f"{issue.year}-{issue.number}", "--format", "pdf", "--output", str(target), "--json")
    assert pypdfium2.PdfDocument(io.BytesIO(target.read_bytes()))
    assert f'"pages": {typeset(issue).pages}' in capsys.readouterr().out


def test_the_real_issue_is_set_to_the_last_character():
    found = sorted(settings.SEEDS_DIR.glob("003*.txt")) if settings.SEEDS_DIR else []
    if not found:
        pytest.skip("没有 seeds 资料，真实一期的排版不运行")
    issue = import_issue(parse_issue(found[0].read_text("utf-8")))
    done = typeset(issue)
    assert assert_all_words_are_set(issue, done.pdf) > 50_000
    assert [problem for problem in done.problems if "字库里没有" in problem] == []
    assert_set_as_print_is(done.pdf, done)
    assert_the_contents_are_right(issue, done)
