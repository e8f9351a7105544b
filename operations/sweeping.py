"""Stored files that no row names any more, put aside and after a while removed (DESIGN.md 12).

A file is written before its row, and one written long ago may be named again by a row of this moment. So nothing is
removed at once: what no row names and is older than the age limit is moved into `swept/` with the day, the rows are read
once more and what they name by then is put back; only what has lain there for the age limit again is removed. The site
need not stop, and two sweeps at once do no harm. Files that are not named as this program names them are left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date

from submissions.registering import files_of_open_parcels

from . import stored

ASIDE = "swept"
OURS = re.compile(r"[a-z]+/(?P<start>[0-9a-f]{2})/(?P=start)[0-9a-f]{62}(\.[a-z0-9]+)?")
_LAID_ASIDE = re.compile(rf"{ASIDE}/(?P<day>\d{{4}}-\d\d-\d\d)/(?P<path>.+)")


@dataclass
class Swept:
    """Paths with their size in bytes."""

    aside: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)

    @property
    def freed(self) -> int:
        return sum(self.removed.values())


def sweep(days: int, *, dry_run: bool = False, at: datetime | None = None) -> Swept:
    """Put aside, put back, remove. `days`: the age limit of each of the two steps; `dry_run` tells and does nothing."""
    at = at or timezone.now()
    told = Swept()
    today = timezone.localdate(at)
    everything = list(stored.paths())
    named = set(named_files())
    for path in everything:
        if OURS.fullmatch(path) and path not in named and _age(path, at) >= timedelta(days=days):
            told.aside[path] = _size(path)
            if not dry_run:
                _move(path, f"{ASIDE}/{today:%Y-%m-%d}/{path}")
    # Read after the moving: a row that came meanwhile gets its file back now, one still uncommitted by the next sweep.
    named = set(named_files())
    for place, (day, path) in list(_laid_aside()):
        if path in named:
            told.back[path] = _size(place)
            told.aside.pop(path, None)
            if not dry_run:
                _put_back(place, path)
        elif today - day >= timedelta(days=days) and path not in told.aside:
            told.removed[path] = _size(place)
            if not dry_run:
                default_storage.delete(place)
    return told


def named_files() -> Iterator[str]:
    """Every stored file that is still somebody's: of any row's file column, and of parcels not registered yet."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.FileField):
                rows = model._base_manager.exclude(**{column.attname: ""})
                yield from rows.values_list(column.attname, flat=True).iterator()
    yield from files_of_open_parcels()


def _laid_aside() -> Iterator[tuple[str, tuple[date, str]]]:
    """(where it lies, (the day it was put there, its place before))."""
    for place in stored.paths(ASIDE):
        found = _LAID_ASIDE.fullmatch(place)
        if found and (day := parse_date(found["day"])):
            yield place, (day, found["path"])


def _age(path: str, at: datetime) -> timedelta:
    try:
        return at - default_storage.get_modified_time(path)
    except FileNotFoundError:
        return timedelta(0)  # taken away since it was listed


def _size(path: str) -> int:
    try:
        return default_storage.size(path)
    except FileNotFoundError:
        return 0


def _move(path: str, place: str) -> None:
    """A copy first, then the original away: a crash in between leaves both, and the next sweep goes on."""
    try:
        with default_storage.open(path, "rb") as file:
            if not default_storage.exists(place):
                default_storage.save(place, file)
    except FileNotFoundError:
        return
    default_storage.delete(path)


def _put_back(place: str, path: str) -> None:
    if default_storage.exists(path):
        default_storage.delete(place)
    else:
        _move(place, path)
