"""What programs that keep a copy of the journal must be told: published, corrected, access changed, taken down.

Nobody reports what he did: `note` compares each article of an issue with what was noted of it last. So every act that
ends with readers seeing something else ends with `note`, and noting twice changes nothing.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from . import search
from .models import Access, Article, ArticleChange, Issue, Journal

PUBLISHED, CORRECTED, ACCESS_CHANGED, WITHDRAWN = "published", "corrected", "access_changed", "withdrawn"


class Told(NamedTuple):
    """A change as one person is told of it; `article` may be read exactly where `kind` is not WITHDRAWN."""

    number: int
    kind: str
    at: datetime
    article: Article


@transaction.atomic
def note(issue: Issue) -> None:
    """Write down what became different of the issue's articles. Call it in the transaction that made it so."""
    # One writer at a time: numbers come in the order of the commits, and nobody who has read one misses a lower one.
    Journal.objects.select_for_update(no_key=True).get(pk=1)
    last = {row.article_id: row for row in ArticleChange.objects.filter(article__issue=issue).order_by("pk")}
    state = Issue.objects.values_list("state", flat=True).get(pk=issue.pk)
    out = state == Issue.State.PUBLISHED
    rows = []
    for article in issue.articles.select_related("text").order_by("section", "position", "pk"):
        before = last.get(article.pk)
        was = before.access_after if before else Access.UNDECIDED
        now = article.access if out and article.withdrawn_at is None else Access.UNDECIDED
        same_text = before is not None and before.version_id == article.text.current_id
        if was != now or (now and not same_text):
            rows.append(
                ArticleChange(article=article, version_id=article.text.current_id, access_before=was, access_after=now)
            )
    ArticleChange.objects.bulk_create(rows)


def concerning(user) -> QuerySet[ArticleChange]:
    """The changes of what the person may read now or might have read before, oldest first."""
    allowed = _allowed(user)
    return ArticleChange.objects.filter(Q(access_before__in=allowed) | Q(access_after__in=allowed)).order_by("pk")


def told(rows: list[ArticleChange], user, articles: QuerySet[Article]) -> Iterator[Told]:
    """These changes as the person is told of them: what has been taken down since is told as such at once.

    articles: what to load of those that may be read.
    """
    allowed = _allowed(user)
    ids = {row.article_id for row in rows}
    readable = {article.pk: article for article in articles.filter(pk__in=search.readable_by(user).filter(pk__in=ids))}
    for row in rows:
        if row.article_id not in readable:
            kind = WITHDRAWN
        elif not {row.access_before, row.access_after} <= set(allowed):
            kind = PUBLISHED
        else:
            kind = ACCESS_CHANGED if row.access_before != row.access_after else CORRECTED
        yield Told(row.pk, kind, row.at, readable.get(row.article_id) or row.article)


def _allowed(user) -> tuple[str, ...]:
    return (Access.PUBLIC, Access.INTERNAL) if getattr(user, "is_member", False) else (Access.PUBLIC,)
