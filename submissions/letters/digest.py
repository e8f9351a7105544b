"""Against floods: what only reminds reaches one person by e-mail at most once a day, put together when there is more.

Reminders (催稿, 催交) and word of unread messages are such; decisions never are. Everything stands in the account at once.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from members.models import User

from ..conversation import Message
from ..models import Letter
from .delivery import REMINDERS, URGES, claim, deliver
from .wording import compose

Kind, Delivery = Letter.Kind, Letter.Delivery
EVERY = timedelta(days=1)
# Who is just writing to and fro in the browser needs no e-mail about it.
UNREAD_FOR = timedelta(minutes=15)
_NUMERALS = "一二三四五六七八九十"
_SHOWN = 60


def who_has_news(now: datetime):
    """People who can be reminded by e-mail and have something to be reminded of that no digest told."""
    reminders = Letter.objects.to_mail(now).filter(kind__in=URGES, recipient=OuterRef("pk"))
    return User.objects.filter(
        Exists(reminders)
        | (Q(wants_reminders=True) & Exists(_messages(now).filter(submission__contributor=OuterRef("pk"))))
    ).exclude(email="")


def _messages(now: datetime):
    told = Letter.objects.filter(
        kind=Kind.DIGEST, recipient=OuterRef("submission__contributor"), at__gte=OuterRef("at")
    )
    return Message.objects.filter(from_office=True, read_at=None, at__lte=now - UNREAD_FOR).exclude(Exists(told))


def remind(
    person: User, *, at: datetime | None = None, connection: BaseEmailBackend | None = None
) -> tuple[Letter | None, int]:
    """E-mail what reminds this person now: one letter as it is, or several in a digest.

    Gives the letter that was sent (None when the day's one has gone already) and how many went into the digest.
    """
    now = at or timezone.now()
    with transaction.atomic():
        letter, merged = _letter_for(person, now)
    # Claimed after the commit that made it: a crash here leaves it queued.
    if letter is None or not claim(letter, at=now):
        return None, merged
    deliver(letter, connection)
    return letter, merged


def _letter_for(person: User, now: datetime) -> tuple[Letter | None, int]:
    # One at a time for a person, so that two processes cannot each make a digest.
    person = User.objects.select_for_update().get(pk=person.pk)
    due = Letter.objects.to_mail(now).filter(recipient=person, kind__in=URGES).order_by("at", "pk")
    if not person.wants_reminders or not person.email:
        due.update(delivery=Delivery.ACCOUNT)
        return None, 0
    if not settings.LETTERS_BY_EMAIL:
        return None, 0
    if last := _last_told(person, now):
        due.update(send_after=last + EVERY)
        return None, 0
    letters = list(due)
    messages = list(_messages(now).filter(submission__contributor=person).select_related("submission").order_by("at"))
    if len(letters) == 1 and not messages:
        return letters[0], 0
    if not letters and not messages:
        return None, 0
    told = [(letter.subject, letter.body) for letter in letters]
    told += [(f"《{message.submission}》有编辑来信", _beginning(message.body)) for message in messages]
    items = [f"{_numeral(number)}、{subject}\n\n{body}" for number, (subject, body) in enumerate(told, 1)]
    due.filter(pk__in=[letter.pk for letter in letters]).update(delivery=Delivery.MERGED)
    subject, body = compose(None, Kind.DIGEST, recipient=person, today=timezone.localdate(now), items=items)
    digest = Letter.objects.create(
        recipient=person,
        kind=Kind.DIGEST,
        subject=subject,
        body=body,
        at=now,
        send_after=now,
        delivery=Delivery.QUEUED,
    )
    return digest, len(items)


def _last_told(person: User, now: datetime) -> datetime | None:
    """When a reminder last went, or may have gone, to this person within the day; one being retried counts too."""
    underway = Q(delivery__in=(Delivery.SENDING, Delivery.UNSURE)) | Q(delivery=Delivery.QUEUED, kind=Kind.DIGEST)
    gone = Q(delivery=Delivery.SENT, sent_at__gt=now - EVERY) | (underway & Q(send_after__gt=now - EVERY))
    last = Letter.objects.filter(gone, recipient=person, kind__in=REMINDERS).order_by("-send_after").first()
    return last and (last.sent_at or last.send_after)


def _beginning(text: str) -> str:
    words = " ".join(text.split())
    return (words[:_SHOWN] + "……" if len(words) > _SHOWN else words) + "\n请登录后在“我的稿件”里看全文、答复。"


def _numeral(number: int) -> str:
    return _NUMERALS[number - 1] if number <= len(_NUMERALS) else str(number)
