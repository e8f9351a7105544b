"""编排: the pool on the left, the issue on the right; every move is a plain form, dragging only fills it in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control

from .. import order, page_plan, presence
from ..models import Issue
from . import board_page
from .board_steps import CHANGED, STEPS, Incomplete, Refused, parsed, refused


def board_view(model_admin, request, pk):
    issue = _visible(request, pk)
    late = None
    if request.method == "POST":
        if not request.user.has_perm("journal.assemble_issue", issue):
            raise PermissionDenied
        anchor, late = act(request, issue)
        if late is None:
            return redirect(f"{_here(request)}{anchor}")
    elif request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    plan = page_plan.cached(issue)
    if plan is None and request.GET.get("typeset"):
        plan = page_plan.set_now(issue)
    stale = plan is None
    context = board_page.context(request, issue, plan or page_plan.latest(issue), stale=stale)
    context |= {"title": f"{issue} 编排", "opts": Issue._meta, "late": late, "here": (here := _here(request))}
    context["ask"] = f"{here}{'&' if '?' in here else '?'}"
    return TemplateResponse(request, "admin/journal/board.html", model_admin.admin_site.each_context(request) | context)


def board_pages_view(model_admin, request, pk):
    """The pages as typeset now, who else is at the board, and the order's token: asked for after each step."""
    issue = _visible(request, pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    may = request.user.has_perm("journal.assemble_issue", issue) and issue.is_open
    doing = presence.ASSEMBLING if may else presence.READING
    others = presence.beat(f"board-{issue.pk}", request.user, doing)
    plan = page_plan.set_now(issue)
    columns = board_page.columns_of(issue, board_page.placed_rows(issue, plan))
    bar = board_page.bar(issue, plan, columns, stale=False)
    answer = JsonResponse(
        {
            "token": issue.order_token,
            "others": "、".join(seen.told for seen in others),
            "numbered": plan.numbered,
            "front": bar["front_pages"],
            "bar": render_to_string("admin/journal/_board_bar.html", {"issue": issue} | bar),
            "columns": {str(column.row.pk): _cell(column) for column in columns},
            "articles": {str(row.article.pk): _cell(row) for column in columns for row in column.rows},
        }
    )
    patch_cache_control(answer, private=True, no_store=True)
    return answer


def _cell(row) -> dict:
    start, end = row.pages or (None, None)
    html = render_to_string("admin/journal/_board_pages.html", {"row": row})
    return {"html": html, "note": row.note, "start": start, "end": end}


def act(request, issue) -> tuple[str, Refused | None]:
    """Do one posted step and say what happened: the anchor to come back to, or what a late person is told."""
    form = parsed(request.POST)
    if not form.is_valid():
        messages.error(request, CHANGED)
        return "", None
    step = form.cleaned_data
    try:
        done = STEPS[step["act"]](issue, request.user, step)
    except Incomplete:
        messages.error(request, CHANGED)
    except order.OrderChanged as refusal:
        issue.refresh_from_db()
        messages.error(request, str(refusal))
        return "", refused(issue, request.user, step)
    except order.AssemblyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    article = step["article"]
    return (f"#article-{article.pk}" if article else ""), None


def _visible(request, pk) -> Issue:
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    return issue


def _here(request) -> str:
    """The page without its dialogue: filters of the pool stay."""
    kept = {name: value for name in ("q", "section", "kind") if (value := request.GET.get(name))}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
