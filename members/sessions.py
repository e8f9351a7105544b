"""Where a person is signed in: told in plain words, ended one by one or all at once, and when nobody is there.

A row stands beside each session, whatever stores the sessions; ending it deletes the session itself.
"""

import re
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import models
from django.dispatch import receiver
from django.utils import timezone

from . import audit

NOTED_EVERY = 60  # seconds: how exactly the last visit is known
BACKGROUND = "X-Background"  # a page that asks by itself says so: nobody is working then
_SEEN, _EDITORIAL = "seen", "editorial"
_SYSTEMS = (
    (r"HarmonyOS|OpenHarmony", "鸿蒙设备"),
    (r"iPhone", "苹果手机"),
    (r"iPad", "苹果平板"),
    (r"Android.*Mobile", "安卓手机"),
    (r"Android", "安卓平板"),
    (r"Windows", "Windows 电脑"),
    (r"Macintosh", "苹果电脑"),
    (r"Kylin|UOS|Linux|X11", "Linux 电脑"),
)
_BROWSERS = (
    (r"MicroMessenger", "微信"),
    (r"DingTalk", "钉钉"),
    (r"360SE|360EE|QIHU", "360 浏览器"),
    (r"QQBrowser", "QQ 浏览器"),
    (r"UCBrowser|UBrowser", "UC 浏览器"),
    (r"HuaweiBrowser", "华为浏览器"),
    (r"Edg", "Edge 浏览器"),
    (r"Firefox", "火狐浏览器"),
    (r"Chrome|Chromium", "谷歌浏览器"),
    (r"Safari", "Safari 浏览器"),
)


def device_words(user_agent: str) -> str:
    """What a browser says of itself, as people say it: 安卓手机，微信."""
    found = [
        next((words for pattern, words in table if re.search(pattern, user_agent)), "")
        for table in (_SYSTEMS, _BROWSERS)
    ]
    return "，".join(filter(None, found)) or "不认识的设备"


class SignedInQuerySet(models.QuerySet):
    def live(self):
        """Sessions that can still be in use, the last used first."""
        oldest = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return self.filter(seen__gt=oldest).order_by("-seen", "-pk")

    def end(self) -> int:
        """Sign out each of them, on its device; how many."""
        store = import_module(settings.SESSION_ENGINE).SessionStore
        keys = list(self.values_list("session_key", flat=True))
        for key in keys:
            store(key).delete()
        self.filter(session_key__in=keys).delete()
        return len(keys)


class SignedIn(models.Model):
    """One session of a person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="signed_in", verbose_name="账号")
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    device = models.CharField("设备", max_length=60)
    address = models.GenericIPAddressField("地址", null=True, blank=True)
    since = models.DateTimeField("登录时间", default=timezone.now)
    seen = models.DateTimeField("最近使用", default=timezone.now)

    objects = SignedInQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登录的设备"
        ordering = ("-seen", "-pk")

    def __str__(self):
        return self.device


@receiver(user_logged_in, dispatch_uid="members.note_session")
def note_session(sender, request, user, **kwargs) -> None:
    session, now = request.session, timezone.now()
    session[_SEEN], session[_EDITORIAL] = now.timestamp(), user.is_staff
    if not session.session_key:
        session.save()
    stale = SignedIn.objects.filter(user=user, seen__lt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE))
    stale.delete()
    SignedIn.objects.update_or_create(
        session_key=session.session_key,
        defaults={
            "user": user,
            "device": device_words(request.META.get("HTTP_USER_AGENT", "")),
            "address": audit.current_address(),
            "since": now,
            "seen": now,
        },
    )


@receiver(user_logged_out, dispatch_uid="members.forget_session")
def forget_session(sender, request, **kwargs) -> None:
    if request is not None and request.session.session_key:
        SignedIn.objects.filter(session_key=request.session.session_key).delete()


def carry_over(request, previous_key: str | None) -> None:
    """The session got a new key (a changed password): its row follows, all others of the person end."""
    SignedIn.objects.filter(session_key=previous_key).update(session_key=request.session.session_key)
    end_others(request)


def end_others(request) -> int:
    """Sign out this person everywhere but here; how many devices."""
    return SignedIn.objects.filter(user=request.user).exclude(session_key=request.session.session_key).end()


def end_all(person) -> int:
    return SignedIn.objects.filter(user=person).end()


def is_editorial(request) -> bool:
    """Whether the session belongs to somebody of the office, as of signing in; asks nothing of the database."""
    return bool(request.session.get(_EDITORIAL))


def seconds_left(request) -> int | None:
    """Until an unattended session of the office ends; None where none does."""
    limit = settings.IDLE_MINUTES * 60
    if not limit or SESSION_KEY not in request.session or not is_editorial(request):
        return None
    return max(0, int(limit - (timezone.now().timestamp() - request.session.get(_SEEN, 0))))


def touch(request) -> None:
    """Somebody is there. Written once a minute at most."""
    now = timezone.now()
    if now.timestamp() - request.session.get(_SEEN, 0) < NOTED_EVERY:
        return
    request.session[_SEEN] = now.timestamp()
    SignedIn.objects.filter(session_key=request.session.session_key).update(seen=now, address=audit.current_address())


class SessionsMiddleware:
    """Signs out an office session that nobody used (`IDLE_MINUTES`), and notes the last visit of the others."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.idle_seconds = None
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        if SESSION_KEY in request.session and _EDITORIAL not in request.session and request.user.is_authenticated:
            # Signed in before there was a list of sessions: the rules hold for it as well.
            note_session(sender=None, request=request, user=request.user)
        request.idle_seconds = seconds_left(request)
        if request.idle_seconds == 0:
            logout(request)
            messages.warning(request, f"{settings.IDLE_MINUTES} 分钟没有操作，已经自动退出。请重新登录。")
            request.idle_seconds = None
        response = self.get_response(request)
        if SESSION_KEY in request.session and BACKGROUND not in request.headers:
            touch(request)
        return response


def last_seen(row: SignedIn, now: datetime) -> str:
    """刚刚, 12 分钟前, 3 小时前, or the day."""
    minutes = int((now - row.seen).total_seconds() // 60)
    if minutes < 2:
        return "刚刚"
    if minutes < 60:
        return f"{minutes} 分钟前"
    return f"{minutes // 60} 小时前" if minutes < 24 * 60 else f"{timezone.localtime(row.seen):%-m月%-d日 %H:%M}"
