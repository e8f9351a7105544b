"""审稿经过: what happened to a manuscript, oldest first; and what has not happened yet."""

from journal import secrecy
from journal.models import Approval
from members.models import Event

from .. import endorsing
from ..points import Point
from ..states import AWAITING_REVIEW, Action, Stage, State

# Told by their approvals, which also carry the opinion, the points and the version.
REVIEW_VERBS = [action.label for action in (Action.PASS, Action.ACCEPT, Action.RETURN, Action.REJECT)]
_TOLD_BY_APPROVAL = [*REVIEW_VERBS, "一人多岗", "补录纸质审稿", Approval.Kind.SECRECY.label, endorsing.ENDORSED]
TINTS = {Approval.Decision.PASSED: "ok", Approval.Decision.RETURNED: "warn", Approval.Decision.REJECTED: "err"}


def course(submission) -> list[dict]:
    """Steps with at, label, tint, who, note and what hangs on them."""
    events = Event.objects.about(submission).exclude(verb__in=_TOLD_BY_APPROVAL)
    approvals = Approval.objects.on(submission.text).select_related("person", "recorded_by", "version", "scan")
    approvals = approvals.defer("version__html").prefetch_related("points")
    steps = [told_by_event(event) for event in events] + [told_by_approval(approval) for approval in approvals]
    return sorted(steps, key=lambda step: step["at"])


def told_by_event(event) -> dict:
    label = "收稿" if event.verb == Action.SUBMIT.label else event.verb
    note = event.note
    if event.verb in ("分派", "改派", "接手"):
        note = f"{event.before} → {event.after}" + (f"。{event.note}" if event.note else "")
    return {"at": event.at, "label": label, "tint": "ok", "who": event.actor_name, "note": note}


def told_by_approval(approval) -> dict:
    revoked = approval.revoked_at is not None
    return {
        "at": approval.at,
        "label": f"{approval}（已作废）" if revoked else str(approval),
        "tint": "later" if revoked else TINTS[Approval.Decision(approval.decision)],
        "who": _who(approval),
        "note": approval.opinion,
        "version": approval.version.number,
        "reason": approval.reason,
        "scan": approval.scan,
        "points": [(Point(point.quote, point.words).told, point) for point in approval.points.all()],
    }


def _who(approval) -> str:
    """The holder; for a sheet signed on paper with its day, and who wrote it down."""
    if not approval.signer:
        return str(approval.person)
    signed = f"，{approval.signed_on:%-m月%-d日}纸上签字" if approval.signed_on else ""
    recorder = approval.recorded_by or approval.person
    return f"{approval.signer}{signed}，{recorder}补录"


def ahead(submission) -> list[str]:
    """What has not happened yet, in the order it will."""
    if submission.state not in (*AWAITING_REVIEW, State.RETURNED):
        return []
    order = list(Stage)
    labels = [stage.label for stage in order[order.index(Stage(submission.stage)) :]]
    if secrecy.standing(submission.text) is None:
        labels.insert(-1, Approval.Kind.SECRECY.label)
    if submission.stage == Stage.FIRST and endorsing.endorsement_missing(submission):
        labels.insert(0, Approval.Kind.ENDORSEMENT.label)
    return labels
