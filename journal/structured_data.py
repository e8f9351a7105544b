"""What a page says of itself to programs: schema.org as JSON-LD, and the picture and words a shared link shows.

Only for what everybody may read; the views ask for nothing here otherwise.
"""

import json
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from .models import Article, Issue, Journal
from .text.blocks import plain_text

DESCRIPTION = 100  # characters
# As django.utils.html.json_script: nothing in a text can end the element it stands in.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

Absolute = Callable[[str], str]


def json_ld(data: dict) -> SafeString:
    """For a data block, which no browser runs; the page's script policy does not touch it."""
    text = json.dumps({"@context": "https://schema.org"} | data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 (escaped in the line itself)


def article_data(article: Article, parts: list[Article], journal: Journal, section: str, absolute: Absolute) -> dict:
    """schema.org/Article in its PublicationIssue."""
    names = {line.name: line.kind for row in (article, *parts) for line in row.bylines.all()}
    kinds = {"person": "Person", "unit": "Organization"}
    return _filled(
        {
            "@type": "Article",
            "headline": article.title,
            "alternativeHeadline": article.subtitle,
            "author": [{"@type": kinds[kind], "name": name} for name, kind in names.items()],
            "datePublished": _day(article.issue.published_at),
            "dateModified": _moment(article.text.current.created_at) if article.text.current else "",
            "articleSection": section,
            "pageStart": article.start_page,
            "pageEnd": article.end_page,
            "inLanguage": "zh-CN",
            "url": absolute(article.get_absolute_url()),
            "isPartOf": _issue(article.issue, absolute) | {"isPartOf": _periodical(journal, absolute)},
            "publisher": {"@type": "Organization", "name": journal.sponsor},
        }
    )


def issue_data(issue: Issue, columns, journal: Journal, absolute: Absolute) -> dict:
    """schema.org/PublicationIssue with the articles of its contents."""
    lines = [line.article for column in columns for line in column.lines if not line.is_withdrawn]
    return _issue(issue, absolute) | _filled(
        {
            "isPartOf": _periodical(journal, absolute),
            "hasPart": [
                _filled({"@type": "Article", "headline": article.title, "url": absolute(article.get_absolute_url())})
                for article in lines
            ],
        }
    )


def _issue(issue: Issue, absolute: Absolute) -> dict:
    return _filled(
        {
            "@type": "PublicationIssue",
            "issueNumber": str(issue.number),
            "name": str(issue),
            "datePublished": _day(issue.published_at),
            "url": absolute(issue.get_absolute_url()),
        }
    )


def _periodical(journal: Journal, absolute: Absolute) -> dict:
    return {"@type": "Periodical", "name": journal.name, "url": absolute(reverse("home"))}


def description(html: str) -> str:
    """The beginning of a text in one line, for a search engine and a shared link."""
    text = " ".join(plain_text(html).split())
    return text if len(text) <= DESCRIPTION else f"{text[:DESCRIPTION]}……"


def _filled(facts: dict) -> dict:
    return {name: value for name, value in facts.items() if value not in ("", None, [])}


def _day(moment) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _moment(moment) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
