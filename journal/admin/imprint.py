"""定稿核对: the checklist of an issue as it stands now, and deciding what needs judgement."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from .. import imprint_acknowledging, publishing
from ..imprint import Item, Requirement
from ..imprint_acknowledging import AcknowledgementRefused, Looked
from ..models import Issue, IssueMatter

NAMES = ("code", "place_key", "quote_hash", "reason")


@dataclass(frozen=True)
class Row:
    """A line as it is shown. mend: where to put it right; typed: a reason that was refused."""

    line: Looked
    mend: str
    typed: str = ""


@dataclass(frozen=True)
class Panel:
    """The checklist of one issue. found: what stands in the way or did, the worst first; advice is told apart."""

    missing: list[Row]
    waiting: list[Row]
    kept: list[Row]
    advice: list[Row]
    met: list[Requirement]

    @property
    def stops(self) -> bool:
        return bool(self.missing or self.waiting)

    @property
    def found(self) -> list[Row]:
        return [*self.missing, *self.waiting, *self.kept]


def panel_of(issue: Issue, typed: dict[str, str] | None = None) -> Panel:
    """typed: the fields of a decision that was refused, so that its reason is not lost."""
    lines = imprint_acknowledging.looked_at(issue, publishing.imprint_of(issue))
    identity = tuple((typed or {}).get(name, "") for name in NAMES[:3])
    rows = [
        Row(line, _mend(line.item, issue), (typed or {}).get("reason", "") if line.item.identity == identity else "")
        for line in lines
    ]
    return Panel(
        missing=[row for row in rows if row.line.item.blocks],
        waiting=[row for row in rows if row.line.is_open],
        kept=[row for row in rows if row.line.kept],
        advice=[row for row in rows if not (row.line.item.blocks or row.line.item.asks)],
        met=imprint_acknowledging.met(lines),
    )


def _mend(item: Item, issue: Issue) -> str:
    if item.article:
        return reverse("admin:journal_article_change", args=[item.article])
    if item.code in ("licence.valid", "licence.soon"):
        return f"{reverse('admin:journal_journal_change', args=[1])}#id_licence_valid_until"
    here = reverse("admin:journal_issue_change", args=[issue.pk])
    if item.place.startswith(tuple(IssueMatter.Kind.labels)):
        return f"{here}#matters-group"
    return f"{here}#imprint-group"


def imprint_view(model_admin, request, pk):
    """GET: the checklist. POST code, place_key, quote_hash, reason: keep a matter of judgement; back: the page asked."""
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    typed = None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in NAMES}
        try:
            made = imprint_acknowledging.acknowledge(issue, request.user, **typed)
        except AcknowledgementRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"已记下：{made.person}核对过，保留。理由：{made.reason}")
            back = {"close": "close", "change": "change"}.get(request.POST.get("back", ""), "imprint")
            return redirect(f"{reverse(f'admin:journal_issue_{back}', args=[issue.pk])}#checklist")
    panel = panel_of(issue, typed)
    shown = any(row.typed for row in panel.waiting)
    context = model_admin.admin_site.each_context(request) | {
        "opts": Issue._meta,
        "issue": issue,
        "title": f"{issue} 定稿核对",
        "panel": panel,
        "back": "imprint",
        "may_acknowledge": may_acknowledge(request, issue),
        "unplaced_reason": "" if typed is None or shown else typed["reason"],
    }
    return TemplateResponse(request, "admin/journal/imprint.html", context)


def may_acknowledge(request, issue: Issue) -> bool:
    return issue.is_open and request.user.has_perm("journal.acknowledge_imprint", issue)
