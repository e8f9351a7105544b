"""What a contributor does with a return besides mending: tick its points one by one, and ask for more time.

A point is open until its box is ticked (已改) or a reason is written (没有改). A manuscript goes back only with every
point answered: what was not changed goes back with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Event

from .conversation import Message, ReturnPoint
from .models import Submission
from .refusals import Refused, Stale
from .states import State

Answer = ReturnPoint.Answer
LONGEST_REPLY = ReturnPoint._meta.get_field("reply").max_length or 0
MOST_DAYS_ASKED = 60
ASKED, GRANTED, DECLINED = "请求延期", "同意延期", "不同意延期"


@dataclass(frozen=True)
class Ticked:
    """A point as a page sends it: what it showed when it was opened, and what stands there now."""

    shown_done: bool
    shown_reply: str
    done: bool
    reply: str

    @property
    def is_changed(self) -> bool:
        return (self.done, self.reply) != (self.shown_done, self.shown_reply)


def open_points(submission: Submission) -> int:
    """How many points of the last return are neither ticked nor answered with a reason."""
    return ReturnPoint.objects.asked_now(submission).filter(answer=Answer.OPEN).count()


def points_open(submission: Submission) -> str:
    """Why it cannot go back yet; empty where every point is answered."""
    left = open_points(submission)
    if not left:
        return ""
    return f"还有 {left} 处退修意见没有回复。改好的请勾上；没有改的，请在那一处写一句原因，再交回。"


def read_ticks(data: Mapping) -> dict[int, Ticked]:
    """The points in a posted form, by id: `point-7-was` (0 or 1, then the reply shown), `point-7-done`, `point-7-reply`."""
    ticks = {}
    for name in data:
        parts = name.split("-")
        if len(parts) == 3 and parts[0] == "point" and parts[2] == "was" and parts[1].isascii() and parts[1].isdigit():
            was, stem = data[name], f"point-{parts[1]}"
            reply = " ".join(data.get(f"{stem}-reply", "").replace("\0", "").split())
            ticks[int(parts[1])] = Ticked(was[:1] == "1", was[1:], bool(data.get(f"{stem}-done")), reply)
    return ticks


def save_ticks(submission: Submission, actor, ticks: Mapping[int, Ticked], *, at=None) -> dict[str, str]:
    """Keep what was ticked and written. Only what changed on this page is written, so that another tab's ticks stay.

    Returns field name → what is wrong with it (a reply longer than can be kept); those points stay as they were.
    Raises PermissionDenied.
    """
    if not actor.has_perm("submissions.write", submission):
        raise PermissionDenied
    changed = {pk: tick for pk, tick in ticks.items() if tick.is_changed}
    if not changed or submission.state != State.RETURNED:
        return {}
    wrong = {}
    for point in ReturnPoint.objects.asked_now(submission).filter(pk__in=changed):
        tick = changed[point.pk]
        if len(tick.reply) > LONGEST_REPLY:
            wrong[f"point-{point.pk}-reply"] = (
                f"这条回复有 {len(tick.reply)} 字，最多 {LONGEST_REPLY} 字。请压缩，细节可以给编辑留言。"
            )
            continue
        answer = Answer.DONE if tick.done else Answer.NOT_DONE if tick.reply else Answer.OPEN
        answered_at = None if answer == Answer.OPEN else at or timezone.now()
        if (point.answer, point.reply) != (answer, tick.reply):
            ReturnPoint.objects.filter(pk=point.pk).update(answer=answer, reply=tick.reply, answered_at=answered_at)
    return wrong


def shown_points(submission: Submission, ticks: Mapping[int, Ticked] | None = None) -> list[ReturnPoint]:
    """The points of the return with what is to stand in their fields: `is_ticked`, `typed`, and `was` as kept."""
    points = list(ReturnPoint.objects.asked_now(submission))
    for point in points:
        kept = point.answer == Answer.DONE
        tick = (ticks or {}).get(point.pk)
        point.was = f"{int(kept)}{point.reply}"
        point.reply_name = f"point-{point.pk}-reply"
        point.is_ticked, point.typed = (tick.done, tick.reply) if tick else (kept, point.reply)
    return points


def request_of(submission: Submission) -> Message | None:
    """The request for more time that waits for an answer."""
    return Message.objects.unanswered().filter(submission=submission, asks_until__isnull=False).first()


def ask_more_time(submission: Submission, actor, *, until: date, reason: str, at=None) -> Message:
    """请求延期: the contributor asks the office for a later day. Raises Refused, PermissionDenied."""
    if not actor.has_perm("submissions.write", submission):
        raise PermissionDenied
    at = at or timezone.now()
    try:
        with transaction.atomic():
            locked = Submission.objects.select_for_update().get(pk=submission.pk)
            if locked.state != State.RETURNED or locked.due_on is None:
                raise Refused(f"这篇稿件{locked.label}，没有交回期限，不用延期。")
            _refuse_day(locked.due_on, until, timezone.localdate(at))
            if not reason.strip():
                raise Refused("请写一句为什么要延期，编辑好答复。")
            message = Message.objects.create(
                submission=locked, author=actor, from_office=False, body=reason.strip(), asks_until=until, at=at
            )
            Event.objects.record(
                actor, ASKED, locked, before=f"{locked.due_on}", after=f"{until}", note=reason.strip(), at=at
            )
    except IntegrityError:
        raise Refused("已经有一个延期请求在等编辑答复，不用再提。要改日期，请给编辑留言。") from None
    return message


def _refuse_day(due_on: date, until: date, today: date) -> None:
    if until <= due_on:
        raise Refused(f"现在的期限是{due_on.month}月{due_on.day}日，请选它以后的日期。")
    if until < today:
        raise Refused("选的日期已经过去了，请选今天以后的日期。")
    if until > max(due_on, today) + timedelta(days=MOST_DAYS_ASKED):
        raise Refused(f"一次最多延 {MOST_DAYS_ASKED} 天。需要更久，请给编辑部打电话。")


def answer_request(
    submission: Submission, editor, *, message_id: int, grant: bool, until: date | None = None, words: str = "", at=None
) -> Message:
    """The editor grants more time, until the day asked for or another one, or declines with a reason.

    The answer is a message to the contributor. Raises Refused, Stale (answered or handed in meanwhile),
    PermissionDenied.
    """
    if not editor.has_perm("submissions.answer", submission):
        raise PermissionDenied
    at = at or timezone.now()
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        request = request_of(locked)
        if request is None or request.pk != message_id or locked.state != State.RETURNED:
            raise Stale
        before, day = locked.due_on, until or request.asks_until
        if before is None or day is None:
            raise Stale
        if grant:
            if day < timezone.localdate(at) or day <= before:
                raise Refused("延到的日期要在原来的期限以后，也不能是已经过去的日子。")
            Submission.objects.filter(pk=locked.pk).update(due_on=day)
            told = f"同意延期，请在{day.month}月{day.day}日前交回。"
        else:
            if not words.strip():
                raise Refused("不同意延期，请写一句原因。")
            told = f"没有同意延期，请仍在{before.month}月{before.day}日前交回。"
        Message.objects.filter(pk=request.pk).update(settled_at=at, read_at=request.read_at or at)
        answer = Message.objects.create(
            submission=locked, author=editor, from_office=True, body=f"{told}{words.strip()}", at=at
        )
        verb = GRANTED if grant else DECLINED
        after = f"{day}" if grant else f"{before}"
        Event.objects.record(editor, verb, locked, before=f"{before}", after=after, note=words.strip(), at=at)
    submission.due_on = day if grant else before
    return answer


def settle_on_return(submission: Submission, at) -> None:
    """A manuscript handed in again needs no more time: a request that still waits is settled with it."""
    Message.objects.unanswered().filter(submission=submission, asks_until__isnull=False).update(settled_at=at)
