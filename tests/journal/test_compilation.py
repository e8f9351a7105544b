"""汇编: any selection as one Word file and one PDF, with right page numbers; masked on request; who took out what."""

import io
import re
import zipfile

import docx
import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from journal import compilation, search
from journal.compilation import CompilationRefused, Selection
from journal.editions.compiled_word import compiled_docx
from journal.editions.pdf.compiled import compiled_pdf
from journal.models import Article, Byline, DesensitisedTerm
from members.models import Event, Unit
from submissions.house_style import Tenure

pytestmark = pytest.mark.django_db

LONG = "".join(f"<p>第{number}件事，大家商量着办，办完一件划掉一件。</p>" for number in range(60))


@pytest.fixture
def pieces(make_issue, make_article, section, make_picture):
    issue = make_issue(year=2026, number=1)
    picture = make_picture(caption="榕岭村的树")
    figure = f'<figure data-picture="{picture.pk}"><figcaption>榕岭村的树</figcaption></figure>'
    first = make_article(
        "榕岭村的议事会",
        issue=issue,
        section=section,
        html=f"<p>望海区的林晓舟说。</p>{figure}{LONG}",
        bylines=["何为"],
    )
    Byline.objects.filter(article=first).update(affiliation="望海区榕岭村党总支书记")
    second = make_article("渔港新事", issue=issue, section=section, html="<p>为何为难？书记何为说，船过出海口。</p>")
    whole = make_article("一组灯塔", issue=issue, section=section, html="<p>编者的话。</p>")
    part = make_article("其中一篇", html="<p>分篇的话。</p>", bylines=["林晓舟"])
    Article.objects.filter(pk=part.pk).update(parent=whole, issue=issue, section=section)
    return [first, second, whole]


@pytest.fixture
def terms(db):
    Tenure.objects.create(person="林晓舟", post="书记", unit="榕岭村党总支")
    DesensitisedTerm.objects.create(words="海口", kind="place")
    DesensitisedTerm.objects.create(words="出海口", kind="kept")


def book(cast, pieces, title="经验汇编"):
    return compilation.book_of(cast.editor, [piece.pk for piece in pieces], title)


