"""A .zip or a folder from a stranger → its texts, photographs and papers, read one by one (DESIGN.md 12).

Names never reach the disk: they are shown, and say which files belong together. All limits are checked on the zip's
own directory before anything is unpacked, and what the directory says of a size is never exceeded when reading.
Archives inside archives are told, never opened.
"""

import stat
import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO, Self

from .refused import FileRefused
from .taking import display_name

MAX_ARCHIVE_BYTES = 300 * 1024 * 1024
MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_ENTRY_BYTES = 40 * 1024 * 1024
MAX_ENTRIES = 1_000
MAX_DIRECTORY_BYTES = 1024 * 1024  # a thousand entries with long Chinese names have about 300 KB
# Text packs to about a twentieth at best, photographs hardly at all.
MAX_RATIO = 200
RATIO_COUNTS_FROM = 1024 * 1024
_SHOWN = 12
_DEEPEST = 20

TEXT_SUFFIXES = (".docx", ".doc", ".wps", ".txt", ".html", ".htm")
PICTURE_SUFFIXES = (
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".hif", ".bmp", ".gif",
)  # fmt: skip
# Kept as they are: nothing can be read out of them, but a scan of a letter is an original too.
PAPER_SUFFIXES = (".pdf", ".ofd", ".xls", ".xlsx", ".et", ".ppt", ".pptx", ".dps", ".rtf", ".eml")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".iso", ".cab")
_JUNK_NAMES = {"thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db", "icon\r"}
_JUNK_FOLDERS = {"__macosx", ".git", "$recycle.bin", "@eadir", ".trashes", "system volume information"}

_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_TAIL = 65_535 + 22 + 20 + 56
_UNICODE_PATH = 0x7075
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
    ValueError, struct.error, MemoryError, OverflowError, IndexError,
)  # fmt: skip


class Kind(StrEnum):
    TEXT = "text"
    PICTURE = "picture"
    PAPER = "paper"
    JUNK = "junk"
    ARCHIVE = "archive"
    OTHER = "other"


@dataclass(frozen=True)
class Place:
    """Where a file stood for its sender: folder (“榕岭村/照片”, empty at the top) and name, both fit to show."""

    folder: str
    name: str
    kind: Kind
    led_outside: bool = False


@dataclass(frozen=True)
class Entry:
    place: Place
    size: int
    number: int


def place_of(path: str) -> Place:
    """A sender's path, with either slash, as Place. What leads out of the folder (“..”, a drive, a leading slash) is
    dropped and noted; it is never followed."""
    parts = path.replace("\\", "/").split("/")
    outside = path[:1] in ("/", "\\") or ".." in parts or parts[0].endswith(":")
    whole = [part for part in parts if part.strip(". ") and not part.endswith(":")]
    if not whole:
        return Place("", display_name(""), Kind.OTHER, led_outside=True)
    folders = [display_name(part) for part in whole[:-1]][:_DEEPEST]
    return Place("/".join(folders), display_name(whole[-1]), _kind_of(whole), outside)


def _kind_of(parts: list[str]) -> Kind:
    name = parts[-1].lower()
    suffix = PurePosixPath(display_name(name)).suffix
    if (
        name in _JUNK_NAMES
        or name.startswith(("~$", "._", ".~"))
        or any(p.lower() in _JUNK_FOLDERS for p in parts[:-1])
    ):
        return Kind.JUNK
    for suffixes, kind in (
        (TEXT_SUFFIXES, Kind.TEXT),
        (PICTURE_SUFFIXES, Kind.PICTURE),
        (PAPER_SUFFIXES, Kind.PAPER),
        (_ARCHIVES, Kind.ARCHIVE),
    ):
        if suffix in suffixes:
            return kind
    return Kind.OTHER


