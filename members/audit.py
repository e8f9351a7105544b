"""The audit trail's surroundings: where an act comes from, and what else of the admin and of signing in is told.

Nothing here is asked of the code that acts: `Event.objects.record` takes address and time from the context.
"""

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

RETENTION_DAYS = 190  # RULES.md section 10: security-relevant acts are kept for six months and longer
FAILURES_TOLD = 60  # failed sign-ins of one address in FAILURE_SECONDS; more are not told one by one
FAILURE_SECONDS = 15 * 60

_address: ContextVar[str | None] = ContextVar("audit_address", default=None)
_moment: ContextVar[datetime | None] = ContextVar("audit_moment", default=None)
_told: ContextVar[set[tuple[str, str]] | None] = ContextVar("audit_told", default=None)


def current_address() -> str | None:
    """The address the present request comes from; None for what the program does by itself."""
    return _address.get()


def current_moment() -> datetime | None:
    """The time given to what is recorded now (`dated`); None for the present."""
    return _moment.get()


@contextmanager
def dated(moment: datetime) -> Iterator[None]:
    """Give what is recorded inside the block the time `moment`: for imported and demonstration history."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def is_told(subject_type: str, subject_id: str) -> bool:
    """Whether the present request has told about this subject itself."""
    return (subject_type, subject_id) in (_told.get() or ())


def note_told(subject_type: str, subject_id: str) -> None:
    """Remember that the present request has told about this subject itself."""
    told = _told.get()
    if told is not None:
        told.add((subject_type, subject_id))


def client_address(remote: str, forwarded: str, trusted: list[str]) -> str | None:
    """The address of who asks: REMOTE_ADDR, or what a trusted proxy says of it.

    forwarded: X-Forwarded-For; read from its end, past the trusted proxies, for its beginning is whatever the sender
    wrote. trusted: addresses or networks. None where there is no address (a socket, damage).
    """
    networks = [ipaddress.ip_network(one, strict=False) for one in trusted]
    found = _read(remote)
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while found is not None and hops and any(found in network for network in networks):
        nearer = _read(hops.pop())
        if nearer is None:
            break
        found = nearer
    return str(found) if found is not None else None


def _read(text: str):
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


class AddressMiddleware:
    """Puts the address of a request where the audit trail finds it, and takes it away afterwards."""

    def __init__(self, get_response: Callable):
        self.get_response = get_response

    def __call__(self, request):
        remote, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        address = _address.set(client_address(remote, forwarded, settings.TRUSTED_PROXIES))
        told = _told.set(set())
        try:
            return self.get_response(request)
        finally:
            _told.reset(told)
            _address.reset(address)


def told_of_failures(address: str | None) -> tuple[bool, str]:
    """Whether a failed sign-in of this address is still told one by one, and what to add to it."""
    key = f"failed-sign-ins:{(address or 'none').encode().hex()}"
    count = cache.get(key, 0) + 1
    cache.set(key, count, FAILURE_SECONDS)
    note = "这个地址失败次数过多，15 分钟内不再逐条记录" if count == FAILURES_TOLD else ""
    return count <= FAILURES_TOLD, note
