"""For programs that follow the journal: Atom (RFC 4287), sitemaps (sitemaps.org 0.9) and robots.txt (RFC 9309).

All of it starts at what everybody may read, whoever asks: a feed reader hands on what it is given.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import XMLGenerator

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateTimeField, Max, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, rfc3339_date

from . import search
from .models import Article, Author, Issue, Section
from .text.blocks import plain_text
from .text.names import spaced_name

ENTRIES = 40
SUMMARY = 120  # characters
MOST_ADDRESSES = 50_000  # of one sitemap (sitemaps.org)
# What is for people who came to do something: nothing there is found by a search engine.
_NOT_FOR_ROBOTS = ("/admin/", "/api/", "/account/", "/submit/", "/invitation/", "/search/", "/sheets/")

Absolute = Callable[[str], str]


class Address(NamedTuple):
    """A line of a sitemap; `changed` is None where it cannot be said."""

    path: str
    changed: datetime | None = None


def public_articles() -> QuerySet:
    """Articles everybody may read, each with the time it was last `changed`: published, or corrected since."""
    public = search.readable_by(AnonymousUser()).toplevel()
    changed = Greatest("issue__published_at", "text__current__created_at", output_field=DateTimeField())
    return public.annotate(changed=changed)


def atom(title: str, path: str, articles: QuerySet, *, absolute: Absolute, sponsor: str) -> str:
    """The newest ENTRIES of `articles` as an Atom feed whose page is at `path`. Three queries for any number."""
    newest = search.newest_first(articles).select_related("issue", "section", "text__current")
    rows = list(newest.prefetch_related("bylines")[:ENTRIES])
    feed = _Feed(
        title=title,
        link=absolute(path),
        description="",
        language="zh-CN",
        author_name=sponsor,
        feed_url=absolute(f"{path}feed/"),
        changed=max((row.changed for row in rows), default=None),
    )
    for row in rows:
        address = absolute(row.get_absolute_url())
        feed.add_item(
            title=row.title,
            link=address,
            unique_id=address,
            description=_summary(row),
            author_name="　".join(spaced_name(line.name) for line in row.bylines.all()) or None,
            pubdate=row.issue.published_at,
            updateddate=row.changed,
            categories=(row.section.name,),
        )
    return feed.writeString("utf-8")


class _Feed(Atom1Feed):
    """Django's, with the time of the newest change: an empty feed would otherwise change with every reading."""

    def latest_post_date(self):
        return self.feed["changed"] or datetime.fromisoformat("2000-01-01T00:00:00+08:00")


def _summary(article: Article) -> str:
    text = plain_text(article.text.current.html) if article.text.current else ""
    text = text.replace("\n", "").replace("\t", "")
    return text if len(text) <= SUMMARY else f"{text[:SUMMARY]}……"


def addresses() -> Iterator[Address]:
    """Every page everybody may read, in an order that new articles are added to at the end."""
    public = public_articles().order_by()
    newest = public.aggregate(newest=Max("changed"))["newest"]
    for name in ("home", "archive", "sections"):
        yield Address(reverse(name), newest)
    yield Address(reverse("about"))
    for issue in Issue.objects.visible_to(AnonymousUser()).order_by("year", "number"):
        yield Address(issue.get_absolute_url(), issue.published_at)
    of_sections = dict(public.values_list("section").annotate(newest=Max("changed")))
    for section in Section.objects.filter(pk__in=of_sections):
        yield Address(section.get_absolute_url(), of_sections[section.pk])
    signed = search.readable_by(AnonymousUser()).values("pk")
    for author in Author.objects.filter(bylines__article__in=signed).order_by("pk").distinct():
        yield Address(author.get_absolute_url())
    for pk, changed in public.order_by("pk").values_list("pk", "changed"):
        yield Address(reverse("article", args=[pk]), changed)


def sitemap(part: int, *, absolute: Absolute) -> str | None:
    """One sitemap, counted from 1; None where there is no such part."""
    first = (part - 1) * MOST_ADDRESSES
    lines = list(islice(addresses(), first, first + MOST_ADDRESSES)) if part > 0 else []
    if not lines:
        return None
    return _urlset("urlset", "url", ((absolute(line.path), line.changed) for line in lines))


def sitemap_index(*, absolute: Absolute) -> str:
    """The list of the sitemaps, each with its newest change."""
    parts: list[datetime | None] = []
    for number, line in enumerate(addresses()):
        if number % MOST_ADDRESSES == 0:
            parts.append(None)
        if line.changed and (parts[-1] is None or line.changed > parts[-1]):
            parts[-1] = line.changed
    named = ((absolute(reverse("sitemap", args=[number])), changed) for number, changed in enumerate(parts, 1))
    return _urlset("sitemapindex", "sitemap", named)


def _urlset(root: str, item: str, rows) -> str:
    out = StringIO()
    xml = XMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement(root, {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for address, changed in rows:
        xml.startElement(item, {})
        _element(xml, "loc", address)
        if changed:
            _element(xml, "lastmod", rfc3339_date(changed))
        xml.endElement(item)
    xml.endElement(root)
    xml.endDocument()
    return out.getvalue()


def _element(xml: XMLGenerator, name: str, text: str) -> None:
    xml.startElement(name, {})
    xml.characters(text)
    xml.endElement(name)


def robots(*, absolute: Absolute) -> str:
    closed = "".join(f"Disallow: {path}\n" for path in _NOT_FOR_ROBOTS)
    return f"User-agent: *\n{closed}\nSitemap: {absolute(reverse('sitemap_index'))}\n"