def printed(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def in_word(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


class TestSelection:
    def test_by_section_years_unit_and_words(self, cast, pieces, make_article, make_issue, section):
        unit = Unit.objects.create(name="榕岭村")
        Byline.objects.filter(article__parent=pieces[2]).update(unit=unit)
        old = make_article("旧事", issue=make_issue(year=2024), section=section)
        search.index_articles(Article.objects.all())

        def found(**asked):
            return {article.title for article in compilation.select(cast.editor, Selection(**asked))}

        every = {piece.title for piece in pieces}
        assert found(section=section.pk) == every | {old.title}
        assert found(since=2026) == every
        assert found(until=2025) == {old.title}
        assert found(unit=unit.pk) == {"一组灯塔"}
        assert found(query="分篇的话") == {"一组灯塔"}
        assert found(query="渔港", since=2027) == set()

    def test_those_outside_the_office_find_nothing(self, cast, pieces, section):
        for person in (cast.reader, cast.contributor, cast.pending):
            assert not compilation.select(person, Selection(section=section.pk)).exists()
            with pytest.raises(CompilationRefused):
                book(type("Cast", (), {"editor": person}), pieces)

    def test_what_cannot_be_compiled(self, cast, pieces):
        ids = [piece.pk for piece in pieces]
        Article.objects.filter(pk=ids[1]).update(withdrawn_at=timezone.now(), withdrawn_reason="有误")
        for chosen, title, reason in (
            ([], "书", "至少勾选一篇"),
            (ids, "书", "已经撤下"),
            (ids[:1], " ", "没有书名"),
            (range(1, compilation.MOST + 2), "书", "最多"),
        ):
            with pytest.raises(CompilationRefused, match=reason):
                compilation.book_of(cast.editor, list(chosen), title)


class TestBook:
    def test_the_pdf_has_a_cover_right_page_numbers_and_every_word(self, cast, pieces):
        done = compiled_pdf(book(cast, pieces))
        pages = printed(done.pdf)
        assert "经验汇编" in pages[0]
        for piece in pieces:
            told = int(re.search(rf"{piece.title}[ .]*(\d+)", pages[1])[1])
            assert told == done.starts[piece.pk]
            assert piece.title in pages[told - 1]
        text = "".join(pages).replace(" ", "")
        for words in ("第59件事", "其中一篇", "分篇的话", "榕岭村的树", "望海区榕岭村党总支书记"):
            assert words in text

    def test_the_word_file_has_fields_for_pages_and_numbers_in_them(self, cast, pieces):
        data = compiled_docx(book(cast, pieces))
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            xml = package.read("word/document.xml").decode()
            assert any(name.startswith("word/media/") for name in package.namelist())
        fields = re.findall(r"PAGEREF (\w+) .*?separate.*?<w:t>(\d+)</w:t>", xml)
        assert [name for name, _ in fields] == [f"piece_{number}" for number in (1, 2, 3)]
        assert all(f'w:name="{name}"' in xml for name, _ in fields)
        # The cover, the contents, then 60 short lines, a photograph and the title: more than three pages of 22 lines.
        assert [int(page) for _, page in fields] == [3, 7, 8]
        words = in_word(data)
        for said in ("目　录", "第59件事", "分篇的话", "何　为"):
            assert said in words

    def test_a_manuscript_is_data_in_a_compilation_too(self, cast, make_article):
        hostile = '#panic("x") #read("/etc/passwd") *粗* $x$ @label'
        article = make_article(hostile, html=f"<p>{hostile}</p>")
        done = compiled_pdf(compilation.book_of(cast.editor, [article.pk], hostile))
        assert "".join(printed(done.pdf)).count("#read") >= 4
        assert hostile in in_word(compiled_docx(compilation.book_of(cast.editor, [article.pk], hostile)))

    def test_a_lost_photograph_is_a_placeholder(self, cast, pieces):
        picture = pieces[0].text.current.pictures.get()
        picture.file.storage.delete(picture.file.name)
        assert "【照片略】榕岭村的树" in in_word(compiled_docx(book(cast, pieces)))
        assert any("打不开" in problem for problem in compiled_pdf(book(cast, pieces)).problems)


class TestMasked:
    def test_no_name_is_left_in_either_file(self, cast, pieces, terms):
        hidden, report = compilation.masked(book(cast, pieces, "榕岭村经验汇编"))
        pdf, word = compiled_pdf(hidden).pdf, compiled_docx(hidden)
        for text in ("".join(printed(pdf)), in_word(word)):
            for name in ("榕岭村", "望海区", "林晓舟", "何　为", "书记何为"):
                assert name not in text, name
            assert "为何为难" in text
            assert "出海口" in text
            assert "××" in text
        with zipfile.ZipFile(io.BytesIO(word)) as package:
            assert not any(name.startswith("word/media/") for name in package.namelist())
            assert "榕岭" not in package.read("docProps/core.xml").decode()
        assert "榕岭" not in pypdfium2.PdfDocument(pdf).get_metadata_value("Title")
        by_words = {found.term.words: found for found in report}
        assert by_words["林晓舟"].masked == 2
        assert by_words["何为"].left == ["为【何为】难？书记何为说，"]

    def test_an_editor_may_leave_a_name(self, cast, pieces, terms):
        hidden, report = compilation.masked(book(cast, pieces), excluded=["林晓舟"])
        assert "林晓舟" in in_word(compiled_docx(hidden))
        assert "林晓舟" not in {found.term.words for found in report}


class TestPage:
    address = "admin:journal_article_compilation"

    def post(self, client, pieces, **asked):
        ids = [piece.pk for piece in pieces]
        return client.post(reverse(self.address), {"ids": ids, "title": "经验汇编", "do": "docx"} | asked)

    def test_found_chosen_and_taken_out_with_a_trace(self, client, cast, pieces, section):
        client.force_login(cast.editor)
        page = client.get(reverse(self.address), {"section": section.pk, "since": 2026}).content.decode()
        assert all(piece.title in page for piece in pieces)
        assert "2026年基层党建文章汇编" in page
        response = self.post(client, pieces[:2])
        assert "第59件事" in in_word(response.content)
        assert "no-store" in response["Cache-Control"]
        assert self.post(client, pieces, do="pdf").content.startswith(b"%PDF")
        events = Event.objects.filter(actor=cast.editor, verb="汇编").order_by("pk")
        assert [event.data["articles"] for event in events] == [
            [piece.pk for piece in pieces[:2]],
            [piece.pk for piece in pieces],
        ]

    def test_masked_is_shown_before_it_is_given_out(self, client, cast, pieces, terms):
        client.force_login(cast.editor)
        page = self.post(client, pieces, masked="1").content.decode()
        assert "脱敏结果" in page
        assert "林晓舟" in page
        assert not Event.objects.filter(verb="汇编").exists()
        names = ["榕岭村", "林晓舟"]
        again = self.post(client, pieces, masked="1", seen="1", shown=names, mask=["榕岭村"], do="preview")
        assert "按您的意思不替换：林晓舟" in again.content.decode()
        data = self.post(client, pieces, masked="1", seen="1", shown=names, mask=["榕岭村"]).content
        assert "林晓舟" in in_word(data)
        assert "榕岭村" not in in_word(data)
        assert "已脱敏" in Event.objects.get(verb="汇编").note

    def test_nothing_typed_is_lost_with_a_refusal(self, client, cast, pieces):
        client.force_login(cast.editor)
        page = self.post(client, pieces, title=" ", masked="1").content.decode()
        assert "没有书名" in page
        assert pieces[0].title in page
        assert 'name="masked" value="1" checked' in page
        assert "至少勾选一篇" in self.post(client, []).content.decode()

    def test_the_list_leads_there_with_parts_as_their_composite(self, client, cast, pieces):
        client.force_login(cast.editor)
        part = pieces[2].parts.get()
        response = client.post(
            reverse("admin:journal_article_changelist"),
            {"action": "compile_chosen", "_selected_action": [pieces[0].pk, part.pk]},
            follow=True,
        )
        page = response.content.decode()
        assert pieces[0].title in page
        assert f'value="{pieces[2].pk}"' in page

    def test_bad_input_is_no_error(self, client, cast, pieces):
        client.force_login(cast.editor)
        for asked in ({"ids": "x,,99999999999,²"}, {"since": "abc"}, {"section": "0"}, {"ids": "999999"}):
            assert client.get(reverse(self.address), asked).status_code == 200
        assert self.post(client, pieces, ids=["x", "²"]).status_code == 200
        assert client.put(reverse(self.address)).status_code == 405

    def test_outsiders_do_not_find_it(self, client, cast, pieces):
        for person in (cast.contributor, cast.reader):
            client.force_login(person)
            assert client.get(reverse(self.address)).status_code in (302, 404)
            assert self.post(client, pieces).status_code in (302, 404)

    def test_as_many_queries_for_one_as_for_three(
        self, client, cast, pieces, section, django_assert_max_num_queries, django_assert_num_queries
    ):
        client.force_login(cast.editor)
        one = f"{reverse(self.address)}?ids={pieces[0].pk}"
        three = f"{reverse(self.address)}?ids={','.join(str(piece.pk) for piece in pieces)}"
        client.get(one)
        with django_assert_max_num_queries(20) as counted:
            client.get(one)
        with django_assert_num_queries(len(counted)):
            client.get(three)
