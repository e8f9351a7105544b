"""The address of an invitation: what is asked, and a button that starts the manuscript.

Whoever holds the address may see the topic and start; it tells nothing of other topics, or of who writes.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from submissions import commissioning
from submissions.commissions import Commission
from submissions.models import Submission
from submissions.workflow import Refused

GONE = 410


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    commission = Commission.objects.select_related("issue", "section", "submission").filter(token=token).first()
    if commission is None:
        raise Http404
    if own := _own_manuscript(request.user, commission):
        return redirect("draft", own.pk)
    problem = commissioning.closed_because(commission)
    if request.method == "POST" and not problem:
        if not request.user.is_authenticated:
            return redirect(f"{reverse('sign_in')}?{urlencode({'next': commission.get_absolute_url()})}")
        kind = request.POST.get("kind", "")
        kind = kind if kind in Submission.Kind.values else Submission.Kind.TEXT
        try:
            submission = commissioning.start(commission, request.user, kind)
        except Refused as refusal:
            problem = str(refusal)
        except PermissionDenied:
            return _page(request, commission, status=403)
        else:
            messages.success(request, "栏目和选题已经填好，题目可以改。写到一半可以离开，从“我的稿件”接着写。")
            return redirect("draft", submission.pk)
    if problem:
        return _page(request, commission, problem=problem, status=GONE)
    return _page(request, commission)


def _own_manuscript(user, commission: Commission) -> Submission | None:
    """The manuscript this person has begun or sent for it, to go on with; none once it was withdrawn or given up."""
    going_on = commission.standing in (Commission.State.STARTED, Commission.State.ARRIVED)
    mine = commission.submission if going_on and user.is_authenticated else None
    return mine if mine and mine.contributor_id == user.pk else None


def _page(request, commission, *, problem="", status=200):
    context = {
        "commission": commission,
        "problem": problem,
        "may_send": request.user.has_perm("submissions.send"),
        "next": urlencode({"next": commission.get_absolute_url()}),
        "nav": "submit",
    }
    return render(request, "submissions/invitation.html", context, status=status)
