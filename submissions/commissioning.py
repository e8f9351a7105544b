"""Commissioning, one verb a step: plan topics, invite, remind, give up, and start the manuscript from the link.

State PLANNED → INVITED → STARTED (or CANCELLED) is written here alone; 已到稿 is told by the manuscript.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event, User

from . import drafts, letters
from .commissions import Commission
from .models import Call, Letter, Submission
from .planning import Row
from .workflow import Refused

State = Commission.State
_STALE = "《{}》刚刚有人处理过，请看清最新情况再办。"


def may_commission(actor) -> None:
    if not actor.has_perm("submissions.commission"):
        raise PermissionDenied("选题约稿由编辑、编辑部主任和主编办理，您的身份不办这一步。")


def seen_mark(commission: Commission) -> str:
    """What a page showed, as one word: a second click, or a colleague's, is noticed by it."""
    moments = (commission.invited_at, commission.reminded_at)
    return ".".join([commission.standing, *(f"{at:%Y%m%d%H%M%S%f}" if at else "" for at in moments)])


@transaction.atomic
def plan(issue, rows: list[Row], actor) -> list[Commission]:
    """Add these topics to the issue's plan. Raises PermissionDenied, Refused where a row has a fault."""
    may_commission(actor)
    if faulty := [row for row in rows if row.faults]:
        raise Refused(f"有 {len(faulty)} 行要改，一行也没有添加。请照表里说的改好，再点添加。")
    if not rows:
        raise Refused("还没有选题。请一行写一个，再点添加。")
    made = [
        Commission(
            issue=issue,
            section=row.section,
            topic=row.topic,
            brief=row.brief,
            unit=row.unit,
            person=row.person,
            invitee=row.invitee,
            due_on=row.due_on,
            created_by=actor,
        )
        for row in rows
    ]
    for commission in made:
        commission.save()
        Event.objects.record(actor, "拟选题", commission, after=State.PLANNED.label, note=f"{issue}")
    return made


def compose(commission: Commission, kind: Letter.Kind, *, link: str) -> tuple[str, str]:
    """The invitation or reminder as it would go out now: subject, body."""
    return letters.compose(None, kind, commission=commission, recipient=recipient_of(commission), link=link)


def recipient_of(commission: Commission) -> User | None:
    """Who is written to: who began the manuscript, else who was asked and has an account."""
    return commission.submission.contributor if commission.submission else commission.person


def invite(commission: Commission, actor, *, link: str, body: str = "", seen: str = "", at=None) -> Letter:
    """Send or note the 约稿信. Raises Refused, PermissionDenied.

    `link` is the whole address of the invitation; `body` the letter as changed by hand; `seen` what the page showed.
    """
    return _write(commission, actor, Letter.Kind.INVITE, link=link, body=body, seen=seen, at=at)


def remind(commission: Commission, actor, *, link: str, body: str = "", seen: str = "", at=None) -> Letter:
    """Send or note a 催稿. Raises Refused where nothing is to be reminded of, PermissionDenied."""
    return _write(commission, actor, Letter.Kind.REMINDER, link=link, body=body, seen=seen, at=at)


def _write(commission, actor, kind, *, link, body, seen, at: datetime | None) -> Letter:
    may_commission(actor)
    at = at or timezone.now()
    with transaction.atomic():
        fresh = lock(commission)
        if seen and seen_mark(fresh) != seen:
            raise Refused(_STALE.format(fresh))
        refuse_unless(fresh, kind)
        before = fresh.standing_label
        if kind == Letter.Kind.INVITE:
            fresh.state, fresh.invited_at = State.INVITED, at
        else:
            fresh.reminded_at = at
        fresh.save(update_fields=["state", "invited_at", "reminded_at"])
        letter = letters.post(None, kind, commission=fresh, recipient=recipient_of(fresh), body=body, link=link, at=at)
        Event.objects.record(actor, kind.label, fresh, before=before, after=fresh.standing_label, at=at)
    _bring_up(commission, fresh)
    return letter


def refuse_unless(commission: Commission, kind: str) -> None:
    """Raises Refused, in words, where a letter of this kind makes no sense now."""
    standing = commission.standing
    if standing == State.ARRIVED:
        raise Refused(f"《{commission}》已经到稿，不用再发。")
    if standing == State.CANCELLED:
        raise Refused(f"《{commission}》已经取消。要约，请先恢复。")
    if kind == Letter.Kind.INVITE and standing == State.STARTED:
        raise Refused(f"《{commission}》已经在写，不用再约；要催，请发催稿信。")
    if kind == Letter.Kind.REMINDER and standing == State.PLANNED:
        raise Refused(f"《{commission}》还没有约，不能催。请先发约稿信。")
    if not commission.asked_of and commission.submission is None:
        raise Refused(f"《{commission}》还没有写向谁约。请先填单位或人，再发。")


