"""Who waits for whom: the rows a person may decide now, how long they wait, and what the next step of each is."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from journal.models import Approval, Journal
from members.roles import Role

from ..conversation import Message
from ..endorsing import unendorsed
from ..models import Submission
from ..states import AWAITING_REVIEW, STAGE_ROLES, Stage, State

OWNERS = {
    Stage.FIRST: "编辑",
    Stage.SECOND: "编辑部主任",
    Stage.FINAL: "主编",
}


def review_days() -> int:
    """Days one review may take before the desk calls it overdue; the whole answer is promised by the call."""
    return Journal.objects.current().review_days


def tell_owners(submissions) -> list[Submission]:
    """The rows of one page, each told what its words need: `review_days`, `endorsement_open`, `secrecy_open`.

    Asked for the rows shown alone: as annotations they would be worked out for every row that is sorted.
    """
    rows = list(submissions)
    shown = Submission.objects.filter(pk__in=[row.pk for row in rows])
    days = review_days()
    endorsement = set(unendorsed().filter(pk__in=shown).values_list("pk", flat=True))
    secrecy = set(without_secrecy(shown).values_list("pk", flat=True))
    for row in rows:
        row.review_days = days
        row.endorsement_open = row.pk in endorsement
        row.secrecy_open = row.pk in secrecy
    return rows


def stages_of(user) -> list[Stage]:
    return [stage for stage, role in STAGE_ROLES.items() if role in user.roles]


def reviewable(user, *stages: Stage):
    """Manuscripts the person may decide now: own stage, not own manuscript, no other review of it held.

    In a small office one person may hold several, with a reason (Journal.small_office).
    """
    rows = Submission.objects.awaiting_review(*(stages or stages_of(user) or ["none"])).exclude(contributor=user)
    if not Journal.objects.current().small_office:
        held = Approval.objects.passed().filter(version__text=OuterRef("text"), kind__in=Approval.REVIEWS)
        rows = rows.exclude(Exists(held.held_by(user)))
    return rows.order_by("waiting_since", "pk")


def awaiting(user, *stages: Stage):
    """Of these, what awaits this person: given to them or to nobody yet, and passed on by the unit where it has to be."""
    mine = Q(assignee=None) | Q(assignee=user)
    return reviewable(user, *stages).filter(mine).exclude(Exists(unendorsed().filter(pk=OuterRef("pk"))))


def without_secrecy(submissions):
    """Of these, what waits for 终审 and has no 保密审查 in force: it cannot be accepted yet."""
    found = Approval.objects.filter(version__text=OuterRef("text"), kind=Approval.Kind.SECRECY).in_force()
    return submissions.awaiting_review(Stage.FINAL).exclude(Exists(found)).order_by("waiting_since", "pk")


def returned(user):
    """Out with their writers, at the person's stages; the one due first comes first."""
    return Submission.objects.filter(state=State.RETURNED, stage__in=stages_of(user)).order_by("due_on", "pk")


def midnight(day) -> datetime:
    """The beginning of a day here: a bound the database compares without turning every row into a date."""
    return timezone.make_aware(datetime.combine(day, time.min))


def late_q(today=None) -> Q:
    """Overdue: a review that takes longer than the journal allows, a return that did not come back in time."""
    today = today or timezone.localdate()
    limit = today - timedelta(days=review_days())
    return Q(state__in=AWAITING_REVIEW, waiting_since__lt=midnight(limit)) | Q(state=State.RETURNED, due_on__lt=today)


def with_open_messages():
    """Manuscripts with a message to answer: since when (`asked_at`), and until when more time is asked for, if it is."""
    waiting = Message.objects.unanswered().filter(submission=OuterRef("pk")).order_by("at")
    more_time = waiting.filter(asks_until__isnull=False)
    rows = Submission.objects.sent().filter(Exists(waiting))
    return rows.annotate(
        asked_at=Subquery(waiting.values("at")[:1]), asks_until=Subquery(more_time.values("asks_until")[:1])
    ).order_by("asked_at", "pk")


def days_waiting(submission, now=None) -> int | None:
    """Whole days since the present step began; None when nobody waits."""
    if submission.waiting_since is None or submission.state not in (*AWAITING_REVIEW, State.RETURNED):
        return None
    return days_since(submission.waiting_since, now)


def days_since(moment, now=None) -> int:
    return (timezone.localdate(now) - timezone.localdate(moment)).days


def days_overdue(submission, today=None) -> int:
    """Days past the limit of the step: Journal.review_days for a review, the due date for a return; 0 when in time.

    Rows of a list carry the journal's days (`tell_owners`); elsewhere they are asked for.
    """
    today = today or timezone.localdate()
    if submission.state == State.RETURNED:
        return max(0, (today - submission.due_on).days) if submission.due_on else 0
    if submission.state in AWAITING_REVIEW and submission.waiting_since:
        allowed = getattr(submission, "review_days", None) or review_days()
        limit = timezone.localdate(submission.waiting_since) + timedelta(days=allowed)
        return max(0, (today - limit).days)
    return 0


def owner(submission) -> str:
    """Whose turn it is: the unit, the person it was given to, or the role. Rows come from `tell_owners`."""
    if submission.state == State.RETURNED:
        return f"作者 {submission.contributor.name}"
    if submission.state not in AWAITING_REVIEW:
        return "—"
    if submission.endorsement_open:
        return f"单位 {submission.unit}"
    role = OWNERS[Stage(submission.stage)]
    return f"{role} {submission.assignee.name}" if submission.assignee else role


def next_act(submission) -> str:
    """The next step in words. Rows come from `tell_owners`."""
    if submission.state in AWAITING_REVIEW:
        if submission.endorsement_open:
            return "等单位审核"
        return "作保密审查" if submission.secrecy_open else f"写{Stage(submission.stage).label}意见"
    if submission.state == State.RETURNED:
        return "催交" if submission.due_on and submission.due_on < timezone.localdate() else "等作者交回"
    if submission.state == State.ACCEPTED:
        issue = submission.article.issue
        return f"已编入{issue}" if issue else "编入一期"
    return "已办结"


def approver(user) -> bool:
    """May approve accounts: reviewers and administrators (members/admin.py)."""
    return user.is_reviewer or Role.ADMINISTRATOR in user.roles or user.is_superuser
