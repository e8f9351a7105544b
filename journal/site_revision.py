"""One token for everything readers see: whatever is cached under another token than the present one is stale.

The token stands in the cache the workers share and nowhere else, and a new one is never equal to an old one. So there is
no second truth that could fall behind: a lost, evicted or emptied cache means a new token, which costs time, and never
brings back a page of yesterday. Reading it costs no query.

A change of what readers see goes through `raise_site_revision` inside its transaction. From that call until the commit
nothing is cached (`UNSETTLED`), afterwards there is a new token. A process killed between the commit and the new token
leaves UNSETTLED behind, which runs out by itself. The token runs out as well: when the next scheduled issue is due, and
at midnight, since pages tell dates; beside a Redis, which may be away when it should be told, every minute.
"""

import secrets
from datetime import datetime, time, timedelta
from time import time as time_now

from django.conf import settings
from django.core.cache import caches
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from members.models import Unit

from .models import (
    Article,
    Author,
    BoardMember,
    Byline,
    Highlight,
    Imprint,
    Issue,
    IssueMatter,
    IssueSection,
    Journal,
    JournalLink,
    Picture,
    Section,
)

KEY = "site-revision"
UNSETTLED = ""
UNSETTLED_SECONDS = 60  # longer than a publication takes; after a crash, pages are made anew for so long


def site_revision() -> str:
    """The present token; UNSETTLED while a change is being written, when nothing may be cached."""
    found = caches["pages"].get(KEY)
    if found is None:
        caches["pages"].add(KEY, _token(), _seconds_left())
        found = caches["pages"].get(KEY, UNSETTLED)
    return found


def raise_site_revision() -> None:
    """Everything cached of the public site is stale from the commit on, in every worker (DESIGN.md 7)."""
    if transaction.get_connection().in_atomic_block:
        caches["pages"].set(KEY, UNSETTLED, UNSETTLED_SECONDS)
        transaction.on_commit(_settle)
    else:
        _settle()


def _settle() -> None:
    caches["pages"].set(KEY, _token(), _seconds_left())


def settled_at(revision: str) -> int | None:
    """Since when (seconds of Unix time) readers see what this token stands for.

    None while a change is being written and in the second it was made: who asks then has no date to compare.
    """
    moment = int(revision.split("-")[0], 16) if revision else None
    return moment if moment is not None and moment < int(time_now()) else None


def _token() -> str:
    return f"{int(time_now()):x}-{secrets.token_hex(8)}"


def _seconds_left() -> float:
    now = timezone.now()
    return min(max((next_change(now) - now).total_seconds(), 0.001), settings.REVISION_SECONDS)


def next_change(now: datetime) -> datetime:
    """When pages change by themselves: the next issue that is due, at the latest midnight."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    midnight = timezone.make_aware(datetime.combine(tomorrow, time.min))
    scheduled = Issue.objects.filter(state=Issue.State.PUBLISHED, published_at__gt=now)
    due = scheduled.aggregate(due=models.Min("published_at"))["due"]
    return min(due, midnight) if due else midnight


def raise_on_change(*senders: type[models.Model]) -> None:
    """Raise the revision whenever a row of these is saved or deleted that readers may see.

    Only what is saved row by row is seen here: verbs that use `update` call `raise_site_revision` themselves.
    """
    for sender in senders:
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=sender, dispatch_uid=f"site revision {sender._meta.label}")


def _changed(sender, instance, created=False, **kwargs) -> None:
    if kwargs.get("raw") or not _is_read(instance, created):
        return
    raise_site_revision()


def _is_read(instance, created: bool) -> bool:
    """A new picture or author is nowhere yet; what belongs to an issue in the making is the office's alone."""
    if isinstance(instance, Picture | Author | Unit):
        return not created
    if isinstance(instance, Byline):
        instance = instance.article
    issue = instance if isinstance(instance, Issue) else getattr(instance, "issue", None)
    if isinstance(instance, Issue | Article | IssueSection | Imprint | IssueMatter | Highlight | BoardMember):
        return issue is not None and issue.state in (Issue.State.PUBLISHED, Issue.State.WITHDRAWN)
    return True


READ = (
    Article,
    Author,
    BoardMember,
    Byline,
    Highlight,
    Imprint,
    Issue,
    IssueMatter,
    IssueSection,
    Journal,
    JournalLink,
    Picture,
    Section,
    Unit,
)
