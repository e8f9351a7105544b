"""The mailbox → 来信: each message is committed together with the position it was read at, so a stop loses nothing."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from . import mailbox
from .arrivals import Mailbox
from .intake.imap import Account, Listed, MailboxReader, MessageGone
from .intake.refused import FileRefused
from .mailbox import TakenIn

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fetched:
    """One message of the mailbox: `taken` is None where it was gone before it could be fetched."""

    uid: int
    taken: TakenIn | None


def fetch(account: Account, *, since: date | None = None) -> Iterator[Fetched]:
    """Take in what is new, oldest first. Raises MailboxRefused.

    A changed UIDVALIDITY means that the server has numbered its messages anew: all are read again, and those that are
    here already are recognised by their content.
    """
    with MailboxReader(account) as reader:
        position = _position(account.address, reader.uid_validity)
        for listed in reader.newer_than(position.last_uid, since):
            yield _fetch_one(reader, listed, position)


def _position(address: str, uid_validity: int) -> Mailbox:
    with transaction.atomic():
        known, _ = Mailbox.objects.select_for_update().get_or_create(
            address=address, defaults={"uid_validity": uid_validity}
        )
        if known.uid_validity != uid_validity:
            known.uid_validity, known.last_uid = uid_validity, 0
            known.save(update_fields=["uid_validity", "last_uid"])
    return known


def _fetch_one(reader: MailboxReader, listed: Listed, position: Mailbox) -> Fetched:
    try:
        raw = reader.fetch(listed.uid, head_only=listed.size > settings.MAX_MAIL_BYTES)
    except MessageGone:
        _advance(position, listed.uid)
        return Fetched(listed.uid, None)
    with transaction.atomic():
        taken = take_in_anyhow(raw, size=listed.size)
        _advance(position, listed.uid)
    return Fetched(listed.uid, taken)


def _advance(position: Mailbox, uid: int) -> None:
    """Only forwards, and only while the numbering is the one the message was read in."""
    Mailbox.objects.filter(pk=position.pk, uid_validity=position.uid_validity, last_uid__lt=uid).update(last_uid=uid)


def take_in_anyhow(raw: bytes, *, size: int) -> TakenIn:
    """One message that cannot be read must not stop those after it: it is kept with the reason."""
    if size > settings.MAX_MAIL_BYTES:
        limit = settings.MAX_MAIL_BYTES // 1048576
        reason = f"这封信有 {size / 1048576:.0f} MB，超过 {limit} MB，只收了信头。请在邮箱里打开，把附件另存后代录。"
        return mailbox.take_in_unreadable(raw, reason, size=size)
    try:
        with transaction.atomic():
            return mailbox.take_in(raw)
    except FileRefused as refusal:
        return mailbox.take_in_unreadable(raw, f"这封信没有读：{refusal.reason}。{refusal.next_step}。")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        logger.exception("a message could not be read")
        reason = f"这封信读不出（{type(error).__name__}）。原始邮件已经保存，请下载后用邮件程序打开。"
        return mailbox.take_in_unreadable(raw, reason)
