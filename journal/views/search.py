"""The search page: words in, articles with their passages out."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render

from journal import search as index
from journal.filters import ArticleFilter
from journal.models import Article
from journal.suggestions import suggest
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
    readable = index.readable_by(request.user)
    narrowing = ArticleFilter(request.GET)
    chosen = narrowing.chosen()
    # Without words a chosen year, column or unit lists all there is.
    found = index.everything(_with_what_is_shown(readable)) if chosen and not words else None
    found = found or index.search(words, _with_what_is_shown(readable))
    narrowing.queryset = found.found
    result = found.narrowed(narrowing.narrowed())
    newest = request.GET.get("order") == _NEWEST
    result = result.by_time() if newest else result
    facets = narrowing.facets(readable, _countable(narrowing, result)) if words or chosen else []
    if narrowing.total is not None:
        result = result.counted(narrowing.total)
    page = Paginator(result, PER_PAGE).get_page(request.GET.get("page"))
    page.hits = [_hit(article, found.query) for article in page.object_list]
    total = page.paginator.count
    sought = bool(found.query.phrases or chosen)
    context = {
        "words": words,
        "asked": bool(words or chosen),
        "sought": sought,
        "warnings": found.query.warnings,
        "page": page,
        "total": total,
        "more": result.more,
        "facets": facets if total or chosen else [],
        "chosen": chosen,
        "newest": newest,
        "tries": index.looser(words, readable) if sought and not total and words else [],
    }
    return render(request, "journal/search.html", context)


@reader_page
def suggestions(request):
    """What the words typed so far may mean, for the list under the field; the page works without."""
    found = suggest(request.GET.get("q", ""), request.user)
    return JsonResponse({"suggestions": [suggestion._asdict() for suggestion in found]})


def _countable(narrowing: ArticleFilter, result: index.Result) -> set[str]:
    """The facets whose numbers cost little: all where few articles hold the words, else those that few are left for."""
    if result.few:
        return set(narrowing.filters)
    return set() if result.more else set(narrowing.filters) - set(narrowing.chosen())


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
