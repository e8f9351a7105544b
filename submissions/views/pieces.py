"""好像有几篇: what seems to be in a text, told piece by piece; one composite, several drafts, or one text after all."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from journal.text.pieces import Proposal, survey
from submissions import splitting, workflow
from submissions.arriving import figures_of, say_one_piece
from submissions.filling import words_of
from submissions.models import Submission
from submissions.states import State

from .access import keeps_text, own
from .arrival import MOVED, number_in

BEGINNING = 80
REST_SHOWN = 200


@dataclass(frozen=True)
class Piece:
    """One text as the page tells of it."""

    proposal: Proposal
    number: int
    words: int
    begins: str
    is_listed: bool


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pieces(request, pk):
    submission = own(request, pk)
    if not submission.is_editable:
        return redirect("submission", submission.pk)
    if request.method == "POST":
        return _settle(request, submission)
    found = survey(submission.body)
    context = {
        "submission": submission,
        "found": found,
        "pieces": [_piece(number, one) for number, one in enumerate(found.pieces, 1)],
        "rest": [text for text in _rest(submission.body, found) if text],
        "to_clean": figures_of(submission.body).places if found.is_several and not submission.is_composite else 0,
        "made": splitting.drafts_made_of(submission),
        "returned": submission.state == State.RETURNED,
        "nav": "submit",
    }
    return render(request, "submissions/pieces.html", context)


def _piece(number: int, one: Proposal) -> Piece:
    begins = " ".join(one.text.split())
    beginning = begins[:BEGINNING] + ("……" if len(begins) > BEGINNING else "")
    return Piece(one, number, words_of(one.text), beginning, one.contents is not None)


def _rest(body: str, found) -> list[str]:
    """What belongs to no text: told, because separate drafts leave it out."""
    kept = [body[one.start : one.end].strip() for one in found.stretches if one.kind == "remainder"]
    return [text[:REST_SHOWN] + ("……" if len(text) > REST_SHOWN else "") for text in kept]


def _settle(request, submission: Submission):
    act = request.POST.get("act")
    number = number_in(request.POST.get("draft_number"), -1)
    found = survey(submission.body)
    try:
        if act == "composite":
            splitting.as_composite(submission, found, number=number)
            messages.success(request, f"合成了一组，共 {len(found.pieces)} 篇。每篇以“## 标题”开头，请看一遍。")
        elif act == "separate" and len(found.pieces) > 1:
            made = splitting.as_drafts(submission, found, request.user, number=number)
            messages.success(request, f"分成了 {len(made)} 篇草稿，逐篇看过再提交。整篇还留着，没有动。")
            return redirect("pieces", submission.pk)
        elif act == "one":
            with transaction.atomic():
                splitting.as_one(submission, number=number)
                say_one_piece(submission, request.user)
            messages.success(request, "好的，就当一篇，不再问了。")
        elif act == "put_away":
            return _put_away(request, submission)
        else:
            return redirect("pieces", submission.pk)
    except splitting.Moved:
        messages.error(request, MOVED)
        return redirect("pieces", submission.pk)
    except ValueError:
        messages.error(request, "有一篇没有认出标题，不能合成一组。请先给那一篇加上标题行，再试一次。")
        return redirect("pieces", submission.pk)
    return redirect("draft", submission.pk)


def _put_away(request, submission: Submission):
    """The whole draft, once its pieces are drafts of their own."""
    if submission.state != State.DRAFT or not splitting.drafts_made_of(submission):
        raise PermissionDenied
    try:
        workflow.withdraw(submission, request.user, reason="已分成几篇分别投")
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("pieces", submission.pk)
    messages.success(request, "整篇收起来了，分出的各篇都在这里。")
    return redirect("my_submissions")
