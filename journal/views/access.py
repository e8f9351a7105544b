"""Fetch and authorise together: what a reader may open, what the office may preview, and how the rest is refused."""

from functools import partial, wraps

from django.db.models import Count, Exists, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from journal.models import Access, Article, Correction, Edition, Issue, IssueSection


class InternalOnly(Exception):
    """Published 内部, asked for by somebody who is no member: said without its title."""

    def __init__(self, what: str):
        self.what = what
        super().__init__(what)


class Withdrawn(Exception):
    """Published once and taken down, for a reason that is told."""

    def __init__(self, what: str, reason: str, issue=None):
        self.what, self.reason, self.issue = what, reason, issue
        super().__init__(what)


def reader_page(view=None, *, parameters: tuple[str, ...] | None = None, kept: bool = True):
    """A page for reading: GET and HEAD, refusals in the journal's own words, and who may keep a copy (DESIGN.md 7).

    parameters: those of the query that the view reads; without them, every query makes a page of its own in the page
    cache. kept: whether the page cache may have it at all.
    """
    if view is None:
        return partial(reader_page, parameters=parameters, kept=kept)

    @require_safe
    @wraps(view)
    def page(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except InternalOnly as refusal:
            response = render(
                request, "errors/internal.html", {"what": refusal.what, "masthead_issue": None}, status=403
            )
        except Withdrawn as refusal:
            response = render(request, "errors/410.html", {"refusal": refusal, "masthead_issue": None}, status=410)
        return with_cache_headers(request, response)

    if kept:
        page.cached_parameters = parameters
    return page


def with_cache_headers(request, response):
    """Copies of what everybody sees must be asked for again; of anything else none is kept."""
    patch_vary_headers(response, ["Cookie"])
    if "Cache-Control" not in response:
        if response.status_code < 400 and not request.user.is_authenticated:
            patch_cache_control(response, public=True, no_cache=True)
        else:
            patch_cache_control(response, private=True, no_store=True)
    return response


def open_issue(user, year: int, number: int, **more) -> Issue:
    """The issue; `preview` tells whether only the office may see it yet, `printed` how many articles are published.

    has_files and has_corrections tell whether it is worth asking for them. more: what a page asks for besides, by name.
    Raises Http404, InternalOnly or Withdrawn.
    """
    readable = Issue.objects.visible_to(user).order_by().filter(pk=OuterRef("pk"))
    printed = Article.objects.published().toplevel().filter(issue=OuterRef("pk")).order_by().values("issue")
    issue = (
        Issue.objects.filter(year=year, number=number)
        .select_related("imprint", "cover")
        .annotate(
            readable=Exists(readable),
            printed=Subquery(printed.annotate(all=Count("pk")).values("all")),
            has_files=Exists(Edition.objects.current().filter(issue=OuterRef("pk")).exclude(file="")),
            has_corrections=Exists(Correction.objects.made().order_by().filter(article__issue=OuterRef("pk"))),
            **more,
        )
        .first()
    )
    if issue is None:
        raise Http404("no such issue")
    issue.preview = ""
    if issue.readable:
        return issue
    if user.has_perm("journal.see_unpublished"):
        issue.preview = f"未刊发预览（{issue.get_state_display()}）"
        return issue
    if issue.came_out and issue.access != Access.PUBLIC and not getattr(user, "is_member", False):
        raise InternalOnly("这一期")
    if issue.state == Issue.State.WITHDRAWN:
        raise Withdrawn("这一期", issue.withdrawn_reason)
    raise Http404("not published")


def open_article(user, pk: int) -> list[Article]:
    """The article and the parts the person may read, in order; `preview` as in open_issue.

    Raises Http404, InternalOnly or Withdrawn.
    """
    visible = Article.objects.visible_to(user).filter(pk=OuterRef("pk"))
    printed_in = IssueSection.objects.filter(issue=OuterRef("issue"), section=OuterRef("section"))
    rows = list(
        (Article.objects.filter(pk=pk) | Article.objects.filter(parent=pk))
        .select_related("text__current", "issue", "section", "parent")
        .prefetch_related("bylines")
        .annotate(readable=Exists(visible), printed_section=printed_in.values("name")[:1])
        .order_by("position", "pk")
    )
    article = next((row for row in rows if row.pk == pk), None)
    if article is None:
        raise Http404("no such article")
    article.preview = ""
    if not article.readable:
        article.preview = _preview_or_refuse(user, article)
    parts = [row for row in rows if row.pk != pk and (row.readable or article.preview)]
    return [article, *parts]


def _preview_or_refuse(user, article: Article) -> str:
    if user.has_perm("journal.see_unpublished"):
        return f"已撤下（{article.withdrawn_reason}）" if article.withdrawn_at else "未刊发预览"
    if article.issue is None or not article.issue.came_out or article.access == Access.UNDECIDED:
        raise Http404("not published")
    if article.access != Access.PUBLIC and not getattr(user, "is_member", False):
        raise InternalOnly("这篇文章")
    if told := taken_down(article):
        raise told
    raise Http404("not published")


def taken_down(article: Article) -> Withdrawn | None:
    """The refusal of an article that was withdrawn, by itself or with its issue."""
    if article.withdrawn_at:
        still_there = article.issue if article.issue.is_published else None
        return Withdrawn("这篇文章", article.withdrawn_reason, still_there)
    if article.issue.state == Issue.State.WITHDRAWN:
        return Withdrawn("这篇文章所在的一期", article.issue.withdrawn_reason)
    return None
