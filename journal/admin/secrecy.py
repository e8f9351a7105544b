"""审校记录 as a list, and the pages where 保密审查 is recorded: for one text, and for the articles of an issue together."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe

from members.read_only import ReadOnlyAdmin

from .. import secrecy, signed
from ..models import Approval, Article, Issue, Text
from .figures import with_images
from .scan_field import scan_field

CONCLUSIONS = [
    (secrecy.Conclusion.PUBLIC.value, "可公开"),
    (secrecy.Conclusion.INTERNAL.value, "仅内部"),
    (secrecy.Conclusion.NONE.value, "不予刊发"),
]


class SecrecyForm(forms.Form):
    """What a person concluded, on screen or on paper. Completeness is the verb's to judge; here types are parsed."""

    conclusion = forms.ChoiceField(
        label="结论",
        choices=CONCLUSIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "请先选定结论：可公开、仅内部，或者不予刊发。"},
    )
    basis = forms.CharField(
        label="依据",
        max_length=200,
        help_text="例如“单位保密审查表”“本部门定密事项清单”。",
        error_messages={"required": "请写明依据，例如“单位保密审查表”。"},
    )
    opinion = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    signer = forms.CharField(label="签字人", required=False, max_length=60)
    signed_on = forms.DateField(
        label="签字日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "签字日期不是日期。请写成 2026-09-30 这样。"},
    )
    scan = scan_field()
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def finding(self, user) -> secrecy.Finding:
        """Raises signed.SheetRefused for a file that is no scan."""
        given = dict(self.cleaned_data)
        file = given.pop("scan")
        scan = signed.store_sheet(file, file.name, user) if file else None
        facts = {name: given[name] for name in ("conclusion", "basis", "opinion", "signer", "signed_on")}
        return secrecy.Finding(**facts, scan=scan)


