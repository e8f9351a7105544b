"""Chinese full-text search by bigrams: what is indexed, what is found, in what order.

Found are articles that hold every phrase of the query; more of its phrases in the title count before fewer, then the
newer issue before the older. The same on both databases.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from journal.text.bigrams import Query, in_pairs, index_tokens, parse_query
from journal.text.blocks import plain_text

from .models import Article
from .search_tables import TITLES, Entry, table

BATCH = 50
# So many articles are listed, counted and sorted. A word that stands in more is met again and again on the way from
# the newest article to the oldest: its first pages need no list of all, and nobody reads its last.
MOST_COUNTED = 1000
MOST_TRIES = 4


@dataclass(frozen=True)
class Result:
    """What a query found, best first; a sequence for a paginator.

    found: the articles in no order, parts of composites among them; in_titles: how many phrases of the query the
    titles hold, where any; few: no more than MOST_COUNTED in the whole archive; newest: by time alone.
    """

    query: Query
    found: QuerySet
    in_titles: dict[int, int]
    few: bool
    newest: bool = False
    total: int | None = None  # where it is known already

    @property
    def articles(self) -> QuerySet:
        """All of them as one queryset, best first; slow for a word that is everywhere."""
        if self.newest or not self.in_titles:
            return newest_first(self.found)
        by_hits = [When(pk__in=pks, then=Value(hits)) for hits, pks in self._by_hits().items()]
        in_title = Case(*by_hits, default=Value(0), output_field=IntegerField())
        return newest_first(self.found.annotate(in_title=in_title), "-in_title")

    @property
    def ids(self) -> list[int]:
        return list(self.articles.values_list("pk", flat=True))

    def narrowed(self, found: QuerySet) -> "Result":
        return replace(self, found=found)

    def by_time(self) -> "Result":
        return replace(self, newest=True)

    def counted(self, total: int) -> "Result":
        return replace(self, total=total)

    def count(self) -> int:
        """How many there are, MOST_COUNTED at most."""
        return min(self._counted, MOST_COUNTED)

    @property
    def more(self) -> bool:
        """Whether there are more than are counted."""
        return self._counted > MOST_COUNTED

    def __getitem__(self, part: slice) -> list[Article]:
        if self.few:
            return list(self.articles[part])
        pks = self._pks(part.start, part.stop)
        by_pk = {article.pk: article for article in self.found.filter(pk__in=pks)}
        return [by_pk[pk] for pk in pks if pk in by_pk]

    @cached_property
    def _counted(self) -> int:
        return self.found.order_by()[: MOST_COUNTED + 1].count() if self.total is None else self.total

    def _pks(self, start: int, stop: int) -> list[int]:
        """Titles that hold more of the words before those that hold fewer, then the others as far as they are needed."""
        if self.newest or not self.in_titles:
            return list(newest_first(self.found).values_list("pk", flat=True)[start:stop])
        pks: list[int] = []
        for hits, titled in sorted(self._by_hits().items(), reverse=True):
            if len(pks) < stop and len(titled) <= MOST_COUNTED:
                pks += newest_first(self.found.filter(pk__in=titled)).values_list("pk", flat=True)[: stop - len(pks)]
            elif len(pks) < stop:
                pks += self._on_the_way(stop - len(pks), lambda pk, hits=hits: self.in_titles.get(pk) == hits)
        if len(pks) < stop and len(self.in_titles) <= MOST_COUNTED:
            others = newest_first(self.found.exclude(pk__in=self.in_titles)).values_list("pk", flat=True)
            pks += others[: stop - len(pks)]
        elif len(pks) < stop:
            pks += self._on_the_way(stop - len(pks), lambda pk: pk not in self.in_titles)
        return pks[start:stop]

    def _on_the_way(self, most: int, wanted: Callable[[int], bool]) -> list[int]:
        """The first `most` that are wanted from the newest to the oldest, for what is met often; in growing stretches."""
        everything, pks, place, length = newest_first(self.found).values_list("pk", flat=True), [], 0, 5 * most
        while len(pks) < most:
            stretch = list(everything[place : place + length])
            pks += filter(wanted, stretch)
            if len(stretch) < length:
                break
            place, length = place + length, 4 * length
        return pks[:most]

    def _by_hits(self) -> dict[int, list[int]]:
        return {
            hits: [pk for pk, many in self.in_titles.items() if many == hits] for hits in set(self.in_titles.values())
        }


def search(query: str, articles: QuerySet) -> Result:
    """Search within `articles`; start from `readable_by(user)`. A query without any word to look for finds nothing."""
    parsed = parse_query(query)
    if not parsed.phrases:
        return Result(parsed, articles.none(), {}, few=True)
    few = table().found(parsed, MOST_COUNTED)
    if few is not None:
        titled = {pk: hits for pk, hits in few.items() if hits}
        return Result(parsed, articles.filter(pk__in=few), titled, few=True)
    titled = Counter(pk for phrase in parsed.phrases for pk in table().in_titles(phrase))
    for phrase in parsed.phrases:
        articles = articles.filter(table().holds(phrase))
    for phrase in parsed.excluded:
        articles = articles.exclude(table().holds(phrase))
    return Result(parsed, articles, dict(titled), few=False)


def everything(articles: QuerySet) -> Result:
    """All of `articles`, newest first: what there is where no word is asked for."""
    return Result(parse_query(""), articles, {}, few=False)


def looser(query: str, articles: QuerySet) -> list[tuple[str, Result]]:
    """Other words to try where `query` found nothing, each with what it finds: without the words to be left out, each
    word alone, a long word in pairs of characters."""
    parsed = parse_query(query)
    tries = [" ".join(phrase.text for phrase in parsed.phrases)] if parsed.excluded else []
    if len(parsed.phrases) > 1:
        tries += [phrase.text for phrase in parsed.phrases]
    elif parsed.phrases:
        tries += in_pairs(parsed.phrases[0])
    found = ((words, search(words, articles)) for words in dict.fromkeys(tries[:MOST_TRIES]))
    return [(words, result) for words, result in found if result.count()]


def newest_first(articles: QuerySet, *before: str) -> QuerySet:
    return articles.order_by(*before, "-issue__year", "-issue__number", "section__position", "position", "pk")


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


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Index every article anew; the number of articles indexed. `progress` is told how many of how many are done.

    In small transactions: what is not done yet is found as before, and nobody who writes waits long. Broken off, it
    can simply be started again.
    """
    forget_deleted()
    pks = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    articles = Article.objects.select_related("text__current").prefetch_related("bylines").order_by("pk")
    for start in range(0, len(pks), BATCH):
        with transaction.atomic():
            # Held while they are read and written: a correction at the same moment comes before or after, never between.
            _index(list(articles.select_for_update(of=("self", "text")).filter(pk__in=pks[start : start + BATCH])))
        progress(min(start + BATCH, len(pks)), len(pks))
    return len(pks)


def forget_deleted() -> None:
    """Drop what belongs to no article any more."""
    table().prune()


@receiver(post_migrate, dispatch_uid="journal.search.after_migrate")
def _after_migrate(app_config, using, **kwargs) -> None:
    """A flush (of transactional tests, say) empties only the tables Django knows, and signals this afterwards; a
    migration may have built the tables anew."""
    if app_config.label != "journal" or TITLES not in connections[using].introspection.table_names():
        return
    forget_deleted()
    if table().is_empty() and _is_up_to_date(connections[using]) and Article.objects.exists():
        rebuild()


def _is_up_to_date(connection) -> bool:
    """Whether the tables are as the models say: while migrating step by step they need not be."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


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
