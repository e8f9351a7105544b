"""What a reader may be about to look for: titles, authors, units and columns that hold the words typed so far.

Only of what the person may read: a name that signs nothing readable is not offered. What people search for is not
recorded, so nothing is offered because others looked for it.
"""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from journal.text.bigrams import normalize, parse_query
from members.models import Unit

from .models import Author, Byline, Section
from .search import newest_first, readable_by
from .search_tables import table

LONGEST = 30  # characters typed; longer is no name
EACH = 4
TITLES_LOOKED_AT = 300


class Suggestion(NamedTuple):
    """One line of the list: its kind in words, what it is called, what tells it from others, where it leads."""

    kind: str
    label: str
    note: str
    url: str


def suggest(words: str, user) -> list[Suggestion]:
    """At most EACH of a kind; nothing where there is no word, or more than a name is long."""
    words = words.replace("\0", "").strip()
    if not parse_query(words).phrases or len(words) > LONGEST:
        return []
    readable = readable_by(user)
    return [
        *_sections(words, readable),
        *_units(words, readable),
        *_authors(words, readable),
        *_titles(words, readable),
    ]


def _titles(words: str, readable: QuerySet) -> list[Suggestion]:
    phrases = parse_query(words).phrases
    among = set(table().in_titles(phrases[0], TITLES_LOOKED_AT))
    for phrase in phrases[1:]:
        among &= set(table().in_titles(phrase, TITLES_LOOKED_AT))
    articles = newest_first(readable.filter(pk__in=among)).select_related("issue", "parent")[:EACH] if among else []
    return [Suggestion("文章", article.title, str(article.issue), article.get_absolute_url()) for article in articles]


def _authors(words: str, readable: QuerySet) -> list[Suggestion]:
    signed = Byline.objects.filter(author=OuterRef("pk"), article__in=readable)
    authors = Author.objects.filter(_named(words, "name"), Exists(signed)).select_related("unit")[:EACH]
    return [Suggestion("作者", author.name, str(author.unit or ""), author.get_absolute_url()) for author in authors]


def _units(words: str, readable: QuerySet) -> list[Suggestion]:
    signed = Byline.objects.filter(unit=OuterRef("pk"), article__in=readable)
    units = Unit.objects.filter(_named(words, "name", "short_name"), Exists(signed))[:EACH]
    return [Suggestion("单位", str(unit), "", reverse("unit", args=[unit.pk])) for unit in units]


def _sections(words: str, readable: QuerySet) -> list[Suggestion]:
    sections = Section.objects.filter(_named(words, "name"), Exists(readable.filter(section=OuterRef("pk"))))[:EACH]
    return [Suggestion("栏目", section.name, "", section.get_absolute_url()) for section in sections]


def _named(words: str, *fields: str) -> Q:
    """As typed, or as the search reads it: names are kept as printed."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": words}) | Q(**{f"{field}__icontains": normalize(words)})
    return found
