"""Guessing a password is slowed: five failures lock a login name for a quarter of an hour (RULES.md section 10)."""

from django.core.cache import cache

from .models import normal_login_name

FAILURES = 5
LOCKED_SECONDS = 15 * 60


def _key(login_name: str) -> str:
    # Names from outside may hold anything; a cache key may not.
    return f"sign-in:{normal_login_name(login_name).encode().hex()[:200]}"


def is_locked(login_name: str) -> bool:
    return cache.get(_key(login_name), 0) >= FAILURES


def note_failure(login_name: str) -> None:
    cache.set(_key(login_name), cache.get(_key(login_name), 0) + 1, LOCKED_SECONDS)


def forget(login_name: str) -> None:
    cache.delete(_key(login_name))
