"""The tables of search tokens on each database: FTS5 on SQLite, tsvector with GIN on PostgreSQL (DEPENDENCIES.md).

Both answer two questions: which articles does a query find, as long as they are few; and does this one article hold
this phrase. The migration `search_index_by_article` creates the tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db import connection
from django.db.models import BooleanField, F, Func, Value

from journal.text.bigrams import Phrase, Query

TABLE = "journal_search"
TITLES = "journal_search_title"
EVERY = 2**31 - 1


class Entry(NamedTuple):
    """The tokens of one article: title (with kicker and subtitle), signatures, body."""

    article_id: int
    title: list[str]
    signed: list[str]
    body: list[str]


class _Holds(Func):
    """Whether the article of the row holds a phrase, asked for this one article: cheap where few are looked at."""

    output_field = BooleanField()

    def as_sql(self, compiler, connection, **extra):
        (pk, no_params), (words, params) = (compiler.compile(part) for part in self.get_source_expressions())
        return self.extra["asked"].format(pk=pk, words=words), [*no_params, *params]


class Sqlite:
    """One row an article in each table; the row's id is the article's."""

    def put(self, entries: list[Entry]) -> None:
        rows = [(e.article_id, " ".join(e.title), " ".join(e.signed), " ".join(e.body)) for e in entries]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE}(rowid, title, signed, body) VALUES (%s, %s, %s, %s)", rows)  # noqa: S608
            titles = [row[:2] for row in rows]
            cursor.executemany(f"INSERT INTO {TITLES}(rowid, title) VALUES (%s, %s)", titles)  # noqa: S608

    def delete(self, article_ids: list[int]) -> None:
        with connection.cursor() as cursor:
            for table in (TABLE, TITLES):
                cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(pk,) for pk in article_ids])  # noqa: S608

    def prune(self) -> None:
        with connection.cursor() as cursor:
            for table in (TABLE, TITLES):
                cursor.execute(f"DELETE FROM {table} WHERE rowid NOT IN (SELECT id FROM journal_article)")  # noqa: S608

    def is_empty(self) -> bool:
        return not _ids(f"SELECT rowid FROM {TABLE} LIMIT 1", [])  # noqa: S608

    def found(self, query: Query, most: int) -> dict[int, int] | None:
        """The ids of all articles the query finds, and how many of its phrases their titles hold; None if there are
        more than `most`."""
        titled = f"(rowid IN (SELECT rowid FROM {TITLES} WHERE {TITLES} MATCH %s))"  # noqa: S608
        hits = " + ".join(titled for _ in query.phrases)
        words = " AND ".join(self._words(phrase) for phrase in query.phrases)
        for phrase in query.excluded:
            words = f"({words}) NOT {self._words(phrase)}"
        sql = f"SELECT rowid, {hits} FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT %s"  # noqa: S608
        rows = dict(_rows(sql, [*map(self._words, query.phrases), words, most + 1]))
        return rows if len(rows) <= most else None

    def in_titles(self, phrase: Phrase, most: int = EVERY) -> list[int]:
        """Ids of articles whose title holds the phrase; any `most` of them."""
        return _ids(f"SELECT rowid FROM {TITLES} WHERE {TITLES} MATCH %s LIMIT %s", [self._words(phrase), most])  # noqa: S608

    def holds(self, phrase: Phrase) -> Func:
        asked = f"EXISTS (SELECT 1 FROM {TABLE} WHERE rowid = {{pk}} AND {TABLE} MATCH {{words}})"  # noqa: S608
        return _Holds(F("pk"), Value(self._words(phrase)), asked=asked)

    def _words(self, phrase: Phrase) -> str:
        return f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.prefix else "")


class Postgres:
    """One row an article, or several where its text is long: positions in a tsvector end at 16,383, a word keeps 256 of
    them, and a row takes 1 MB."""

    LONGEST = 8_000  # positions of a row
    MOST_PLACES = 250  # of one token in a row
    OVERLAP = 200  # tokens repeated at the start of the next row, so that no phrase is cut: a query has no more
    GAP = 2  # positions left free between fields, so that no phrase runs from one into the next

    def put(self, entries: list[Entry]) -> None:
        rows = [(e.article_id, vector) for e in entries for vector in self._vectors([e.title, e.signed, e.body])]
        titles = [(e.article_id, vector) for e in entries for vector in self._vectors([e.title])]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE}(article_id, tokens) VALUES (%s, %s::tsvector)", rows)  # noqa: S608
            cursor.executemany(f"INSERT INTO {TITLES}(article_id, tokens) VALUES (%s, %s::tsvector)", titles)  # noqa: S608

    def delete(self, article_ids: list[int]) -> None:
        with connection.cursor() as cursor:
            for table in (TABLE, TITLES):
                cursor.execute(f"DELETE FROM {table} WHERE article_id = ANY(%s)", [list(article_ids)])  # noqa: S608

    def prune(self) -> None:
        with connection.cursor() as cursor:
            for table in (TABLE, TITLES):
                cursor.execute(f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM journal_article)")  # noqa: S608

    def is_empty(self) -> bool:
        return not _ids(f"SELECT article_id FROM {TABLE} LIMIT 1", [])  # noqa: S608

    def found(self, query: Query, most: int) -> dict[int, int] | None:
        """The ids of all articles the query finds, and how many of its phrases their titles hold; None if there are
        more than `most`, or may be.

        First by the index alone, which knows the tokens of each row but not their order; then the few in full, for
        reading a row's positions is what costs.
        """
        one = f"SELECT article_id FROM {TABLE} WHERE tokens @@ %s::tsquery"  # noqa: S608
        may_hold = " INTERSECT ".join(f"({one})" for _ in query.phrases)
        hits = " + ".join("(tokens @@ %s::tsquery)::int" for _ in query.phrases)
        titled = f"SELECT {hits} FROM {TITLES} WHERE article_id = few.article_id LIMIT 1"  # noqa: S608
        held = ["bool_or(tokens @@ %s::tsquery)"] * len(query.phrases)
        held += ["NOT bool_or(tokens @@ %s::tsquery)"] * len(query.excluded)
        # An array, and OFFSET 0: the rows are fetched by their ids, never joined the other way round.
        sql = f"""
            WITH ids AS MATERIALIZED (SELECT array(({may_hold}) LIMIT %s) AS all_of_them),
            few AS (
                SELECT article_id, tokens FROM {TABLE}
                WHERE article_id = ANY((SELECT all_of_them FROM ids)::bigint[])
                AND (SELECT cardinality(all_of_them) FROM ids) <= %s OFFSET 0
            )
            SELECT NULL, (SELECT cardinality(all_of_them) FROM ids)
            UNION ALL
            SELECT article_id, coalesce(({titled}), 0) FROM few GROUP BY article_id HAVING {" AND ".join(held)}
        """  # noqa: S608
        words = [self._words(phrase) for phrase in query.phrases]
        together = [*map(self._together, query.phrases), most + 1, most]
        rows = dict(_rows(sql, [*together, *words, *words, *map(self._words, query.excluded)]))
        return rows if rows.pop(None) <= most else None

    def in_titles(self, phrase: Phrase, most: int = EVERY) -> list[int]:
        """Ids of articles whose title holds the phrase; any `most` of them."""
        titles = f"SELECT article_id FROM {TITLES} WHERE tokens @@ %s::tsquery LIMIT %s"  # noqa: S608
        return _ids(titles, [self._words(phrase), most])

    def holds(self, phrase: Phrase) -> Func:
        # OFFSET 0: asked row by row, not turned into a join with everything that holds the phrase.
        asked = f"EXISTS (SELECT 1 FROM {TABLE} WHERE article_id = {{pk}} AND tokens @@ {{words}}::tsquery OFFSET 0)"  # noqa: S608
        return _Holds(F("pk"), Value(self._words(phrase)), asked=asked)

    def _words(self, phrase: Phrase) -> str:
        return "<->".join(self._terms(phrase))

    def _together(self, phrase: Phrase) -> str:
        """The phrase's tokens in one row, in whatever order: the overlap keeps them together where a text is split."""
        return "&".join(dict.fromkeys(self._terms(phrase)))

    def _terms(self, phrase: Phrase) -> list[str]:
        return [f"'{token}'" for token in phrase.tokens[:-1]] + [
            f"'{phrase.tokens[-1]}'" + (":*" if phrase.prefix else "")
        ]

    def _vectors(self, fields: Iterable[list[str]]) -> Iterator[str]:
        """The fields one after another with gaps, in as many rows as they need."""
        tokens: list[str | None] = []
        for field in fields:
            tokens += [*field, *[None] * self.GAP]
        start = 0
        while start < len(tokens):
            end = self._end(tokens, start)
            places: dict[str, list[int]] = defaultdict(list)
            for place, token in enumerate(tokens[start:end], 1):
                if token is not None:
                    places[token].append(place)
            if places:
                yield " ".join(f"'{token}':{','.join(map(str, at))}" for token, at in places.items())
            start = end if end == len(tokens) else max(end - self.OVERLAP, start + 1)

    def _end(self, tokens: list[str | None], start: int) -> int:
        """Where a row beginning at `start` must end."""
        counts: dict[str | None, int] = defaultdict(int)
        for place in range(start, min(len(tokens), start + self.LONGEST)):
            counts[tokens[place]] += 1
            if counts[tokens[place]] > self.MOST_PLACES:
                return place
        return min(len(tokens), start + self.LONGEST)


def table() -> Sqlite | Postgres:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


def _ids(sql: str, params: list) -> list[int]:
    return [pk for (pk,) in _rows(sql, params)]


def _rows(sql: str, params: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
