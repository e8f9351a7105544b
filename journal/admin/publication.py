"""刊发: one page for all that concerns an issue's coming out: state and schedule, access, files, 更正, 撤下.

Each step is a plain form of its own (`ACTS`) that calls a verb; what was refused comes back with what was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from members.models import Event

from .. import editions_made, print_house, publishing, schedule, withdrawing
from ..models import Access, Article, Correction, Edition, Issue, PublishPlan
from ..views.stored_file import stored_file

REFUSALS = (
    editions_made.EditionRefused,
    print_house.PrintRefused,
    publishing.Refused,
    withdrawing.WithdrawalRefused,
)
EVENTS_SHOWN = 12
ASKED = {"required": "请填写这一项。"}


def reason_field(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=withdrawing.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=ASKED,
    )


class ActForm(forms.Form):
    """A step on one issue; `issue` narrows what can be chosen."""

    def __init__(self, *args, issue: Issue, **kwargs):
        super().__init__(*args, **kwargs)
        self.issue = issue
        for name, narrowed in self.choices_of(issue).items():
            self.fields[name].queryset = narrowed

    def choices_of(self, issue: Issue) -> dict:
        return {}


class CallOff(ActForm):
    pass


class WithdrawIssue(ActForm):
    reason = reason_field("原因", "读者打开这一期的网址会看到，例如“部分内容有误，正在核实”。")
    confirmed = forms.BooleanField(label="确认撤回整期，所有文章、照片和下载立刻不能看", error_messages=ASKED)


class RestoreIssue(ActForm):
    reason = reason_field("恢复的原因", "记在操作记录里，例如“已核实更正”。")


class WithdrawArticle(ActForm):
    article = forms.ModelChoiceField(
        Article.objects.none(), label="哪一篇", empty_label="请选择", error_messages={"required": "请选一篇文章。"}
    )
    reason = reason_field("原因", "读者打开这篇的网址会看到，例如“部分内容有误，正在核实”。")
    listed = forms.TypedChoiceField(
        label="目录里",
        choices=[("1", "保留标题，注明“已撤下”"), ("0", "不再列出")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "请选目录里保留标题，还是不再列出。"},
    )

    def choices_of(self, issue):
        return {"article": _articles(issue).filter(withdrawn_at=None)}


class RestoreArticle(ActForm):
    article = forms.ModelChoiceField(
        Article.objects.none(), label="哪一篇", empty_label="请选择", error_messages={"required": "请选一篇文章。"}
    )
    reason = reason_field("恢复的原因", "记在操作记录里，例如“已核实更正”。")

    def choices_of(self, issue):
        return {"article": _articles(issue).filter(withdrawn_at__isnull=False)}


class OpenToAll(ActForm):
    approved_by = forms.CharField(
        label="批准人", max_length=60, help_text="例如“部务会”，或批准人的姓名。", error_messages=ASKED
    )
    approved_on = forms.DateField(
        label="批准日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写批准日期。", "invalid": "批准日期不是日期。请写成 2026-09-30 这样。"},
    )
    basis = forms.CharField(
        label="依据", max_length=200, help_text="例如“2026年第3次部务会纪要”。", error_messages=ASKED
    )

    def clean_approved_on(self):
        day = self.cleaned_data["approved_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("批准日期还没有到，请核对。")
        return day


class KeepInside(ActForm):
    reason = reason_field("原因", "记在操作记录里。改后，没有登录的人立刻看不到这一期。")


class GrantRight(ActForm):
    article = forms.ModelChoiceField(
        Article.objects.none(), label="哪一篇转载", empty_label="请选择", error_messages={"required": "请选一篇文章。"}
    )
    holder = forms.CharField(label="谁授权", max_length=100, help_text="例如原载报刊或作者。", error_messages=ASKED)
    basis = forms.CharField(label="依据", max_length=200, help_text="例如“2026年10月8日授权函”。", error_messages=ASKED)

    def choices_of(self, issue):
        return {"article": _articles(issue).filter(online_right=Article.OnlineRight.NONE)}


class UploadPrint(ActForm):
    file = forms.FileField(
        label="PDF 文件",
        help_text="印刷厂给的、没有加密的 PDF。原样保存，读者下载的就是它。",
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={"required": "请选择 PDF 文件。", "empty": "这个文件是空的（0 字节）。请重新选择。"},
    )
    nothing_internal = forms.BooleanField(
        label="这份 PDF 里没有限内部阅读的文章，公开的读者也可以下载",
        required=False,
        help_text="整期都公开的，不用勾；不勾，限内部的文章在里面，只有登录的人能下载。",
    )


class RetirePrint(ActForm):
    edition = forms.ModelChoiceField(Edition.objects.none(), label="哪一份", empty_label=None, error_messages=ASKED)
    reason = reason_field("停用的原因", "记在操作记录里。停用后，读者下载系统排的 PDF。")

    def choices_of(self, issue):
        return {"edition": issue.editions.current().filter(kind=Edition.Kind.PRINT).select_related("issue")}


class Rebuild(ActForm):
    edition = forms.ModelChoiceField(Edition.objects.none(), error_messages=ASKED)

    def choices_of(self, issue):
        return {"edition": issue.editions.current().select_related("issue")}


class Pages(ActForm):
    """First and last page of each article, as the print house set them."""

    def __init__(self, *args, issue, **kwargs):
        super().__init__(*args, issue=issue, **kwargs)
        self.rows = []
        told = {"min_value": "页码从 1 起。", "invalid": "页码请写数字。", "max_value": "页码太大，请核对。"}
        articles = Article.objects.toplevel().filter(issue=issue, withdrawn_at=None).in_printed_order()
        for article in articles.select_related("section"):
            for end in ("start", "end"):
                self.fields[f"{end}_{article.pk}"] = forms.IntegerField(
                    label=f"《{article}》{'起始页' if end == 'start' else '结束页'}",
                    required=False,
                    min_value=1,
                    max_value=9999,
                    initial=getattr(article, f"{end}_page"),
                    error_messages=told,
                )
            self.rows.append((article, self[f"start_{article.pk}"], self[f"end_{article.pk}"]))

    def numbers(self) -> dict[int, tuple[int | None, int | None]]:
        found = self.cleaned_data
        return {article.pk: (found[f"start_{article.pk}"], found[f"end_{article.pk}"]) for article, *_ in self.rows}


def _articles(issue: Issue):
    return Article.objects.filter(issue=issue).in_printed_order()


@dataclass(frozen=True)
class Act:
    """A step: its form, the right it needs, when it is offered, what it does (returns what to tell the person)."""

    label: str
    form: type[ActForm]
    permission: str
    offered: Callable[[Issue], bool]
    run: Callable[[Issue, object, ActForm], str]
    button: str = ""
    grave: bool = False


def _is_out(issue: Issue) -> bool:
    return issue.is_published


def _call_off(issue, user, form) -> str:
    schedule.call_off(issue, user)
    return f"{issue}的定时刊发已取消，这一期仍是已定稿。"


def _withdraw_issue(issue, user, form) -> str:
    withdrawing.withdraw_issue(issue, user, reason=form.cleaned_data["reason"])
    return f"{issue}已撤回，读者现在看不到了。"


def _restore_issue(issue, user, form) -> str:
    withdrawing.restore_issue(issue, user, reason=form.cleaned_data["reason"])
    return f"{issue}已恢复，读者现在能看到。"


def _withdraw_article(issue, user, form) -> str:
    article = withdrawing.withdraw_article(form.cleaned_data.pop("article"), user, **form.cleaned_data)
    return f"《{article}》已撤下。网页、检索、照片和下载里现在都没有它。"


def _restore_article(issue, user, form) -> str:
    article = withdrawing.restore_article(form.cleaned_data.pop("article"), user, **form.cleaned_data)
    return f"《{article}》已恢复，阅读范围是{article.get_access_display()}。"


def _open_to_all(issue, user, form) -> str:
    withdrawing.change_access(issue, user, access=Access.PUBLIC, **form.cleaned_data)
    return f"{issue}已改为公开。转载没有上网权的、保密审查为仅内部的，仍在内部。"


def _keep_inside(issue, user, form) -> str:
    withdrawing.change_access(issue, user, access=Access.INTERNAL, **form.cleaned_data)
    return f"{issue}已改为内部，没有登录的人现在看不到。"


def _grant_right(issue, user, form) -> str:
    article = withdrawing.grant_online_right(form.cleaned_data.pop("article"), user, **form.cleaned_data)
    return f"《{article}》已登记授权，阅读范围现在是{article.get_access_display()}。"


def _upload_print(issue, user, form) -> str:
    file = form.cleaned_data["file"]
    everything_public = not issue.articles.filter(withdrawn_at=None).exclude(access=Access.PUBLIC).exists()
    is_public = form.cleaned_data["nothing_internal"] or (issue.access == Access.PUBLIC and everything_public)
    audience = Access.PUBLIC if is_public else Access.INTERNAL
    made = print_house.accept(issue, file, file.name, user, audience=audience)
    told = "".join(f"请看：{remark}" for remark in print_house.remarks(made))
    return f"已收下“{file.name}”，{made.pages} 页，{made.megabytes:.1f} MB。{told}"


def _retire_print(issue, user, form) -> str:
    print_house.retire(form.cleaned_data["edition"], user, reason=form.cleaned_data["reason"])
    return "印刷厂的 PDF 已停用，文件还留着。"


def _rebuild(issue, user, form) -> str:
    edition = form.cleaned_data["edition"]
    editions_made.order_again(edition, user)
    return f"{edition.get_kind_display()}（{edition.get_audience_display()}版）重新生成，进度在下面看。"


def _pages(issue, user, form) -> str:
    changed = print_house.number_pages(issue, user, form.numbers())
    return f"页码已存，改了 {changed} 篇。" if changed else "页码没有改动。"


ACTS: dict[str, Act] = {
    "call_off": Act(
        "取消定时刊发", CallOff, "journal.publish_issue", lambda issue: plan_of(issue) is not None, _call_off
    ),
    "open": Act(
        "改为公开",
        OpenToAll,
        "journal.publish_issue",
        lambda issue: _is_out(issue) and issue.access == Access.INTERNAL,
        _open_to_all,
    ),
    "inside": Act(
        "改为内部",
        KeepInside,
        "journal.withdraw_published",
        lambda issue: _is_out(issue) and issue.access == Access.PUBLIC,
        _keep_inside,
    ),
    "grant": Act(
        "登记转载的上网授权",
        GrantRight,
        "journal.publish_issue",
        lambda issue: issue.came_out and issue.articles.filter(online_right=Article.OnlineRight.NONE).exists(),
        _grant_right,
        "登记授权",
    ),
    "rebuild": Act("重新生成", Rebuild, "journal.build_edition", _is_out, _rebuild),
    "upload": Act(
        "上传印刷厂的 PDF",
        UploadPrint,
        "journal.upload_print",
        lambda issue: issue.state in (Issue.State.CLOSED, Issue.State.PUBLISHED),
        _upload_print,
        "上传",
    ),
    "retire": Act(
        "停用印刷厂的 PDF",
        RetirePrint,
        "journal.upload_print",
        lambda issue: issue.editions.current().filter(kind=Edition.Kind.PRINT).exists(),
        _retire_print,
        "停用",
    ),
    "pages": Act("印刷页码", Pages, "journal.upload_print", lambda issue: not issue.is_open, _pages, "存页码"),
    "withdraw": Act("撤下一篇", WithdrawArticle, "journal.withdraw_published", _is_out, _withdraw_article, grave=True),
    "restore": Act(
        "恢复一篇",
        RestoreArticle,
        "journal.withdraw_published",
        lambda issue: _is_out(issue) and issue.articles.filter(withdrawn_at__isnull=False).exists(),
        _restore_article,
    ),
    "withdraw_issue": Act(
        "撤回整期", WithdrawIssue, "journal.withdraw_published", _is_out, _withdraw_issue, grave=True
    ),
    "restore_issue": Act(
        "恢复整期",
        RestoreIssue,
        "journal.publish_issue",
        lambda issue: issue.state == Issue.State.WITHDRAWN,
        _restore_issue,
    ),
}
# Where each stands on the page; the others have places of their own (a row's button, the plan).
READERSHIP, FILES, DOWN = (
    ("open", "inside", "grant"),
    ("upload", "retire", "pages"),
    (
        "withdraw",
        "restore",
        "withdraw_issue",
        "restore_issue",
    ),
)


def plan_of(issue: Issue) -> PublishPlan | None:
    return PublishPlan.objects.select_related("planned_by").filter(issue=issue).first()


def publication_view(model_admin, request, pk):
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    refused = None
    if request.method == "POST":
        name = request.POST.get("act", "")
        act = ACTS.get(name)
        if act is None:
            raise Http404("no such step")
        if not request.user.has_perm(act.permission, issue):
            raise PermissionDenied
        form = _form(name, issue, request.POST, request.FILES)
        if form.is_valid() and _done(request, issue, act, form):
            return redirect("admin:journal_issue_publication", issue.pk)
        # A person may have been overtaken: the page below shows how things stand now.
        issue.refresh_from_db()
        refused = name, form
    if request.GET.get("part") == "editions":
        context = {"issue": issue, **_files(request.user, issue)}
        return TemplateResponse(request, "admin/journal/_publication_editions.html", context)
    return TemplateResponse(request, "admin/journal/publication.html", _page(model_admin, request, issue, refused))


def _form(name: str, issue: Issue, *data) -> ActForm:
    return ACTS[name].form(*data, issue=issue, auto_id=f"id_{name}_%s")


def _done(request, issue: Issue, act: Act, form: ActForm) -> bool:
    try:
        told = act.run(issue, request.user, form)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, told)
    return True


def _page(model_admin, request, issue: Issue, refused) -> dict:
    user = request.user
    forms_of = {}
    for name, act in ACTS.items():
        if act.offered(issue) and user.has_perm(act.permission, issue):
            is_refused = refused is not None and refused[0] == name
            form = refused[1] if is_refused else _form(name, issue)
            forms_of[name] = {"name": name, "act": act, "form": form, "open": is_refused}
    corrections = Correction.objects.filter(article__issue=issue).select_related("article", "proposed_by", "signed_by")
    return {
        **model_admin.admin_site.each_context(request),
        "title": f"{issue} 刊发",
        "opts": Issue._meta,
        "issue": issue,
        "plan": plan_of(issue),
        "objection": publishing.objection(issue) if issue.state == Issue.State.CLOSED else "",
        "acts": forms_of,
        "readership": [forms_of[name] for name in READERSHIP if name in forms_of],
        "file_acts": [forms_of[name] for name in FILES if name in forms_of],
        "down": [forms_of[name] for name in DOWN if name in forms_of],
        "counts": _counts(issue),
        "corrections": corrections.defer("proposed"),
        "withdrawn": _articles(issue).filter(withdrawn_at__isnull=False),
        "correctable": _articles(issue) if issue.came_out and user.has_perm("journal.propose_correction") else (),
        "may_publish": user.has_perm("journal.publish_issue", issue),
        "events": _events(issue),
        **_files(user, issue),
    }


def _events(issue: Issue):
    """What was done to the issue, and to its articles since it came out; the newest first."""
    told = Event.objects.about(issue)
    if issue.published_at is not None:
        articles = [str(pk) for pk in issue.articles.values_list("pk", flat=True)]
        kind = Article._meta.label_lower
        told = told | Event.objects.filter(subject_type=kind, subject_id__in=articles, at__gte=issue.published_at)
    return told[:EVENTS_SHOWN]


def _counts(issue: Issue) -> dict[str, int]:
    rows = list(issue.articles.filter(parent=None).values_list("access", "withdrawn_at"))
    standing = [access for access, withdrawn_at in rows if withdrawn_at is None]
    return {
        "public": standing.count(Access.PUBLIC),
        "internal": standing.count(Access.INTERNAL),
        "withdrawn": len(rows) - len(standing),
    }


def _files(user, issue: Issue) -> dict:
    rows = list(issue.editions.select_related("added_by").order_by("kind", "audience", "-pk"))
    current = [row for row in rows if row.replaced_at is None]
    order = [Edition.Kind.PRINT, *editions_made.BUILT]
    current.sort(key=lambda row: (order.index(row.kind), row.audience))
    return {
        "editions": current,
        "replaced": [row for row in rows if row.replaced_at is not None and row.kind == Edition.Kind.PRINT],
        "in_work": any(row.is_in_work for row in current),
        "may_build": user.has_perm("journal.build_edition", issue),
    }


def edition_view(model_admin, request, pk, edition):
    """A file of an issue for the office, replaced ones too."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    found = get_object_or_404(Edition.objects.exclude(file=""), pk=edition, issue=pk)
    name = found.name or f"{found}{found.suffix}"
    return stored_file(request, found.file, name=name, media_type=found.media_type, sha256=found.sha256)
