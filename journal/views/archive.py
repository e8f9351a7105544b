"""All issues as a wall of covers, and one issue with its contents as printed."""

from itertools import groupby

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.shortcuts import render
from django.urls import reverse

from journal import editions_made
from journal.models import Access, Correction, Issue, IssueMatter, Journal
from journal.structured_data import issue_data, json_ld

from .access import open_issue, reader_page
from .body import pieces
from .contents import articles_of, by_role, contents, first_article, lines_of


@reader_page(parameters=())
def archive(request):
    issues = list(Issue.objects.visible_to(request.user).select_related("cover"))
    years = [(year, list(group)) for year, group in groupby(issues, key=lambda issue: issue.year)]
    context = {"years": years, "issues": issues, "masthead_issue": issues[0] if issues else None}
    return render(request, "journal/archive.html", context)


@reader_page(parameters=())
def issue(request, year, number):
    issue = open_issue(request.user, year, number, **_neighbours(request.user))
    columns = contents(issue, lines_of(issue, request.user, preview=bool(issue.preview)))
    matters = {matter.kind: matter for matter in issue.matters.all()}
    context = {
        "issue": issue,
        "masthead_issue": issue,
        "preview": issue.preview,
        "columns": columns,
        "first_article": first_article(columns),
        "starred": any(
            line.article.highlighted and not line.is_withdrawn for column in columns for line in column.lines
        ),
        "hidden": _hidden(request.user, issue, columns),
        "preface": _matter(matters.get(IssueMatter.Kind.PREFACE), "preface"),
        "call": _matter(matters.get(IssueMatter.Kind.CALL), "call"),
        "board": by_role(issue.board.all()),
        "downloads": editions_made.offered(request.user, issue) if issue.has_files else [],
        "corrections": _corrections(request.user, issue) if issue.has_corrections else (),
        "previous": issue.previous and Issue(**issue.previous),
        "next": issue.next and Issue(**issue.next),
    }
    if not issue.preview and issue.access == Access.PUBLIC:
        context |= _for_programs(request, issue, columns)
    return render(request, "journal/issue.html", context)


def _for_programs(request, issue: Issue, columns) -> dict:
    """What everybody may read is told to search engines and where a link to it is shared."""
    journal, absolute = Journal.objects.current(), request.build_absolute_uri
    cover = absolute(reverse("picture", args=[issue.cover_id, 960])) if issue.cover_id else ""
    share = {"kind": "website", "title": f"{journal.name} {issue.label}", "description": issue.theme, "picture": cover}
    return {"journal": journal, "data": json_ld(issue_data(issue, columns, journal, absolute)), "share": share}


def _hidden(user, issue: Issue, columns) -> int:
    """How many articles of a published issue this person does not see without signing in."""
    if issue.preview or getattr(user, "is_member", False):
        return 0
    return (issue.printed or 0) - sum(not line.is_withdrawn for column in columns for line in column.lines)


def _corrections(user, issue: Issue):
    """What was put right in the articles this person may read, the newest first."""
    articles = articles_of(issue, user, preview=bool(issue.preview)).order_by()
    made = Correction.objects.made().filter(article__issue=issue, article__in=articles.values("pk"))
    return made.select_related("article").defer("proposed")


def _matter(matter: IssueMatter | None, prefix: str) -> dict | None:
    return matter and {"matter": matter, "pieces": pieces(matter.html, {}, prefix=prefix, deeper=1, ends=False)}


def _neighbours(user) -> dict:
    """The issues before and after one, as far as the person may read them, to be asked for along with it."""
    readable = Issue.objects.visible_to(user)
    facts = JSONObject(year="year", number="number", theme="theme")
    year, number = OuterRef("year"), OuterRef("number")
    before = readable.filter(Q(year__lt=year) | Q(year=year, number__lt=number)).order_by("-year", "-number")
    after = readable.filter(Q(year__gt=year) | Q(year=year, number__gt=number)).order_by("year", "number")
    return {"previous": Subquery(before.values(facts=facts)[:1]), "next": Subquery(after.values(facts=facts)[:1])}
