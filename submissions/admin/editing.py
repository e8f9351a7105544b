"""改稿: an editor's own changes of a manuscript under review, in the rich text editor, looked at before they are saved."""

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe

from journal import versions
from journal.admin.article_form import EDITOR_WIDTH
from journal.admin.figures import with_images
from journal.admin.versions import KIND_CHOICES
from journal.comparison import compared
from journal.models import Content, Picture, TextVersion
from journal.text.blocks import canonical, picture_ids

from .. import endorsing, workflow
from ..models import Submission
from ..states import AWAITING_REVIEW, Stage
from .review import fetch

LINES = ("title", "subtitle", "author_note")


def _line(name: str, *, required: bool = False) -> forms.CharField:
    column = TextVersion._meta.get_field(name)
    return forms.CharField(label=column.verbose_name, max_length=column.max_length, required=required)


class EditForm(forms.Form):
    """The text as the version `started_from` has it. Bylines are their writer's: they are changed after acceptance."""

    started_from = forms.IntegerField(widget=forms.HiddenInput)
    title = _line("title", required=True)
    subtitle = _line("subtitle")
    body = forms.CharField(label="正文", required=False, widget=CKEditorWidget)
    author_note = _line("author_note")
    is_proof = forms.TypedChoiceField(
        label="这次改动是",
        choices=KIND_CHOICES,
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "请选这次是校样改动还是实质改动。"},
    )
    reason = forms.CharField(
        label="改了什么、为什么",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "例如：压缩第二部分、改正职务"}),
        error_messages={"required": "请写明改了什么、为什么改，作者和同事会看到。"},
    )

    def __init__(self, *args, version: TextVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = version
        self.initial.update({name: getattr(version, name) for name in LINES})
        self.initial.update(body=with_images(version.html, EDITOR_WIDTH), started_from=version.pk)

    def clean_body(self):
        html = canonical(self.cleaned_data["body"])
        ids = set(picture_ids(html))
        known = set(
            Picture.objects.filter(versions__text=self.version.text_id, pk__in=ids).values_list("pk", flat=True)
        )
        if unknown := sorted(ids - known):
            numbers = "、".join(str(number) for number in unknown)
            raise forms.ValidationError(f"正文里有不属于这篇稿件的照片（编号 {numbers}）。请删去它的占位，再保存。")
        return html

    def content(self) -> Content:
        """What was not touched is taken over to the letter, so that saving alone is no change."""
        old, given = self.version.content, self.cleaned_data
        lines = {name: given[name] if name in self.changed_data else getattr(old, name) for name in LINES}
        around = {name: getattr(old, name) for name in ("kicker", "bylines", "source_note", "credits")}
        return Content(html=given["body"], **lines, **around)


def edit_view(model_admin, request, pk):
    """GET the form; POST with `look` what would change, else the version saved."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    submission = fetch(request, pk)
    if not request.user.has_perm("submissions.edit", submission):
        raise PermissionDenied("您的身份不改稿，或者这是您自己的稿件。这一步没有做。")
    form = EditForm(request.POST or None, version=_started_from(request, submission))
    seen, latest = None, None
    if request.method == "POST" and form.is_valid():
        content = form.content()
        if "look" in request.POST:
            seen = compared(form.version.content, content)
        else:
            try:
                return _saved(request, submission, form, content)
            except workflow.EditedMeanwhile as meanwhile:
                latest = meanwhile.latest
                messages.error(request, str(meanwhile))
            except workflow.Refused as refusal:
                messages.error(request, str(refusal))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"改《{submission.text.current.title}》",
        "opts": model_admin.model._meta,
        "submission": submission,
        "form": form,
        "seen": seen,
        "at_stake": versions.at_stake(submission.text),
        "endorsed": endorsing.endorsement_of(submission) if submission.stage == Stage.FIRST else None,
        "is_waiting": submission.state in AWAITING_REVIEW,
        "latest": latest,
        "latest_body": mark_safe(with_images(latest.html)) if latest else "",  # noqa: S308  canonical
    }
    return TemplateResponse(request, "admin/submissions/edit.html", context)


def _started_from(request, submission: Submission) -> TextVersion:
    """The version the posted form was opened with; the current one at first, and where the number is no version of it."""
    given = request.POST.get("started_from", "")
    number = int(given) if given.isdecimal() and len(given) < 10 else None
    found = submission.text.versions.filter(pk=number).first() if number else None
    return found or submission.text.current


def _saved(request, submission: Submission, form: EditForm, content: Content):
    version = workflow.edit(
        submission,
        request.user,
        content,
        seen=form.cleaned_data["started_from"],
        reason=form.cleaned_data["reason"],
        substantive=not form.cleaned_data["is_proof"],
    )
    kind = versions.told_kind(version.substantive)
    told = f"《{version.title}》已存为第 {version.number} 版（{kind}）。现在{submission.label}。"
    messages.success(request, told)
    return redirect("admin:submissions_submission_change", submission.pk)
