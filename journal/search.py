"""Chinese full-text search by bigrams: what is indexed, what is found, in what order.

Found are articles that hold every phrase of the query; a phrase in the title counts before one in the text, then the
newer issue before the older. The same on both databases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from journal.text.bigrams import Query, index_tokens, parse_query
from journal.text.blocks import plain_text

from .models import Article
from .search_tables import TABLE, Entry, table

BATCH = 200


@dataclass(frozen=True)
class Result:
    """What a query found: its parsed form, and the articles (parts of composites among them), best first."""

    query: Query
    articles: QuerySet

    @property
    def ids(self) -> list[int]:
        return list(self.articles.values_list("pk", flat=True))


def search(query: str, articles: QuerySet) -> Result:
    """Search within `articles`; start from `readable_by(user)`. A query without any word to look for finds nothing."""
    parsed = parse_query(query)
    if not parsed.phrases:
        return Result(parsed, articles.none())
    for phrase in parsed.phrases:
        articles = articles.filter(_holds(phrase))
    for phrase in parsed.excluded:
        articles = articles.exclude(_holds(phrase))
    in_title = sum((_one_if(_holds(phrase, in_title=True)) for phrase in parsed.phrases), Value(0))
    return Result(parsed, newest_first(articles.annotate(in_title=in_title), "-in_title"))


def newest_first(articles: QuerySet, *before: str) -> QuerySet:
    newest = F("issue__year").desc(nulls_last=True), F("issue__number").desc(nulls_last=True)
    return articles.order_by(*before, *newest, "section__position", "position", "pk")


def readable_by(user) -> QuerySet:
    """Everything the person may read; a part of a composite only where its composite may be read, for it leads there."""
    return _with_readable_parents(Article.objects.visible_to(user))


def published() -> QuerySet:
    """Everything a signed-in member may read."""
    return _with_readable_parents(Article.objects.published())


def index_articles(articles: Iterable[Article]) -> None:
    """Bring the index up to date for these articles. Give `text__current` and bylines along for fewer queries."""
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) == BATCH:
            _index(batch)
            batch = []
    if batch:
        _index(batch)


def remove(article_ids: Sequence[int]) -> None:
    """Forget these articles."""
    table().delete(list(article_ids))


@transaction.atomic
def rebuild() -> int:
    """Index every article anew; the number of articles indexed."""
    forget_deleted()
    articles = Article.objects.select_related("text__current").prefetch_related("bylines").order_by("pk")
    index_articles(articles.iterator(chunk_size=BATCH))
    return articles.count()


def forget_deleted() -> None:
    """Drop what belongs to no article any more."""
    table().prune()


@receiver(post_migrate, dispatch_uid="journal.search.after_migrate")
def _after_migrate(app_config, using, **kwargs) -> None:
    """A flush (of transactional tests, say) empties only the tables Django knows, and signals this afterwards."""
    if app_config.label == "journal" and TABLE in connections[using].introspection.table_names():
        forget_deleted()


def _index(articles: list[Article]) -> None:
    entries = [_entry(article) for article in articles]
    with transaction.atomic():
        table().delete([article.pk for article in articles])
        table().put(entries)


def _entry(article: Article) -> Entry:
    title = " ".join(filter(None, (article.kicker, article.title, article.contents_title, article.subtitle)))
    signed = " ".join(f"{line.name} {line.affiliation}" for line in article.bylines.all())
    body = plain_text(article.text.current.html) if article.text.current else ""
    return Entry(article.pk, index_tokens(title), index_tokens(signed), index_tokens(body))


def _with_readable_parents(articles: QuerySet) -> QuerySet:
    # Exists, not IN: PostgreSQL then asks for a parent only where there is one.
    return articles.filter(Q(parent__isnull=True) | Exists(articles.filter(pk=OuterRef("parent"))))


def _holds(phrase, *, in_title=False) -> Q:
    sql, params = table().holding(phrase, in_title=in_title)
    return Q(pk__in=RawSQL(sql, params))  # noqa: S611 (the words travel as parameters)


def _one_if(condition: Q):
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
