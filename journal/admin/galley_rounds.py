"""各次清样: the rounds of an issue, the sheets and remarks that came back on them, two rounds compared, 付印."""

from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from members.models import Event, User
from members.read_only import ReadOnlyAdmin
from members.roles import REVIEWERS

from .. import galleys, print_approval, signed
from ..comparison import compared, compared_rows
from ..editions.pdf.sheet import galley_sheet_pdf
from ..galley_contents import Contents, Differences, contents_of, differences, frozen
from ..models import Approval, GalleyRound, GalleyTask, Issue, Journal
from ..versions import told_kind
from .galleys import pdf_response
from .scan_field import scan_field

CHOOSE_AGAIN = "扫描件请重新选一次。"
ALL_DIFFS = 20  # changed articles up to which every text is compared on one page
DATE = {"type": "date"}
SIGNED_ON = {
    "label": "签字日期",
    "error_messages": {
        "required": "请写明签字日期。",
        "invalid": "签字日期不是日期。请写成 2026-12-05 这样。",
    },
}


class SheetForm(forms.Form):
    """What stands on a signed sheet. Whether it can be right is the verb's to judge."""

    signer = forms.CharField(
        label="签字人", max_length=60, error_messages={"required": "请写明签字人是谁。"}, widget=forms.TextInput
    )
    post = forms.CharField(label="职务", required=False, max_length=40)
    signed_on = forms.DateField(widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), **SIGNED_ON)
    decision = forms.ChoiceField(
        label="意见",
        choices=[(decision.value, label) for decision, label in Approval.SIGNED.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "请选定签字人的意见。"},
    )
    remarks = forms.CharField(
        label="单子上写的话", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    scan = scan_field()

    def signature(self, user) -> galleys.Signature:
        """The scan kept, where there is one. Raises signed.SheetRefused."""
        given = dict(self.cleaned_data)
        scan = given.pop("scan")
        return galleys.Signature(**given, scan=signed.store_sheet(scan, scan.name, user) if scan else None)


class RemarkForm(forms.Form):
    """One remark (批示). The article is told by the page where that holds one alone."""

    page = forms.IntegerField(
        label="页码",
        required=False,
        widget=forms.NumberInput(attrs={"min": 1}),
        error_messages={"invalid": "页码请写数字；封面、封二不填。"},
    )
    article = forms.ChoiceField(label="文章", required=False)
    quote = forms.CharField(
        label="原文",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "原文请少于 500 字。"},
    )
    instruction = forms.CharField(
        label="批示",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明批示要怎样改。", "max_length": "批示请少于 500 字，多条请分开记。"},
    )
    said_by = forms.CharField(label="批示人", max_length=60, error_messages={"required": "请写明批示人是谁。"})
    assignee = forms.ModelChoiceField(
        User.objects.none(), label="承办人", error_messages={"required": "请选由谁办。"}, empty_label=None
    )

    def __init__(self, *args, galley: GalleyRound, **kwargs):
        super().__init__(*args, **kwargs)
        self.pieces = {str(piece.article_id): piece for piece in galley.pieces.select_related("article")}
        named = [(key, f"{piece.pages or '—'}　{piece.title}") for key, piece in self.pieces.items()]
        self.fields["article"].choices = [("", "这一页上的那一篇"), ("none", "不针对某一篇（版式、封面等）"), *named]
        self.fields["assignee"].queryset = reviewers()

    def remark(self) -> galleys.Remark:
        given = dict(self.cleaned_data)
        chosen = given.pop("article")
        piece = self.pieces.get(chosen)
        return galleys.Remark(**given, article=piece and piece.article, about_no_article=chosen == "none")


