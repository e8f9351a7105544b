"""The Word package: official format by our own check, originals untouched beside, a list of contents."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from django.urls import reverse

from journal.editions import build
from journal.editions.word import article_docx
from journal.importing.read import parse_issue
from journal.importing.write import import_issue
from journal.models import Article
from journal.text.headings import head_of
from submissions.checks.official_format import check_official_format

TEXT = (Path(__file__).parent / "data" / "invented_issue.txt").read_text(encoding="utf-8")
HTML = (
    "<h2>一、会开到树下</h2><p>群众先说，干部后答。</p><h3>（一）先听</h3><p>（二）加强领导。各单位要抓实<strong>议事</strong>，"
    "定期回访。</p><h2>没有编号的小标题</h2><h4>1. 记账</h4><ul><li>甲</li></ul><ol><li>乙</li></ol>"
    '<table><tbody><tr><td colspan="2">合计</td></tr><tr><td>收</td><td>支</td></tr></tbody></table>'
    "<p>水H<sub>2</sub>O<br>另起</p>"
)

pytestmark = pytest.mark.django_db


def wrong(data: bytes) -> list[tuple[str, str]]:
    return [(item.code, item.found) for item in check_official_format(data) if not item.ok]


def said(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_an_article_passes_the_official_format_check_and_loses_no_word(make_article):
    article = make_article(
        "榕树下的议事会", html=HTML, kicker="基层", subtitle="记榕岭村", bylines=["何为"], author_note="作者系村支书"
    )
    data = article_docx(article)
    assert wrong(data) == []
    words = said(data)
    heads = ("基层", "榕树下的议事会", "——记榕岭村", "何　为", "（作者系村支书）")
    texts = ("（二）加强领导。各单位要抓实议事，定期回访。", "没有编号的小标题", "· 甲", "1. 乙", "合计", "水H2O\n另起")
    assert [one for one in (*heads, *texts) if one not in words] == []


def test_every_article_of_an_issue_passes(tmp_path):
    issue = import_issue(parse_issue(TEXT))
    path = build(issue, "docx", tmp_path / "稿包").path
    with zipfile.ZipFile(path) as package:
        names = [name for name in package.namelist() if name.startswith("文章/")]
        assert len(names) == issue.articles.filter(parent=None).count()
        assert [wrong(package.read(name)) for name in names] == [[]] * len(names)
        contents = said(package.read("目录.docx"))
    assert [one.listed_title for one in issue.articles.filter(parent=None) if one.listed_title not in contents] == []


def test_originals_lie_beside_untouched_named_by_article_and_number(tmp_path, make_issue, make_article, make_picture):
    issue = make_issue()
    one = make_picture(caption="甲图", photographer="林晓舟")
    lost = make_picture(size=(900, 600), caption="乙图")
    figures = "".join(f'<figure data-picture="{picture.pk}"></figure>' for picture in (one, lost))
    whole = make_article("一/组*照片", issue=issue, html="<p>编者的话。</p>")
    part = make_article("其中一篇", html=f"<p>前。</p>{figures}<p>后。</p>")
    Article.objects.filter(pk=part.pk).update(parent=whole, issue=issue, section=whole.section)
    with one.file.open("rb") as file:
        original = file.read()
    lost.file.storage.delete(lost.file.name)
    with zipfile.ZipFile(build(issue, "docx", tmp_path / "稿包").path) as package:
        assert package.read("原图/01 一_组_照片/图1.jpg") == original
        captions = package.read("图片说明.txt").decode("utf-8-sig")
        words = said(package.read("文章/01 一_组_照片.docx"))
    assert "甲图（林晓舟 摄）" in captions
    assert "图2.jpg　原图打不开" in captions
    assert "【图1】" in words
    assert words.index("编者的话") < words.index("其中一篇") < words.index("【图1】")


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("一、加强领导", (1, 6)),
        ("（一）加强领导。各单位要抓实。", (2, 8)),
        ("1. 记账", (3, 5)),
        ("（1）公示", (4, 5)),
        ("一是加强领导。", None),
        ("（一）甲；", None),
        ("2021年，村里办事。", None),
    ],
)
def test_what_a_paragraph_begins_with(line, head):
    assert head_of(line) == head


class TestDownload:
    def test_the_office_gets_it(self, client, cast, make_article):
        article = make_article("榕树下")
        client.force_login(cast.editor)
        response = client.get(reverse("admin:journal_article_word", args=[article.pk]))
        assert "榕树下" in said(response.content)
        assert "no-store" in response["Cache-Control"]
        assert client.post(reverse("admin:journal_article_word", args=[article.pk])).status_code == 405
        assert client.get(reverse("admin:journal_article_word", args=[article.pk + 99])).status_code == 404

    def test_others_do_not(self, client, cast, make_article):
        article = make_article()
        client.force_login(cast.contributor)
        assert client.get(reverse("admin:journal_article_word", args=[article.pk])).status_code != 200
