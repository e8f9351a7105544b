"""The only lines that write state, stage and what hangs on them: lock the row, compare and swap, keep the event."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from members.models import Event

from .. import holding
from ..models import Submission
from ..refusals import Refused, Stale
from ..states import TRANSITIONS, UNDOABLE, Action, State, leads


def require(actor, permission: str, subject=None) -> None:
    if not actor.has_perm(permission, subject):
        raise PermissionDenied


def lock(submission: Submission) -> None:
    """Bring the row up to date and hold it until commit (PostgreSQL; SQLite holds the whole database)."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    for field in Submission._meta.concrete_fields:
        setattr(submission, field.attname, getattr(locked, field.attname))


def move(submission: Submission, action: Action, actor, *, at, note="", approval=None, **changes) -> None:
    """Compare and swap: the row changes only from the state and stage it was read in.

    A decision keeps in its event what it can be taken back to; `state` is given where the action leads back.
    """
    before, stage = submission.state, submission.stage
    if action is Action.UNDO:
        after = State(changes.pop("state"))
        assert any(leads(undone, after, before) for undone in UNDOABLE)
    else:
        after = TRANSITIONS[action][State(before)]
    data = {"before": holding.taken_in(submission)} if action in UNDOABLE else {}
    if approval is not None:
        data["approval"] = approval.pk
    moved = Submission.objects.filter(pk=submission.pk, state=before, stage=stage).update(state=after, **changes)
    if not moved:
        raise Stale
    for name, value in ({"state": after} | changes).items():
        setattr(submission, name, value)
    told_before, told_after = State(before).label, submission.label
    Event.objects.record(
        actor, action.label, submission, before=told_before, after=told_after, note=note, data=data, at=at
    )


def wait_for_the_letter(submission: Submission, at) -> None:
    """What the contributor does not know of yet cannot be answered: it may still be taken back."""
    if until := holding.held_until(submission, at):
        raise Refused(
            f"编辑部正在办这篇稿件，最迟{timezone.localtime(until):%-m月%-d日%H:%M}通知您。请看过通知再办，现在的内容没有动。"
        )
