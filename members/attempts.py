"""Guessing is slowed: five failures lock a name for who asks, for a quarter of an hour (RULES.md section 10).

Counted in the database, not in the cache: the file cache has no atomic counter, throws rows away when it is full, and
a cache that is away must not open the door. An attempt is taken before the password is looked at, so that a hundred
requests at once get five looks and not a hundred.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from . import audit
from .models import Event


class Attempt(models.Model):
    """How often something was tried since a moment. The key is a hash: what strangers type is not kept."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "尝试次数"

    def __str__(self):
        return f"{self.count}"


@dataclass(frozen=True)
class Limit:
    """At most so many attempts; the last one allowed starts the time in which none is."""

    name: str
    most: int
    minutes: int


FAILURES = 5
LOCKED_MINUTES = 15
PAIR = Limit("sign-in", FAILURES, LOCKED_MINUTES)
# Many names from one address (an office behind one router makes few mistakes), and one name from many addresses.
ADDRESS = Limit("sign-in-address", 100, LOCKED_MINUTES)
NAME = Limit("sign-in-name", 30, LOCKED_MINUTES)
SECOND_FACTOR = Limit("second-factor", FAILURES, LOCKED_MINUTES)
# What an open session asks the password for once more.
OWN_PASSWORD = Limit("own-password", FAILURES, LOCKED_MINUTES)
# A person's own address stays open while strangers try the name, so nobody can be locked out from outside.
FAMILIAR_DAYS = 90
KEPT = timedelta(days=1)


def take(limit: Limit, *parts: object) -> bool:
    """Count one attempt; False where none is left now. Atomic across threads, processes and machines."""
    key, now = _key(limit, parts), timezone.now()
    with transaction.atomic():
        row, is_new = Attempt.objects.select_for_update().get_or_create(key=key, defaults={"since": now})
        if row.since <= now - timedelta(minutes=limit.minutes):
            row.count, row.since = 0, now
        row.count += 1
        if row.count == limit.most:
            row.since = now
        row.save()
    if is_new:
        Attempt.objects.filter(since__lt=now - KEPT).delete()
    return row.count <= limit.most


def give_back(limit: Limit, *parts: object) -> None:
    """The attempt was none: it came from who is meant."""
    Attempt.objects.filter(key=_key(limit, parts), count__gt=0).update(count=F("count") - 1)


def forget(limit: Limit, *parts: object) -> None:
    Attempt.objects.filter(key=_key(limit, parts)).delete()


def may_sign_in(login_name: str) -> bool:
    """Take an attempt for this login name (in its normal spelling) from the present address; False where locked."""
    address = audit.current_address() or ""
    if not take(PAIR, login_name, address) or not take(ADDRESS, address):
        return False
    return take(NAME, login_name) or is_familiar(login_name, address)


def signed_in(login_name: str) -> None:
    """The password was right: nothing of it counts."""
    address = audit.current_address() or ""
    forget(PAIR, login_name, address)
    give_back(ADDRESS, address)
    give_back(NAME, login_name)


def is_familiar(login_name: str, address: str) -> bool:
    """Whether the account signed in from there in the last FAMILIAR_DAYS days."""
    since = timezone.now() - timedelta(days=FAMILIAR_DAYS)
    own = Event.objects.filter(actor__login_name=login_name, verb="登录", at__gt=since)
    return bool(address) and own.filter(address=address).exists()


def _key(limit: Limit, parts: tuple) -> str:
    return hashlib.sha256("\0".join([limit.name, *map(str, parts)]).encode()).hexdigest()