class BatchForm(SecrecyForm):
    """One conclusion for several articles. `seen` is kept for each: the version the page was made with."""

    articles = forms.MultipleChoiceField(
        label="文章",
        error_messages={
            "required": "请先勾选文章，再登记。",
            "invalid_choice": "有一篇已不在这一期里，请刷新页面再选。",
        },
    )

    def __init__(self, *args, articles=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["articles"].choices = [
            (f"{article.pk}:{article.text.current_id}", str(article)) for article in articles
        ]


def text_view(model_admin, request, pk):
    """One text beside the form; without the right, what was concluded and by whom."""
    text = get_object_or_404(Text.objects.select_related("current"), pk=pk)
    _may_look(request)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    may = request.user.has_perm("journal.review_secrecy", text)
    if request.method == "POST" and not may:
        raise PermissionDenied("您不能作这篇的保密审查，这一步没有做。")
    form = SecrecyForm(request.POST or None, request.FILES or None, initial={"seen": text.current_id})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                done = secrecy.record(text, request.user, form.finding(request.user), seen=form.cleaned_data["seen"])
        except (secrecy.SecrecyRefused, signed.SheetRefused) as refusal:
            messages.error(request, str(refusal))
            # What was read is what the person reads now: the page below shows the present text.
            form.data = form.data.copy()
            form.data["seen"] = Text.objects.values_list("current_id", flat=True).get(pk=pk)
        else:
            messages.success(request, f"已登记《{text}》的保密审查：{done.get_conclusion_display()}。")
            return redirect(_back(request, text))
    history = Approval.objects.on(text).filter(kind=Approval.Kind.SECRECY).select_related("person", "scan", "version")
    context = {
        "title": f"《{text}》保密审查",
        "text": text,
        "version": text.current,
        "body": mark_safe(with_images(text.current.html)),  # noqa: S308  canonical
        "form": form if may else None,
        "why_not": "" if may else _why_not(request.user),
        "standing": secrecy.standing(text),
        "history": history.order_by("-at", "-pk"),
        "article": Article.objects.filter(text=text).select_related("issue").first(),
        "next": _back(request, text),
    }
    return _page(model_admin, request, "secrecy", context)


def issue_view(model_admin, request, pk):
    """Every article of an issue with what stands; those ticked are recorded together."""
    issue = get_object_or_404(Issue, pk=pk)
    _may_look(request)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    may = request.user.has_perm("journal.review_secrecy")
    if request.method == "POST" and not may:
        raise PermissionDenied("您不能作保密审查，这一步没有做。")
    rows = secrecy.of_issue(issue)
    form = BatchForm(request.POST or None, request.FILES or None, articles=[article for article, _ in rows])
    if request.method == "POST" and form.is_valid():
        try:
            count = _record_all(rows, form, request.user)
        except (secrecy.SecrecyRefused, signed.SheetRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            label = secrecy.Conclusion(form.cleaned_data["conclusion"]).label
            messages.success(request, f"已登记 {count} 篇的保密审查：{label}。")
            return redirect(request.path)
    ticked = set(request.POST.getlist("articles"))
    context = {
        "title": f"{issue} 保密审查",
        "issue": issue,
        "form": form if may and not issue.came_out else None,
        "rows": [
            (article, found, (key := f"{article.pk}:{article.text.current_id}"), key in ticked)
            for article, found in rows
        ],
        "missing": sum(found.is_missing for _, found in rows),
        "why_not": _why_not(request.user) if not may else "",
    }
    return _page(model_admin, request, "secrecy_issue", context)


def _record_all(rows, form: BatchForm, user) -> int:
    """All or none: one article that cannot be recorded names itself and undoes the others."""
    by_key = {f"{article.pk}:{article.text.current_id}": article for article, _ in rows}
    with transaction.atomic():
        finding = form.finding(user)
        for key in form.cleaned_data["articles"]:
            article = by_key[key]
            try:
                secrecy.record(article.text, user, finding, seen=article.text.current_id)
            except PermissionDenied:
                raise secrecy.SecrecyRefused(
                    f"《{article}》是您自己写的或投的，要由别人作保密审查。请去掉它的勾，再登记其余的。"
                ) from None
    return len(form.cleaned_data["articles"])


def _may_look(request) -> None:
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404


def _why_not(user) -> str:
    if user.has_perm("journal.review_secrecy"):
        return "这一篇是您自己写的或投的，要由别人作保密审查。"
    return "保密审查由编辑部主任或主编登记。"


def _back(request, text: Text) -> str:
    """Where the person came from, on this site; the text's own page otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if here else reverse("admin:journal_approval_secrecy", args=[text.pk])


def _page(model_admin, request, name: str, context: dict) -> TemplateResponse:
    base = model_admin.admin_site.each_context(request) | {"opts": Approval._meta}
    return TemplateResponse(request, f"admin/journal/{name}.html", base | context)


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """Who decided what on which version: written by the journeys' own pages, read here."""

    list_display = ("at", "kind", "piece", "told", "person", "on_paper", "still_stands")
    list_filter = ("kind", "decision", "conclusion", "at")
    list_select_related = ("version", "galley__issue", "person")
    list_per_page = 50
    search_fields = ("version__title", "person__name", "signer", "opinion")
    search_help_text = "按标题、办理人、签字人、意见查找。"
    ordering = ("-at", "-pk")
    date_hierarchy = "at"
    actions = None
    fields = ("kind", "piece", "told", "person", "at", "opinion", "basis", "signer", "signed_on", "sheet")
    fields += ("recorded_by", "reason", "revoked_at")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("version__html")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = (
            ("text/<int:pk>/secrecy/", "secrecy", text_view),
            ("issue/<int:pk>/secrecy/", "issue_secrecy", issue_view),
        )
        own = [
            path(route, wrap(lambda request, pk, view=view: view(self, request, pk)), name=f"journal_approval_{name}")
            for route, name, view in pages
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="标题", ordering="version__title")
    def piece(self, approval):
        return str(approval.version or approval.galley)

    @admin.display(description="结论")
    def told(self, approval):
        return approval.told

    @admin.display(description="纸上签字")
    def on_paper(self, approval):
        return f"{approval.signer}，{approval.signed_on:%Y-%m-%d}" if approval.signer and approval.signed_on else ""

    @admin.display(description="效力", ordering="revoked_at")
    def still_stands(self, approval):
        return "已作废" if approval.revoked_at and approval.revoked_at <= timezone.now() else "有效"

    @admin.display(description="签字件扫描")
    def sheet(self, approval):
        if approval.scan is None:
            return "—"
        return format_html('<a href="{}">{}</a>', reverse("sheet", args=[approval.scan_id]), approval.scan)
