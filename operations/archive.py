"""One file that holds a database and its files, with a checksum of everything in it.

A zip: `manifest.json` (what stands in it, at which migrations, checksums), `rows/<app.Model>.jsonl` (one row a line, rows.py),
`files/<path>` (the stored files under their own names). Any program that opens a zip shows what is in it.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from .schema import Heads

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20


class Damaged(Exception):
    """The file is no backup, or not whole; the message says what is wrong with it."""


@dataclass(frozen=True)
class Table:
    """columns: names in the order of the values; digest: `rows.Digest` of the lines."""

    columns: list[str]
    rows: int
    digest: str


@dataclass(frozen=True)
class Kept:
    """A stored file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """made_at: ISO 8601 with zone; database: the kind it came from; missing: files that rows name and nobody has."""

    made_at: str
    database: str
    heads: Heads
    tables: dict[str, Table] = field(default_factory=dict)
    files: dict[str, Kept] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def size(self) -> int:
        """Bytes of all stored files."""
        return sum(kept.size for kept in self.files.values())


@contextmanager
def writing(path: Path) -> Iterator[zipfile.ZipFile]:
    """A new archive at `path`, there only when it is whole and on the disk; a failure leaves nothing behind."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        # Drafts and addresses are in it: for nobody but who runs the site.
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def put_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


def put_file(archive: zipfile.ZipFile, path: str, source: IO[bytes]) -> Kept:
    """Copy a stored file in; photographs are compressed already and cost time alone."""
    entry = zipfile.ZipInfo(f"files/{path}")
    entry.compress_type = zipfile.ZIP_STORED
    digest, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Kept(size, digest.hexdigest())


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and its manifest. Raises Damaged for what is no whole backup, OSError for what cannot be read."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise Damaged("不是备份文件，或者没有传完") from None
    with archive:
        yield archive, manifest_of(archive)


def manifest_of(archive: zipfile.ZipFile) -> Manifest:
    """Raises Damaged."""
    try:
        told = json.loads(archive.read(MANIFEST))
        if told["format"] != FORMAT:
            raise Damaged(f"是第 {told['format']} 种格式的备份，本程序只认第 {FORMAT} 种")
        told["tables"] = {name: Table(**table) for name, table in told["tables"].items()}
        told["files"] = {name: Kept(**kept) for name, kept in told["files"].items()}
        return Manifest(**told)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile):
        raise Damaged("里面没有完整的清单，不是本程序做的备份") from None


def lines_in(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The rows of one table. Raises Damaged where the archive's own checksum of them is wrong."""
    try:
        with archive.open(f"rows/{name}.jsonl") as file:
            for line in file:
                yield line.removesuffix(b"\n")
    except (KeyError, zipfile.BadZipFile, EOFError, zlib.error):
        raise Damaged(f"数据表 {name} 坏了") from None


@contextmanager
def file_in(archive: zipfile.ZipFile, path: str) -> Iterator[IO[bytes]]:
    """One stored file. Raises Damaged."""
    try:
        with archive.open(f"files/{path}") as file:
            yield file
    except (KeyError, zipfile.BadZipFile, EOFError, zlib.error):
        raise Damaged(f"文件 {path} 坏了") from None


def kept_of(source: IO[bytes]) -> Kept:
    """Size and checksum of a file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Kept(size, digest.hexdigest())
