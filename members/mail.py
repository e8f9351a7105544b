"""A short letter about the account itself, sent beside the answer to the request: the office's letters are the
submissions' own (submissions/letters/), and these must neither wait for the mail server nor tell by their time that an
account exists. No queue: it would keep the link for a new password in the database.
"""

import logging
import threading

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)


def goes_to(person) -> bool:
    return settings.LETTERS_BY_EMAIL and bool(person.email)


def send_beside(person, subject: str, body: str) -> None:
    """Once, without another try: what it says is stale soon. A refusal is logged without the address."""
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])
    threading.Thread(target=_send, args=(message, person.pk), name="account-mail").start()


def _send(message: EmailMessage, person_pk: int) -> None:
    try:
        message.send()
    except OSError as error:
        logger.warning("mail about account %s: %s", person_pk, error)
