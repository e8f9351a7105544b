"""A forgotten password: a link by e-mail, or a code that an editor tells by phone. Neither signs in: both end in a new
password, which the person chooses. Nothing said or done tells whether an account exists.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from . import attempts, audit, mail, sessions
from .invitations import LETTERS
from .models import Event, User

CODE_LENGTH = 12
CODE_HOURS = 24
ASKED_EACH = attempts.Limit("reset-mail", 3, 60)  # letters to one person
ASKED_FROM = attempts.Limit("reset-mail-address", 20, 60)
TRIES = attempts.Limit("reset-code", attempts.FAILURES, attempts.LOCKED_MINUTES)
ISSUED, CHANGED = "发重设码", "重设密码"


class Invalid(Exception):
    """The link or code opens nothing (any more)."""


class ResetCode(models.Model):
    """A code that lets a person choose a password, once, within a day. Only its hash is kept; a new one voids it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reset_code")
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "重设码"

    def __str__(self):
        return str(self.user)


def _digest(person_pk: int, code: str) -> str:
    plain = "".join(character for character in code.upper() if character in LETTERS)
    return salted_hmac(f"members.reset.{person_pk}", plain, algorithm="sha256").hexdigest()


@transaction.atomic
def issue_code(person, actor) -> str:
    """A new code for the person, to be told by phone: K7QM-3FXW-9T2P. Shown once, kept as a hash."""
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    ResetCode.objects.update_or_create(
        user=person,
        defaults={"digest": _digest(person.pk, code), "expires_at": timezone.now() + timedelta(hours=CODE_HOURS)},
    )
    Event.objects.record(actor, ISSUED, person)
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def redeem(login_name: str, code: str, password: str) -> None:
    """Set the password by a code. Raises Invalid: the same for an unknown name, a wrong, used or old code."""
    if not attempts.take(TRIES, login_name, audit.current_address() or ""):
        raise Invalid
    with transaction.atomic():
        kept = (
            ResetCode.objects.select_for_update()
            .filter(user__login_name=login_name, user__is_active=True, expires_at__gt=timezone.now())
            .first()
        )
        expected = kept.digest if kept else ""
        if not constant_time_compare(_digest(kept.user_id if kept else 0, code), expected) or kept is None:
            raise Invalid
        _set(User.objects.select_for_update().get(pk=kept.user_id), password, "凭编辑部给的重设码")
        kept.delete()
    attempts.forget(TRIES, login_name, audit.current_address() or "")


def ask_by_mail(login_name: str, request) -> None:
    """Send the link where the account has an address; the answer and its time are the same where it has none."""
    address = audit.current_address() or ""
    if not attempts.take(ASKED_FROM, address) or not attempts.take(ASKED_EACH, login_name):
        return
    person = User.objects.filter(login_name=login_name, is_active=True, approved_at__isnull=False).first()
    if person is None or not mail.goes_to(person):
        return
    link = request.build_absolute_uri(link_path(person))
    context = {"person": person, "link": link, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    body = render_to_string("members/reset_mail.txt", context, request=request)
    mail.send_beside(person, "重设密码", body)


def link_path(person) -> str:
    uid = urlsafe_base64_encode(str(person.pk).encode())
    return reverse("reset_by_link", args=[uid, default_token_generator.make_token(person)])


def person_of_link(uid: str, token: str):
    """Whom the link is for; None once it is used, old (PASSWORD_RESET_TIMEOUT seconds) or forged."""
    try:
        pk = int(urlsafe_base64_decode(uid).decode())
    except ValueError:
        return None
    person = User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
    return person if person and default_token_generator.check_token(person, token) else None


@transaction.atomic
def change_by_link(uid: str, token: str, password: str) -> None:
    """Raises Invalid. The changed password makes the link void: of two at once, one is served."""
    person = person_of_link(uid, token)
    # Asked again once the row is held: another may have used the link in between.
    held = User.objects.select_for_update().get(pk=person.pk) if person else None
    if held is None or not default_token_generator.check_token(held, token):
        raise Invalid
    _set(held, password, "凭邮件里的链接")


def _set(person, password: str, note: str) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])
    sessions.end_all(person)
    attempts.forget(attempts.PAIR, person.login_name, audit.current_address() or "")
    Event.objects.record(person, CHANGED, person, note=note)
