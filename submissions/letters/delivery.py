"""One letter on its way: claimed by one process, handed to the mail server, and what became of it.

Whoever sends a letter claims it first (compare and swap on its row), so two processes never send the same one. One
that was claimed and never settled, because the machine stopped or the mail server fell silent in the middle, is 待查:
nobody can know whether it arrived, so no program sends it again; a person looks and decides.
"""

import logging
import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.utils import DNS_NAME
from django.db.models import F
from django.utils import timezone

from members.models import User

from ..models import Letter

logger = logging.getLogger(__name__)

Kind, Delivery = Letter.Kind, Letter.Delivery
# What only asks for something: put together so as not to flood.
URGES = frozenset({Kind.REMINDER, Kind.OVERDUE})
# What a person may switch off.
REMINDERS = URGES | {Kind.DIGEST}
RETRY_MINUTES = (1, 5, 30, 120, 480)


class NotReached(Exception):
    """The mail server did not take the letter for sure: it may be tried again."""


class Unreachable(NotReached):
    """There is no server to talk to: no other letter would fare better now."""


class Unacceptable(Exception):
    """The mail server, or the address itself, refuses this letter for good."""


class Unknown(Exception):
    """The line broke after the letter began to go: it may have arrived."""


def goes_by_email(recipient: User | None, kind: str) -> bool:
    """Whether this person gets this kind as e-mail too: reminders can be switched off, decisions cannot."""
    if not settings.LETTERS_BY_EMAIL or recipient is None or not recipient.email:
        return False
    return kind not in REMINDERS or recipient.wants_reminders


def claim(letter: Letter, *, at: datetime | None = None) -> bool:
    """Make this process the only one that sends the letter; False where it has left, waits, or is another's."""
    now = at or timezone.now()
    claimed = (
        Letter.objects.to_mail(now)
        .filter(pk=letter.pk)
        .update(delivery=Delivery.SENDING, attempts=F("attempts") + 1, send_after=now)
    )
    if claimed:
        letter.refresh_from_db()
    return bool(claimed)


def deliver(letter: Letter, connection: BaseEmailBackend | None = None) -> bool:
    """Send a claimed letter and keep the outcome. False where the mail server cannot be reached at all."""
    if not goes_by_email(letter.recipient, letter.kind):
        # The address went, or reminders were switched off, while it waited.
        _settle(letter, Delivery.ACCOUNT)
        return True
    try:
        _transmit(letter, connection)
    except NotReached as problem:
        tries = letter.attempts
        if tries > len(RETRY_MINUTES):
            _settle(letter, Delivery.FAILED, str(problem))
        else:
            again = timezone.now() + timedelta(minutes=RETRY_MINUTES[tries - 1])
            _settle(letter, Delivery.QUEUED, str(problem), send_after=again)
        return not isinstance(problem, Unreachable)
    except Unacceptable as problem:
        _settle(letter, Delivery.FAILED, str(problem))
    except Unknown as problem:
        _settle(letter, Delivery.UNSURE, f"发到一半断了，不知道对方收到没有：{problem}")
    else:
        _settle(letter, Delivery.SENT, sent_at=timezone.now())
    return True


def _settle(letter: Letter, delivery: Letter.Delivery, problem: str = "", **changes) -> None:
    """Only while the claim holds: what a person decided meanwhile stands."""
    if problem:
        logger.warning("letter %s: %s: %s", letter.pk, delivery, problem)
    changes |= {"delivery": delivery, "delivery_error": problem[:300]}
    if Letter.objects.filter(pk=letter.pk, delivery=Delivery.SENDING, attempts=letter.attempts).update(**changes):
        for name, value in changes.items():
            setattr(letter, name, value)


def _transmit(letter: Letter, connection: BaseEmailBackend | None) -> None:
    """Raises NotReached, Unacceptable, Unknown: what is known about a letter that was not taken."""
    own = connection is None
    connection = connection or get_connection()
    try:
        connection.open()
    except OSError as error:
        raise Unreachable(f"连不上邮件服务器：{error}") from error
    try:
        message = EmailMessage(
            letter.subject,
            letter.body,
            settings.DEFAULT_FROM_EMAIL,
            [letter.recipient.email],
            connection=connection,
            # The same for every attempt: a mail program that gets it twice can tell.
            headers={"Message-ID": f"<letter-{letter.pk}.{letter.at:%Y%m%d%H%M%S}@{DNS_NAME}>"},
        )
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        refused = Unacceptable if all(code >= 500 for code in codes) else NotReached
        raise refused(f"邮件服务器不收这个地址：{error}") from error
    except ConnectionRefusedError as error:
        raise Unreachable(str(error)) from error
    except (smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError) as error:
        raise NotReached(str(error)) from error
    except ValueError as error:
        raise Unacceptable(f"地址或标题写不进邮件：{error}") from error
    except OSError as error:
        raise Unknown(str(error)) from error
    finally:
        if own:
            close(connection)


def close(connection: BaseEmailBackend) -> None:
    """What the server says while hanging up changes nothing: the letter's outcome is known."""
    try:
        connection.close()
    except OSError as error:
        logger.info("closing the mail connection: %s", error)
