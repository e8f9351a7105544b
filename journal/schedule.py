"""定时刊发: a time set for a closed issue, changed, called off, and carried out when it has come.

An issue is never 已刊发 before its time: until then there is a plan beside a closed issue, and `published_at` is the
moment it really came out, also where the worker ran late. The issue's row is held by whoever writes its plan, so that
publishing by hand, calling off and carrying out follow each other.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from . import publishing
from .models import Access, Issue, PublishPlan
from .publishing import Refused

DECIDED = ("access", "approved_by", "approved_on", "basis", "unsigned_reason")


@dataclass
class Outcome:
    """What one run did: issues published, and (issue, why not) of those that were stopped."""

    published: list[Issue] = field(default_factory=list)
    stopped: list[tuple[Issue, str]] = field(default_factory=list)


@transaction.atomic
def plan(
    issue: Issue,
    actor,
    when: datetime,
    *,
    access: str,
    approved_by: str = "",
    approved_on: date | None = None,
    basis: str = "",
    unsigned_reason: str = "",
    at: datetime | None = None,
) -> PublishPlan:
    """Set the time, or another one, with the decision that will hold then. Raises Refused, PermissionDenied."""
    publishing.require(actor, "journal.publish_issue", issue)
    at = at or timezone.now()
    publishing.check_decision(access, approved_by, basis)
    if when <= at:
        raise Refused(f"{_told(when)}已经过了。请改成以后的时间，或者选“现在刊发”。")
    if _held(issue).state != Issue.State.CLOSED:
        raise Refused(f"{issue}不是已定稿，不能安排刊发。请刷新页面看最新情况。")
    if told := publishing.objection(issue, unsigned_reason=unsigned_reason):
        raise Refused(told)
    public = access == Access.PUBLIC
    before = PublishPlan.objects.filter(issue=issue).first()
    made, _ = PublishPlan.objects.update_or_create(
        issue=issue,
        defaults={
            "at": when,
            "access": access,
            "approved_by": approved_by.strip() if public else "",
            "approved_on": (approved_on or timezone.localdate(at)) if public else None,
            "basis": basis.strip() if public else "",
            "unsigned_reason": unsigned_reason.strip()[:200],
            "planned_by": actor,
            "planned_at": at,
            "stopped_at": None,
            "objection": "",
        },
    )
    Event.objects.record(
        actor,
        "改刊发时间" if before else "安排定时刊发",
        issue,
        before=_told(before.at) if before else "",
        after=_told(when),
        note=publishing.told_decision(access, approved_by, basis),
        at=at,
    )
    return made


@transaction.atomic
def call_off(issue: Issue, actor, *, at: datetime | None = None) -> None:
    """Take the plan back; the issue stays closed. Raises Refused where there is none any more."""
    publishing.require(actor, "journal.publish_issue", issue)
    _held(issue)
    found = PublishPlan.objects.filter(issue=issue).first()
    if found is None:
        raise Refused(f"{issue}没有定时刊发的安排，可能刚刚取消了，或者已经刊发。请刷新页面看最新情况。")
    found.delete()
    Event.objects.record(actor, "取消定时刊发", issue, before=_told(found.at), at=at)


def publish_due(at: datetime | None = None) -> Outcome:
    """Publish every issue whose time has come, each by itself. What stands in the way stops it and is kept.

    Any number of processes may do it at once: an issue comes out once.
    """
    at = at or timezone.now()
    outcome = Outcome()
    due = PublishPlan.objects.filter(at__lte=at, stopped_at=None).order_by("at", "pk")
    for issue in Issue.objects.filter(pk__in=due.values("issue")).order_by("year", "number"):
        try:
            if _carry_out(issue, at):
                outcome.published.append(issue)
        except Refused as refusal:
            if _stop(issue, str(refusal), at):
                outcome.stopped.append((issue, str(refusal)))
    return outcome


@transaction.atomic
def _carry_out(issue: Issue, at: datetime) -> bool:
    """Whether this run published it: another process, or a person, may have been first."""
    _held(issue)
    due = _due(issue, at)
    if due is None:
        return False
    decision = {name: getattr(due, name) for name in DECIDED}
    try:
        publishing.publish(issue, due.planned_by, **decision, at=at)
    except PermissionDenied:
        raise Refused(f"安排刊发的{due.planned_by}已经没有刊发的权限，这一期没有刊发。请主编重新安排。") from None
    return True


@transaction.atomic
def _stop(issue: Issue, reason: str, at: datetime) -> bool:
    _held(issue)
    due = _due(issue, at)
    if due is None:
        return False
    due.stopped_at, due.objection = at, reason[:1000]
    due.save(update_fields=["stopped_at", "objection"])
    Event.objects.record(None, "定时刊发没有做成", issue, before=_told(due.at), note=reason, at=at)
    return True


def _held(issue: Issue) -> Issue:
    """The issue's row, held to the end of the transaction."""
    return Issue.objects.select_for_update().get(pk=issue.pk)


def _due(issue: Issue, at: datetime) -> PublishPlan | None:
    return PublishPlan.objects.select_related("planned_by").filter(issue=issue, at__lte=at, stopped_at=None).first()


def _told(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
