"""编委会按姓氏笔画: the printed order beside the one by strokes, one click to take it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from .. import board_order
from ..models import Issue


def sort_view(model_admin, request, pk):
    """POST role=…: sort the names of that role; the issue's page shows what it would do."""
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm("journal.assemble_issue", issue):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    role = request.POST.get("role", "")
    try:
        moved = board_order.sort(issue, role, request.user)
    except board_order.BoardRefused as refusal:
        messages.error(request, str(refusal))
    else:
        told = f"“{role}”已按姓氏笔画排好，{moved} 人换了位置。" if moved else f"“{role}”本来就是姓氏笔画的顺序。"
        messages.success(request, told)
    return redirect(f"{reverse('admin:journal_issue_change', args=[issue.pk])}#board-order")
