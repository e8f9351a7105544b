"""The exported site: every link leads to a file, pages are the server's, nothing 内部 is in it, a second run is quick."""

import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from journal.editions.site import RECORD, links
from journal.models import Access, Article, Edition, Journal
from journal.views import lists

BASE, SERVER = "https://dj.example.cn", "https://tg.example.cn"
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
SRCSET = re.compile(r'\ssrcset="([^"]*)"')


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "site"


@pytest.fixture
def shelf(make_issue, make_article, publish, make_picture, section, monkeypatch):
    """A public issue with a photograph and a list of two pages; a 内部 one and one in the making."""
    picture = make_picture()
    issue = make_issue(theme="家门口的服务")
    html = f'<p>榕树下议事。<strong>公示</strong></p><figure data-picture="{picture.pk}"></figure>'
    article = make_article("公开的一篇", issue=issue, html=html, bylines=["何为"], section=section)
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    for number in range(2):
        make_article(f"第{number}篇", issue=issue, section=section)
    publish(issue)
    for row in Edition.objects.filter(issue=issue, audience="public"):
        row.file.save("x", ContentFile(f"{row.kind} of everybody".encode()), save=False)
        row.state, row.size, row.pages, row.sha256 = "fresh", row.file.size, 4, row.kind
        row.save()
        row.articles.set(issue.articles.all())
    hidden = []
    for title, access in (("内部的一篇", Access.INTERNAL), ("编辑中的一篇", None)):
        other = make_issue(theme=f"{title}主题")
        hidden.append(make_article(title, issue=other, html="<p>只给内部看的字句。</p>", bylines=[f"{title}作者"]))
        if access:
            publish(other, access)
    return {"article": article, "section": section, "hidden": hidden}


def run(folder: Path, *options: str, capsys=None) -> dict:
    call_command("export_site", str(folder), "--base", BASE, "--json", *options)
    return json.loads(capsys.readouterr().out)


def texts(folder: Path) -> dict[str, str]:
    kinds = (".html", ".xml", ".js", ".txt", ".css", ".svg")
    return {
        str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in kinds
    }


def named(html: str) -> list[str]:
    sets = [one.split()[0] for found in SRCSET.findall(html) for one in found.split(",")]
    return [address.replace("&amp;", "&") for address in LINK.findall(html) + sets]


@pytest.mark.parametrize("way", ["relative", "absolute"])
def test_every_link_leads_to_a_file(shelf, folder, capsys, way):
    done = run(folder, *(["--absolute"] if way == "absolute" else []), capsys=capsys)
    assert done["problems"] == []
    checked = 0
    for name, html in texts(folder).items():
        if not name.endswith(".html"):
            continue
        for address in named(html):
            parts = urlsplit(address)
            if parts.scheme or address.startswith(("#", "?")) or not parts.path:
                continue
            assert parts.path.startswith("/") == (way == "absolute"), (name, address)
            path = parts.path[1:] if way == "absolute" else posixpath.join(posixpath.dirname(name), parts.path)
            target = folder / unquote(path)
            target = target / "index.html" if parts.path.endswith("/") or parts.path == "" else target
            assert target.is_file(), (name, address)
            if parts.fragment:
                assert f'id="{parts.fragment}"' in target.read_text("utf-8"), (name, address)
            checked += 1
    assert checked > 100


def test_pages_are_the_servers_but_for_their_links(shelf, folder, capsys, client, settings):
    settings.ALLOWED_HOSTS = ["dj.example.cn"]
    run(folder, capsys=capsys)
    article, section = shelf["article"], shelf["section"]
    addresses = ["/", "/issues/", article.issue.get_absolute_url(), article.get_absolute_url(), "/about/", "/call/"]
    for address in [*addresses, section.get_absolute_url(), f"{section.get_absolute_url()}?page=2"]:
        page = client.get(address, secure=True, headers={"host": "dj.example.cn"}).content.decode()
        written = (folder / links.file_of(address)).read_text("utf-8")
        assert SRCSET.sub("", LINK.sub("", written)) == SRCSET.sub("", LINK.sub("", page)), address
    cover = f"{article.issue.get_absolute_url()}cover.svg"
    assert (folder / cover[1:]).read_bytes() == client.get(cover, headers={"host": "dj.example.cn"}).content
    for picture in (folder / "pictures").rglob("*.*"):
        address = f"/{picture.relative_to(folder)}"
        assert picture.read_bytes() == client.get(address, headers={"host": "dj.example.cn"}).content


