"""定稿, 退回编辑, 刊发: each a page that shows what will happen before it happens."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from .. import publishing, schedule, secrecy
from ..assembly import effective_access
from ..models import Access, Article, Issue, Journal, PublishPlan
from .imprint import may_acknowledge, panel_of


def fetch(request, pk, permission: str) -> Issue:
    """The issue, for somebody who may take this step; 403 for other people of the office (STYLE.md 8)."""
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm(permission, issue):
        raise PermissionDenied
    if request.method not in ("GET", "HEAD", "POST"):
        raise WrongMethod
    return issue


class WrongMethod(Exception):
    """Neither looking nor sending a form."""


def one_page(view):
    def wrapped(model_admin, request, pk):
        try:
            return view(model_admin, request, pk)
        except WrongMethod:
            return HttpResponseNotAllowed(["GET", "POST"])

    return wrapped


@one_page
def close_view(model_admin, request, pk):
    issue = fetch(request, pk, "journal.close_issue")
    if request.method == "POST":
        try:
            publishing.close(issue, request.user)
        except publishing.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{issue}已定稿。下一步由主编选定阅读范围，刊发。")
            return redirect("admin:journal_issue_change", issue.pk)
    context = {
        "title": f"{issue} 定稿",
        "panel": panel_of(issue),
        "back": "close",
        "may_acknowledge": may_acknowledge(request, issue),
        "placed": issue.articles.filter(parent=None).count(),
    }
    return render(model_admin, request, "close", issue, context)


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="退回编辑的原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明退回编辑的原因，同事会在操作记录里看到。"},
    )


@one_page
def reopen_view(model_admin, request, pk):
    issue = fetch(request, pk, "journal.close_issue")
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.reopen(issue, request.user, reason=form.cleaned_data["reason"])
        except publishing.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{issue}已退回编辑，可以继续编排和改稿。")
            return redirect("admin:journal_issue_board", issue.pk)
    return render(model_admin, request, "reopen", issue, {"title": f"{issue} 退回编辑", "form": form})


class PublishForm(forms.Form):
    access = forms.ChoiceField(
        label="阅读范围",
        choices=[(Access.INTERNAL.value, "内部"), (Access.PUBLIC.value, "公开")],
        widget=forms.RadioSelect,
        error_messages={"required": "请先选定阅读范围：内部，或者公开。"},
    )
    approved_by = forms.CharField(
        label="批准人", required=False, max_length=60, help_text="例如“部务会”，或批准人的姓名。"
    )
    approved_on = forms.DateField(
        label="批准日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "批准日期不是日期。请写成 2026-09-30 这样。"},
    )
    basis = forms.CharField(label="依据", required=False, max_length=200, help_text="例如“2026年第3次部务会纪要”。")
    when = forms.ChoiceField(
        label="什么时候刊发",
        choices=[("now", "现在刊发"), ("later", "到时间自动刊发")],
        initial="now",
        required=False,
        widget=forms.RadioSelect,
    )
    at = forms.DateTimeField(
        label="刊发时间",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="到这个时间由系统刊发；之前可以改、可以取消。",
        error_messages={"invalid": "刊发时间不是日期和时间。请写成 2026-09-30 08:30 这样。"},
    )
    unsigned_reason = forms.CharField(
        label="没有付印签字也要刊发的原因", required=False, max_length=200, help_text="已有主编的付印签字的，不用填。"
    )
    confirmed = forms.BooleanField(
        label="我已看过每篇文章的阅读范围，确认刊发",
        error_messages={"required": "请看过每篇文章的阅读范围，再勾选确认。"},
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == "later" and not cleaned.get("at") and "at" not in self.errors:
            self.add_error("at", "请填写刊发时间。")
        if cleaned.get("access") == Access.PUBLIC:
            for name, wanted in (
                ("approved_by", "公开刊发要写批准人。"),
                ("approved_on", "公开刊发要写批准日期。"),
                ("basis", "公开刊发要写依据。"),
            ):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, wanted)
            approved_on = cleaned.get("approved_on")
            if approved_on and approved_on > timezone.localdate():
                self.add_error("approved_on", "批准日期还没有到，请核对。")
        return cleaned


@one_page
def publish_view(model_admin, request, pk):
    issue = fetch(request, pk, "journal.publish_issue")
    form = PublishForm(request.POST or None, initial=_planned(issue))
    if request.method == "POST" and form.is_valid():
        decision = {name: form.cleaned_data[name] for name in schedule.DECIDED}
        try:
            if form.cleaned_data["when"] == "later":
                made = schedule.plan(issue, request.user, form.cleaned_data["at"], **decision)
                told = f"{issue}定于 {timezone.localtime(made.at):%Y-%m-%d %H:%M} 刊发（{made.get_access_display()}）。"
            else:
                publishing.publish(issue, request.user, **decision)
                told = f"{issue}已刊发，读者现在就能看到（{issue.get_access_display()}）。"
        except publishing.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, told)
            return redirect("admin:journal_issue_publication", issue.pk)
    articles = Article.objects.filter(issue=issue).in_printed_order().select_related("parent")
    articles = list(articles.prefetch_related("bylines"))
    reviewed = secrecy.standings(articles)
    rows = [(article, *_when_public(article, reviewed[article.pk])) for article in articles]
    context = {
        "title": f"{issue} 刊发",
        "form": form,
        "rows": rows,
        "approval_fields": [form["approved_by"], form["approved_on"], form["basis"]],
        "kept_inside": sum(article.online_right == Article.OnlineRight.NONE for article in articles),
        "plan": PublishPlan.objects.filter(issue=issue).first(),
        "needs_signature": Journal.objects.current().requires_print_approval,
        "secrecy_objection": secrecy.publishing_objection(issue),
    }
    return render(model_admin, request, "publish", issue, context)


def _planned(issue: Issue) -> dict:
    """What was decided when a time was set, so that changing it asks for nothing twice."""
    plan = PublishPlan.objects.filter(issue=issue).first()
    if plan is None:
        return {"when": "now"}
    return {"when": "later", "at": plan.at} | {name: getattr(plan, name) for name in schedule.DECIDED}


def _when_public(article: Article, found: secrecy.Standing) -> tuple[bool, str]:
    """Whether the article is public when the issue is, and why not."""
    if effective_access(article, Access.PUBLIC, found.conclusion) == Access.PUBLIC:
        return True, ""
    return False, "不予刊发" if found.is_refused else "保密审查" if found.conclusion == "internal" else "转载无上网权"


def render(model_admin, request, name: str, issue, context: dict):
    base = model_admin.admin_site.each_context(request) | {"opts": Issue._meta, "issue": issue}
    return TemplateResponse(request, f"admin/journal/{name}.html", base | context)
