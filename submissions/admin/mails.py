"""来信: the list of mails, and the page where one is confirmed, merged or discarded.

A mail is shown as text alone: no page of it is rendered, nothing outside is ever loaded.
"""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_safe

from journal.models import Section
from members.models import Unit, User
from members.read_only import ReadOnlyAdmin

from .. import mailbox, registering, workflow
from ..arrivals import InboundMail, Original
from ..forms import TypedField
from ..intake.mail import FileKind, own_words, sections
from ..intake.refused import FileRefused
from ..mailbox import BODY, Match, Piece
from ..models import Submission
from . import queue
from .filters import RememberedFilters
from .mail_files import Judged, judge

ALONE = "alone"
_SMALL_INLINE_BYTES = 60_000
_OPEN_STATES = ("submitted", "in_review", "returned", "accepted")
_MOST_OFFERED = 40


@dataclass(frozen=True)
class Row:
    """One attachment on the page, with what may be done with it and what is chosen."""

    original: Original
    judged: Judged
    field: str
    choices: list[tuple[str, str]]
    chosen: str
    title: str


class WhoForm(forms.Form):
    """Whose manuscript it is: a proposed person, one looked up, or one to be registered now."""

    person = forms.ModelChoiceField(User.objects.filter(is_active=True), required=False)
    who = TypedField(label="找人", widget=forms.TextInput(attrs={"maxlength": 60}))
    new_name = TypedField(label="姓名", widget=forms.TextInput(attrs={"maxlength": 40}))
    new_contact = TypedField(label="手机号或邮箱", widget=forms.TextInput(attrs={"maxlength": 100}))
    new_unit = TypedField(label="单位全称", widget=forms.TextInput(attrs={"maxlength": 100, "list": "units"}))
    section = forms.ModelChoiceField(Section.objects.active(), required=False, label="栏目", empty_label="以后再定")


