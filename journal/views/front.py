"""The first page, the page about the journal and the accessibility statement."""

import segno
from django.db.models import Count, Subquery, Window
from django.shortcuts import render

from journal.models import Article, Issue, Journal, Section
from journal.text.blocks import plain_text

from .access import reader_page
from .contents import articles_of, by_role, contents, first_article
from .reads import most_read_by

PAST_COVERS = 4
MORE_HIGHLIGHTS = 4
MOST_READ, MOST_READ_DAYS = 5, 30
_DEK = 72  # characters of the lead's beginning; two lines on a desk, four on a phone


@reader_page(parameters=())
def home(request):
    latest = Issue.objects.published().values("pk")[:1]
    issues = Issue.objects.visible_to(request.user).select_related("imprint", "cover")
    issues = issues.annotate(total=Window(Count("pk")), latest=Subquery(latest))
    newest, *past = list(issues[: PAST_COVERS + 1]) or [None]
    journal = Journal.objects.current()
    context = {
        "front": True,
        "journal": journal,
        "most_read": most_read_by(request.user, MOST_READ_DAYS)[:MOST_READ] if journal.show_most_read else [],
        "masthead_issue": newest,
        "issue": newest,
        "past": past,
        "all_sections": Section.objects.active(),
        "newer_internal": _newer_internal(request.user, newest),
    }
    if newest:
        columns = contents(newest, articles_of(newest, request.user, preview=False))
        context |= {"columns": columns, "first_article": first_article(columns)} | _highlights(columns)
    return render(request, "journal/home.html", context)


def _newer_internal(user, newest: Issue | None) -> bool:
    """Whether an anonymous visitor misses a newer issue by not being signed in."""
    if getattr(user, "is_member", False):
        return False
    if newest is None:
        return Issue.objects.published().exists()
    return newest.latest != newest.pk


def _highlights(columns) -> dict:
    """本期导读: what the editors chose, else the first articles; the lead with the beginning of its text."""
    lines = {line.article.pk: (column, line.article) for column in columns for line in column.lines}
    chosen = [article for _, article in lines.values() if article.highlighted]
    ids = [article.pk for article in sorted(chosen, key=lambda article: article.highlighted)]
    ids = ids or [column.lines[0].article.pk for column in columns]
    found = [{"column": lines[pk][0], "article": lines[pk][1]} for pk in ids[: MORE_HIGHLIGHTS + 1]]
    if not found:
        return {"lead": None, "more": []}
    lead, *more = found
    html = Article.objects.values_list("text__current__html", flat=True).get(pk=lead["article"].pk)
    return {"lead": lead | {"dek": _beginning(html)}, "more": more}


def _beginning(html: str) -> str:
    """The first sentences of a text, about two lines of them."""
    paragraphs = [line for line in plain_text(html).split("\n") if len(line) > 30]
    text = paragraphs[0] if paragraphs else ""
    if len(text) <= _DEK:
        return text
    stop = max(text.rfind(mark, 30, _DEK) for mark in "。！？；")
    if stop > 0:
        return text[: stop + 1].rstrip("；") + ("……" if text[stop] == "；" else "")
    stop = max(text.rfind("，", 30, _DEK), 0) or _DEK
    return f"{text[:stop]}……"


@reader_page(parameters=())
def about(request):
    journal = Journal.objects.current()
    links = [
        {"label": link.label, "qr": segno.make(link.url, error="m").svg_data_uri(border=2, dark="#1e1a17")}
        for link in journal.links.exclude(url="")
    ]
    issue = Issue.objects.visible_to(request.user).prefetch_related("board").first()
    board = by_role(issue.board.all()) if issue else []
    context = {"links": links, "masthead_issue": issue, "board_issue": issue, "board": board}
    return render(request, "journal/about.html", context)


@reader_page(parameters=())
def accessibility(request):
    """What docs/accessibility.md shows criterion by criterion, in readers' words."""
    return render(request, "journal/accessibility.html")
