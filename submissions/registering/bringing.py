"""A parcel opened: its files unpacked and kept, its texts read, a manuscript proposed for each group of them."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ..intake.any_file import read_file
from ..intake.archive_file import MAX_ENTRY_BYTES, Kind, Place, open_archive, place_of, sort_out
from ..intake.refused import FileRefused
from ..intake.taking import display_name, source_of, storable
from ..models import Call
from ..parcels import Parcel
from ..refusals import Refused
from .blobs import blob, put_blob
from .grouping import TYPED, likely_grouping, propose_groups
from .keeping import store
from .photographs import told_picture

MAX_FILES = 300
READING_SECONDS = 20.0  # of one request; the page goes on reading by itself


@dataclass(frozen=True)
class Upload:
    """One file as it came: its path as its sender had it (folders included) and where to read it."""

    path: str
    file: BinaryIO


def may_register(user) -> bool:
    return user.has_perm("submissions.register")


def call_for(day=None) -> Call | None:
    """The call a manuscript received on `day` answers: the one open then, else the latest."""
    return Call.objects.open_on(day).first() or Call.objects.first()


def open_parcel(
    pk, editor, *, channel: str, received_on, call: Call, uploads: Iterable[Upload] = (), scans=(), pasted: str = ""
) -> Parcel:
    """Keep what was brought in. The same `pk` again, by a second press, is the parcel there is.

    `scans` are kept as originals alone: a photographed letter is no photograph of the manuscript.
    Raises Refused where nothing usable came, PermissionDenied.
    """
    if not may_register(editor):
        raise PermissionDenied
    if (parcel := Parcel.objects.filter(pk=pk).first()) is not None:
        return parcel
    parcel = Parcel(pk=pk, editor=editor, channel=channel, received_on=received_on, call=call)
    keeper = _Keeper(parcel)
    keeper.take(list(uploads))
    for scan in scans:
        keeper.take_file(place_of(scan.path), Kind.PAPER, scan.file)
    if pasted.strip():
        keeper.keep("粘贴的文字.txt", "", Kind.TEXT, storable(pasted).encode())
    if not any(file["kind"] != Kind.PAPER for file in parcel.files):
        why = "".join(parcel.remarks) or "没有收到文字稿，也没有照片。"
        raise Refused(f"{why}请选择文件、文件夹、压缩包，或者粘贴正文，再上传。")
    with transaction.atomic():
        kept, created = Parcel.objects.get_or_create(
            pk=pk,
            defaults={
                name: getattr(parcel, name) for name in ("editor", "channel", "received_on", "call", "files", "remarks")
            },
        )
    return read_on(kept) if created else kept


class _Keeper:
    """Writes the files of a parcel under their hashes and tells what was left out."""

    def __init__(self, parcel: Parcel):
        self.parcel = parcel

    def take(self, uploads: list[Upload]) -> None:
        places = [place_of(upload.path) for upload in uploads]
        archives = {number for number, place in enumerate(places) if place.name.lower().endswith(".zip")}
        for number in sorted(archives):
            self._unpack(uploads[number].file, places[number].name)
        loose = [number for number in range(len(places)) if number not in archives]
        taken, remarks = sort_out([places[number] for number in loose])
        self.parcel.remarks += remarks
        for number in (loose[place] for place in taken):
            self.take_file(places[number], places[number].kind, uploads[number].file)

    def take_file(self, place: Place, kind: Kind, file: BinaryIO) -> None:
        """Read one file unless it is larger than any of its kind may be."""
        size = file.seek(0, SEEK_END)
        if size > MAX_ENTRY_BYTES:
            told = f"“{place.name}”有 {size / 1024 / 1024:,.0f} MB，一个文件最多 {MAX_ENTRY_BYTES // 1024 // 1024} MB，没有收。"
            self.parcel.remarks.append(f"{told}请缩小后单独再传。")
            return
        file.seek(0)
        self.keep(place.name, place.folder, kind, file.read())

    def _unpack(self, file: BinaryIO, name: str) -> None:
        try:
            with open_archive(file, name) as archive:
                self.parcel.remarks += archive.remarks
                for entry in archive.entries:
                    try:
                        data = archive.read(entry)
                    except FileRefused as refusal:
                        self.parcel.remarks.append(str(refusal))
                    else:
                        self.keep(entry.place.name, entry.place.folder, entry.place.kind, data)
        except FileRefused as refusal:
            self.parcel.remarks.append(str(refusal))

    def keep(self, name: str, folder: str, kind: Kind, data: bytes) -> None:
        files = self.parcel.files
        if len(files) >= MAX_FILES:
            self.parcel.remarks.append(f"一批最多 {MAX_FILES} 个文件，“{name}”没有收。请另开一批。")
            return
        sha256 = hashlib.sha256(data).hexdigest()
        same = next((file for file in files if file["sha256"] == sha256), None)
        if same is not None:
            self.parcel.remarks.append(f"“{name}”和“{same['name']}”是同一个文件，只收一份。")
            return
        put_blob(sha256, data)
        state = "waiting" if kind is Kind.TEXT else "kept"
        files.append(
            {"name": name, "folder": folder, "sha256": sha256, "size": len(data), "kind": kind.value, "state": state}
        )


def read_on(parcel: Parcel, seconds: float = READING_SECONDS) -> Parcel:
    """Read waiting texts for about so many seconds (one at least); after the last, propose the manuscripts."""
    until = time.monotonic() + seconds
    waiting = [number for number, file in enumerate(parcel.files) if file["state"] == "waiting"]
    for number in waiting:
        _read(parcel, number)
        if time.monotonic() > until:
            break
    if not parcel.unread and not parcel.groups:
        parcel.grouping = likely_grouping([file for file in parcel.files if file["state"] != "refused"])
        parcel.groups = propose_groups(parcel)
    return store(parcel, "files", "texts", "grouping", "groups", "remarks")


def _read(parcel: Parcel, number: int) -> None:
    file = parcel.files[number]
    try:
        arrived = read_file(blob(file["sha256"]), file["name"])
    except FileRefused as refusal:
        file["state"] = "refused"
        parcel.remarks.append(str(refusal))
        return
    file["state"] = "read"
    source, told = source_of(arrived.source_note)
    pictures = []
    for picture in arrived.pictures:
        sha256 = hashlib.sha256(picture.data).hexdigest()
        put_blob(sha256, picture.data)
        pictures.append(told_picture(display_name(picture.name), sha256, picture.data, parcel.call, picture.caption))
    parcel.texts[str(number)] = {
        **{name: storable(getattr(arrived, name)) for name in TYPED[:6]},
        "source_name": storable(source),
        "pictures": pictures,
        "remarks": [storable(remark) for remark in (*arrived.remarks, *told)],
    }
