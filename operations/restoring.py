"""Bringing a backup back, also onto the other kind of database, and proving that every row and file is there.

The archive is read through before anything is touched. The tables are made as they were when it was made, filled, checked
against its checksums, and then brought up to the present program.
"""

import zipfile
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from journal import search
from journal.site_revision import raise_site_revision

from . import archive, rows, schema
from .archive import Damaged, Kept, Manifest

Progress = Callable[[int, int, str], None]


class NotEmpty(Exception):
    """The database holds something, and nobody said that it may be set aside."""


class Different(Exception):
    """What was restored is not what was backed up; the message names the first table or file."""


def check(path: Path, progress: Progress = lambda *_: None) -> Manifest:
    """Read a backup through and compare every row and file with its checksums. Raises Damaged, OSError."""
    with archive.opened(path) as (source, manifest):
        total = len(manifest.tables) + len(manifest.files)
        for number, (name, table) in enumerate(manifest.tables.items(), 1):
            progress(number, total, name)
            digest = rows.Digest()
            for line in archive.lines_in(source, name):
                digest.add(line)
            if (digest.count, digest.value) != (table.rows, table.digest):
                raise Damaged(f"数据表 {name} 与清单不符")
        for number, (name, kept) in enumerate(manifest.files.items(), len(manifest.tables) + 1):
            progress(number, total, name)
            with archive.file_in(source, name) as file:
                if archive.kept_of(file) != kept:
                    raise Damaged(f"文件 {name} 与清单不符")
    return manifest


def restore(path: Path, *, overwrite: bool = False, progress: Progress = lambda *_: None) -> tuple[Manifest, str]:
    """Bring a backup back; its manifest, and the name under which a database that was there is kept (or nothing).

    Raises Damaged, OSError, schema.NewerProgram, NotEmpty, Different. Whatever is raised, the database is as it was;
    files that were written stay (they carry their own names and harm nobody).
    """
    manifest = check(path, progress)
    state = schema.models_at(manifest.heads)
    empty = schema.is_empty()
    if not (empty or overwrite):
        raise NotEmpty
    aside = nullcontext("") if empty else schema.set_aside(timezone.localtime())
    with archive.opened(path) as (source, _), aside as kept_as:
        _put_files(source, manifest, progress)
        schema.migrate_to(manifest.heads)
        _fill(source, manifest, rows.tables(state), progress)
        schema.migrate_forward()
        search.rebuild()
    raise_site_revision()
    return manifest, kept_as


def _fill(source: zipfile.ZipFile, manifest: Manifest, tables: list, progress: Progress) -> None:
    """Rows in one transaction, read back and compared before it ends."""
    here = {model._meta.label: model for model in tables}
    if unknown := manifest.tables.keys() - here.keys():
        raise Damaged(f"有程序不认识的数据表：{'、'.join(sorted(unknown))}")
    with transaction.atomic():
        for model in tables:
            # Data migrations have filled some: types, permissions, the search's state.
            model._base_manager.all()._raw_delete(connection.alias)
        for number, (name, table) in enumerate(manifest.tables.items(), 1):
            progress(number, len(tables), name)
            if rows.columns(here[name]) != table.columns:
                raise Damaged(f"数据表 {name} 的列与程序的不同")
            rows.load(here[name], archive.lines_in(source, name))
        _set_sequences(tables)
        _check_links(tables)
        for name, table in manifest.tables.items():
            _compare(here[name], table)


def _check_links(tables: list) -> None:
    """Every row that a row points to is there; now, for at the transaction's end nobody could tell which was not."""
    try:
        connection.check_constraints([model._meta.db_table for model in tables])
    except IntegrityError as error:
        raise Different(f"数据之间对不上（{error}）") from None


def _compare(model, table: archive.Table) -> None:
    digest = rows.Digest()
    for line in rows.lines_of(model):
        digest.add(line)
    if (digest.count, digest.value) != (table.rows, table.digest):
        raise Different(f"数据表 {model._meta.label}：备份里 {table.rows} 行，恢复后 {digest.count} 行，内容不一致")


def _set_sequences(tables: list) -> None:
    """The next number a table gives out comes after the largest it holds (PostgreSQL keeps it apart)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _put_files(source: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    for number, (path, kept) in enumerate(manifest.files.items(), 1):
        progress(number, len(manifest.files), path)
        if _stored(path) == kept:
            continue
        if default_storage.exists(path):
            default_storage.delete(path)  # another content under this name: the backup's is the one its rows mean
        with archive.file_in(source, path) as file:
            name = default_storage.save(path, File(file, name=path))
        if name != path or _stored(path) != kept:
            raise Different(f"文件 {path} 写下以后与备份不一致")


def _stored(path: str) -> Kept | None:
    if not default_storage.exists(path):
        return None
    with default_storage.open(path) as file:
        return archive.kept_of(file)