def cancel(commission: Commission, actor, *, reason: str, at=None) -> Commission:
    """Give a topic up; a draft that was begun stays its writer's. Raises Refused, PermissionDenied."""
    may_commission(actor)
    if not reason.strip():
        raise Refused("请写下为什么取消，以后好查。")
    with transaction.atomic():
        fresh = lock(commission)
        if not fresh.is_open:
            raise Refused(f"《{fresh}》{fresh.standing_label}，不能再取消。")
        before = fresh.standing_label
        fresh.state = State.CANCELLED
        fresh.save(update_fields=["state"])
        Event.objects.record(
            actor, "取消约稿", fresh, before=before, after=State.CANCELLED.label, note=reason.strip(), at=at
        )
    return _bring_up(commission, fresh)


def restore(commission: Commission, actor, *, at=None) -> Commission:
    """Take a cancelled topic up again, where it stood. Raises Refused, PermissionDenied."""
    may_commission(actor)
    with transaction.atomic():
        fresh = lock(commission)
        if fresh.state != State.CANCELLED:
            raise Refused(f"《{fresh}》没有取消，不用恢复。")
        if fresh.submission:
            fresh.state = State.STARTED
        else:
            fresh.state = State.INVITED if fresh.invited_at else State.PLANNED
        fresh.save(update_fields=["state"])
        Event.objects.record(actor, "恢复约稿", fresh, before=State.CANCELLED.label, after=fresh.standing_label, at=at)
    return _bring_up(commission, fresh)


def start(commission: Commission, user, kind: str, *, at=None) -> Submission:
    """The manuscript of an invitation, begun by who holds its link: section, topic and call filled in.

    One commission has one manuscript: a second start gives its writer the same, anybody else is refused.
    Raises Refused, PermissionDenied for an account that may not send.
    """
    if not user.has_perm("submissions.send"):
        raise PermissionDenied("您的账号还不能投稿。请给编辑部打电话，改成投稿人。")
    with transaction.atomic():
        fresh = lock(commission)
        if fresh.submission and fresh.submission.contributor_id == user.pk and fresh.standing != State.INVITED:
            return fresh.submission
        if problem := closed_because(fresh):
            raise Refused(problem)
        call = call_for(fresh)
        if call is None:
            raise Refused("编辑部还没有发布征稿启事，暂时不能写稿。请给编辑部打电话。")
        submission = drafts.blank(user, kind, call)
        submission.title, submission.section = fresh.topic, fresh.section
        submission.save()
        before = fresh.standing_label
        fresh.submission, fresh.state = submission, State.STARTED
        fresh.save(update_fields=["submission", "state"])
        Event.objects.record(user, "开始写约稿", fresh, before=before, after=State.STARTED.label, at=at)
    _bring_up(commission, fresh)
    return submission


def closed_because(commission: Commission) -> str:
    """Why the link starts nothing any more; empty while it does. Says nothing of who writes."""
    if commission.standing == State.CANCELLED:
        return "这个约稿已经取消，链接不能再用。有疑问请给编辑部打电话。"
    if commission.standing == State.ARRIVED:
        return "这个约稿已经交稿，链接不能再用。"
    if commission.standing == State.STARTED:
        return "这个约稿已经有人在写，一个约稿只写一篇。要另写一篇，请从“我要投稿”开始。"
    return ""


def call_for(commission: Commission) -> Call | None:
    """The call whose rules the manuscript follows: the issue's own first, one that is open before one that is not."""
    of_issue = Call.objects.filter(issue=commission.issue)
    return of_issue.open_on().first() or Call.objects.current() or of_issue.first() or Call.objects.first()


def lock(commission: Commission) -> Commission:
    """The row as it is now, held until the transaction ends; its manuscript is read after the lock."""
    return Commission.objects.select_for_update().get(pk=commission.pk)


def _bring_up(commission: Commission, fresh: Commission) -> Commission:
    """Show the caller's object what became of the row."""
    for name in ("state", "invited_at", "reminded_at", "submission"):
        setattr(commission, name, getattr(fresh, name))
    return commission
