"""The hold: for Journal.hold_minutes a decision can be taken back, and its letter has not left.

What a contributor sees meanwhile: the manuscript as it stood when the decision was taken, 编辑部正在审; not the new state,
not the letter, not the points. It cannot be changed, handed in or withdrawn then, because what the contributor would
answer may still be taken back. When the hold ends, decision and letter appear together. A pass of 初审 or 复审 writes no
letter and is no news to act on: it shows at once, and taking it back shows too. The office sees everything at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from journal.models import Approval, Journal
from members.models import Event

from . import letters
from .models import Letter, Submission
from .states import UNDOABLE, Action, Stage, State

_DECIDED = [action.label for action in UNDOABLE]
# What ends the time in which a decision is the last word on a manuscript.
_STEPS = [action.label for action in Action]


def hold() -> timedelta:
    return timedelta(minutes=Journal.objects.current().hold_minutes)


def held_letters(now: datetime | None = None):
    """Letters of decisions that have not left yet."""
    held = Letter.objects.filter(kind__in=letters.DECISIONS, delivery=Letter.Delivery.HELD)
    return held.filter(send_after__gt=now or timezone.now())


def is_held(now: datetime | None = None) -> Exists:
    """For a queryset of submissions: the contributor is not to know of the last decision yet."""
    return Exists(held_letters(now).filter(submission=OuterRef("pk")))


def held_until(submission: Submission, now: datetime | None = None) -> datetime | None:
    """When the contributor gets to know of the last decision; None where nothing is held."""
    return held_letters(now).filter(submission=submission).values_list("send_after", flat=True).order_by("pk").last()


def taken_in(submission: Submission) -> dict:
    """What a decision's event keeps of the moment before, to go back to."""
    return {
        "state": submission.state,
        "stage": submission.stage,
        "assignee": submission.assignee_id,
        "waiting_since": submission.waiting_since.isoformat() if submission.waiting_since else None,
        "due_on": submission.due_on.isoformat() if submission.due_on else None,
    }


def before(data: dict) -> dict:
    """The fields of a submission as `taken_in` kept them."""
    return {
        "state": data["state"],
        "stage": data["stage"],
        "assignee_id": data["assignee"],
        "waiting_since": parse_datetime(data["waiting_since"]) if data["waiting_since"] else None,
        "due_on": parse_date(data["due_on"]) if data["due_on"] else None,
        "decided_at": None,
    }


def last_decision(submission: Submission) -> Event | None:
    """The decision that is the last step of the manuscript; None where another step came after it."""
    last = Event.objects.about(submission).filter(verb__in=_STEPS).first()
    return last if last and last.verb in _DECIDED and "before" in last.data else None


def undo_until(submission: Submission, event: Event) -> datetime:
    """The end of the hold of a decision: its letter's, or where it wrote none, counted from the decision."""
    letter = submission.letters.filter(kind__in=letters.DECISIONS, at=event.at).first()
    return letter.send_after if letter else event.at + hold()


def undoable(submission: Submission, actor, now: datetime | None = None) -> tuple[Event, datetime] | None:
    """The decision this person may still take back, and until when."""
    event = last_decision(submission)
    if event is None or event.actor_id != actor.pk:
        return None
    until = undo_until(submission, event)
    return (event, until) if until > (now or timezone.now()) else None


def as_told(submissions: Iterable[Submission], now: datetime | None = None) -> None:
    """Turn rows into what their contributor may know of them. Two queries, whatever their number."""
    rows = {str(row.pk): row for row in submissions}
    if not rows:
        return
    held = {str(pk) for pk in held_letters(now).filter(submission__in=rows).values_list("submission", flat=True)}
    if not held:
        return
    events = Event.objects.filter(subject_type=Submission._meta.label_lower, subject_id__in=held, verb__in=_DECIDED)
    for event in events.order_by("at", "pk"):
        row = rows[event.subject_id]
        for name, value in before(event.data["before"]).items() if "before" in event.data else ():
            setattr(row, name, value)
        row.article = None
        # A manuscript that was out with its writer is in the office's hands while the decision waits.
        row.state = State.IN_REVIEW
        row.held_since = event.at


def told_approvals(submission: Submission):
    """The approvals of the three reviews that stand, without one the contributor is not to know of yet."""
    rows = Approval.objects.on(submission.text).standing().filter(kind__in=[stage.value for stage in Stage])
    since = getattr(submission, "held_since", None)
    return rows.filter(at__lt=since) if since else rows
