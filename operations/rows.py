"""Rows of any table as lines of JSON and back, the same from SQLite and PostgreSQL; and what two databases have alike.

Values keep their type and every digit: Django's own JSON cuts microseconds off, which would end equality of rows.
"""

import base64
import datetime
import decimal
import hashlib
import json
import uuid
from collections.abc import Iterator
from itertools import islice

from django.apps.registry import Apps
from django.db import models

# Signed with a secret that stays on its machine: worthless elsewhere, and people sign in anew.
LEFT_OUT = frozenset({"sessions.Session"})
BATCH = 500
_WRAP = 1 << 256


class Digest:
    """A checksum of rows that does not depend on their order: collations sort text keys differently."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        self.count += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest())) % _WRAP

    @property
    def value(self) -> str:
        return f"{self._sum:064x}"


def tables(state: Apps) -> list[type[models.Model]]:
    """Every model with a table of its own, links of many-to-many relations included, in a fixed order."""
    found = state.get_models(include_auto_created=True)
    own = [model for model in found if model._meta.managed and not model._meta.proxy]
    return sorted((model for model in own if model._meta.label not in LEFT_OUT), key=lambda model: model._meta.label)


def lines_of(model: type[models.Model]) -> Iterator[bytes]:
    """Each row as one line of JSON: the columns' values in the order of `columns`."""
    names = columns(model)
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=BATCH):
        yield encode(row)


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def encode(row: tuple) -> bytes:
    """One line; keys of JSON columns sorted, for PostgreSQL keeps no order of them."""
    return json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, datetime.timedelta):
        return str(value / datetime.timedelta(microseconds=1))
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"A column holds a {type(value).__name__}, which a backup cannot carry.")


def load(model: type[models.Model], lines: Iterator[bytes]) -> int:
    """Insert rows written by `lines_of`; how many. Foreign keys are checked when the transaction ends."""
    fields = model._meta.concrete_fields
    for field in fields:
        # The time a row was made is one of its values, not the time it is restored. These models are of a migration
        # state of our own, which nobody else uses.
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            field.auto_now = field.auto_now_add = False
    count = 0
    while batch := list(islice(lines, BATCH)):
        rows = (json.loads(line) for line in batch)
        made = [
            model(**{field.attname: _typed(field, value) for field, value in zip(fields, row, strict=True)})
            for row in rows
        ]
        model._base_manager.bulk_create(made)
        count += len(made)
    return count


def _typed(field: models.Field, value: object) -> object:
    """What `_plain` wrote, as the field wants it; JSON columns come as they are."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.DurationField):
        return datetime.timedelta(microseconds=float(str(value)))
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)
