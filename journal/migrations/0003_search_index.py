"""The table of search tokens, which no model can describe: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE journal_search USING fts5(title, signed, body, tokenize='unicode61 remove_diacritics 0')"
]
POSTGRES = [
    "CREATE TABLE journal_search ("
    "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id bigint NOT NULL, tokens tsvector NOT NULL)",
    "CREATE INDEX journal_search_article ON journal_search (article_id)",
    # Kept in the row where it fits: the planner does not see what fetching an outlying value costs, and would read all.
    "ALTER TABLE journal_search ALTER COLUMN tokens SET STORAGE MAIN",
    # Written seldom, read often: no list of pending entries to be read beside the index.
    "CREATE INDEX journal_search_tokens ON journal_search USING gin (tokens) WITH (fastupdate = off)",
]


def create(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE journal_search")


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_initial")]

    operations = [migrations.RunPython(create, drop)]
