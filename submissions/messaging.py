"""Messages between a contributor and the office about one manuscript: written, opened, settled.

Nobody else reads them. What a contributor wrote waits (待答复) until somebody of the office answers, or says that it
needs no answer; what the office wrote is new until the contributor opens the page.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from .conversation import Message
from .models import Submission
from .refusals import Refused, Stale

LONGEST = 2000
MOST_A_DAY = 20
ANSWERED, SETTLED = "答复留言", "留言不用答复"


def write(submission: Submission, author, body: str, *, at=None) -> Message:
    """A message from the contributor, or from the office, whose answer settles what waited.

    The same words again within a minute (a second click) are kept once. Raises Refused, PermissionDenied.
    """
    from_office = not author.has_perm("submissions.write_to_office", submission)
    if from_office and not author.has_perm("submissions.answer", submission):
        raise PermissionDenied
    at, body = at or timezone.now(), body.replace("\r\n", "\n").replace("\0", "").strip()
    if not body:
        raise Refused("还没有写内容。请写好再发。")
    if len(body) > LONGEST:
        raise Refused(f"留言有 {len(body)} 字，最多 {LONGEST} 字。请压缩，或者分两次发。")
    with transaction.atomic():
        # The row keeps two clicks in order.
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        own = locked.messages.filter(author=author)
        if twice := own.filter(body=body, at__gt=at - timedelta(minutes=1)).first():
            return twice
        if not from_office and own.unanswered().filter(at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
            raise Refused(f"一天里已经留了 {MOST_A_DAY} 条，编辑还没有答复。请等一等，急事请给编辑部打电话。")
        message = Message.objects.create(submission=locked, author=author, from_office=from_office, body=body, at=at)
        if from_office:
            # A request for more time is answered by granting or declining it, not by a word in passing.
            _waiting(locked).update(settled_at=at)
            Event.objects.record(author, ANSWERED, locked, at=at)
    return message


def settle(submission: Submission, editor, *, seen_until: int, at=None) -> int:
    """不用答复: what the contributor wrote up to message `seen_until` needs no answer. How many were settled.

    What arrived after the page was opened stays open. Raises Stale where nothing waits any more, PermissionDenied.
    """
    if not editor.has_perm("submissions.answer", submission):
        raise PermissionDenied
    with transaction.atomic():
        settled = _waiting(submission).filter(pk__lte=seen_until).update(settled_at=at or timezone.now())
        if not settled:
            raise Stale
        Event.objects.record(editor, SETTLED, submission, note=f"{settled} 条", at=at)
    return settled


def _waiting(submission: Submission):
    return submission.messages.unanswered().filter(asks_until__isnull=True)


def opened_by(user, submission: Submission) -> list[Message]:
    """The messages as they stood before this visit, so that new ones can be marked; they count as read from now on."""
    if user.has_perm("submissions.write_to_office", submission):
        to_read = {"from_office": True}
    elif user.has_perm("submissions.answer", submission):
        to_read = {"from_office": False}
    else:
        return []
    found = list(submission.messages.select_related("author"))
    unread = [one.pk for one in found if one.read_at is None and one.from_office == to_read["from_office"]]
    if unread:
        Message.objects.filter(pk__in=unread, read_at__isnull=True).update(read_at=timezone.now())
    return found
