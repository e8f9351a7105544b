"""What programs read: Atom, sitemaps, robots.txt, canonical links, Open Graph and JSON-LD; 公开 alone in all of them."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from journal import feeds
from journal.models import Access, Article, Author

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST = "http://testserver"


@pytest.fixture
def shelf(make_issue, make_article, publish, make_picture, section):
    """A public issue (one piece without online right, one withdrawn), a 内部 one and one in the making."""
    shelf = {}
    picture = make_picture()
    issue = make_issue(theme="家门口的服务")
    html = f'<p>榕树下议事 & 办事 <strong>"公示"</strong>。</p><figure data-picture="{picture.pk}"></figure>'
    shelf["public"] = make_article("公开的“一篇” </script>", issue=issue, html=html, bylines=["何为"], section=section)
    shelf["reprint"] = make_article("没有上网权的一篇", issue=issue, online_right="none", bylines=["转载作者"])
    shelf["withdrawn"] = make_article("撤下的一篇", issue=issue, bylines=["撤下作者"])
    publish(issue)
    Article.objects.filter(pk=shelf["withdrawn"].pk).update(withdrawn_at=timezone.now(), withdrawn_reason="数字有误")
    internal, making = make_issue(theme="内部主题"), make_issue(theme="未刊主题")
    shelf["internal"] = make_article("内部的一篇", issue=internal, bylines=["内部作者"], section=section)
    publish(internal, Access.INTERNAL)
    shelf["making"] = make_article("编辑中的一篇", issue=making, bylines=["未刊作者"], section=section)
    return {name: Article.objects.get(pk=article.pk) for name, article in shelf.items()}


@pytest.fixture
def texts(client, shelf, section):
    """Everything that programs read, by name."""
    addresses = {
        "feed": reverse("feed"),
        "section_feed": reverse("section_feed", args=[section.pk]),
        "index": reverse("sitemap_index"),
        "sitemap": reverse("sitemap", args=[1]),
        "robots": reverse("robots"),
        "home": "/",
        "issue": shelf["public"].issue.get_absolute_url(),
        "article": shelf["public"].get_absolute_url(),
    }
    return {name: client.get(address).content.decode() for name, address in addresses.items()}


def test_nothing_internal_or_unpublished_appears(texts, shelf):
    hidden = [article for name, article in shelf.items() if name != "public"]
    for name, text in texts.items():
        for article in hidden:
            assert article.title not in text, name
            assert f"/articles/{article.pk}/" not in text, name
            assert article.bylines.get().name not in text, name
        assert "内部主题" not in text
        assert "未刊主题" not in text
        for author in Author.objects.exclude(name="何为"):
            assert f"/authors/{author.pk}/" not in text, name


def test_members_get_no_more_of_it_than_anybody(client, cast, shelf, section):
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("feed", "sitemap_index", "robots"):
        assert "内部的一篇" not in client.get(reverse(name)).content.decode()
    assert str(shelf["internal"].pk) not in re.findall(
        r"/articles/(\d+)/", client.get(reverse("sitemap", args=[1])).content.decode()
    )
    assert "内部的一篇" not in client.get(reverse("section_feed", args=[section.pk])).content.decode()


def test_the_feed_is_atom_with_what_a_reader_needs(texts, shelf):
    for name, page in (("feed", "/"), ("section_feed", f"/sections/{shelf['public'].section_id}/")):
        root = ElementTree.fromstring(texts[name])
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links == {"alternate": f"{HOST}{page}", "self": f"{HOST}{page}feed/"}
        (entry,) = root.findall(f"{ATOM}entry")
        address = f"{HOST}{shelf['public'].get_absolute_url()}"
        assert entry.find(f"{ATOM}id").text == address
        assert entry.find(f"{ATOM}link").get("href") == address
        assert entry.find(f"{ATOM}title").text == shelf["public"].title
        assert entry.find(f"{ATOM}author/{ATOM}name").text == "何　为"
        assert entry.find(f"{ATOM}summary").text.startswith("榕树下议事")
        assert entry.find(f"{ATOM}category").get("term") == shelf["public"].section.name
        assert root.find(f"{ATOM}updated").text == entry.find(f"{ATOM}updated").text


def test_a_correction_shows_in_feed_and_sitemap(client, shelf):
    version = shelf["public"].text.current
    type(version).objects.filter(pk=version.pk).update(created_at="2027-02-03T00:00:00+08:00")
    root = ElementTree.fromstring(client.get(reverse("feed")).content)
    assert "2027-02-0" in root.find(f"{ATOM}updated").text
    assert "2027-02-0" in client.get(reverse("sitemap_index")).content.decode()


def test_an_empty_journal_has_a_feed_that_does_not_change(client, db):
    first, second = (client.get(reverse("feed")).content for _ in range(2))
    assert first == second
    assert not ElementTree.fromstring(first).findall(f"{ATOM}entry")


def test_the_sitemap_lists_what_opens(client, texts, shelf):
    root = ElementTree.fromstring(texts["sitemap"])
    found = {url.find(f"{SITEMAP}loc").text: url.find(f"{SITEMAP}lastmod") for url in root}
    paths = [address.removeprefix(HOST) for address in found]
    assert {"/", "/issues/", shelf["public"].get_absolute_url()} <= set(paths)
    assert {client.get(path).status_code for path in paths} == {200}
    assert found[f"{HOST}{shelf['public'].get_absolute_url()}"] is not None


def test_a_long_sitemap_is_split(client, shelf, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_ADDRESSES", 3)
    index = ElementTree.fromstring(client.get(reverse("sitemap_index")).content)
    parts = [entry.find(f"{SITEMAP}loc").text.removeprefix(HOST) for entry in index]
    found = [len(ElementTree.fromstring(client.get(part).content)) for part in parts]
    assert found[:-1] == [3] * (len(parts) - 1)
    assert sum(found) == len(list(feeds.addresses()))
    for part in (0, len(parts) + 1):
        assert client.get(reverse("sitemap", args=[part])).status_code == 404


def test_robots_are_shown_the_sitemap_and_kept_from_forms(texts):
    assert f"Sitemap: {HOST}/sitemap.xml" in texts["robots"]
    for path in ("/admin/", "/account/", "/submit/", "/search/"):
        assert f"Disallow: {path}\n" in texts["robots"]
    assert "Disallow: /\n" not in texts["robots"]


def meta(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', html))


def data(html: str) -> dict:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(text)


def test_an_article_tells_programs_what_it_is(texts, shelf):
    article, html = shelf["public"], texts["article"]
    address = f"{HOST}{article.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert meta(html)["og:url"] == address
    assert meta(html)["og:type"] == "article"
    assert meta(html)["og:image"].startswith(f"{HOST}/pictures/")
    found = data(html)
    assert (found["@type"], found["headline"], found["url"]) == ("Article", article.title, address)
    assert found["author"] == [{"@type": "Person", "name": "何为"}]
    assert found["isPartOf"]["@type"] == "PublicationIssue"
    assert found["isPartOf"]["isPartOf"]["@type"] == "Periodical"


def test_an_issue_lists_its_articles_for_programs(texts, shelf):
    found = data(texts["issue"])
    assert (found["@type"], found["issueNumber"]) == ("PublicationIssue", str(shelf["public"].issue.number))
    assert [part["headline"] for part in found["hasPart"]] == [shelf["public"].title]


def test_internal_pages_and_previews_tell_programs_nothing(client, cast, shelf):
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("internal", "making"):
        for address in (shelf[name].get_absolute_url(), shelf[name].issue.get_absolute_url()):
            html = client.get(address).content.decode()
            assert "og:title" not in html
            assert "ld+json" not in html
    assert "canonical" not in client.get(shelf["making"].get_absolute_url()).content.decode()


def test_pages_that_are_not_there_are_not_to_be_found(client, shelf):
    for address in ("/articles/999999/", shelf["internal"].get_absolute_url()):
        html = client.get(address).content.decode()
        assert '<meta name="robots" content="noindex">' in html
        assert "canonical" not in html


def test_a_further_page_of_a_list_is_an_address_of_its_own(client, make_issue, make_article, publish, section):
    issue = make_issue()
    for number in range(31):
        make_article(f"第{number}篇", issue=issue, section=section)
    publish(issue)
    address = section.get_absolute_url()
    for query, canonical in (("", ""), ("?page=1", ""), ("?page=2&from=x", "?page=2")):
        assert f'rel="canonical" href="{HOST}{address}{canonical}"' in client.get(address + query).content.decode()
