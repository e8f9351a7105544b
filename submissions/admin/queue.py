"""Who waits for whom: the rows a person may decide now, and what the next step of a manuscript is."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from journal.models import Approval
from members.roles import Role

from ..models import Submission
from ..permissions import STAGE_ROLES
from ..states import AWAITING_REVIEW, Stage, State

# Days one review may take before the desk calls it overdue; the whole answer is promised by the call (reply_days).
REVIEW_DAYS = 7

OWNERS = {
    Stage.FIRST: "编辑",
    Stage.SECOND: "编辑部主任",
    Stage.FINAL: "主编",
}


def stages_of(user) -> list[Stage]:
    return [stage for stage, role in STAGE_ROLES.items() if role in user.roles]


def awaiting(user, *stages: Stage):
    """Manuscripts the person may decide now: own stage, not own manuscript, no other review of it held."""
    held = Approval.objects.passed().filter(
        version__text=OuterRef("text"), person=user, kind__in=[kind.value for kind in Approval.REVIEWS]
    )
    return (
        Submission.objects.awaiting_review(*(stages or stages_of(user) or ["none"]))
        .exclude(contributor=user)
        .exclude(Exists(held))
        .order_by("waiting_since", "pk")
    )


def returned(user):
    """Out with their writers, at the person's stages; the one due first comes first."""
    return Submission.objects.filter(state=State.RETURNED, stage__in=stages_of(user)).order_by("due_on", "pk")


def days_waiting(submission, now=None) -> int | None:
    """Whole days since the present step began; None when nobody waits."""
    if submission.waiting_since is None or submission.state not in (*AWAITING_REVIEW, State.RETURNED):
        return None
    return (timezone.localdate(now) - timezone.localdate(submission.waiting_since)).days


def days_overdue(submission, today=None) -> int:
    """Days past the limit of the step: REVIEW_DAYS for a review, the due date for a return; 0 when in time."""
    today = today or timezone.localdate()
    if submission.state == State.RETURNED:
        return max(0, (today - submission.due_on).days) if submission.due_on else 0
    if submission.state in AWAITING_REVIEW and submission.waiting_since:
        limit = timezone.localdate(submission.waiting_since) + timedelta(days=REVIEW_DAYS)
        return max(0, (today - limit).days)
    return 0


def owner(submission) -> str:
    """Whose turn it is, as a role."""
    if submission.state in AWAITING_REVIEW:
        return OWNERS[Stage(submission.stage)]
    return "作者" if submission.state == State.RETURNED else "—"


def next_act(submission) -> str:
    """The next step in words."""
    if submission.state in AWAITING_REVIEW:
        return f"写{Stage(submission.stage).label}意见"
    if submission.state == State.RETURNED:
        return "等作者交回"
    if submission.state == State.ACCEPTED:
        issue = submission.article.issue
        return f"已编入{issue}" if issue else "编入一期"
    return "已办结"


def approver(user) -> bool:
    """May approve accounts: reviewers and administrators (members/admin.py)."""
    return user.is_reviewer or Role.ADMINISTRATOR in user.roles or user.is_superuser
