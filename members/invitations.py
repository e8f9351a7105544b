"""A unit's invitation: whoever holds the code joins the unit at once, without waiting for an editor.

The code is kept as it is, not as a hash: who made it shows it again to the colleague who lost it. It opens one thing, a
contributor's account in one unit, so often and so long as was said; every account it made is in the audit trail.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from . import attempts, audit
from .models import Event, Unit
from .roles import REVIEWERS, Role

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is mistaken for another when read out
LENGTH = 8
MOST_USES, MOST_DAYS = 200, 90
GUESSES = attempts.Limit("invitation-code", 10, attempts.LOCKED_MINUTES)
INVITED, REVOKED, JOINED = "发出邀请", "作废邀请", "凭邀请加入"


class NotOpen(Exception):
    """The invitation takes nobody now; the message tells a person why and what to do next."""


def new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def normal_code(text: str) -> str:
    """As kept, from however it was typed or read out: k7qm-3fxw."""
    return "".join(character for character in text.upper() if character in LETTERS)[:LENGTH]


class InvitationQuerySet(models.QuerySet):
    def open(self, at=None):
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now(), used__lt=F("uses"))

    def visible_to(self, person):
        """The office sees all, a liaison those of the own unit."""
        if person.roles & (REVIEWERS | {Role.ADMINISTRATOR}):
            return self
        if Role.LIAISON in person.roles and person.unit_id:
            return self.filter(unit=person.unit_id)
        return self.none()


class UnitInvitation(models.Model):
    """A code that makes contributors of a unit."""

    unit = models.ForeignKey("members.Unit", models.PROTECT, related_name="invitations", verbose_name="单位")
    code = models.CharField("邀请码", max_length=LENGTH, unique=True, default=new_code, editable=False)
    uses = models.PositiveSmallIntegerField("可用次数", default=1)
    used = models.PositiveSmallIntegerField("已用次数", default=0, editable=False)
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发出人")
    created_at = models.DateTimeField("发出时间", default=timezone.now)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位邀请"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="invitation_not_overused"),
            models.CheckConstraint(condition=Q(uses__gte=1), name="invitation_of_use"),
        ]

    def __str__(self):
        return f"{self.unit} {self.shown_code}"

    def get_absolute_url(self):
        return reverse("join", args=[self.code])

    @property
    def shown_code(self) -> str:
        """In two halves, to be read out: K7QM-3FXW."""
        return f"{self.code[: LENGTH // 2]}-{self.code[LENGTH // 2 :]}"

    @property
    def closed_because(self) -> str:
        """Why it takes nobody now, in words; empty while it does."""
        if self.revoked_at or not self.unit.is_active or self.unit.merged_into_id:
            return "已经作废"
        if self.used >= self.uses:
            return "已经用完"
        return "已经过期" if self.expires_at <= timezone.now() else ""


def units_to_invite_for(actor):
    """The units an actor may invite for: all for the office, the own for a liaison."""
    units = Unit.objects.filter(is_active=True, merged_into=None)
    if actor.roles & (REVIEWERS | {Role.ADMINISTRATOR}):
        return units
    return units.filter(pk=actor.unit_id) if Role.LIAISON in actor.roles and actor.unit_id else units.none()


@transaction.atomic
def invite(unit, actor, *, uses: int, days: int) -> UnitInvitation:
    """Raises PermissionDenied; ValueError outside 1–MOST_USES uses and 1–MOST_DAYS days."""
    if not units_to_invite_for(actor).filter(pk=unit.pk).exists():
        raise PermissionDenied
    if not (1 <= uses <= MOST_USES and 1 <= days <= MOST_DAYS):
        raise ValueError("An invitation is limited in use and time.")
    until = timezone.now() + timedelta(days=days)
    invitation = UnitInvitation.objects.create(unit=unit, uses=uses, expires_at=until, created_by=actor)
    Event.objects.record(actor, INVITED, invitation, note=f"{uses} 人，{days} 天")
    return invitation


@transaction.atomic
def revoke(invitation: UnitInvitation, actor) -> bool:
    """False where it was revoked before. Who joined by it stays. Raises PermissionDenied."""
    if not UnitInvitation.objects.visible_to(actor).filter(pk=invitation.pk).exists():
        raise PermissionDenied
    revoked = UnitInvitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now())
    if revoked:
        Event.objects.record(actor, REVOKED, invitation)
    return bool(revoked)


def find(code: str) -> UnitInvitation | None:
    """The invitation with this code, open or not; None for a wrong one. Guessing is slowed (GUESSES an address)."""
    address = audit.current_address() or ""
    if not attempts.take(GUESSES, address):
        return None
    found = UnitInvitation.objects.select_related("unit").filter(code=normal_code(code)).first()
    if found:
        attempts.give_back(GUESSES, address)
    return found


def take_place(invitation: UnitInvitation, person, at=None) -> None:
    """Use it once for this person, inside the transaction that makes the account. Raises NotOpen.

    Compare and swap: of two who come at once for the last place, one gets it.
    """
    taken = UnitInvitation.objects.open(at).filter(pk=invitation.pk).update(used=F("used") + 1)
    invitation.refresh_from_db(fields=["used", "revoked_at"])
    if not taken:
        raise NotOpen(
            f"这个邀请{invitation.closed_because or '刚刚用完'}。请向发给您的同志要一个新的，或者直接申请账号。"
        )
    Event.objects.record(person, JOINED, person, note=str(invitation))
