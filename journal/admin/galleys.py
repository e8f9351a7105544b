"""清样: the issue as it will be printed, made on the spot from what is placed now."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from members.models import Event

from .. import assembly
from ..editions.pdf import Typeset, article_pdf, typeset
from ..models import Article, Issue

SIGNATURE = 4  # pages of a folded sheet: a bound booklet has a multiple of them


def galley_view(model_admin, request, pk):
    """What the typesetting found: pages, what is missing; its page numbers can be taken over."""
    issue = _visible(request, pk)
    if request.method == "POST":
        return _take_pages(request, issue)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    done = typeset(issue)
    rows = _rows(issue, done)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{issue} 清样",
        "issue": issue,
        "opts": Issue._meta,
        "done": done,
        "rows": rows,
        "differing": sum(row["differs"] for row in rows),
        "missing_pages": -done.numbered % SIGNATURE,
        "may_assemble": issue.is_open and request.user.has_perm("journal.assemble_issue", issue),
    }
    return TemplateResponse(request, "admin/journal/galley.html", context)


def galley_pdf_view(model_admin, request, pk):
    """The PDF itself; ?marks=1 adds crop marks and bleed for the print house."""
    issue = _visible(request, pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    marks = request.GET.get("marks") == "1"
    Event.objects.record(request.user, "看清样", issue, note="带裁切线" if marks else "")
    name = f"{issue}清样{'（带裁切线）' if marks else ''}.pdf"
    return pdf_response(typeset(issue, crop_marks=marks).pdf, name)


def article_pdf_view(model_admin, request, pk):
    """One article as it looks in print."""
    article = get_object_or_404(Article.objects.select_related("text__current", "section"), pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    return pdf_response(article_pdf(article).pdf, f"{article}（样张）.pdf")


def pdf_response(data: bytes, name: str) -> HttpResponse:
    """Shown in the browser, kept by nobody on the way: what it holds is not out yet."""
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, name)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _visible(request, pk) -> Issue:
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    return issue


def _take_pages(request, issue: Issue):
    if not request.user.has_perm("journal.assemble_issue", issue):
        raise PermissionDenied
    token = request.POST.get("token", "")
    done = typeset(issue)
    try:
        changed = assembly.take_pages(
            issue, request.user, done.starts, done.ends, token=token if token.isdigit() else -1
        )
    except assembly.AssemblyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, f"页码已按排版更新，改了 {changed} 处。" if changed else "页码与排版一致，没有要改的。"
        )
    return redirect("admin:journal_issue_galley", issue.pk)


def _rows(issue: Issue, done: Typeset) -> list[dict]:
    """Each article: the page it stands on in the galley, and the one it has been given."""
    articles = Article.objects.toplevel().filter(issue=issue, withdrawn_at__isnull=True).in_printed_order()
    rows = []
    for article in articles.select_related("section"):
        pages = done.starts.get(article.pk), done.ends.get(article.pk)
        given = article.start_page, article.end_page
        rows.append({"article": article, "pages": pages, "given": given, "differs": given != pages})
    return rows