def sort_out(places: list[Place]) -> tuple[list[int], list[str]]:
    """Which of the places are taken (their numbers), and in plain Chinese what is left out and why."""
    remarks = []
    left_out: dict[Kind, list[str]] = {Kind.JUNK: [], Kind.ARCHIVE: [], Kind.OTHER: []}
    taken = []
    for number, place in enumerate(places):
        if place.kind in left_out:
            left_out[place.kind].append(place.name)
        else:
            taken.append(number)
    outside = [place.name for place in places if place.led_outside and place.kind not in left_out]
    same = [
        path for path, count in Counter((p.folder, p.name) for p in map(places.__getitem__, taken)).items() if count > 1
    ]
    for names, sentence in (
        (left_out[Kind.JUNK], "是系统自动产生的文件，没有收：{}。"),
        (
            left_out[Kind.ARCHIVE],
            "是压缩包，没有打开：{}。要收，请先解开再传；.zip 可以直接上传，只是不能套在另一个里面。",
        ),
        (left_out[Kind.OTHER], "不是文字稿，也不是照片，没有收：{}。"),
        (outside, "的路径指向文件夹之外，只留了文件名：{}。请核对是谁压缩的。"),
        ([name for _, name in same], "在同一个文件夹里重名，都收了：{}。请核对用哪一个。"),
    ):
        if names:
            remarks.append(f"{len(names)} 个文件{sentence.format(listed(names))}")
    return taken, remarks


def listed(names: list[str]) -> str:
    """Names for a sentence, the first dozen of many."""
    shown = "、".join(f"“{name}”" for name in names[:_SHOWN])
    return f"{shown}等" if len(names) > _SHOWN else shown


class Archive:
    """An opened .zip whose directory has been verified. `entries` are what is taken, `remarks` tell what is left out."""

    def __init__(self, name: str, opened: zipfile.ZipFile, members: list[zipfile.ZipInfo], paths: list[str]):
        self.name = name
        self._zip = opened
        self._members = members
        places = [place_of(path) for path in paths]
        links = [number for number, member in enumerate(members) if stat.S_ISLNK(member.external_attr >> 16)]
        taken, self.remarks = sort_out(places)
        if links:
            told = listed([places[number].name for number in links])
            self.remarks.append(f"{len(links)} 个文件是快捷方式（链接），没有收：{told}。请放进文件本身再传。")
        self.entries = [
            Entry(places[number], members[number].file_size, number) for number in taken if number not in links
        ]

    def read(self, entry: Entry) -> bytes:
        """The bytes of one entry, never more than the directory says. Raises FileRefused where it is damaged."""
        member = self._members[entry.number]
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # A few bytes may ask the other methods for gigabytes of working memory.
            raise FileRefused(entry.place.name, "的压缩方法不常见，读不了", "请用系统自带的压缩功能重新压缩成 .zip")
        try:
            with self._zip.open(member) as file:
                data = file.read(MAX_ENTRY_BYTES + 1)
        except _BROKEN:
            data = None
        if data is None or len(data) != member.file_size:
            raise FileRefused(entry.place.name, "在压缩包里已经损坏", "请对方重新压缩，或单独传这一个文件")
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self._zip.close()


def open_archive(file: BinaryIO, name: str) -> Archive:
    """Verify a .zip by its directory alone; `file` must be seekable and stay open. Raises FileRefused.

    Refused whole: not a zip, cut off, encrypted, too large, too many entries, or packed as only bombs are. Names
    without the UTF-8 flag are read as UTF-8 (macOS) or GBK (Windows), whichever makes sense.
    """
    name = display_name(name)
    _refuse_by_size(file, name)
    try:
        # Latin-1 hands back the very bytes of a name that carries no flag.
        opened = zipfile.ZipFile(file, metadata_encoding="latin-1")
    except _BROKEN:
        raise FileRefused(name, "不完整或已经损坏，打不开", "请重新压缩后再传一次") from None
    members = [member for member in opened.infolist() if not member.orig_filename.endswith(("/", "\\"))]
    _refuse_by_directory(members, name)
    return Archive(name, opened, members, [_path_of(member) for member in members])


