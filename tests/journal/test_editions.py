"""The kinds of edition, and that each can be made of some of an issue's articles."""

import io
import zipfile

import pypdfium2
import pytest

from journal.editions import EDITIONS, build
from journal.models import Article, Highlight

pytestmark = pytest.mark.django_db


def words_in(data: bytes) -> str:
    """All that a reader of the file could read."""
    if data.startswith(b"%PDF"):
        return "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join([*archive.namelist(), *(words_in(archive.read(name)) for name in archive.namelist())])
    return data.decode("utf-8", "ignore")


@pytest.fixture
def mixed_issue(make_issue, make_article, section):
    """One piece for everybody, one 内部, and a composite with a part of each kind."""
    issue = make_issue()
    told = make_article("公开的榕树", issue=issue, section=section, html="<p>人人可读。</p>")
    kept = make_article("内部的渡口", issue=issue, section=section, html="<p>不可外传。</p>")
    whole = make_article("一组灯塔", issue=issue, section=section, html="<p>编者的话。</p>")
    for title, html in (("公开的分篇", "<p>分篇可读。</p>"), ("内部的分篇", "<p>分篇不传。</p>")):
        part = make_article(title, html=html)
        Article.objects.filter(pk=part.pk).update(parent=whole, issue=issue, section=section)
    Highlight.objects.create(issue=issue, text="导读说起渡口", article=kept)
    Highlight.objects.create(issue=issue, text="导读说起榕树", article=told)
    return issue


@pytest.mark.parametrize("kind", EDITIONS)
def test_an_edition_of_some_articles_says_nothing_of_the_others(mixed_issue, tmp_path, kind):
    everything = words_in(build(mixed_issue, kind, tmp_path / "全").path.read_bytes())
    assert "不可外传" in everything
    assert "分篇不传" in everything
    chosen = Article.objects.exclude(title__startswith="内部").in_printed_order()
    some = words_in(build(mixed_issue, kind, tmp_path / "公开", chosen).path.read_bytes())
    for words in ("人人可读", "编者的话", "分篇可读"):
        assert words in some
    for words in ("渡口", "不可外传", "内部的分篇", "分篇不传"):
        assert words not in some


def test_each_kind_tells_what_it_is():
    assert all(edition.label and edition.media_type and edition.suffix.startswith(".") for edition in EDITIONS.values())
