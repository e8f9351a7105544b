"""The bytes of what was brought in, each under its hash where an original of the same content lies."""

import json
import re
from collections.abc import Iterator

from django.core.files.storage import Storage

from ..arrivals import Original
from ..intake.taking import write_once
from ..parcels import Parcel

_HASH = re.compile(r'"([0-9a-f]{64})"')


def storage() -> Storage:
    return Original._meta.get_field("file").storage


def blob_path(sha256: str) -> str:
    return f"originals/{sha256[:2]}/{sha256}"


def put_blob(sha256: str, data: bytes) -> None:
    """Kept where an original of the same content lies: registering then writes nothing twice."""
    write_once(storage(), blob_path(sha256), data)


def blob(sha256: str) -> bytes:
    with storage().open(blob_path(sha256), "rb") as file:
        return file.read()


def files_of_open_parcels() -> Iterator[str]:
    """The stored files that parcels still to be registered name, in whatever column: no row of theirs names them yet."""
    columns = Parcel.objects.filter(state=Parcel.State.OPEN).values_list("files", "texts", "groups", "aside")
    for held in columns.iterator():
        for sha256 in _HASH.findall(json.dumps(held)):
            yield blob_path(sha256)