class PaperForm(forms.Form):
    signer = forms.CharField(label="签字人", max_length=60, error_messages={"required": "请写明签字人是谁。"})
    signed_on = forms.DateField(widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"), **SIGNED_ON)
    scan = scan_field("请上传签字的扫描件或照片。")
    reason = forms.CharField(
        label="为什么补录", max_length=200, error_messages={"required": "请写明为什么补录，会写进操作记录。"}
    )

    def paper(self, user) -> print_approval.Paper:
        given = dict(self.cleaned_data)
        scan = given.pop("scan")
        return print_approval.Paper(**given, scan=signed.store_sheet(scan, scan.name, user))


def reviewers():
    """Those a remark can be given to."""
    return User.objects.filter(is_active=True, groups__name__in=[role.label for role in REVIEWERS]).distinct()


def fetch(request, pk) -> Issue:
    """404 for those outside the office (STYLE.md 8)."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    return get_object_or_404(Issue, pk=pk)


def issue_view(model_admin, request, pk):
    """Every round of an issue; POST takes one step, named by `act`."""
    issue = fetch(request, pk)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    galley = _asked_round(request, issue)
    bound: dict[str, forms.Form] = {}
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None or (galley is None and act is not _make):
            messages.error(request, "这一步的内容不完整，没有做。请刷新页面再试。")
            return redirect(request.path)
        try:
            with transaction.atomic():
                told = act(request, issue, galley, bound)
        except (galleys.GalleyRefused, signed.SheetRefused) as refusal:
            again = CHOOSE_AGAIN if request.FILES else ""
            messages.error(request, f"{refusal}{again}")
        else:
            if told is not None:
                messages.success(request, told)
                return redirect(f"{request.path}#{request.POST.get('anchor', '')}".rstrip("#"))
    return _page(model_admin, request, "galley_rounds", page(request, issue, galley, bound))


def _asked_round(request, issue: Issue) -> GalleyRound | None:
    """The round a step is about: the one asked for, else the newest."""
    asked = request.POST.get("galley") or request.GET.get("galley", "")
    if not asked:
        return print_approval.newest_round(issue)
    return get_object_or_404(issue.galleys, pk=_number(asked))


def _number(given: str) -> int:
    return int(given) if given.isdecimal() and len(given) < 10 else 0


# Each act: what to tell when it is done, None where its form says what is wrong. Raises GalleyRefused, SheetRefused.
def _make(request, issue, galley, bound) -> str:
    made = galleys.make_round(issue, request.user)
    return f"已出{made.label}，共 {made.pages} 页。请打印清样和审签单，送领导审签。"


def _sheet(request, issue, galley, bound) -> str | None:
    if not request.user.has_perm("journal.record_galley"):
        raise PermissionDenied
    form = bound["sheet"] = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return None
    done = galleys.record_sheet(galley, request.user, form.signature(request.user))
    return f"已登记{done.signer}的审签单：{done.told}。具体批示请一条一条记下来。"


def _remark(request, issue, galley, bound) -> str | None:
    form = bound["remark"] = RemarkForm(request.POST, galley=galley)
    if not form.is_valid():
        return None
    remark = form.remark()
    sheets = galley.approvals.standing().filter(kind=Approval.Kind.GALLEY, signer=remark.said_by.strip())
    task = galleys.add_task(galley, request.user, remark, sheet=sheets.last())
    about = f"《{task.article}》" if task.article else "不针对某一篇"
    return f"已记：{task}（{about}，{task.assignee}承办）。"


def _task(request, issue) -> GalleyTask:
    rows = GalleyTask.objects.of(issue).select_related("galley", "article", "assignee")
    return get_object_or_404(rows, pk=_number(request.POST.get("task", "")))


def _done(request, issue, galley, bound) -> str:
    task = _task(request, issue)
    wanted = _number(request.POST.get("version", ""))
    version = next((one for one in galleys.later_versions(task) if one.pk == wanted), None)
    if wanted and version is None:
        raise galleys.GalleyRefused("选的那一版不是这次清样以后改的。请重新选。")
    galleys.tick_off(task, request.user, version=version, note=request.POST.get("note", ""))
    return f"已办：{task}"


def _decline(request, issue, galley, bound) -> str:
    task = _task(request, issue)
    galleys.decline(task, request.user, request.POST.get("note", ""))
    return f"已记不改：{task}"


def _again(request, issue, galley, bound) -> str:
    task = _task(request, issue)
    galleys.take_up_again(task, request.user)
    return f"重新列为未办：{task}"


def _hand_over(request, issue, galley, bound) -> str:
    task = _task(request, issue)
    assignee = reviewers().filter(pk=_number(request.POST.get("assignee", ""))).first()
    if assignee is None:
        raise galleys.GalleyRefused("请选转交给谁。")
    galleys.hand_over(task, request.user, assignee)
    return f"已转交{assignee}：{task}"


def _revoke(request, issue, galley, bound) -> str:
    rows = Approval.objects.filter(galley__issue=issue).select_related("galley")
    approval = get_object_or_404(rows, pk=_number(request.POST.get("approval", "")))
    galleys.revoke(approval, request.user, request.POST.get("note", ""))
    return f"已作废{approval.holder}的{approval.get_kind_display()}。"


ACTS: dict[str, Callable] = {
    "make": _make,
    "sheet": _sheet,
    "remark": _remark,
    "done": _done,
    "decline": _decline,
    "again": _again,
    "hand_over": _hand_over,
    "revoke": _revoke,
}


def page(request, issue: Issue, galley: GalleyRound | None, bound: dict[str, forms.Form]) -> dict:
    """What stands on the page. What was typed and refused stands in the forms again."""
    may = request.user.has_perm("journal.record_galley")
    now = contents_of(issue)
    tasks = list(
        GalleyTask.objects.of(issue).select_related("galley", "article", "assignee", "version", "settled_by", "sheet")
    )
    waiting = [task for task in tasks if task.is_open]
    later = galleys.later_versions_of(waiting)
    standing = print_approval.standing(issue, now.digest)
    rounds = issue.galleys.select_related("made_by").annotate(
        article_count=Count("pieces", filter=Q(pieces__parent=None), distinct=True)
    )
    rounds = list(rounds.order_by("-number"))
    sheets = Approval.objects.filter(galley__issue=issue, kind=Approval.Kind.GALLEY).select_related("galley", "scan")
    asked = request.POST if request.method == "POST" else {}
    return {
        "title": f"{issue} 各次清样",
        "issue": issue,
        "rounds": [_row(galley, tasks) for galley in rounds],
        "galley": galley,
        "is_current": bool(rounds) and rounds[0].digest == now.digest,
        "standing": standing,
        "lapsed": print_approval.changed_since(standing.approval).told if standing.has_lapsed else "",
        "waiting": [_waiting(task, later[task.pk], asked) for task in waiting],
        "settled": [(task, _told_version(task.version)) for task in tasks if not task.is_open],
        "sheets": sheets.order_by("-galley__number", "-at"),
        "remark_form": (bound.get("remark") or RemarkForm(initial=_last_said(request, galley), galley=galley))
        if galley and may and not issue.is_published
        else None,
        "sheet_form": bound.get("sheet") or SheetForm(initial={"signed_on": timezone.localdate()}),
        "reviewers": reviewers() if may else [],
        "may_record": may,
        "may_make": request.user.has_perm("journal.make_galley", issue) and not galleys.closed_to_rounds(issue),
    }


def _row(galley: GalleyRound, tasks: list[GalleyTask]) -> dict:
    own = [task for task in tasks if task.galley_id == galley.pk]
    return {"galley": galley, "tasks": len(own), "open": sum(task.is_open for task in own)}


def _waiting(task: GalleyTask, later: list, asked) -> dict:
    """An open remark with the versions that may carry its change, and what was typed where it was refused."""
    here = asked.get("task") == str(task.pk)
    return {
        "task": task,
        "versions": [(version, _told_version(version)) for version in later],
        "typed": asked.get("note", "") if here else "",
        "act": asked.get("act", "") if here else "",
    }


def _told_version(version) -> str:
    return f"第 {version.number} 版，{told_kind(version.substantive)}" if version else ""


def _last_said(request, galley: GalleyRound) -> dict:
    """Remarks come in rows of one person: the next one begins with the last's name and assignee."""
    last = galley.tasks.filter(added_by=request.user).order_by("-pk").first()
    return {"said_by": last.said_by if last else "", "assignee": last.assignee_id if last else request.user.pk}


def compare_view(model_admin, request, pk):
    """Two rounds beside each other, or a round and the issue as it stands (?old=1&new=now)."""
    issue = fetch(request, pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    by_number = {str(galley.number): galley for galley in issue.galleys.order_by("number")}
    if not by_number:
        messages.info(request, f"{issue}还没有出过清样，没有可比较的。")
        return redirect("admin:journal_galleyround_issue", issue.pk)
    new = request.GET.get("new", "now" if len(by_number) == 1 else "")
    new = new if new == "now" or new in by_number else list(by_number)[-1]
    before = [number for number in by_number if new == "now" or int(number) < int(new)]
    old = request.GET.get("old", "")
    old = old if old in by_number else (before or list(by_number))[-1]
    found = differences(frozen(by_number[old]), _side(issue, by_number, new))
    return _page(
        model_admin,
        request,
        "galley_compare",
        {
            "title": f"{issue} 比较清样",
            "issue": issue,
            "rounds": list(by_number.values()),
            "old": old,
            "new": new,
            "old_label": by_number[old].label,
            "new_label": "现在的内容" if new == "now" else by_number[new].label,
            "found": found,
            "front": compared_rows(found.front),
            "texts": _texts(found, request.GET.get("article", "")),
        },
    )


def _side(issue: Issue, by_number: dict[str, GalleyRound], which: str) -> Contents:
    return contents_of(issue) if which == "now" else frozen(by_number[which])


def _texts(found: Differences, asked: str) -> list[dict]:
    """The texts of changed articles compared: all where they are few, else the one asked for."""
    rows = [pair for pair in found.changed if pair.has_new_text]
    shown = [pair for pair in rows if str(pair.new.article_id) == asked] if len(rows) > ALL_DIFFS else rows
    return [
        {
            "pair": pair,
            "compared": compared(pair.old.version.content, pair.new.version.content) if pair in shown else None,
        }
        for pair in rows
    ]


# Where each condition of 付印 is put right.
PLACES = {
    "secrecy": "admin:journal_approval_issue_secrecy",
    "proofs": "admin:journal_proofmark_issue",
    "read_through": "admin:journal_proofmark_issue",
    "imprint": "admin:journal_issue_change",
    "round": "admin:journal_galleyround_issue",
    "tasks": "admin:journal_galleyround_issue",
    "sheets": "admin:journal_galleyround_issue",
}


def print_view(model_admin, request, pk):
    """付印: what it needs, line by line; the chief editor's signature, or one on paper written down."""
    issue = fetch(request, pk)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    on_paper = request.POST.get("how") == "paper"
    form = PaperForm(request.POST if on_paper else None, request.FILES if on_paper else None)
    if request.method == "POST" and (not on_paper or form.is_valid()):
        try:
            with transaction.atomic():
                done = print_approval.approve(
                    issue,
                    request.user,
                    seen=request.POST.get("seen", ""),
                    opinion=request.POST.get("opinion", ""),
                    paper=form.paper(request.user) if on_paper else None,
                )
        except (galleys.GalleyRefused, signed.SheetRefused) as refusal:
            messages.error(request, f"{refusal}{CHOOSE_AGAIN if request.FILES else ''}")
        else:
            messages.success(request, f"已付印：{done.galley.label}，{done.holder}签字。以后内容再有改动，付印就失效。")
            return redirect(request.path)
    digest = contents_of(issue).digest
    checks = print_approval.checks(issue, digest)
    standing = print_approval.standing(issue, digest)
    galley = print_approval.newest_round(issue)
    small = Journal.objects.current().small_office
    ready = all(check.is_met for check in checks) and not standing.in_force and not galleys.closed_to_rounds(issue)
    context = {
        "title": f"{issue} 付印",
        "issue": issue,
        "galley": galley,
        "checks": [(check, _place(check.key, issue)) for check in checks],
        "lacking": sum(not check.is_met for check in checks),
        "standing": standing,
        "lapsed": print_approval.changed_since(standing.approval).told if standing.has_lapsed else "",
        "may_sign": ready and request.user.has_perm("journal.approve_printing", issue),
        "paper_form": form if ready and small and request.user.has_perm("journal.record_printing", issue) else None,
        "is_ready": ready,
        "opinion": request.POST.get("opinion", ""),
        "sheets": galley.approvals.standing().filter(kind=Approval.Kind.GALLEY) if galley else [],
        "may_revoke": standing.approval is not None
        and not issue.is_published
        and (
            request.user.has_perm("journal.approve_printing", issue) or standing.approval.person_id == request.user.pk
        ),
    }
    return _page(model_admin, request, "galley_print", context)


def _place(key: str, issue: Issue) -> str:
    return reverse(PLACES[key], args=[issue.pk]) if key in PLACES else ""


def pdf_view(model_admin, request, pk):
    """The round's PDF as it was frozen."""
    galley = _round(request, pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    Event.objects.record(request.user, "看清样", galley)
    with galley.file.open("rb") as file:
        return pdf_response(file.read(), f"{galley}.pdf")


def sheet_view(model_admin, request, pk):
    """The 审签单 to print and send round with the galley."""
    galley = _round(request, pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    return pdf_response(galley_sheet_pdf(galley), f"{galley}审签单.pdf")


def _round(request, pk) -> GalleyRound:
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    return get_object_or_404(GalleyRound.objects.select_related("issue", "made_by"), pk=pk)


def _page(model_admin, request, name: str, context: dict) -> TemplateResponse:
    base = model_admin.admin_site.each_context(request) | {"opts": Issue._meta}
    return TemplateResponse(request, f"admin/journal/{name}.html", base | context)


@admin.register(GalleyRound)
class GalleyRoundAdmin(ReadOnlyAdmin):
    """Every round of every issue: made on the issue's own page, listed here."""

    list_display = ("__str__", "at", "made_by", "pages", "short_digest", "open_issue")
    list_select_related = ("issue", "made_by")
    list_filter = ("issue",)
    ordering = ("-at", "-pk")
    actions = None
    fields = ("issue", "number", "at", "made_by", "pages", "numbered", "digest", "sha256")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = (
            ("issue/<int:pk>/", "issue", issue_view),
            ("issue/<int:pk>/compare/", "compare", compare_view),
            ("issue/<int:pk>/print/", "print", print_view),
            ("<int:pk>/galley.pdf", "pdf", pdf_view),
            ("<int:pk>/sheet.pdf", "sheet", sheet_view),
        )
        own = [
            path(
                route, wrap(lambda request, pk, view=view: view(self, request, pk)), name=f"journal_galleyround_{name}"
            )
            for route, name, view in pages
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="校验值")
    def short_digest(self, galley):
        return galley.short_digest

    @admin.display(description="这一期")
    def open_issue(self, galley):
        return format_html(
            '<a href="{}">各次清样</a>', reverse("admin:journal_galleyround_issue", args=[galley.issue_id])
        )
