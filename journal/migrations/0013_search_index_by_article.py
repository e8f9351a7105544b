"""The search table built anew: every character kept as the tokens have it, titles also on their own, long rows stored
aside. Filled after migrating (journal/search.py)."""

from django.db import migrations

SQLITE = [
    "DROP TABLE journal_search",
    # `ascii` takes every character beyond ASCII as part of a word, rare ones of later Unicode too.
    "CREATE VIRTUAL TABLE journal_search USING fts5(title, signed, body, tokenize='ascii', columnsize=0, prefix='1')",
    "CREATE VIRTUAL TABLE journal_search_title USING fts5(title, tokenize='ascii', columnsize=0, prefix='1')",
]
POSTGRES = [
    "DROP TABLE journal_search",
    "CREATE TABLE journal_search ("
    "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id bigint NOT NULL, tokens tsvector NOT NULL)",
    "CREATE TABLE journal_search_title ("
    "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id bigint NOT NULL, tokens tsvector NOT NULL)",
    "CREATE INDEX journal_search_article ON journal_search (article_id)",
    "CREATE INDEX journal_search_title_article ON journal_search_title (article_id)",
    # Aside and as they are: whoever only asks the index which rows hold a word reads narrow rows.
    "ALTER TABLE journal_search ALTER COLUMN tokens SET STORAGE EXTERNAL",
    # Without statistics every word counts as rare, and the index is asked: the planner does not see what fetching the
    # values aside costs, and would rather read all.
    "ALTER TABLE journal_search ALTER COLUMN tokens SET STATISTICS 0",
    "ALTER TABLE journal_search_title ALTER COLUMN tokens SET STATISTICS 0",
    # Written seldom, read often: no list of pending entries to be read beside the index.
    "CREATE INDEX journal_search_tokens ON journal_search USING gin (tokens) WITH (fastupdate = off)",
    "CREATE INDEX journal_search_title_tokens ON journal_search_title USING gin (tokens) WITH (fastupdate = off)",
]


def create(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0012_read_counts")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
