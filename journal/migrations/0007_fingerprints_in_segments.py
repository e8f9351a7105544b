"""Fingerprints in segments that are written in order; those that are there become one large segment."""

from django.db import migrations, models

TABLE = (
    "CREATE TABLE journal_fingerprint ("
    "segment bigint NOT NULL, hash bigint NOT NULL, version bigint NOT NULL, PRIMARY KEY (segment, hash, version))"
)
MOVE = (
    "INSERT INTO journal_fingerprint(segment, hash, version) "
    "SELECT %s, f.hash, i.version_id FROM journal_fingerprint_before f "
    "JOIN journal_indexedtext i ON i.text_id = f.indexed_id ORDER BY f.hash, i.version_id"
)
LARGE = 2


def segmented(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute("ALTER TABLE journal_fingerprint RENAME TO journal_fingerprint_before")
    if postgres:
        # An index keeps its name when its table is renamed.
        schema_editor.execute("ALTER INDEX journal_fingerprint_pkey RENAME TO journal_fingerprint_before_pkey")
    # SQLite keeps the key itself as the table: no second copy of each row.
    schema_editor.execute(TABLE + ("" if postgres else " WITHOUT ROWID"))
    if apps.get_model("journal", "IndexedText").objects.exists():
        segment = apps.get_model("journal", "FingerprintSegment").objects.create(level=LARGE)
        schema_editor.execute(MOVE, [segment.pk])
    schema_editor.execute("DROP TABLE journal_fingerprint_before")


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_article_runs_on")]

    operations = [
        migrations.CreateModel(
            name="FingerprintSegment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
            ],
            options={"verbose_name": "指纹段", "verbose_name_plural": "指纹段"},
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("Fingerprint"),
                migrations.CreateModel(
                    name="Fingerprint",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "segment",
                                "hash",
                                "version",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("segment", models.BigIntegerField()),
                        ("hash", models.BigIntegerField()),
                        ("version", models.BigIntegerField()),
                    ],
                    options={"verbose_name": "指纹", "verbose_name_plural": "指纹"},
                ),
            ],
            database_operations=[migrations.RunPython(segmented)],
        ),
    ]