def test_nothing_internal_or_unpublished_is_in_it(shelf, folder, capsys):
    run(folder, capsys=capsys)
    for name, text in texts(folder).items():
        for article in shelf["hidden"]:
            assert article.title not in text, name
        assert "只给内部看的字句" not in text
    assert not (folder / "articles" / str(shelf["hidden"][0].pk)).exists()


def test_files_of_an_issue_come_along_under_their_suffix(shelf, folder, capsys):
    run(folder, capsys=capsys)
    downloads = folder / shelf["article"].issue.get_absolute_url()[1:] / "download"
    assert {path.name: path.read_text() for path in downloads.iterdir()} == {
        f"{kind}.{kind}": f"{kind} of everybody" for kind in ("pdf", "epub")
    }


def test_what_only_a_server_does_leads_there_or_nowhere(shelf, folder, capsys):
    run(folder / "alone", capsys=capsys)
    run(folder / "beside", "--server", SERVER, capsys=capsys)
    alone, beside = (texts(folder / name)["index.html"] for name in ("alone", "beside"))
    assert "account/sign-in" not in alone
    assert re.search(r"<a [^>]*>登录</a>", alone)
    assert f'href="{SERVER}/account/sign-in/"' in beside


def test_a_second_run_writes_what_changed_and_removes_what_is_gone(shelf, folder, capsys):
    first = run(folder, capsys=capsys)
    (folder / "CNAME").write_text("dj.example.cn")
    again = run(folder, capsys=capsys)
    assert (again["written"], again["removed"]) == (0, 0)
    assert again["unchanged"] == first["written"]
    article = shelf["article"]
    Article.objects.filter(pk=article.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="数字有误")
    third = run(folder, capsys=capsys)
    assert not (folder / "articles" / str(article.pk)).exists()
    assert not (folder / f"search/texts/{article.pk}.js").exists()
    assert not list((folder / "pictures").rglob("*.jpg"))
    assert third["removed"] >= 4
    assert 0 < third["written"] < first["written"]
    assert (folder / "CNAME").read_text() == "dj.example.cn"
    assert not any("公开的一篇" in text for text in texts(folder).values())


def test_feeds_and_sitemaps_name_the_sites_own_addresses(shelf, folder, capsys):
    run(folder, capsys=capsys)
    feed = (folder / "feed.xml").read_text("utf-8")
    assert f'href="{BASE}/feed.xml"' in feed
    assert f"{BASE}{shelf['article'].get_absolute_url()}" in feed
    index = (folder / "sitemap.xml").read_text("utf-8")
    (part,) = re.findall(rf"<loc>{BASE}/([^<]+)</loc>", index)
    for path in re.findall(rf"<loc>{BASE}/([^<]*)</loc>", (folder / part).read_text("utf-8")):
        assert (folder / path / "index.html").is_file()
    assert f"Sitemap: {BASE}/sitemap.xml" in (folder / "robots.txt").read_text()
    page = (folder / links.file_of(shelf["article"].get_absolute_url())).read_text("utf-8")
    assert f'<link rel="canonical" href="{BASE}{shelf["article"].get_absolute_url()}">' in page


def test_the_journals_own_address_is_taken_where_none_is_given(shelf, folder, capsys):
    Journal.objects.update(website="http://journal.example.cn")
    call_command("export_site", str(folder))
    assert "个文件" in capsys.readouterr().out
    assert "http://journal.example.cn/sitemap.xml" in (folder / "robots.txt").read_text()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--base", "dj.example.cn"), "--base 要写成"),
        (("--base", "https://dj.example.cn/site/"), "不带后面的路径"),
        (("--server", "ftp://x"), "--server 要写成"),
    ],
)
def test_wrong_use_is_refused_with_a_reason(db, tmp_path, capsys, options, reason):
    with pytest.raises(SystemExit) as ended:
        call_command("export_site", str(tmp_path), *options)
    assert ended.value.code == 2
    assert reason in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_folder_with_other_things_in_it_is_left_alone(db, tmp_path, capsys):
    (tmp_path / "论文.docx").write_bytes(b"x")
    with pytest.raises(SystemExit) as ended:
        call_command("export_site", str(tmp_path))
    assert ended.value.code == 2
    assert "请换一个空文件夹" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["论文.docx"]
    with pytest.raises(SystemExit) as ended:
        call_command("export_site", str(tmp_path / "论文.docx"))
    assert ended.value.code == 2
    assert RECORD not in [path.name for path in tmp_path.iterdir()]


def test_the_settings_are_as_before_afterwards(shelf, folder, capsys, settings):
    settings.PAGE_CACHE = True
    before = list(settings.ALLOWED_HOSTS)
    run(folder, capsys=capsys)
    assert settings.PAGE_CACHE is True
    assert before == settings.ALLOWED_HOSTS
