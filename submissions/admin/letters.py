"""通知: every letter as it left, with what became of it; and the office's own wording of each kind."""

from datetime import timedelta
from hashlib import sha256

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html

from members.models import Event

from .. import letters
from ..commissions import Commission
from ..forms import TypedField
from ..letters import wording
from ..models import Letter, LetterTemplate, Submission
from .filters import RememberedFilters

Kind, Delivery = Letter.Kind, Letter.Delivery
_MARKS = {
    Delivery.SENT: ("ok", "✓"),
    Delivery.MERGED: ("ok", "✓"),
    Delivery.FAILED: ("err", "✕"),
    Delivery.UNSURE: ("err", "!"),
    Delivery.QUEUED: ("tip", "i"),
    Delivery.HELD: ("tip", "i"),
    Delivery.SENDING: ("tip", "i"),
}
LATE = timedelta(minutes=15)
_OF_COMMISSION = (Kind.INVITE, Kind.REMINDER)


def standing_of(letter: Letter) -> str:
    """Where a letter is, as the office says it."""
    if letter.recipient_id is None:
        return "没有账号，复制发微信"
    if letter.delivery == Delivery.HELD:
        if letter.send_after <= timezone.now():
            return "撤回时间已过，就要发出"
        return f"{timezone.localtime(letter.send_after):%H:%M} 发出，之前可撤回"
    if letter.delivery == Delivery.QUEUED and letter.attempts:
        return f"第 {letter.attempts} 次没发成，{timezone.localtime(letter.send_after):%-m月%-d日 %H:%M} 再试"
    return letter.get_delivery_display()


class TroubleFilter(admin.SimpleListFilter):
    title = "要处理的"
    parameter_name = "trouble"

    def lookups(self, request, model_admin):
        return [("yes", "没发出、待查的"), ("copy", "要复制发微信的")]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.filter(delivery__in=(Delivery.FAILED, Delivery.UNSURE))
        if self.value() == "copy":
            return queryset.filter(recipient=None)
        return queryset


