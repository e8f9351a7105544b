"""Letters of the office: composed in one place, kept with the submission, e-mailed after commit where possible."""

import logging
import re

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from journal.models import Journal

from .models import Letter, Submission

logger = logging.getLogger(__name__)


def compose(submission: Submission, kind: Letter.Kind, **context) -> tuple[str, str]:
    """Subject and body from the template of the kind; editors may change the body before it goes out."""
    context = {"submission": submission, "journal": Journal.objects.current(), "today": timezone.localdate(), **context}
    text = render_to_string(f"letters/{kind}.txt", context).strip()
    subject, _, body = text.partition("\n")
    # A title of full length must not make the letter's subject too long for its column.
    return subject.strip()[:200], body.strip()


def post(submission: Submission, kind: Letter.Kind, *, body: str = "", at=None, **context) -> Letter:
    """Keep the letter now; send it by e-mail after the transaction commits. `body` replaces the composed text."""
    at = at or timezone.now()
    subject, composed = compose(submission, kind, today=timezone.localdate(at), **context)
    by_email = settings.LETTERS_BY_EMAIL and bool(submission.contributor.email)
    letter = Letter.objects.create(
        submission=submission,
        recipient=submission.contributor,
        kind=kind,
        subject=subject,
        body=body.strip() or composed,
        at=at,
        delivery=Letter.Delivery.QUEUED if by_email else Letter.Delivery.ACCOUNT,
    )
    if by_email:
        transaction.on_commit(lambda: send(letter))
    return letter


def send(letter: Letter) -> None:
    """Send one letter and keep the outcome; a refusing mail server never undoes a decision."""
    message = EmailMessage(letter.subject, letter.body, settings.DEFAULT_FROM_EMAIL, [letter.recipient.email])
    try:
        message.send()
    except OSError as error:
        # Covers refused connections, time-outs and smtplib.SMTPException (an OSError).
        logger.warning("letter %s was not sent: %s", letter.pk, error)
        letter.delivery, letter.delivery_error = Letter.Delivery.FAILED, str(error)[:300]
    else:
        letter.delivery, letter.delivery_error = Letter.Delivery.SENT, ""
    letter.save(update_fields=["delivery", "delivery_error"])


_POINT = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、])\s*(?P<words>\S.*)"
)


def points_of(body: str) -> list[str]:
    """What a letter asks for, a line each: the lines numbered 一、（一）1. and the unnumbered ones that go on from them.

    An empty line ends a point; fewer than two numbers are no list.
    """
    points: list[str] = []
    going_on = False
    for line in body.splitlines():
        found = _POINT.fullmatch(line.rstrip())
        if found:
            points.append(found["words"])
        elif going_on and line.strip():
            points[-1] += line.strip()
        going_on = bool(line.strip() and (found or going_on))
    return points if len(points) > 1 else []
