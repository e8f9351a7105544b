"""Signing in that failed, and signing out, told in the audit trail (RULES.md section 10)."""

from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.utils import timezone

from . import audit
from .models import Event, User, normal_login_name, validate_login_name

NOT_SIGNED_IN = "未登录"
NO_NAME = "（不像登录名，不记）"  # a password typed into the wrong field is not written down


@receiver(user_login_failed, dispatch_uid="members.note_failed_sign_in")
def note_failed_sign_in(sender, credentials, **kwargs) -> None:
    address = audit.current_address()
    is_told, note = audit.told_of_failures(address)
    if not is_told:
        return
    login_name = normal_login_name(str(credentials.get("username") or credentials.get("login_name") or ""))
    person = User.objects.filter(login_name=login_name).first()
    Event.objects.create(
        actor=None,
        actor_name=NOT_SIGNED_IN,
        verb="登录失败",
        subject_type=User._meta.label_lower,
        subject_id=str(person.pk) if person else "",
        subject_label=str(person)[:200] if person else _shown(login_name),
        note=note,
        at=timezone.now(),
        address=address,
    )


def _shown(login_name: str) -> str:
    try:
        validate_login_name(login_name)
    except ValidationError:
        return NO_NAME
    return f"没有的账号 {login_name}"[:200]


@receiver(user_logged_out, dispatch_uid="members.note_sign_out")
def note_sign_out(sender, user, **kwargs) -> None:
    if user is not None and user.pk:
        Event.objects.record(user, "退出", user)