class KeptAdmin(admin.ModelAdmin):
    """Nothing is added, changed or deleted on stock pages."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def _may_view(self, request) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


@admin.register(Letter)
class LetterAdmin(RememberedFilters, KeptAdmin):
    list_display = ("subject", "kind", "whom", "at", "standing", "read")
    list_filter = (TroubleFilter, "kind", "delivery", ("at", admin.DateFieldListFilter))
    list_select_related = ("recipient", "commission__unit")
    list_per_page = 50
    search_fields = ("subject", "body", "recipient__name", "recipient__email", "submission__receipt_number")
    search_help_text = "按标题、内容、收信人、邮箱、收稿号查找。"
    actions = ("resend_many",)

    def has_change_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if request.method == "GET" and settings.LETTERS_BY_EMAIL:
            late = Letter.objects.to_mail(timezone.now() - LATE).count()
            if late:
                told = f"有 {late} 封到了时间还没发。请管理员看看 send_letters 有没有在运行（README 的“发邮件”）。"
                messages.warning(request, told)
        return super().changelist_view(request, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The letter with what became of it, to copy or to send again."""
        self._may_view(request)
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if not str(object_id).isdigit():
            raise Http404("没有这封通知。")
        found = Letter.objects.select_related("recipient", "submission", "commission__unit", "commission__person")
        letter = get_object_or_404(found, pk=object_id)
        may = request.user.has_perm("submissions.send_letters")
        if request.method == "POST":
            if not may:
                raise PermissionDenied("通知由编辑部的审稿人员和管理员重发，您的身份不办这一步。")
            self._act(request, letter)
            return redirect("admin:submissions_letter_change", letter.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": letter.subject,
            "letter": letter,
            "standing": standing_of(letter),
            "mark": _MARKS.get(Delivery(letter.delivery), ("later", "○")),
            "whom": self.whom(letter),
            "may": may,
            "may_resend": may and letter.recipient and letter.delivery not in (Delivery.HELD, Delivery.RECALLED),
            "events": Event.objects.about(letter)[:10],
        }
        return TemplateResponse(request, "admin/submissions/letter.html", context)

    def _act(self, request, letter) -> None:
        acts = {"resend": letters.resend, "arrived": letters.count_as_sent}
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            messages.error(request, "不知道要办什么。请用页面上的按钮。")
            return
        if request.POST.get("seen") != f"{letter.delivery}.{letter.attempts}":
            messages.error(request, "这封通知刚刚有了变化，请看清下面的情况再决定。")
            return
        try:
            act(letter, request.user)
        except letters.Settled as refusal:
            messages.error(request, str(refusal))
            return
        letter.refresh_from_db()
        messages.success(request, f"{letter.get_kind_display()}：{standing_of(letter)}。")

    @admin.action(description="重发没发出的", permissions=["view"])
    def resend_many(self, request, queryset):
        """Only what surely did not leave; a 待查 one is looked at by itself."""
        if not request.user.has_perm("submissions.send_letters"):
            raise PermissionDenied
        done = 0
        for letter in queryset.filter(delivery=Delivery.FAILED).select_related("recipient")[:200]:
            try:
                letters.resend(letter, request.user)
            except letters.Settled as refusal:
                messages.warning(request, f"{letter}：{refusal}")
            else:
                done += 1
        messages.info(request, f"重发了 {done} 封。“待查”的请逐封打开，问过收信人再决定。")

    @admin.display(description="收信人", ordering="recipient__name")
    def whom(self, letter):
        if letter.recipient:
            return letter.recipient
        return letter.commission.asked_of if letter.commission else "没有账号"

    @admin.display(description="送达", ordering="delivery")
    def standing(self, letter):
        if letter.delivery not in _MARKS or letter.recipient_id is None:
            return standing_of(letter)
        tint, mark = _MARKS[Delivery(letter.delivery)]
        return format_html('<span class="d-badge {}">{} {}</span>', tint, mark, standing_of(letter))

    @admin.display(description="在账号里读过", ordering="read_at")
    def read(self, letter):
        return f"{timezone.localtime(letter.read_at):%-m月%-d日 %H:%M}" if letter.read_at else "没有"


class WordingForm(forms.Form):
    """The office's own wording; 【words】 it does not know are refused by name."""

    subject = TypedField(label="标题", required=True, max_length=wording.MOST_SUBJECT)
    body = TypedField(label="正文", required=True, max_length=8000, widget=forms.Textarea(attrs={"rows": 16}))

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["subject"].error_messages["required"] = "还没有写标题。请写上，或者恢复内置写法。"
        self.fields["body"].error_messages["required"] = "还没有写正文。请写上，或者恢复内置写法。"

    def clean_subject(self):
        return self._checked(" ".join(self.cleaned_data["subject"].split()))

    def clean_body(self):
        return self._checked(self.cleaned_data["body"].strip("\n"))

    def _checked(self, text: str) -> str:
        if not text.strip():
            raise forms.ValidationError("这里是空的。请写上，或者恢复内置写法。")
        if told := wording.faults(self.kind, text):
            raise forms.ValidationError(told)
        return text


