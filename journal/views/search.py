"""The search page: words in, articles with their passages out."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import render

from journal import search as index
from journal.filters import ArticleFilter
from journal.models import Article
from journal.text.bigrams import Query, highlight, passages
from journal.text.blocks import plain_text

from .access import reader_page

PER_PAGE = 20
_NEWEST = "new"
_SENTENCE_ENDS = ("。", "！", "？", "\n")
_CLOSING = "”’」』》）"


@dataclass
class Passage:
    """Words around a hit in pieces (words, is it a hit); cut: whether its sentence began before, goes on after."""

    pieces: list[tuple[str, bool]]
    cut_before: bool
    cut_after: bool


@dataclass
class Hit:
    """A found article: its title in pieces, and passages."""

    article: Article
    title: list[tuple[str, bool]]
    passages: list[Passage]


@reader_page
def search(request):
    words = request.GET.get("q", "").strip()
    found = index.search(words, index.readable_by(request.user))
    narrowing = ArticleFilter(request.GET, queryset=_all_if_no_words(request, words, found))
    articles = narrowing.narrowed()
    newest = request.GET.get("order") == _NEWEST
    if newest or not words:
        articles = index.newest_first(articles)
    page = Paginator(_with_what_is_shown(articles), PER_PAGE).get_page(request.GET.get("page"))
    page.hits = [_hit(article, found.query) for article in page.object_list]
    asked = bool(words or narrowing.chosen())
    context = {
        "words": words,
        "asked": asked,
        "sought": bool(found.query.phrases or narrowing.chosen()),
        "warnings": found.query.warnings,
        "page": page,
        "total": page.paginator.count,
        "facets": narrowing.facets() if page.paginator.count or narrowing.chosen() else [],
        "newest": newest,
    }
    return render(request, "journal/search.html", context)


def _all_if_no_words(request, words: str, found: index.Result):
    """Without words a chosen year, column or unit lists all there is."""
    chosen = any(request.GET.get(name) for name in ArticleFilter.base_filters)
    return index.readable_by(request.user) if chosen and not words else found.articles


def _with_what_is_shown(articles):
    return articles.select_related("issue", "section", "parent", "text__current").prefetch_related("bylines")


def _hit(article: Article, query: Query) -> Hit:
    if not query.phrases:
        return Hit(article, [(article.title, False)], [])
    body = plain_text(article.text.current.html) if article.text.current else ""
    return Hit(article, highlight(article.title, query), [_passage(body, found) for found in passages(body, query)])


def _passage(body: str, pieces: list[tuple[str, bool]]) -> Passage:
    """A closing comma gives way to the dots that say the sentence goes on."""
    text = "".join(words for words, _ in pieces)
    before = body[: body.find(text)].rstrip(_CLOSING)
    after = text.rstrip(_CLOSING)
    goes_on = not after.endswith(_SENTENCE_ENDS) and body.find(text) + len(text) < len(body)
    if goes_on:
        last, is_hit = pieces[-1]
        pieces = [*pieces[:-1], (last.rstrip("，、；：,"), is_hit)]
    return Passage(pieces, bool(before) and not before.endswith(_SENTENCE_ENDS), goes_on)