@admin.register(InboundMail)
class InboundMailAdmin(RememberedFilters, ReadOnlyAdmin):
    list_display = (
        "title",
        "state",
        "waiting",
        "owner",
        "next_act",
        "sender",
        "whose",
        "files",
        "received_at",
        "noted",
    )
    list_display_links = ("title",)
    list_filter = ("state", ("received_at", admin.DateFieldListFilter))
    list_select_related = ("member", "unit", "handled_by")
    list_per_page = 50
    search_fields = ("subject", "body", "sender_name", "sender_address", "originals__name", "message_id")
    search_help_text = "按主题、正文、发件人、附件名查找。"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).defer("body").annotate(file_count=Count("originals"))

    def get_urls(self):
        wrap = self.admin_site.admin_view
        file = path(
            "<int:pk>/files/<int:original>/",
            wrap(require_safe(lambda request, pk, original: self.file_view(request, pk, original))),
            name="submissions_inboundmail_file",
        )
        raw = path(
            "<int:pk>/raw/",
            wrap(require_safe(lambda request, pk: self.raw_view(request, pk))),
            name="submissions_inboundmail_raw",
        )
        return [file, raw, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return mail_view(self, request, object_id)

    def file_view(self, request, pk, original):
        self._may_view(request)
        kept = get_object_or_404(Original, pk=original, mail_id=pk)
        return _download(kept.file, kept.name)

    def raw_view(self, request, pk):
        self._may_view(request)
        mail = get_object_or_404(InboundMail, pk=pk)
        return _download(mail.raw, f"来信{mail.pk}.eml")

    def _may_view(self, request) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    @admin.display(description="主题", ordering="subject")
    def title(self, mail):
        return str(mail)

    @admin.display(description="等了", ordering="received_at")
    def waiting(self, mail):
        if mail.state != InboundMail.State.WAITING:
            return None
        days = queue.days_since(mail.received_at)
        return f"{days} 天" if days else "今天到的"

    @admin.display(description="等谁")
    def owner(self, mail):
        return "编辑" if mail.state == InboundMail.State.WAITING else mail.handled_by

    @admin.display(description="下一步")
    def next_act(self, mail):
        return "登记为稿件" if mail.state == InboundMail.State.WAITING else "已办结"

    @admin.display(description="发件人", ordering="sender_name")
    def sender(self, mail):
        return mail.sender_name or mail.sender_address or "没有写"

    @admin.display(description="投稿人")
    def whose(self, mail):
        return f"{mail.member}（{mail.unit}）" if mail.member and mail.unit else mail.member

    @admin.display(description="附件", ordering="file_count")
    def files(self, mail):
        return mail.file_count or "没有"

    @admin.display(description="要留意")
    def noted(self, mail):
        return f"{len(mail.problems)} 条" if mail.problems else None


def _download(file, name: str) -> FileResponse:
    """Always saved, never shown by the browser, whatever a stranger put into it."""
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


def mail_view(model_admin, request, pk):
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if not str(pk).isdigit():
        raise Http404("没有这封来信。")
    mail = get_object_or_404(InboundMail.objects.select_related("member", "unit", "handled_by"), pk=pk)
    problem, found = "", []
    if request.method == "POST":
        if not request.user.has_perm("submissions.register"):
            raise PermissionDenied("来信由编辑和编辑部主任办理，您的身份不办这一步。")
        try:
            answer, found = act(request, mail)
        except (workflow.Refused, FileRefused) as refusal:
            problem = str(refusal)
            found = [refusal.person] if isinstance(refusal, registering.PersonExists) else []
            mail.refresh_from_db()
        else:
            if answer:
                return answer
    return TemplateResponse(
        request, "admin/submissions/mail_page.html", page(model_admin, request, mail, problem, found)
    )


def act(request, mail):
    """Carry out the pressed button: (redirect or None, people found). Raises workflow.Refused, FileRefused."""
    wanted = request.POST.get("act", "")
    back = redirect("admin:submissions_inboundmail_change", mail.pk)
    if wanted == "find":
        found = registering.find_people(request.POST.get("who", ""))
        if not found:
            raise workflow.Refused("没有找到这个人。请换个写法（姓名、手机号、单位），或在下面“登记新人”。")
        return None, found
    if wanted == "new_person":
        given = {name: request.POST.get(f"new_{name}", "") for name in ("name", "contact", "unit")}
        person = registering.new_contributor(
            request.user, name=given["name"], contact=given["contact"], unit_name=given["unit"]
        )
        messages.success(request, f"已登记{person}（{person.unit}），下面已经选好。")
        return None, [person]
    if wanted == "discard":
        mailbox.discard(mail, request.user, reason=request.POST.get("reason", ""))
        messages.success(request, f"《{mail}》不作稿件，信还在这里，可以恢复。")
    elif wanted == "restore":
        mailbox.restore(mail, request.user)
        messages.success(request, f"《{mail}》已恢复，等待确认。")
    elif wanted == "merge":
        _merge(request, mail)
    elif wanted == "confirm":
        _confirm(request, mail)
    else:
        raise workflow.Refused("不知道要办什么。请用页面上的按钮。")
    return back, []


def _confirm(request, mail) -> None:
    form = WhoForm(request.POST)
    form.is_valid()
    person = form.cleaned_data.get("person")
    if person is None:
        raise workflow.Refused("还没有选投稿人。请选一位；没有账号的，先在“登记新人”里登记。")
    done = mailbox.confirm(
        mail,
        request.user,
        person=person,
        pieces=pieces_of(request.POST, mail),
        section=form.cleaned_data.get("section"),
        call=registering.call_for(),
    )
    numbers = "、".join(f"{one.receipt_number}《{one}》" for one in done.submissions)
    messages.success(request, f"已收作稿件：{numbers}。收稿回执已经写好，发给{person}。")
    for remark in done.remarks:
        messages.warning(request, remark)


def _merge(request, mail) -> None:
    chosen = request.POST.get("submission", "")
    submission = next((one for one in mergeable(mail, []) if str(one.pk) == chosen), None)
    if submission is None:
        person = request.POST.get("person", "")
        people = User.objects.filter(pk=person) if person.isdigit() else []
        submission = next((one for one in mergeable(mail, list(people)) if str(one.pk) == chosen), None)
    if submission is None:
        raise workflow.Refused("还没有选并入哪一篇稿件。请选一篇，再按“并入”。")
    photos = [pk for piece in _choices(request.POST, mail) for pk in piece[1]]
    remarks = mailbox.merge(mail, request.user, submission, photos=photos)
    messages.success(request, f"已并入《{submission}》：附件放在原件里，信的内容在来往信件里，稿件正文没有动。")
    for remark in remarks:
        messages.warning(request, remark)


def _choices(data, mail) -> list[tuple[int | str | None, tuple[int, ...]]]:
    """(text, photographs with it) as chosen on the page, in the order of the attachments."""
    originals = list(mail.originals.all())
    texts: list[int | str | None] = [one.pk for one in originals if data.get(f"role-{one.pk}") == "text"]
    if data.get("role-body") == "text":
        texts.append(BODY)
    with_text: dict[str, list[int]] = {}
    for one in originals:
        role = data.get(f"role-{one.pk}", "")
        if role.startswith("photo:"):
            with_text.setdefault(role.removeprefix("photo:"), []).append(one.pk)
    chosen = [(text, tuple(with_text.pop(str(text), ()))) for text in texts]
    if ALONE in with_text:
        chosen.append((None, tuple(with_text.pop(ALONE))))
    chosen.extend((f"?{text}", tuple(photos)) for text, photos in with_text.items())
    return chosen


def pieces_of(data, mail) -> list[Piece]:
    """Raises workflow.Refused where a photograph goes with a text that was not chosen."""
    pieces = []
    names = {str(one.pk): one.name for one in mail.originals.all()} | {BODY: "邮件正文"}
    for text, photos in _choices(data, mail):
        if isinstance(text, str) and text.startswith("?"):
            missing = names.get(text[1:], "那个附件")
            raise workflow.Refused(f"有照片选了随“{missing}”，但“{missing}”没有选作文字稿。请改一处，再确认。")
        pieces.append(Piece(text, photos, data.get(f"title-{text or ALONE}", "").strip()[:200]))
    return pieces


def mergeable(mail, people) -> list[Submission]:
    """What these people, or those the mail may be from, have sent and may still be added to; the newest first."""
    ids = {person.pk for person in people} | {match.person.pk for match in mailbox.matches(mail)}
    if mail.member_id:
        ids.add(mail.member_id)
    rows = Submission.objects.sent().filter(contributor__in=ids, state__in=_OPEN_STATES)
    return list(rows.select_related("contributor", "text__current").order_by("-submitted_at")[:_MOST_OFFERED])


def page(model_admin, request, mail, problem: str, found: list[User]) -> dict:
    waiting = mail.state == InboundMail.State.WAITING
    data = request.POST if request.method == "POST" else {}
    matched = mailbox.matches(mail) if waiting else []
    known = {match.person.pk for match in matched}
    matched += [Match(person, "查到的", certain=False) for person in found if person.pk not in known]
    rows = rows_of(mail, data)
    form = WhoForm(data or None, initial=_initial(mail))
    person = found[0].pk if len(found) == 1 else None
    certain = next((match.person.pk for match in matched if match.certain), None)
    typed = data.get("person", "")
    may = request.user.has_perm("submissions.register")
    return {
        **model_admin.admin_site.each_context(request),
        "title": str(mail),
        "opts": model_admin.model._meta,
        "mail": mail,
        "sections": [(one.kind, one.text) for one in sections(mail.body) if one.text.strip()],
        "rows": rows,
        "body_chosen": data.get("role-body", "text" if _body_is_text(mail, rows) else ""),
        "body_words": len(own_words(mail.body)),
        "matched": matched,
        "chosen_person": person or (int(typed) if typed.isdigit() else certain),
        "form": form,
        "units": list(Unit.objects.filter(is_active=True).values_list("name", flat=True)) if waiting and may else [],
        "mergeable": mergeable(mail, found) if waiting and may else [],
        "made": _manuscripts_of(mail),
        "alike": alike(mail),
        "problem": problem,
        "typed": data,
        "may": may,
        "waiting": waiting,
    }


def _manuscripts_of(mail: InboundMail) -> list[Submission]:
    """What it was taken in as; what it was merged into holds its files, and may have come by another mail."""
    from_it = Q(mail=mail)
    if mail.state == InboundMail.State.MERGED:
        files = mail.originals.values("sha256")
        from_it |= Q(originals__sha256__in=files, contributor=mail.member)
    return list(Submission.objects.filter(from_it).select_related("text__current").distinct())


def _initial(mail) -> dict:
    unit = mailbox.unit_named(mail)
    return {
        "new_name": mail.sender_name[:40],
        "new_contact": mail.sender_address[:100],
        "new_unit": unit.name if unit else "",
    }


def _body_is_text(mail, rows: list[Row]) -> bool:
    """With no text attached the letter itself may be the manuscript, if it is more than a covering note."""
    return not any(row.judged.kind == FileKind.TEXT for row in rows) and len(own_words(mail.body)) > 150


def rows_of(mail, data) -> list[Row]:
    judged = [(original, judge(original)) for original in mail.originals.all()]
    texts = [original for original, found in judged if found.kind == FileKind.TEXT and found.tint != "err"]
    homes = [(f"photo:{text.pk}", f"作照片，随“{text.name}”") for text in texts]
    homes += [(f"photo:{BODY}", "作照片，随邮件正文"), (f"photo:{ALONE}", "作照片，单独成一篇图片稿")]
    rows = []
    for original, found in judged:
        choices = [("", "只留作原件")]
        default = ""
        if found.kind == FileKind.TEXT:
            choices.append(("text", "作为一篇文字稿"))
            default = "text" if found.tint != "err" else ""
        elif found.kind == FileKind.PHOTO:
            choices += homes
            logo = original.size < _SMALL_INLINE_BYTES
            default = "" if found.tint == "err" or logo else _home(mail, texts)
        field = f"role-{original.pk}"
        title = data.get(f"title-{original.pk}", "")
        rows.append(Row(original, found, field, choices, data.get(field, default), title))
    return rows


def _home(mail, texts: list[Original]) -> str:
    if texts:
        return f"photo:{texts[0].pk}"
    return f"photo:{BODY}" if len(own_words(mail.body)) > 150 else f"photo:{ALONE}"


def alike(mail) -> list[InboundMail]:
    """Other mails that brought one of the same files: sent twice, by different ways."""
    hashes = [original.sha256 for original in mail.originals.all() if original.size > _SMALL_INLINE_BYTES // 10]
    return list(
        InboundMail.objects.filter(originals__sha256__in=hashes).exclude(pk=mail.pk).distinct().defer("body")[:5]
    )
