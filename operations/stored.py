"""The stored files, wherever they are kept: a folder, or a service that speaks S3."""

import posixpath
from collections.abc import Iterator

from django.core.files.storage import default_storage


def paths(folder: str = "") -> Iterator[str]:
    """The names of all stored files, folder by folder, in order. A storage that holds nothing yet has none."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield posixpath.join(folder, name)
    for name in sorted(folders):
        yield from paths(posixpath.join(folder, name))
