"""The outbox: a letter is kept in the transaction that calls for it, and e-mailed after commit, once.

A decision's letter is held for Journal.hold_minutes and can be recalled until then. Without a mail server, or for a
person without an address, a letter simply stands in the account.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.models import Journal
from members.models import Event, User

from ..models import Letter, Submission
from .delivery import URGES, claim, close, deliver, goes_by_email
from .digest import remind, who_has_news
from .wording import compose

Kind, Delivery = Letter.Kind, Letter.Delivery
DECISIONS = frozenset({Kind.RETURN, Kind.ACCEPT, Kind.REJECT})
UNSETTLED = timedelta(minutes=10)
MOST_A_RUN = 500


class Settled(Exception):
    """The letter is no longer where the act needs it; the message tells a person."""


@dataclass
class Outcome:
    """What one run did, by letter."""

    sent: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    unsure: list[int] = field(default_factory=list)
    released: int = 0
    merged: int = 0

    def note(self, letter: Letter) -> None:
        if letter.delivery == Delivery.ACCOUNT:
            self.released += 1
            return
        lists = {Delivery.SENT: self.sent, Delivery.QUEUED: self.waiting, Delivery.FAILED: self.failed}
        lists.get(Delivery(letter.delivery), self.unsure).append(letter.pk)


def post(
    submission: Submission | None,
    kind: Letter.Kind,
    *,
    body: str = "",
    held: bool = True,
    at: datetime | None = None,
    commission=None,
    recipient: User | None = None,
    **context,
) -> Letter:
    """Keep the letter now; it leaves after the transaction commits, a decision's after its hold time.

    `body` replaces the composed text; `held` False lets it leave at once: nothing there can be undone. `context` goes to wording.compose. Call it inside the transaction of the act.
    """
    now = timezone.now()
    at = at or now
    if recipient is None:
        recipient = submission.contributor if submission is not None else commission.person
    subject, composed = compose(
        submission, kind, commission=commission, recipient=recipient, today=timezone.localdate(at), **context
    )
    hold = timedelta(minutes=Journal.objects.current().hold_minutes if held and kind in DECISIONS else 0)
    delivery = Delivery.QUEUED if goes_by_email(recipient, kind) else Delivery.ACCOUNT
    if hold and at + hold > now:
        delivery = Delivery.HELD
    letter = Letter.objects.create(
        submission=submission,
        commission=commission,
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body.strip() or composed,
        at=at,
        delivery=delivery,
        send_after=at + hold,
    )
    if delivery == Delivery.QUEUED:
        transaction.on_commit(lambda: send(letter))
    return letter


def recall(submission: Submission, *, at: datetime | None = None) -> int:
    """Take back the held letters of a decision that is undone: how many. One that has left cannot be recalled."""
    held = submission.letters.filter(kind__in=DECISIONS, delivery=Delivery.HELD, send_after__gt=at or timezone.now())
    return held.update(delivery=Delivery.RECALLED)


def send(letter: Letter) -> None:
    """Send one letter now if it may go and nobody else has claimed it; the outcome is kept, nothing is raised for a
    mail server that refuses: a decision stands whatever becomes of its letter."""
    if letter.kind in URGES:
        remind(letter.recipient)
    elif claim(letter):
        deliver(letter)


def send_due(at: datetime | None = None) -> Outcome:
    """Everything whose time has come, oldest first, at most MOST_A_RUN letters. Stops early when the mail server cannot be reached."""
    now = at or timezone.now()
    outcome = Outcome(unsure=_give_up_unsettled(now), released=_release_for_the_account(now))
    if not settings.LETTERS_BY_EMAIL:
        return outcome
    connection = get_connection()
    try:
        due = Letter.objects.to_mail(now).exclude(kind__in=URGES).order_by("send_after", "pk")
        for letter in due[:MOST_A_RUN]:
            if claim(letter, at=now):
                reached = deliver(letter, connection)
                outcome.note(letter)
                if not reached:
                    return outcome
        for person in who_has_news(now):
            sent, merged = remind(person, at=now, connection=connection)
            outcome.merged += merged
            if sent is not None:
                outcome.note(sent)
    finally:
        close(connection)
    return outcome


def _give_up_unsettled(now: datetime) -> list[int]:
    """Claimed long ago and never settled: the process died in between. Shown as 待查, never sent again by itself."""
    lost = Letter.objects.filter(delivery=Delivery.SENDING, send_after__lt=now - UNSETTLED)
    found = list(lost.values_list("pk", flat=True))
    Letter.objects.filter(pk__in=found, delivery=Delivery.SENDING).update(
        delivery=Delivery.UNSURE, delivery_error="发送时程序中断，不知道对方收到没有。"
    )
    return found


def _release_for_the_account(now: datetime) -> int:
    """Letters nobody e-mails: once their hold has ended they simply stand in the account."""
    due = Letter.objects.to_mail(now)
    if settings.LETTERS_BY_EMAIL:
        due = due.filter(Q(recipient=None) | Q(recipient__email=""))
    return due.update(delivery=Delivery.ACCOUNT)


def resend(letter: Letter, actor, *, at: datetime | None = None) -> Letter:
    """Send again on a person's word: after a failure, a doubt, or when the address came late. Raises Settled."""
    if letter.recipient is None or not letter.recipient.email:
        raise Settled("收信人没有邮箱。请先在“账号”里填上邮箱，或者复制全文发微信。")
    if not settings.LETTERS_BY_EMAIL:
        raise Settled("还没有设置发邮件的服务器，发不出去。请复制全文发微信，或者请管理员设置（见 README 的“设置”）。")
    if not goes_by_email(letter.recipient, letter.kind):
        raise Settled(f"{letter.recipient}关掉了提醒邮件，提醒只在账号里。可以复制全文发微信。")
    open_to = (Delivery.ACCOUNT, Delivery.FAILED, Delivery.UNSURE, Delivery.SENT, Delivery.QUEUED, Delivery.MERGED)
    with transaction.atomic():
        before = letter.get_delivery_display()
        changed = Letter.objects.filter(pk=letter.pk, delivery=letter.delivery, delivery__in=open_to).update(
            delivery=Delivery.QUEUED, attempts=0, delivery_error="", send_after=at or timezone.now()
        )
        if not changed:
            raise Settled("这封通知刚刚有了变化，请刷新页面，看清楚再决定要不要重发。")
        letter.refresh_from_db()
        Event.objects.record(actor, "重发通知", letter, before=before, after=letter.get_delivery_display())
        transaction.on_commit(lambda: claim(letter) and deliver(letter))
    return letter


def count_as_sent(letter: Letter, actor) -> Letter:
    """Somebody asked the recipient of a 待查 letter: it did arrive. Raises Settled."""
    with transaction.atomic():
        changed = Letter.objects.filter(pk=letter.pk, delivery=Delivery.UNSURE).update(
            delivery=Delivery.SENT, delivery_error="", sent_at=letter.send_after
        )
        if not changed:
            raise Settled("这封通知已经不是待查的了，请刷新页面看看。")
        letter.refresh_from_db()
        Event.objects.record(actor, "核实通知已收到", letter, before="待查", after="已发邮件")
    return letter
