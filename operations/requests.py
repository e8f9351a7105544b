"""Every request has a number: on each line of the log, in the answer's header, and on the error page to quote."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar

from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
# What a proxy in front has numbered already keeps its number, as long as it looks like one.
_LOOKS_LIKE_ONE = re.compile(r"[A-Za-z0-9-]{8,64}")
_number: ContextVar[str] = ContextVar("request_number", default="")

log = logging.getLogger("quarterly.requests")


def current_number() -> str:
    """The number of the present request; empty outside of one."""
    return _number.get()


class RequestNumberMiddleware:
    """Numbers requests and writes one line for each: what was asked, the answer, how long it took; nothing of a person.

    No query, no address, no name: words a reader looked for and links with a token are personal or secret.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Not request.headers, which reads every header first: this stands before the pages that are kept.
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.number = given if _LOOKS_LIKE_ONE.fullmatch(given) else secrets.token_hex(6)
        token = _number.set(request.number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            level = logging.WARNING if response.status_code >= 500 else logging.INFO
            if log.isEnabledFor(level):
                took = (time.perf_counter() - started) * 1000
                facts = {"method": request.method, "status": response.status_code, "ms": round(took, 1)}
                log.log(level, "%s %s", request.method, pattern_of(request), extra={"facts": facts})
            response[HEADER] = request.number
            return response
        finally:
            _number.reset(token)


def pattern_of(request: HttpRequest) -> str:
    """The address as the site knows it, without what was put in: `/submit/<uuid:pk>/`; what it does not know: (none)."""
    match = request.resolver_match
    return f"/{match.route}" if match else "(none)"


@receiver(got_request_exception, dispatch_uid="operations.note_failure")
def note_failure(sender, request=None, **kwargs) -> None:
    """Django's own record of a failure names the address with its words; the number is enough to find the trace."""
    log.error("failed: %s", pattern_of(request) if request is not None else "(none)", exc_info=True)
