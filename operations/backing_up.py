"""Making a backup while the site is in use: rows as at one moment, then every stored file (DESIGN.md, Commands).

Files are written before the rows that name them (DESIGN.md 12), so whatever a row of the snapshot names is there when
the files are read after it. What a person takes away in that moment is listed as missing.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection, models
from django.utils import timezone

from . import archive, rows, schema, stored
from .archive import Manifest, Table

NAMED = re.compile(r"backup-\d{8}-\d{6}\.zip")

Progress = Callable[[int, int, str], None]


def back_up(path: Path, progress: Progress = lambda *_: None) -> Manifest:
    """Write a whole backup to `path`; an older file there is replaced only when the new one is whole.

    Raises schema.NotMigrated while the database stands behind the program, OSError where it cannot be written.
    """
    heads = schema.present_heads()
    manifest = Manifest(timezone.now().isoformat(), connection.vendor, heads)
    tables = rows.tables(schema.models_at(heads))
    named: set[str] = set()
    with archive.writing(path) as target:
        with schema.snapshot():
            for number, model in enumerate(tables, 1):
                progress(number, len(tables), model._meta.label)
                manifest.tables[model._meta.label] = _put_rows(target, model, named)
        _put_files(target, manifest, progress)
        manifest.missing = sorted(named - manifest.files.keys())
        archive.put_manifest(target, manifest)
    return manifest


def _put_rows(target: zipfile.ZipFile, model: type[models.Model], named: set[str]) -> Table:
    """One table; the stored files its rows name are added to `named`."""
    digest = rows.Digest()
    columns = rows.columns(model)
    files = [field.attname for field in model._meta.concrete_fields if isinstance(field, models.FileField)]
    with target.open(f"rows/{model._meta.label}.jsonl", "w", force_zip64=True) as file:
        for line in rows.lines_of(model):
            digest.add(line)
            file.write(line + b"\n")
    for name in files:
        named.update(model._base_manager.exclude(**{name: ""}).values_list(name, flat=True))
    return Table(columns, digest.count, digest.value)


def _put_files(target: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    found = list(stored.paths())
    for number, path in enumerate(found, 1):
        progress(number, len(found), path)
        try:
            source = default_storage.open(path)
        except FileNotFoundError:
            continue  # taken away since it was listed; told as missing where a row names it
        with source:
            manifest.files[path] = archive.put_file(target, path, source)


def back_up_into(folder: Path, keep: int, progress: Progress = lambda *_: None) -> tuple[Path, Manifest, list[Path]]:
    """A backup named by its time, and of those in the folder the `keep` newest kept; path, manifest, what was removed.

    Only files named as this function names them are ever removed, and only after the new one is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"backup-{timezone.localtime():%Y%m%d-%H%M%S}.zip"
    manifest = back_up(path, progress)
    old = sorted(one for one in folder.iterdir() if NAMED.fullmatch(one.name))[:-keep]
    for one in old:
        one.unlink()
    return path, manifest, old
