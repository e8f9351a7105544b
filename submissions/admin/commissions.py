"""选题约稿: the plan of an issue, invitations and reminders, one or many, by letter or as text for WeChat."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from journal.models import Issue, Section

from .. import commissioning, planning
from ..commissions import Commission
from ..forms import TypedField
from ..letters.delivery import goes_by_email
from ..models import Letter
from ..workflow import Refused
from .filters import RememberedFilters

Kind, State = Letter.Kind, Commission.State
KINDS = {Kind.INVITE.value: Kind.INVITE, Kind.REMINDER.value: Kind.REMINDER}
MOST_AT_ONCE = 100


class StandingFilter(admin.SimpleListFilter):
    """The manuscript decides what has arrived, so the stored state alone is no filter."""

    title = "进展"
    parameter_name = "standing"
    _RESTS: dict = {
        "due": ("催稿到期", lambda rows: rows.due()),
        "open": ("还没到稿", lambda rows: rows.open()),
        "planned": ("拟约", lambda rows: rows.filter(state=State.PLANNED)),
        "started": ("在写", lambda rows: rows.open().filter(state=State.STARTED)),
        "arrived": ("已到稿", lambda rows: rows.arrived()),
        "cancelled": ("取消", lambda rows: rows.filter(state=State.CANCELLED)),
    }

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _) in self._RESTS.items()]

    def queryset(self, request, queryset):
        chosen = self._RESTS.get(self.value())
        return chosen[1](queryset) if chosen else queryset


class CommissionForm(forms.ModelForm):
    class Meta:
        model = Commission
        fields = ("issue", "section", "topic", "brief", "unit", "person", "invitee", "due_on")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("person") and cleaned.get("invitee"):
            self.add_error("invitee", "有账号和没有账号的约稿人只填一个。请清空其中一个。")
        return cleaned


class PlanForm(forms.Form):
    """Topics pasted from a sheet, with what stands in where a line says nothing."""

    issue = forms.ModelChoiceField(
        Issue.objects.none(), label="期", empty_label=None, error_messages={"required": "请选为哪一期约稿。"}
    )
    section = forms.ModelChoiceField(
        Section.objects.active(),
        label="栏目",
        required=False,
        empty_label="各行自己写",
        help_text="没写栏目的行用这个。",
    )
    due_on = forms.DateField(
        label="交稿期限",
        required=False,
        help_text="没写期限的行用这个。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "交稿期限不是日期。请写成 2026-12-05 这样。"},
    )
    rows = TypedField(
        label="选题",
        help_text="一行一个：选题、栏目、单位或人、期限、要求。可以从 Excel 整块复制来；手写的用｜隔开。",
        widget=forms.Textarea(
            attrs={"rows": 10, "placeholder": "夜校一年记｜基层党建｜临港镇党委｜12月5日｜2000 字，照片两张"}
        ),
        max_length=60_000,
        required=True,
        error_messages={"required": "还没有选题。请一行写一个。", "max_length": "一次太多了，请分几次添加。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["issue"].queryset = Issue.objects.in_the_making()


@dataclass
class Draft:
    """A letter about to be written: to whom, how it gets there, what it says, or why it makes no sense."""

    commission: Commission
    subject: str = ""
    body: str = ""
    way: str = ""
    refusal: str = ""
    sent: Letter | None = None

    @property
    def to_copy(self) -> bool:
        return self.way == "copy"


@admin.register(Commission)
class CommissionAdmin(RememberedFilters, admin.ModelAdmin):
    form = CommissionForm
    change_list_template = "admin/submissions/commissions.html"
    change_form_template = "admin/submissions/commission_form.html"
    list_display = ("topic", "issue", "section", "whom", "deadline", "standing_told", "reminded", "next_act")
    list_filter = (StandingFilter, "issue", "section")
    list_select_related = ("issue", "section", "unit", "person", "submission")
    list_per_page = 50
    search_fields = ("topic", "brief", "unit__name", "unit__short_name", "person__name", "invitee")
    search_help_text = "按选题、要求、单位、约稿人查找。"
    autocomplete_fields = ("unit", "person")
    fieldsets = (
        (None, {"fields": ("issue", "section", "topic", "brief", "due_on")}),
        ("向谁约", {"fields": ("unit", "person", "invitee")}),
    )
    actions = ("invite_many", "remind_many")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("plan/", wrap(self.plan_view), name="submissions_commission_plan"),
            path("letters/", wrap(self.letters_view), name="submissions_commission_letters"),
            path("<int:pk>/letter/", wrap(self.letter_view), name="submissions_commission_letter"),
        ]
        return [*own, *super().get_urls()]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def changelist_view(self, request, extra_context=None):
        own = {"may": request.user.has_perm("submissions.commission")}
        return super().changelist_view(request, own | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        commission = self.get_object(request, object_id)
        link = link_of(request, commission) if commission else ""
        return super().change_view(request, object_id, form_url, {"invitation": link} | (extra_context or {}))

    def plan_view(self, request):
        commissioning.may_commission(request.user)
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        form = PlanForm(request.POST or None, initial={"issue": request.GET.get("issue")})
        rows, problem = [], ""
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            rows = planning.read(
                given["rows"],
                issue=given["issue"],
                section=given["section"],
                due_on=given["due_on"],
                today=timezone.localdate(),
            )
            if request.POST.get("act") == "add":
                try:
                    made = commissioning.plan(given["issue"], rows, request.user)
                except Refused as refusal:
                    problem = str(refusal)
                else:
                    messages.success(request, f"{given['issue']}添加了 {len(made)} 个选题。下一步：勾选后发约稿信。")
                    address = reverse("admin:submissions_commission_changelist")
                    return redirect(f"{address}?issue__id__exact={given['issue'].pk}&standing=planned")
        context = {
            **self.admin_site.each_context(request),
            "title": "选题计划：一次添加多个",
            "form": form,
            "rows": rows,
            "faulty": sum(bool(row.faults) for row in rows),
            "problem": problem,
            "has_issue": form.fields["issue"].queryset.exists(),
        }
        return TemplateResponse(request, "admin/submissions/commission_plan.html", context)

    def letter_view(self, request, pk):
        """One letter: see it, change it, send or copy it; give the topic up or take it up again."""
        commissioning.may_commission(request.user)
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        commission = get_object_or_404(_with_names(), pk=pk)
        problem, draft, reason = "", None, ""
        if request.method == "POST":
            reason = request.POST.get("reason", "")[:500]
            try:
                done = self._act(request, commission)
            except Refused as refusal:
                problem = str(refusal)
                commission = get_object_or_404(_with_names(), pk=pk)
            else:
                messages.success(request, done)
                # The issue's plan, whatever standing the list was last filtered by: the topic has just changed its own.
                plan = reverse("admin:submissions_commission_changelist")
                return redirect(f"{plan}?issue__id__exact={commission.issue_id}")
        kind = chosen_kind(request, commission)
        draft = draft_of(request, commission, kind)
        if typed := request.POST.get("body", ""):
            draft.body = typed
        context = {
            **self.admin_site.each_context(request),
            "title": f"{kind.label}：{commission}",
            "commission": commission,
            "draft": draft,
            "kind": kind,
            "kinds": [(one, one == kind) for one in KINDS.values()],
            "seen": commissioning.seen_mark(commission),
            "link": link_of(request, commission),
            "sent": commission.letters.order_by("-at")[:10],
            "problem": problem,
            "reason": reason,
        }
        return TemplateResponse(request, "admin/submissions/commission_letter.html", context)

    def _act(self, request, commission) -> str:
        """Carry out the pressed button; what happened, in words. Raises Refused."""
        act = request.POST.get("act", "")
        if act == "cancel":
            commissioning.cancel(commission, request.user, reason=request.POST.get("reason", ""))
            return f"《{commission}》已取消，链接不能再用。"
        if act == "restore":
            commissioning.restore(commission, request.user)
            return f"《{commission}》已恢复。"
        if act != "send":
            raise Refused("不知道要办什么。请用页面上的按钮。")
        kind = chosen_kind(request, commission)
        write = commissioning.invite if kind == Kind.INVITE else commissioning.remind
        body = request.POST.get("body", "").replace("\r\n", "\n")[:8000]
        link = link_of(request, commission)
        letter = write(commission, request.user, link=link, body=body, seen=request.POST.get("seen", ""))
        return f"《{commission}》{told_of(letter)}"

    def letters_view(self, request):
        """Many letters: each shown, then sent together; what has to go by WeChat is listed to copy."""
        commissioning.may_commission(request.user)
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        given = request.POST if request.method == "POST" else request.GET
        kind = KINDS.get(given.get("kind", ""), Kind.REMINDER)
        wanted = [int(pk) for pk in given.getlist("pk") if pk.isdigit() and len(pk) < 10][:MOST_AT_ONCE]
        drafts = [draft_of(request, one, kind) for one in _with_names().filter(pk__in=wanted)]
        if request.method == "POST":
            self._send_all(request, drafts, kind)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{kind.label} {len(drafts)} 封",
            "kind": kind,
            "drafts": [(draft, commissioning.seen_mark(draft.commission)) for draft in drafts],
            "possible": sum(not draft.refusal for draft in drafts),
            "done": request.method == "POST",
        }
        return TemplateResponse(request, "admin/submissions/commission_letters.html", context)

    def _send_all(self, request, drafts: list[Draft], kind: Letter.Kind) -> None:
        """Each by itself: one that is refused does not stop the others, and says why."""
        write = commissioning.invite if kind == Kind.INVITE else commissioning.remind
        for draft in drafts:
            one = draft.commission
            if draft.refusal:
                continue
            try:
                draft.sent = write(
                    one,
                    request.user,
                    link=link_of(request, one),
                    seen=request.POST.get(f"seen-{one.pk}", "") or "unseen",
                )
            except Refused as refusal:
                draft.refusal = str(refusal)

    @admin.action(description="发约稿信（先看，再发）", permissions=["change"])
    def invite_many(self, request, queryset):
        return self._to_letters(queryset, Kind.INVITE)

    @admin.action(description="催稿（先看，再发）", permissions=["change"])
    def remind_many(self, request, queryset):
        return self._to_letters(queryset, Kind.REMINDER)

    def _to_letters(self, queryset, kind):
        chosen = "".join(f"&pk={pk}" for pk in queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])
        return redirect(f"{reverse('admin:submissions_commission_letters')}?kind={kind.value}{chosen}")

    @admin.display(description="向谁约")
    def whom(self, commission):
        return commission.asked_of or "还没有定"

    @admin.display(description="期限", ordering="due_on")
    def deadline(self, commission):
        day = f"{commission.due_on.month}月{commission.due_on.day}日"
        if not commission.is_open:
            return day
        days = commission.days_left
        if days < 0:
            return format_html('{} <strong class="d-late-word">! 过期 {} 天</strong>', day, -days)
        return f"{day}，今天到期" if days == 0 else f"{day}，还有 {days} 天"

    @admin.display(description="进展", ordering="state")
    def standing_told(self, commission):
        return commission.standing_label

    @admin.display(description="上次催稿", ordering="reminded_at", empty_value="没有")
    def reminded(self, commission):
        at = commission.reminded_at
        return f"{timezone.localtime(at):%-m月%-d日}" if at else None

    @admin.display(description="下一步")
    def next_act(self, commission):
        if commission.standing == State.ARRIVED:
            address = reverse("admin:submissions_submission_change", args=[commission.submission_id])
            return format_html('<a href="{}">看稿件</a>', address)
        address = reverse("admin:submissions_commission_letter", args=[commission.pk])
        words = {State.PLANNED: "发约稿信", State.CANCELLED: "恢复…"}.get(commission.standing, "催稿")
        return format_html('<a href="{}">{}</a>', address, words)


def _with_names():
    return Commission.objects.select_related("issue", "section", "unit", "person", "submission__contributor").order_by(
        "due_on", "pk"
    )


def link_of(request, commission: Commission) -> str:
    return request.build_absolute_uri(commission.get_absolute_url())


def chosen_kind(request, commission: Commission) -> Letter.Kind:
    """The asked kind; else the one that makes sense now."""
    asked = request.POST.get("kind") or request.GET.get("kind") or ""
    fitting = Kind.INVITE if commission.standing == State.PLANNED else Kind.REMINDER
    return KINDS.get(asked, fitting)


def draft_of(request, commission: Commission, kind: Letter.Kind) -> Draft:
    draft = Draft(commission)
    try:
        commissioning.refuse_unless(commission, kind)
    except Refused as refusal:
        draft.refusal = str(refusal)
    draft.subject, draft.body = commissioning.compose(commission, kind, link=link_of(request, commission))
    recipient = commissioning.recipient_of(commission)
    if recipient is None:
        draft.way = "copy"
    else:
        draft.way = "email" if goes_by_email(recipient, kind) else "account"
    return draft


def told_of(letter: Letter) -> str:
    if letter.recipient is None:
        return f"的{letter.get_kind_display()}已记下。对方没有账号，请把复制的内容发给他。"
    if goes_by_email(letter.recipient, letter.kind):
        return f"的{letter.get_kind_display()}已发给{letter.recipient}。"
    return f"的{letter.get_kind_display()}已放进{letter.recipient}的账号。对方不收邮件，最好再用微信说一声。"
