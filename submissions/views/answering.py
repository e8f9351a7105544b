"""What a contributor answers from the status page: points of a return, a request for more time, a message."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from submissions import messaging, returning, workflow
from submissions.forms import MoreTimeForm
from submissions.states import State

from .access import keeps_text, own
from .mine import status_page


@keeps_text
@require_POST
def points(request, pk):
    """Keep the ticks and replies; the pressed button may go on to 核对."""
    submission = own(request, pk)
    if submission.state != State.RETURNED:
        messages.error(request, f"这篇稿件{submission.label}，退修意见不能再答复。有话请给编辑留言。")
        return redirect("submission", pk)
    ticks = returning.read_ticks(request.POST)
    if wrong := returning.save_ticks(submission, request.user, ticks):
        return status_page(request, submission, written={"points": ticks, "wrong": wrong}, status=422)
    left = returning.points_open(submission)
    if request.POST.get("then") == "check" and not left:
        return redirect("review_draft", pk)
    if request.POST.get("then") == "check":
        messages.error(request, left)
    else:
        messages.success(request, "已保存。" if left else "已保存，每一处都有回复了。稿子改好就可以交回。")
    return redirect(f"{reverse('submission', args=[pk])}#points")


@keeps_text
@require_POST
def ask_more_time(request, pk):
    submission = own(request, pk)
    form = MoreTimeForm(request.POST, submission=submission)
    if form.is_valid():
        try:
            returning.ask_more_time(submission, request.user, **form.cleaned_data)
        except workflow.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已发给编辑，答复会出现在这里。答复以前，原来的期限不变。")
            return redirect("submission", pk)
    if submission.state != State.RETURNED:
        messages.error(request, f"这篇稿件{submission.label}，不用延期。")
        return redirect("submission", pk)
    return status_page(request, submission, written={"more_time": form}, status=422)


@keeps_text
@require_POST
def write_message(request, pk):
    submission = own(request, pk, "submissions.write_to_office")
    body = request.POST.get("message", "")
    try:
        messaging.write(submission, request.user, body)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return status_page(request, submission, written={"message": body}, status=422)
    messages.success(request, "留言已发给编辑，答复会出现在这里。")
    return redirect(f"{reverse('submission', args=[pk])}#messages")
