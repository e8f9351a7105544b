"""催交: a return that did not come back by its day is asked for, by a letter that reminds or its text copied for WeChat.

Whoever reviews may write it, as often as the office finds right; each stands in the audit trail. It follows the rules of
all reminders: at most one e-mail a day with others put together, and the recipient may switch the e-mails off.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from . import letters
from .models import Letter, Submission
from .refusals import Refused
from .states import State

KIND = Letter.Kind.OVERDUE


def overdue(today: date | None = None):
    """Returns whose day has passed; the day itself is still in time. The one due first comes first."""
    late = Submission.objects.filter(state=State.RETURNED, due_on__lt=today or timezone.localdate())
    return late.order_by("due_on", "pk")


def objection(submission: Submission, today: date | None = None) -> str:
    """Why nothing is to be asked for; empty where the return is overdue."""
    today = today or timezone.localdate()
    if submission.state != State.RETURNED:
        return f"这篇稿件{submission.label}，不用催交。"
    if submission.due_on is None:
        return "这篇稿件没有定交回期限，不能催交。有话请给作者留言。"
    if submission.due_on >= today:
        return f"交回期限是{submission.due_on.month}月{submission.due_on.day}日，还没有过，不用催交。有话请给作者留言。"
    return ""


def last_urged(submission: Submission) -> Letter | None:
    return submission.letters.filter(kind=KIND).order_by("pk").last()


def seen_mark(submission: Submission) -> str:
    """What a page showed: the day and the last letter, so that a second press or a colleague's writes no second letter."""
    last = last_urged(submission)
    return f"{submission.due_on}.{last.pk if last else 0}"


def draft(submission: Submission) -> tuple[str, str]:
    """Subject and body as they would go out now."""
    return letters.compose(submission, KIND, due_on=submission.due_on)


def urge(submission: Submission, actor, *, seen: str, body: str = "", at=None) -> Letter:
    """Keep the letter; `body` replaces the composed text. Raises Refused, PermissionDenied."""
    if not actor.has_perm("submissions.answer", submission):
        raise PermissionDenied("催交由审稿的同事办，自己的稿件不用自己催。")
    at = at or timezone.now()
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if told := objection(locked, timezone.localdate(at)):
            raise Refused(told)
        if seen != seen_mark(locked):
            raise Refused("刚刚有同事催过，或者期限改了，这一封没有发。请看右边已发的，再决定要不要催。")
        letter = letters.post(locked, KIND, body=body, due_on=locked.due_on, at=at)
        Event.objects.record(actor, KIND.label, locked, note=letter.subject, at=at)
    return letter
