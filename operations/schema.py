"""Which migrations a database stands at, the models of that state, and making room for a restored database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

Heads = dict[str, list[str]]  # app label → names of its last migrations


class NotMigrated(Exception):
    """The database stands behind the program."""


class NewerProgram(Exception):
    """A backup knows migrations that this program does not."""


def present_heads() -> Heads:
    """The last migrations of every app. Raises NotMigrated where one has not been applied."""
    loader = MigrationLoader(connection)
    if missing := set(loader.graph.nodes) - set(loader.applied_migrations):
        raise NotMigrated("、".join(sorted(f"{app}.{name}" for app, name in missing)))
    heads: Heads = {}
    for app, name in sorted(loader.graph.leaf_nodes()):
        heads.setdefault(app, []).append(name)
    return heads


def models_at(heads: Heads) -> Apps:
    """The models as they were at these migrations. Raises NewerProgram."""
    loader = MigrationLoader(connection)
    nodes = [(app, name) for app, names in heads.items() for name in names]
    if unknown := [f"{app}.{name}" for app, name in nodes if (app, name) not in loader.graph.nodes]:
        raise NewerProgram("、".join(unknown))
    return loader.project_state(nodes).apps


def migrate_to(heads: Heads) -> None:
    """Make the tables of an empty database as they were at these migrations."""
    executor = MigrationExecutor(connection)
    executor.migrate([(app, name) for app, names in heads.items() for name in names])


def migrate_forward() -> None:
    """Bring the tables up to this program, and let roles, columns and types be completed."""
    call_command("migrate", verbosity=0, interactive=False)


def is_empty() -> bool:
    """No table at all, or none of this program's."""
    return not connection.introspection.table_names()


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside stands as at one moment, and nobody who writes has to wait.

    SQLite: a deferred transaction, whose snapshot in WAL begins with its first read (sqlite.org, isolation);
    PostgreSQL: repeatable read (its manual, 13.2.2).
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT count(*) FROM sqlite_master")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def set_aside(at: datetime) -> Iterator[str]:
    """Move the present database out of the way, keep it, and bring it back should the block fail.

    Yields the name under which it is kept: a file beside it (SQLite), a schema in it (PostgreSQL).
    """
    stamp = at.strftime("%Y%m%d_%H%M%S")
    mover = _sqlite_aside if connection.vendor == "sqlite" else _postgres_aside
    with mover(stamp) as name:
        yield name


@contextmanager
def _sqlite_aside(stamp: str) -> Iterator[str]:
    path = Path(connection.settings_dict["NAME"])
    kept = path.with_name(f"{path.name}.before_restore_{stamp}")
    # What the write-ahead log holds goes into the file first, so that the file alone is the whole database.
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    os.replace(path, kept)
    _remove_logs(path)
    try:
        yield str(kept)
    except BaseException:
        connection.close()
        _remove_logs(path)
        os.replace(kept, path)
        raise


def _remove_logs(path: Path) -> None:
    """A write-ahead log belongs to the file it was written for; beside another one it would spoil it."""
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _postgres_aside(stamp: str) -> Iterator[str]:
    kept = f"before_restore_{stamp}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'ALTER SCHEMA public RENAME TO "{kept}"')
        cursor.execute("CREATE SCHEMA public")
    try:
        yield kept
    except BaseException:
        connection.close()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute(f'ALTER SCHEMA "{kept}" RENAME TO public')
        raise
