"""The second factor (two-step sign-in): a code from an app on the phone, or a recovery code kept on paper.

Keys, codes and their checking are django-allauth's (RFC 6238, 30 seconds, one step of tolerance); pages, limits and
the audit trail are ours. A code serves once: besides allauth's note in the cache, one in the database, which no two
workers can take at the same moment.
"""

import time
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from . import attempts, sessions
from .models import Event, User
from .roles import Role

SET_UP, RESET, NEW_CODES, RECOVERED = "设置两步验证", "重置两步验证", "换新恢复码", "用恢复码登录"
PENDING_SECONDS = 10 * 60
_ONCE = attempts.Limit("second-factor-code", 1, 2)  # longer than the three steps in which a code is good
_SECRET, _TO_SHOW = "second_factor_secret", "second_factor_codes"
_PENDING, _PASSED = "second_factor_pending", "second_factor_passed"

WRONG = "验证码不对，或者已经用过、过了时间。请看手机上现在显示的 6 位数字，再输一次；手机时间要准。"
LOCKED = f"验证码连续输错 {attempts.FAILURES} 次，先停 {attempts.LOCKED_MINUTES} 分钟。请过一会儿再试；手机不在身边，请用恢复码，或请管理员重置。"


class CodeRefused(Exception):
    """The code does not open; the message tells a person why and what to do next."""


def is_set_up(person) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def is_required_of(person) -> bool:
    return settings.SECOND_FACTOR_REQUIRED and person.is_staff


def codes_left(person) -> int:
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(kept.wrap().get_unused_codes()) if kept else 0


def secret_of(session) -> str:
    """The key that is being set up in this session; the same one when the page is loaded again."""
    return session.setdefault(_SECRET, generate_totp_secret())


def key_address(person, secret: str, issuer: str) -> str:
    """What the app on the phone reads from the QR code (Google's key URI format)."""
    label = quote(f"{issuer}:{person.login_name}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"


def set_up(request, code: str) -> None:
    """Keep the session's key for the person once the phone shows its code. Raises CodeRefused."""
    person, secret = request.user, secret_of(request.session)
    _take(person)
    if not validate_totp_code(secret, code) or not attempts.take(_ONCE, person.pk, _digits(code)):
        raise CodeRefused(WRONG)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if is_set_up(person):
            raise CodeRefused("两步验证已经设好了。要换手机，请先请管理员重置。")
        TOTP.activate(person, secret)
        _make_codes(person)
        Event.objects.record(person, SET_UP, person)
    attempts.forget(attempts.SECOND_FACTOR, person.pk)
    del request.session[_SECRET]
    request.session[_PASSED] = request.session[_TO_SHOW] = True
    sessions.end_others(request)


def renew_codes(request) -> None:
    """Ten new recovery codes; the old ones are good for nothing. Raises CodeRefused without a second factor."""
    person = request.user
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if not is_set_up(person):
            raise CodeRefused("还没有设两步验证，所以没有恢复码。请先设置。")
        _make_codes(person)
        Event.objects.record(person, NEW_CODES, person)
    request.session[_TO_SHOW] = True


def codes_to_show(request) -> list[str]:
    """The new recovery codes, until the person says that they are kept; then never again."""
    kept = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).first()
    return kept.wrap().get_unused_codes() if kept and request.session.get(_TO_SHOW) else []


def codes_are_kept(request) -> None:
    request.session.pop(_TO_SHOW, None)


def check(person, code: str) -> None:
    """Raises CodeRefused unless the code is the person's, and was never used before."""
    _take(person)
    used = _which(person, code)
    if used is None:
        raise CodeRefused(WRONG)
    attempts.forget(attempts.SECOND_FACTOR, person.pk)
    used.record_usage()
    if used.type == Authenticator.Type.RECOVERY_CODES:
        Event.objects.record(person, RECOVERED, person, note=f"还剩 {codes_left(person)} 个")


@transaction.atomic
def reset(person, actor, reason: str) -> None:
    """Take another's second factor away (a lost phone) and sign the person out everywhere.

    Raises PermissionDenied for who is no administrator, ValueError without a reason.
    """
    if not may_reset(actor, person):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("A reset is told with its reason.")
    Authenticator.objects.filter(user=person).delete()
    attempts.forget(attempts.SECOND_FACTOR, person.pk)
    sessions.end_all(person)
    Event.objects.record(actor, RESET, person, note=reason.strip())


def may_reset(actor, person) -> bool:
    return actor.pk != person.pk and (actor.is_superuser or Role.ADMINISTRATOR in actor.roles)


def _take(person) -> None:
    if not attempts.take(attempts.SECOND_FACTOR, person.pk):
        raise CodeRefused(LOCKED)


def _which(person, code: str) -> Authenticator | None:
    for kept in Authenticator.objects.filter(user=person).order_by("-type"):
        if kept.wrap().validate_code(code):
            is_first_use = kept.type != Authenticator.Type.TOTP or attempts.take(_ONCE, person.pk, _digits(code))
            return kept if is_first_use else None
    return None


def _make_codes(person) -> None:
    Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(person)


def _digits(code: str) -> str:
    return "".join(character for character in code if character.isdigit())


# Between password and code: the session knows who asks, and nobody is signed in.


def hold(request, person) -> None:
    """Remember the right password for ten minutes; the session of before is not carried into it."""
    request.session.cycle_key()
    request.session[_PENDING] = {
        "person": person.pk,
        "hash": person.get_session_auth_hash(),
        "until": time.time() + PENDING_SECONDS,
    }


def pending(request) -> User | None:
    """Who gave the right password in this session and owes the code."""
    kept = request.session.get(_PENDING)
    if not kept or kept["until"] < time.time():
        return None
    person = User.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != kept["hash"]:
        return None
    return person


def drop(request) -> None:
    request.session.pop(_PENDING, None)


def note_passed(request) -> None:
    request.session[_PASSED] = True


class SecondFactorMiddleware:
    """Leads who must have a second factor to setting it up, before anything else (`SECOND_FACTOR_REQUIRED`)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not self._is_owed(request) or request.path in self._open_addresses():
            return self.get_response(request)
        if request.user.is_authenticated and is_set_up(request.user):
            # Signed in before the second factor was asked for.
            logout(request)
            return redirect(f"{reverse('sign_in')}?{urlencode({'next': self._wanted(request)})}")
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"message": "请先设置两步验证，再接着做。"}, status=403)
        return redirect(f"{reverse('second_factor_setup')}?{urlencode({'next': self._wanted(request)})}")

    def _is_owed(self, request) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return False
        session = request.session
        return SESSION_KEY in session and sessions.is_editorial(request) and not session.get(_PASSED)

    def _open_addresses(self) -> set[str]:
        return {reverse(name) for name in ("second_factor_setup", "second_factor_codes", "sign_out", "session")}

    def _wanted(self, request) -> str:
        return request.get_full_path() if request.method == "GET" else reverse("admin:index")


def safe_next(request, fallback: str) -> str:
    """The address that was wanted, where it is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else fallback