def _refuse_by_size(file: BinaryIO, name: str) -> None:
    size = file.seek(0, 2)
    if size == 0:
        raise FileRefused(name, "是空的（0 字节），可能没有传完", "请重新选一次")
    if size > MAX_ARCHIVE_BYTES:
        told = f"有 {size / 1024 / 1024:.0f} MB，一次最多 {MAX_ARCHIVE_BYTES // 1024 // 1024} MB"
        raise FileRefused(name, told, "请分成几个压缩包")
    file.seek(0)
    head = file.read(4)
    if head[:4] == b"Rar!" or head == b"7z\xbc\xaf":
        raise FileRefused(name, "是 RAR 或 7z 压缩包，打不开", "请解开，另压缩成 .zip，或直接选文件夹")
    if head[:2] != b"PK":
        raise FileRefused(name, "不是 .zip 压缩包", "请重新压缩成 .zip，或直接选文件夹")
    file.seek(max(0, size - _TAIL))
    if (largest := _directory_bytes(file.read(_TAIL))) is None:
        raise FileRefused(name, "不完整，可能没有传完", "请重新压缩后再传一次")
    if largest > MAX_DIRECTORY_BYTES:
        raise FileRefused(name, f"里面的文件太多，一次最多 {MAX_ENTRIES:,} 个", "请分成几个压缩包")
    file.seek(0)


def _directory_bytes(tail: bytes) -> int | None:
    """The largest size any end record in the tail claims for the directory; None without one. A crafted zip may have
    several: whichever a reader picks, it stays below the limit."""
    claims = []
    start = tail.find(_END)
    while start != -1:
        if len(tail) - start >= 22:
            claims.append(struct.unpack_from("<L", tail, start + 12)[0])
        if tail[max(0, start - 20) : start][:4] == _LOCATOR64:
            record = tail[max(0, start - 76) : start - 20]
            if len(record) == 56 and record[:4] == _END64:
                claims[-1:] = [struct.unpack_from("<Q", record, 40)[0]]
        start = tail.find(_END, start + 1)
    return max(claims, default=None)


def _refuse_by_directory(members: list[zipfile.ZipInfo], name: str) -> None:
    if not members:
        raise FileRefused(name, "里面没有文件", "请放进文件，重新压缩")
    if len(members) > MAX_ENTRIES:
        raise FileRefused(name, f"里面有 {len(members):,} 个文件，一次最多 {MAX_ENTRIES:,} 个", "请分成几个压缩包")
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused(name, "加了密码，读不了", "请去掉密码，重新压缩后再传")
    for member in members:
        shown = place_of(_path_of(member)).name
        if member.file_size > MAX_ENTRY_BYTES:
            told = f"里的“{shown}”有 {member.file_size / 1024 / 1024:,.0f} MB，一个文件最多 {MAX_ENTRY_BYTES // 1024 // 1024} MB"
            raise FileRefused(name, told, "请拿出这个文件，重新压缩")
        if member.file_size > RATIO_COUNTS_FROM and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise FileRefused(name, f"里的“{shown}”压缩得不正常，可能是有意做坏的文件", "请与来稿人核对，重新压缩")
    whole = sum(member.file_size for member in members)
    if whole > MAX_UNPACKED_BYTES:
        told = f"解开有 {whole / 1024 / 1024:,.0f} MB，一次最多 {MAX_UNPACKED_BYTES // 1024 // 1024} MB"
        raise FileRefused(name, told, "请分成几个压缩包")


def _path_of(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 0x800:
        return member.orig_filename
    raw = member.orig_filename.encode("latin-1")
    return _unicode_path(member.extra, raw) or decode_name(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in Info-ZIP's Unicode Path field (APPNOTE 4.6.9), where it belongs to this very name."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        field = extra[place + 4 : place + 4 + length]
        if kind == _UNICODE_PATH and field[5:] and field[:5] == struct.pack("<BL", 1, zlib.crc32(raw)):
            return field[5:].decode("utf-8", "replace")
        place += 4 + length
    return None


def decode_name(raw: bytes) -> str:
    """A name without flag: UTF-8 where it is that (macOS), GB18030 where that gives Chinese (Windows), else as DOS
    wrote it."""
    readings = []
    for encoding in ("utf-8", "gb18030", "cp437"):
        try:
            readings.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    chinese = (reading for reading in readings if any("\u3400" <= char <= "\u9fff" for char in reading))
    return next(chinese, readings[0])
