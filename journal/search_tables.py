"""The table of search tokens on each database: FTS5 on SQLite, tsvector with GIN on PostgreSQL (DEPENDENCIES.md).

Both answer one question: which articles hold this phrase, anywhere or in the title. The migration `search_index`
creates the table.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db import connection

from journal.text.bigrams import Phrase

TABLE = "journal_search"


class Entry(NamedTuple):
    """The tokens of one article: title (with kicker and subtitle), signatures, body."""

    article_id: int
    title: list[str]
    signed: list[str]
    body: list[str]


class Sqlite:
    """One FTS5 row an article; the row's id is the article's."""

    def put(self, entries: list[Entry]) -> None:
        rows = [(e.article_id, " ".join(e.title), " ".join(e.signed), " ".join(e.body)) for e in entries]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE}(rowid, title, signed, body) VALUES (%s, %s, %s, %s)", rows)  # noqa: S608

    def delete(self, article_ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk in article_ids])  # noqa: S608

    def prune(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE rowid NOT IN (SELECT id FROM journal_article)")  # noqa: S608

    def holding(self, phrase: Phrase, *, in_title: bool) -> tuple[str, list]:
        """SQL and parameters that select the ids of articles with the phrase."""
        words = f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.prefix else "")
        match = f"title : {words}" if in_title else words
        return f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [match]  # noqa: S608


class Postgres:
    """Rows of at most CHUNK body tokens, so that a row fits a page (see the migration `search_index`).

    The hard limits are far off: positions in a tsvector end at 16,383, and a word keeps 256 of them.
    """

    CHUNK = 800
    OVERLAP = 60  # tokens repeated at the start of the next row, so that no phrase is cut
    GAP = 2  # positions left free between fields, so that no phrase runs from one into the next

    def put(self, entries: list[Entry]) -> None:
        rows = [(entry.article_id, vector) for entry in entries for vector in self._vectors(entry)]
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE}(article_id, tokens) VALUES (%s, %s::tsvector)", rows)  # noqa: S608

    def delete(self, article_ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE article_id = ANY(%s)", [list(article_ids)])  # noqa: S608

    def prune(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE article_id NOT IN (SELECT id FROM journal_article)")  # noqa: S608

    def holding(self, phrase: Phrase, *, in_title: bool) -> tuple[str, list]:
        mark = "A" if in_title else ""
        last = ("*" if phrase.prefix else "") + mark
        terms = [f"'{token}'" + (f":{mark}" if mark else "") for token in phrase.tokens[:-1]]
        terms.append(f"'{phrase.tokens[-1]}'" + (f":{last}" if last else ""))
        return f"SELECT article_id FROM {TABLE} WHERE tokens @@ %s::tsquery", ["<->".join(terms)]  # noqa: S608

    def _vectors(self, entry: Entry) -> list[str]:
        """The row with title and signatures, then one a stretch of the body."""
        heads: dict[str, list[str]] = defaultdict(list)
        place = self._note(heads, entry.title, 1, "A")
        self._note(heads, entry.signed, place + self.GAP, "B")
        vectors = [heads]
        for start in range(0, len(entry.body), self.CHUNK):
            stretch: dict[str, list[str]] = defaultdict(list)
            self._note(stretch, entry.body[start : start + self.CHUNK + self.OVERLAP], 1, "")
            vectors.append(stretch)
        return [" ".join(f"'{token}':{','.join(places)}" for token, places in one.items()) for one in vectors if one]

    def _note(self, places: dict[str, list[str]], tokens: list[str], first: int, weight: str) -> int:
        for position, token in enumerate(tokens, first):
            places[token].append(f"{position}{weight}")
        return first + len(tokens)


def table() -> Sqlite | Postgres:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()
