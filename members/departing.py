"""Closing an account (注销), one verb a step: ask, take back, confirm by the office, and erase when the time is up.

What must stay for the record stays under a name that names nobody; published bylines stay as they are printed.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from . import personal_data, sessions
from .departures import Departure
from .models import Event, User
from .resets import ResetCode
from .roles import EDITORIAL, REVIEWERS, Role

COOLING_DAYS = 7
ASKED, TAKEN_BACK, CONFIRMED, ERASED = "申请注销", "撤回注销", "同意注销", "注销账号"


class Refused(Exception):
    """The account cannot be closed so; the message tells a person why and what to do next."""


def needs_confirmation(person: User) -> list[str]:
    """Why an editor has to agree first, in words; none where the time alone decides."""
    reasons = personal_data.obstacles(person)
    if person.roles & EDITORIAL:
        reasons.append("账号属于编辑部成员")
    return reasons


@transaction.atomic
def ask(person: User) -> Departure:
    """Closed after COOLING_DAYS days unless taken back. Raises Refused for the account that owns the site."""
    if person.is_superuser:
        raise Refused("系统管理员的账号不能自己注销。请先由另一位管理员接手，再停用这个账号。")
    due = timezone.now() + timedelta(days=COOLING_DAYS)
    departure, is_new = Departure.objects.get_or_create(user=person, defaults={"due_at": due})
    if is_new:
        Event.objects.record(person, ASKED, person, note="；".join(needs_confirmation(person)))
    return departure


@transaction.atomic
def take_back(person: User) -> bool:
    """False where nothing was asked for."""
    deleted, _ = Departure.objects.filter(user=person, done_at=None).delete()
    if deleted:
        Event.objects.record(person, TAKEN_BACK, person)
    return bool(deleted)


def may_confirm(actor: User, departure: Departure) -> bool:
    """Editors for contributors; for members of the office an administrator, and nobody for oneself."""
    if actor.pk == departure.user_id:
        return False
    of_office = bool(departure.user.roles & EDITORIAL)
    return bool(actor.roles & ({Role.ADMINISTRATOR} if of_office else REVIEWERS | {Role.ADMINISTRATOR}))


@transaction.atomic
def confirm(departure: Departure, actor: User) -> bool:
    """The office agrees. False where a colleague did, or it was taken back. Raises PermissionDenied."""
    if not may_confirm(actor, departure):
        raise PermissionDenied
    confirmed = Departure.objects.filter(pk=departure.pk, confirmed_at=None, done_at=None).update(
        confirmed_at=timezone.now(), confirmed_by=actor
    )
    if confirmed:
        Event.objects.record(actor, CONFIRMED, departure.user)
    return bool(confirmed)


def erase_due(at=None) -> list[str]:
    """Erase every account whose time is up and that nobody has to confirm any more; their labels."""
    erased = []
    for departure in Departure.objects.filter(done_at=None, due_at__lte=at or timezone.now()).order_by("pk"):
        with transaction.atomic():
            person = User.objects.select_for_update().get(pk=departure.user_id)
            held = Departure.objects.select_for_update().filter(pk=departure.pk, done_at=None).first()
            if held is None or (held.confirmed_at is None and needs_confirmation(person)):
                continue
            erased.append(_erase(person))
            Departure.objects.filter(pk=held.pk).update(done_at=timezone.now())
    return erased


def _erase(person: User) -> str:
    label = f"已注销用户{person.pk}"
    sessions.end_all(person)
    for holder in personal_data.HOLDERS:
        holder.erase(person, label)
    Authenticator.objects.filter(user=person).delete()
    ResetCode.objects.filter(user=person).delete()
    Event.objects.all().anonymise(person, label)
    own_log = {"content_type__app_label": "members", "content_type__model": "user", "object_id": str(person.pk)}
    LogEntry.objects.filter(**own_log).update(object_repr=label)
    person.set_roles([])
    person.name, person.login_name = label, f"erased-{person.pk}"
    person.post = person.phone = person.email = person.unit_claimed = ""
    person.unit, person.is_active, person.wants_reminders, person.last_login = None, False, False, None
    person.set_unusable_password()
    person.save()
    Event.objects.record(None, ERASED, person)
    return label