@admin.register(LetterTemplate)
class LetterTemplateAdmin(KeptAdmin):
    """Every kind has a wording, written by the office or built in: the list shows all, not only the rows kept."""

    def get_urls(self):
        own = path(
            "<slug:kind>/wording/",
            self.admin_site.admin_view(self.wording_view),
            name="submissions_lettertemplate_wording",
        )
        return [own, *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        self._may_view(request)
        kept = {row.kind: row for row in LetterTemplate.objects.all()}
        rows = [
            (kind, kept.get(kind) or wording.built_in(kind), kind in kept, wording.words_for(kind)) for kind in Kind
        ]
        context = {**self.admin_site.each_context(request), "title": "通知模板", "rows": rows, "opts": self.opts}
        return TemplateResponse(request, "admin/submissions/letters_templates.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        self._may_view(request)
        if not str(object_id).isdigit():
            raise Http404
        return redirect(
            "admin:submissions_lettertemplate_wording", get_object_or_404(LetterTemplate, pk=object_id).kind
        )

    def wording_view(self, request, kind):
        """Change the wording of a kind, see it with a real manuscript first, or restore the built-in one."""
        self._may_view(request)
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "POST"])
        if kind not in Kind.values:
            raise Http404("没有这类通知。")
        kind, current = Kind(kind), wording.wording_of(kind)
        form = WordingForm({"subject": current.subject, "body": current.body}, kind=kind)
        may, problem, shown = self.has_change_permission(request), "", None
        if request.method == "POST":
            if not may:
                raise PermissionDenied
            form = WordingForm(request.POST, kind=kind)
            act = request.POST.get("act", "")
            stale = request.POST.get("seen") != _mark(current)
            if act in ("save", "restore") and stale:
                problem = "同事刚刚改过这个模板，您写的还在下面。请对照现在的写法（见右边），再保存一次。"
            elif act == "restore":
                self._restore(request.user, kind, current)
                messages.success(request, f"{kind.label}已恢复内置写法。")
                return redirect("admin:submissions_lettertemplate_wording", kind.value)
            elif act == "save" and form.is_valid():
                self._keep(request.user, kind, current, form.cleaned_data)
                messages.success(request, f"{kind.label}的写法已保存，以后发的都用它；已经发出的不变。")
                return redirect("admin:submissions_lettertemplate_wording", kind.value)
        sample = sample_for(kind)
        if form.is_valid():
            shown = preview(kind, form.cleaned_data["subject"], form.cleaned_data["body"], sample)
        context = {
            **self.admin_site.each_context(request),
            "title": f"通知模板：{kind.label}",
            "kind": kind,
            "form": form,
            "own": current.own,
            "current": current,
            "changed_meanwhile": bool(problem),
            "seen": _mark(current),
            "words": wording.words_for(kind),
            "shown": shown,
            "sample": sample,
            "problem": problem,
            "may": may,
        }
        return TemplateResponse(request, "admin/submissions/letters_wording.html", context)

    def _keep(self, actor, kind, current, given) -> None:
        with transaction.atomic():
            row, _ = LetterTemplate.objects.update_or_create(kind=kind, defaults=given)
            self._record(actor, "改通知模板", row, current)

    def _restore(self, actor, kind, current) -> None:
        with transaction.atomic():
            row = LetterTemplate.objects.select_for_update().filter(kind=kind).first()
            if row:
                self._record(actor, "恢复内置通知模板", row, current)
                row.delete()

    def _record(self, actor, verb, row, before: wording.Wording) -> None:
        """What stood there before is kept in the trail: nobody's wording is lost."""
        data = {"before": {"subject": before.subject, "body": before.body}}
        Event.objects.record(actor, verb, row, data=data)


def _mark(current: wording.Wording) -> str:
    return sha256(f"{current.own}\0{current.subject}\0{current.body}".encode()).hexdigest()[:16]


def sample_for(kind: str) -> Submission | Commission | None:
    """The latest manuscript or commission such a letter could be about; None where the office has none yet."""
    if kind in _OF_COMMISSION:
        return Commission.objects.select_related("issue", "section", "unit", "person").order_by("-pk").first()
    if kind == Kind.DIGEST:
        return None
    sent = Submission.objects.sent().select_related("contributor", "section", "call", "article__issue")
    if kind == Kind.SAMPLE:
        sent = sent.filter(article__issue__isnull=False)
    return sent.order_by("-submitted_at").first()


def preview(kind: str, subject: str, body: str, sample) -> tuple[str, str]:
    """The letter as it would read about `sample`; what no manuscript tells yet stands as an example."""
    if sample is None:
        return wording.example(kind, subject, body)
    about = {"commission": sample} if isinstance(sample, Commission) else {"submission": sample}
    values = wording.facts(about.get("submission"), about.get("commission"), None, timezone.localdate())
    for word in ("意见", "链接", "期限", "份数"):
        values[word] = values[word] or wording.WORDS[word][1]
    return wording.filled(wording.Wording(subject, body), values)
