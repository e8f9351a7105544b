"""Photographs of a draft: upload with an instant verdict, replace, reorder, remove, convert, preview."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from journal.pictures import Unreadable, derivative
from submissions import drafts
from submissions.intake.photo import PhotoRefused, as_jpeg, store_photo
from submissions.models import Submission

from .access import keeps_text, own, own_or_new, wants_json
from .writing import live_state, save_posted, writing_context

PREVIEW_WIDTH = 480


@keeps_text
@require_POST
def upload(request, pk):
    """Several files at once; each gets its own answer, and one refused does not stop the others."""
    submission = own_or_new(request, pk)
    files = request.FILES.getlist("photos")
    problem = save_posted(request, submission)
    if problem is not None:
        return problem
    if not submission.is_editable:
        raise Http404
    refused = []
    for file in files:
        if submission.attachments.count() >= drafts.MOST_PHOTOS:
            refused.append(f"一篇稿件最多 {drafts.MOST_PHOTOS} 张照片，“{file.name}”没有收。")
            continue
        try:
            picture = store_photo(file, file.name, request.user, dpi_limit=submission.call.dpi_limit)
        except PhotoRefused as refusal:
            refused.append(str(refusal))
        else:
            drafts.attach(submission, picture)
    if not files:
        refused.append("没有收到照片：没有选，或传到一半断了。请选好照片，再传一次。")
    return _answer(request, submission, refused)


@keeps_text
@require_POST
def change(request, pk, attachment_id, act):
    """One photograph: up, down, remove, replace, convert. What is typed in the form is saved first."""
    submission = own_or_new(request, pk)
    problem = save_posted(request, submission)
    if problem is not None:
        return problem
    if not submission.is_editable:
        raise Http404
    attachment = get_object_or_404(submission.attachments.select_related("picture"), pk=attachment_id)
    attachment.submission = submission
    refused = ACTS[act](request, attachment) or []
    return _answer(request, submission, refused)


@keeps_text
@require_safe
def preview(request, pk, attachment_id):
    """The writer's own photograph, small and without metadata; nobody else's address opens it."""
    submission = own(request, pk)
    attachment = get_object_or_404(submission.attachments.select_related("picture"), pk=attachment_id)
    try:
        path = derivative(attachment.picture, PREVIEW_WIDTH)
    except Unreadable:
        raise Http404 from None
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _remove(request, attachment):
    drafts.detach(attachment)


def _up(request, attachment):
    drafts.move(attachment, -1)


def _down(request, attachment):
    drafts.move(attachment, 1)


def _replace(request, attachment):
    file = request.FILES.get(f"replace-{attachment.pk}")
    if file is None:
        return ["没有收到新照片。请先选照片，再点“换成原图”。"]
    old = attachment.picture
    try:
        picture = store_photo(
            file,
            file.name,
            request.user,
            dpi_limit=attachment.submission.call.dpi_limit,
            caption=old.caption,
            photographer=old.photographer,
            taken_on=old.taken_on,
            category=old.category,
        )
    except PhotoRefused as refusal:
        return [str(refusal)]
    return _put(attachment, picture)


def _convert(request, attachment):
    if attachment.picture.format == "JPEG":
        return ["这张已经是 JPEG，不用转。"]
    try:
        picture = as_jpeg(attachment.picture, request.user)
    except PhotoRefused as refusal:
        return [str(refusal)]
    return _put(attachment, picture)


@transaction.atomic
def _put(attachment, picture):
    attachment.picture = picture
    attachment.save(update_fields=["picture"])


ACTS = {"up": _up, "down": _down, "remove": _remove, "replace": _replace, "convert": _convert}


def _answer(request, submission: Submission, refused: list[str]):
    if wants_json(request):
        context = writing_context(submission, form=None)
        html = render_to_string("submissions/_photos.html", context, request)
        state = live_state(submission) | {"html": html, "body": submission.body, "refused": refused}
        return JsonResponse(state, status=422 if refused else 200)
    for message in refused:
        messages.error(request, message)
    # Refusals stand at the head of the page: no jump past them.
    return redirect(reverse("draft", args=[submission.pk]) + ("" if refused else "#photos"))
