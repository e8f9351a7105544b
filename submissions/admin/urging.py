"""催交: the letter about an overdue return, read, changed, sent or copied for WeChat."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from .. import urging
from ..letters.delivery import goes_by_email
from ..models import Letter
from ..refusals import Refused
from .review import fetch

LONGEST = 8000  # characters of a letter, as in the decision box


def urge_view(model_admin, request, pk):
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    submission = fetch(request, pk)
    if not request.user.has_perm("submissions.answer", submission):
        raise PermissionDenied("催交由审稿的同事办，自己的稿件不用自己催。")
    typed = request.POST.get("body", "").replace("\r\n", "\n")
    if request.method == "POST":
        try:
            letter = urging.urge(submission, request.user, seen=request.POST.get("seen", ""), body=typed[:LONGEST])
        except Refused as refusal:
            messages.error(request, f"{refusal}您写的还在下面，没有丢。")
            submission = fetch(request, pk)
        else:
            messages.success(request, told_of(letter))
            return redirect("admin:submissions_submission_change", submission.pk)
    subject, body = urging.draft(submission)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"催交：{submission.text.current.title}",
        "opts": model_admin.model._meta,
        "submission": submission,
        "subject": subject,
        "body": typed or body,
        "seen": urging.seen_mark(submission),
        "refusal": urging.objection(submission),
        "by_email": goes_by_email(submission.contributor, urging.KIND),
        "sent": submission.letters.filter(kind=urging.KIND),
        "longest": LONGEST,
    }
    return TemplateResponse(request, "admin/submissions/urge.html", context)


def told_of(letter: Letter) -> str:
    if goes_by_email(letter.recipient, letter.kind):
        return f"催交信已发给{letter.recipient}，账号里也有。"
    return f"催交信已放进{letter.recipient}的账号。对方不收邮件，最好再用微信说一声。"
