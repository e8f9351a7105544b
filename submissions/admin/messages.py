"""来往信件: the list of what contributors wrote, and what the review page's panels post: messages, more time, the sheet
of 单位审核."""

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from members.read_only import ReadOnlyAdmin

from .. import messaging, returning
from ..conversation import Message
from ..forms import EndorsementForm
from ..models import Submission
from ..refusals import Refused
from ..views.endorsing import give_verdict
from . import review
from .decisions import DecisionForm
from .filters import RememberedFilters


class WaitingFilter(SimpleListFilter):
    title = "是否答复"
    parameter_name = "waiting"

    def lookups(self, request, model_admin):
        return (("yes", "待答复"), ("more_time", "请求延期，待答复"))

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.unanswered()
        if self.value() == "more_time":
            return queryset.unanswered().filter(asks_until__isnull=False)
        return queryset


@admin.register(Message)
class MessageAdmin(RememberedFilters, ReadOnlyAdmin):
    """Read by those who may answer; a line leads to the review page, where it is answered beside the text."""

    list_display = ("where", "said", "writer", "at", "waited", "standing")
    list_display_links = None
    list_filter = (WaitingFilter, "from_office", "at")
    list_select_related = ("submission__text__current", "author")
    list_per_page = 50
    ordering = ("-at", "-pk")
    search_fields = ("body", "submission__title", "submission__receipt_number", "author__name")
    search_help_text = "按内容、稿件标题、收稿号、写信人查找。"

    def get_queryset(self, request):
        """Nobody reads in the office what concerns an own manuscript: it is on the contributor's side."""
        rows = super().get_queryset(request).exclude(submission__contributor=request.user)
        return rows.defer("submission__body", "submission__text__current__html")

    def has_module_permission(self, request):
        return request.user.is_reviewer

    def has_view_permission(self, request, obj=None):
        return request.user.is_reviewer

    def change_view(self, request, object_id, form_url="", extra_context=None):
        message = self.get_object(request, object_id)
        if message is None or not self.has_view_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        return _back(message.submission_id)

    def get_urls(self):
        acts = [
            path(
                f"<uuid:pk>/{name}/",
                self.admin_site.admin_view(require_POST(lambda request, pk, act=act: act(request, pk))),
                name=f"submissions_message_{name.replace('-', '_')}",
            )
            for name, act in (
                ("write", write_view),
                ("settle", settle_view),
                ("more-time", more_time_view),
                ("endorse", endorse_view),
            )
        ]
        return [*acts, *super().get_urls()]

    @admin.display(description="稿件", ordering="submission__receipt_number")
    def where(self, message):
        address = reverse("admin:submissions_submission_change", args=[message.submission_id])
        title = message.submission.text.current.title
        return format_html('<a href="{}#talk">{}（{}）</a>', address, title, message.submission.receipt_number)

    @admin.display(description="内容")
    def said(self, message):
        asked = f"【请求延到{message.asks_until:%-m月%-d日}】" if message.asks_until else ""
        return asked + Truncator(message.body).chars(60)

    @admin.display(description="写信人", ordering="author__name")
    def writer(self, message):
        return f"编辑部（{message.author}）" if message.from_office else str(message.author)

    @admin.display(description="等了", empty_value="—")
    def waited(self, message):
        if message.from_office or message.settled_at:
            return None
        return f"{(timezone.localdate() - timezone.localdate(message.at)).days} 天"

    @admin.display(description="情况")
    def standing(self, message):
        if message.from_office:
            return "作者已看" if message.read_at else "作者还没看"
        return "已办结" if message.settled_at else "待答复"


def write_view(request, pk):
    submission = review.fetch(request, pk)
    body = request.POST.get("message", "")
    try:
        messaging.write(submission, request.user, body)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _again(request, submission, {"message_typed": body})
    messages.success(request, "留言已发给作者，作者登录后能看到。")
    return _back(pk)


def settle_view(request, pk):
    seen = request.POST.get("seen", "")
    try:
        messaging.settle(
            review.fetch(request, pk), request.user, seen_until=int(seen) if seen.isascii() and seen.isdigit() else 0
        )
    except Refused:
        messages.error(request, "没有等答复的留言，可能同事已经办了。")
    else:
        messages.success(request, "已记下：这些留言不用答复。")
    return _back(pk)


def more_time_view(request, pk):
    """Grant more time, until the day asked for or another, or decline with a reason."""
    submission = review.fetch(request, pk)
    number, typed, words = (request.POST.get(name, "") for name in ("request", "until", "words"))
    try:
        until = _date(typed)
        answer = returning.answer_request(
            submission,
            request.user,
            message_id=int(number) if number.isascii() and number.isdigit() else 0,
            grant=request.POST.get("answer") == "grant",
            until=until,
            words=words[: messaging.LONGEST],
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _again(request, submission, {"more_time_typed": words, "more_time_until": typed})
    messages.success(request, f"已告诉作者：{answer.body}")
    return _back(pk)


def _date(typed: str):
    """The day in a date field; None where it was left empty. Raises Refused."""
    try:
        found = parse_date(typed.strip()) if typed.strip() else None
    except ValueError:
        found = None
    if typed.strip() and found is None:
        raise Refused("日期写得不对。请写成 2026-12-05 这样。")
    return found


def endorse_view(request, pk):
    """Record a sheet the office got on paper: signer, day, scan or where it is kept."""
    submission = review.fetch(request, pk)
    if not request.user.has_perm("submissions.record_endorsement", submission):
        raise PermissionDenied
    form = EndorsementForm({**request.POST.dict(), "verdict": EndorsementForm.ENDORSE}, request.FILES)
    if form.is_valid() and (done := give_verdict(request, submission, form)):
        messages.success(request, done)
        return redirect(f"{_address(pk)}#unit")
    messages.error(request, "单位审核没有记下，原因写在那一栏里。")
    return _again(request, submission, {"endorsement_form": form})


def _again(request, submission: Submission, typed: dict):
    """The review page once more, with what was typed; nothing is lost to a refusal."""
    submission = review.fetch(request, submission.pk)
    model_admin = admin.site.get_model_admin(Submission)
    context = review.page(model_admin, request, submission, DecisionForm(submission=submission)) | typed
    return TemplateResponse(request, "admin/submissions/review.html", context, status=422)


def _address(pk) -> str:
    return reverse("admin:submissions_submission_change", args=[pk])


def _back(pk):
    return redirect(f"{_address(pk)}#talk")
