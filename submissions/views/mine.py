"""My manuscripts: the list, one with its way and letters, taking one back."""

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from submissions import endorsing, holding, messaging, progress, returning, workflow
from submissions.conversation import Message
from submissions.forms import MoreTimeForm, ticked
from submissions.letters import points_of
from submissions.models import Declaration, Letter, Submission
from submissions.states import Action, State, allows

from .access import keeps_text, own
from .versions import edited_by_office, submission_versions

# Told by what the contributor may know: a decision that is held counts as 在审.
FILTERS = {
    "": ("全部", Q()),
    "mine": ("等我办", Q(state=State.DRAFT) | Q(state=State.RETURNED, is_held=False)),
    "office": ("在审", Q(state__in=(State.SUBMITTED, State.IN_REVIEW)) | Q(is_held=True)),
    "accepted": ("已录用", Q(state=State.ACCEPTED, is_held=False)),
    "ended": ("未用、已撤", Q(state__in=(State.REJECTED, State.WITHDRAWN), is_held=False)),
}


@keeps_text
@never_cache
@require_safe
def my_submissions(request):
    """What waits for the writer first, then by the last movement."""
    everything = (
        Submission.objects.of(request.user)
        .exclude(state=State.WITHDRAWN, submitted_at__isnull=True)
        .select_related("section", "call", "unit__merged_into", "article__issue", "text__current")
        .annotate(
            declared=Count("declarations"),
            is_held=holding.is_held(),
            has_news=Exists(Message.objects.unread_by(request.user).filter(submission=OuterRef("pk"))),
        )
    )
    chosen = request.GET.get("show", "")
    chosen = chosen if chosen in FILTERS else ""
    shown = list(everything.filter(FILTERS[chosen][1]))
    holding.as_told(shown)
    shown.sort(key=_urgency)
    at_unit = set(endorsing.unendorsed(Submission.objects.of(request.user)).values_list("pk", flat=True))
    context = {
        "rows": [(_with_what_is_asked(one), progress.turn(one, at_unit=one.pk in at_unit)) for one in shown],
        "filters": [(name, label, name == chosen) for name, (label, _) in FILTERS.items()],
        "chosen": chosen,
        "unread": Letter.objects.readable().filter(recipient=request.user, read_at__isnull=True).count(),
        "unread_messages": Message.objects.unread_by(request.user).count(),
        "may_send": request.user.has_perm("submissions.send"),
        "has_any": bool(shown) or everything.exists(),
        "nav": "mine",
    }
    return render(request, "submissions/mine.html", context)


def _with_what_is_asked(submission: Submission) -> Submission:
    """How many declarations a manuscript the office registered still lacks; `declared` is counted by the query."""
    asked = submission.registered_by_id and submission.state in (State.SUBMITTED, State.IN_REVIEW, State.RETURNED)
    submission.undeclared = len(Declaration.Kind) - submission.declared if asked else 0
    return submission


def _urgency(submission: Submission):
    waits_for_me = submission.state == State.RETURNED
    moved = submission.decided_at or submission.waiting_since or submission.saved_at
    return (not waits_for_me, -moved.timestamp())


@keeps_text
@never_cache
@require_safe
def submission(request, pk):
    """Status: whose turn, the way, what next, letters, history. The first visit after submitting shows the receipt."""
    submission = own(request, pk)
    if submission.state == State.DRAFT:
        return redirect("draft", submission.pk)
    return status_page(request, submission)


def status_page(request, submission: Submission, *, written: dict | None = None, status: int = 200):
    """The page; `written` keeps what could not be taken in its fields: message, more_time (a form), points."""
    written = written or {}
    letters = list(submission.letters.readable())
    Letter.objects.filter(
        pk__in=[letter.pk for letter in letters if letter.read_at is None], recipient=request.user
    ).update(read_at=timezone.now())
    is_returned = submission.state == State.RETURNED
    points = returning.shown_points(submission, written.get("points")) if is_returned else []
    context = {
        "submission": submission,
        "version": submission.version,
        "versions": submission_versions(submission),
        "edited": edited_by_office(submission),
        "photo_count": submission.attachments.count(),
        "turn": progress.turn(
            submission, at_unit=endorsing.endorsement_missing(submission), points=progress.points_of(points)
        ),
        "steps": progress.steps(submission),
        "coming": progress.coming(submission),
        "points": points,
        "wrong": written.get("wrong", {}),
        "letters": letters,
        "letter_points": points_of_letter(letters) if is_returned and not points else [],
        "conversation": messaging.opened_by(request.user, submission),
        "may_write": request.user.has_perm("submissions.write_to_office", submission),
        "message": written.get("message", ""),
        "longest_message": messaging.LONGEST,
        "asked": returning.request_of(submission) if is_returned else None,
        "more_time": written.get("more_time") or (MoreTimeForm(submission=submission) if is_returned else None),
        "endorsements": list(endorsing.endorsements(submission)) if submission.text_id else [],
        "history": progress.history(submission),
        "can_withdraw": allows(Action.WITHDRAW, submission.state) and not hasattr(submission, "held_since"),
        "is_returned": is_returned,
        "undeclared": _asked_to_declare(submission),
        "just_sent": submission.state == State.SUBMITTED and submission.stage == "first",
        "nav": "mine",
    }
    return render(request, "submissions/status.html", context, status=status)


def points_of_letter(letters: list[Letter]) -> list[str]:
    """What the letter of a return numbers, where the return has no points of its own."""
    latest = next((letter for letter in letters if letter.kind == Letter.Kind.RETURN), None)
    return points_of(latest.body) if latest else []


def _asked_to_declare(submission: Submission) -> list[dict]:
    """The declarations a manuscript registered by the office still lacks, with the wording to tick."""
    if submission.registered_by_id is None or submission.state in (State.REJECTED, State.WITHDRAWN, State.ACCEPTED):
        return []
    return [
        {"kind": kind, "title": kind.label, "wording": submission.call.wording(kind)}
        for kind in workflow.undeclared(submission)
    ]


@keeps_text
@require_POST
def declare(request, pk):
    """Tick what was missing when the office registered the manuscript."""
    submission = own(request, pk)
    try:
        missing = workflow.declare(submission, request.user, ticked(request.POST))
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已记下。还有 {len(missing)} 项没有勾。" if missing else "三项声明齐了，谢谢。")
    return redirect("submission", pk)


@keeps_text
@never_cache
@require_safe
def letters(request):
    """Every letter the person got, newest first; those not read yet stand open and count as read from now on."""
    found = list(Letter.objects.readable().filter(recipient=request.user).select_related("submission"))
    Letter.objects.filter(pk__in=[one.pk for one in found if one.read_at is None]).update(read_at=timezone.now())
    return render(request, "submissions/letters.html", {"letters": found, "nav": "mine"})


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    """Asked once more before it happens; it cannot be undone."""
    submission = own(request, pk)
    if not allows(Action.WITHDRAW, submission.state):
        messages.error(request, f"这篇稿件{submission.label}，不能再撤回。有疑问请给编辑部打电话。")
        return redirect("submission", pk)
    if request.method != "POST":
        return render(request, "submissions/withdraw.html", {"submission": submission, "nav": "mine"})
    was_draft = submission.submitted_at is None
    try:
        workflow.withdraw(submission, request.user, reason=request.POST.get("reason", "")[:200])
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("submission", pk)
    messages.success(request, "草稿已删去。" if was_draft else "稿件已撤回，确认信在“通知”里。")
    return redirect("my_submissions") if was_draft else redirect("submission", pk)
