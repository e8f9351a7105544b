"""代录: what an editor brought in → proposals, one a manuscript → registered for the persons who sent them.

A parcel is opened with files (a zip, a folder, some files, pasted text), read, grouped, mended by hand and carried out.
Each step keeps what it has: a bad file is told and does not stop the others; a second press of any button finds the
work done. The manuscripts themselves come into being by `intake.taking.new_draft` and `workflow.register` alone.
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.models import Article, Picture, Section
from journal.text.pieces import compose, survey
from members.models import PHONE, Event, Unit, User, normal_login_name, validate_login_name
from members.roles import Role

from . import workflow
from .arrivals import Original
from .checks.image import largest_passing, shrunk_findings
from .drafts import MOST_PHOTOS
from .intake.any_file import read_file
from .intake.archive_file import MAX_ENTRY_BYTES, Kind, Place, open_archive, place_of, sort_out
from .intake.arrived import ArrivedPicture, ArrivedText
from .intake.photo import PhotoRefused, read_photo
from .intake.refused import FileRefused
from .intake.taking import display_name, keep_original, new_draft, renumber_marks, source_of, storable, write_once
from .manuscript import split_bylines
from .models import Call, Declaration, Submission
from .parcels import Parcel
from .photo_cards import verdict

MAX_FILES = 300
MAX_GROUPS = 100
READING_SECONDS = 20.0  # of one request; the page goes on reading by itself
TYPED = (
    "title",
    "subtitle",
    "body",
    "byline",
    "affiliation",
    "author_note",
    "origin",
    "source_name",
    "source_url",
    "source_issue",
)
# What becomes of a photograph that came beside the text; any other value is the key of the group it goes to.
PHOTO, ORIGINAL_ONLY, NOT_TAKEN = "photo", "original", "no"
_TAKEN_BACK = "…"
_MOST_FOUND = 8


class PersonExists(workflow.Refused):
    """The phone number or address belongs to somebody already; `person` is proposed."""

    def __init__(self, person: User):
        self.person = person
        unit = f"（{person.unit}）" if person.unit else ""
        super().__init__(
            f"{person.login_name} 已经登记过，是{person.name}{unit}。就是这位的话请点选；不是，请核对号码。"
        )


class Moved(workflow.Refused):
    def __init__(self):
        super().__init__("这一批在另一个窗口改过。您刚才写的都在下面，没有丢；请核对后再保存。")


@dataclass(frozen=True)
class Upload:
    """One file as it came: its path as its sender had it (folders included) and where to read it."""

    path: str
    file: BinaryIO


@dataclass
class Report:
    """What one press of 登记 did: the groups registered, and those that were not, with the reason."""

    registered: int = 0
    refused: int = 0


def may_register(user) -> bool:
    return user.has_perm("submissions.register")


def call_for(day=None) -> Call | None:
    """The call a manuscript received on `day` answers: the one open then, else the latest."""
    return Call.objects.open_on(day).first() or Call.objects.first()


# Opening and reading -------------------------------------------------------------------------------------------------


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
        raise workflow.Refused(f"{why}请选择文件、文件夹、压缩包，或者粘贴正文，再上传。")
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


def _storage() -> Storage:
    return Original._meta.get_field("file").storage


def blob_path(sha256: str) -> str:
    return f"originals/{sha256[:2]}/{sha256}"


def put_blob(sha256: str, data: bytes) -> None:
    """Kept where an original of the same content lies: registering then writes nothing twice."""
    write_once(_storage(), blob_path(sha256), data)


def blob(sha256: str) -> bytes:
    with _storage().open(blob_path(sha256), "rb") as file:
        return file.read()


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
    return _store(parcel, "files", "texts", "grouping", "groups", "remarks")


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
        pictures.append(_picture(display_name(picture.name), sha256, picture.data, parcel.call, picture.caption))
    parcel.texts[str(number)] = {
        **{name: storable(getattr(arrived, name)) for name in TYPED[:6]},
        "source_name": storable(source),
        "pictures": pictures,
        "remarks": [storable(remark) for remark in (*arrived.remarks, *told)],
    }


def _picture(name: str, sha256: str, data: bytes, call: Call, caption: str = "", **more) -> dict:
    """A photograph as the page tells of it, judged by its content and not kept as a picture yet."""
    told = {"name": name, "sha256": sha256, "caption": storable(caption), "use": PHOTO, **more}
    try:
        photo = read_photo(BytesIO(data), name)
    except PhotoRefused as refusal:
        return told | {"use": NOT_TAKEN, "refused": str(refusal)}
    picture = _unsaved(photo)
    picture.print_width_mm = largest_passing(photo.width, photo.height, call.dpi_limit) or Picture.PrintWidth.PORTRAIT
    level, words, detail = verdict(picture, call.dpi_limit)
    shrunk = any(shrunk_findings(photo.width, photo.height, photo.details()))
    return told | {"level": level, "verdict": words, "detail": detail, "shrunk": shrunk}


def _unsaved(photo) -> Picture:
    return Picture(
        format=photo.format, width=photo.width, height=photo.height, size=photo.size, details=photo.details()
    )


# Grouping ------------------------------------------------------------------------------------------------------------


def likely_grouping(files: list[dict]) -> str:
    """One text: one manuscript. A folder each: a manuscript a folder. Otherwise a manuscript each text."""
    folders = [file["folder"] for file in files if file["kind"] == Kind.TEXT]
    if len(folders) <= 1 and len({file["folder"] for file in files}) <= 2:
        return Parcel.Grouping.ONE
    return Parcel.Grouping.FOLDER if len(folders) == len(set(folders)) else Parcel.Grouping.FILE


def propose_groups(parcel: Parcel) -> list[dict]:
    """A group a manuscript, by the parcel's way of grouping, with the photographs that belong to it."""
    texts = [number for number, file in enumerate(parcel.files) if file["state"] == "read"]
    homes = _homes(parcel, texts)
    groups = []
    for key, (folder, numbers) in list(homes.items())[:MAX_GROUPS]:
        typed = [parcel.aside.pop(piece) for piece in _pieces_aside(parcel, key)]
        groups += typed or [parcel.aside.pop(key, None) or _group(parcel, key, folder, numbers)]
    if len(homes) > MAX_GROUPS:
        parcel.remarks.append(
            f"一批最多登记 {MAX_GROUPS} 篇，另外 {len(homes) - MAX_GROUPS} 篇没有列出。请分几批上传。"
        )
    _hand_out(parcel, groups)
    return groups


def _pieces_aside(parcel: Parcel, key: str) -> list[str]:
    """The keys of the pieces a group was split into before another grouping was chosen, in order."""
    pieces = [one for one in parcel.aside if one.startswith(f"{key}#") and not one.endswith(_TAKEN_BACK)]
    return sorted(pieces, key=lambda one: int(one.rpartition("#")[2]))


def _homes(parcel: Parcel, texts: list[int]) -> dict[str, tuple[str, list[int]]]:
    """Key → (folder, numbers of text files)."""
    files = parcel.files
    homes: dict[str, tuple[str, list[int]]] = {}
    if parcel.grouping == Parcel.Grouping.FILE and texts:
        return {f"file:{number}": (files[number]["folder"], [number]) for number in texts}
    if parcel.grouping == Parcel.Grouping.ONE:
        return {"one:": (_common([file["folder"] for file in files]), texts)}
    for number in texts:
        homes.setdefault(f"folder:{files[number]['folder']}", (files[number]["folder"], []))[1].append(number)
    for file in files:
        # Photographs without a text above them are an image entry of their own.
        folder = file["folder"]
        if file["kind"] == Kind.PICTURE and not any(_within(folder, home) for home, _ in homes.values()):
            homes.setdefault(f"folder:{folder}", (folder, []))
    return homes


def _common(folders: list[str]) -> str:
    first, *rest = [folder.split("/") for folder in folders] or [[""]]
    shared = 0
    while shared < len(first) and all(len(other) > shared and other[shared] == first[shared] for other in rest):
        shared += 1
    return "/".join(first[:shared])


def _within(folder: str, home: str) -> bool:
    return not home or folder == home or folder.startswith(f"{home}/")


def _group(parcel: Parcel, key: str, folder: str, numbers: list[int]) -> dict:
    read = sorted((parcel.texts[str(number)] for number in numbers), key=lambda text: -len(text["body"]))
    main = read[0] if read else {}
    body, pictures = main.get("body", ""), list(main.get("pictures", []))
    remarks = list(main.get("remarks", []))
    for other in read[1:]:
        shift = {place: place + len(pictures) for place in range(1, len(other["pictures"]) + 1)}
        parts = (
            f"## {other['title']}" if other["title"] else "",
            other["byline"],
            renumber_marks(other["body"], shift),
        )
        body = "\n\n".join([body, *(part for part in parts if part)])
        pictures += other["pictures"]
        remarks += other["remarks"]
    if len(read) > 1:
        remarks.append(f"这里有 {len(read)} 个文字文件，最长的作正文，其余接在后面。请核对哪些要留。")
    return {
        **dict.fromkeys(TYPED, ""),
        **{name: main.get(name, "") for name in TYPED if name in main},
        "origin": Article.Origin.ORIGINAL.value,
        "title": main.get("title", "") or ("" if read else folder.rsplit("/", 1)[-1]),
        "key": key,
        "folder": folder,
        "texts": numbers,
        "kind": Submission.Kind.TEXT.value if read else Submission.Kind.IMAGE.value,
        "body": body,
        "pictures": pictures,
        "papers": [],
        "remarks": remarks,
        "pieces": _several(body),
        "is_composite": False,
        "include": True,
        "person": None,
        "candidates": _signed_by(main.get("byline", "")),
        "who": "",
        "new_name": "",
        "new_contact": "",
        "new_unit": "",
        "unit": "",
        "section": None,
        "declared": [],
        "how": "",
        "submission": "",
        "refused": "",
    }


def _signed_by(byline: str) -> list[int]:
    """Members who bear a name of the byline: proposed, never taken by name alone."""
    names = [line["name"] for line in split_bylines(byline)]
    approved = User.objects.filter(is_active=True, approved_at__isnull=False, name__in=names)
    return list(approved.order_by("pk").values_list("pk", flat=True)[:_MOST_FOUND])


def _several(body: str) -> int:
    """How many texts a body seems to hold; 1 for an ordinary one."""
    return max(1, len(survey(body).pieces))


def _hand_out(parcel: Parcel, groups: list[dict]) -> None:
    """Give each loose photograph and paper to the group it stood nearest to."""
    held = {picture["sha256"] for group in groups for picture in group["pictures"] if picture.get("loose")}
    held |= {sha256 for group in groups for sha256 in group["papers"]}
    unsure: dict[str, list[str]] = {}
    for file in parcel.files:
        if file["kind"] == Kind.TEXT or file["sha256"] in held or not groups:
            continue
        nearest, sure = _nearest(parcel, file, groups)
        if file["kind"] == Kind.PAPER:
            nearest["papers"].append(file["sha256"])
            continue
        data = blob(file["sha256"])
        nearest["pictures"].append(_picture(file["name"], file["sha256"], data, parcel.call, loose=True))
        if not sure:
            unsure.setdefault(nearest["key"], []).append(file["name"])
    for group in groups:
        if names := unsure.get(group["key"]):
            group["remarks"].append(f"有 {len(names)} 张照片看不出属于哪一篇，先放在这里。请在照片旁边改。")


def _nearest(parcel: Parcel, file: dict, groups: list[dict]) -> tuple[dict, bool]:
    """By the start of the file's name, then by folder; not sure where several are equally near."""
    stem = PurePosixPath(file["name"]).stem.lower()

    def nearness(group: dict) -> tuple[int, int]:
        stems = [PurePosixPath(parcel.files[number]["name"]).stem.lower() for number in group["texts"]]
        named = max((len(one) for one in stems if len(one) > 1 and stem.startswith(one)), default=0)
        home = group["folder"]
        depth = 0 if not home else home.count("/") + 1
        return named, depth if _within(file["folder"], home) else -1

    ranked = sorted(groups, key=nearness, reverse=True)
    return ranked[0], len(ranked) == 1 or nearness(ranked[0]) != nearness(ranked[1])


@transaction.atomic
def regroup(parcel: Parcel, grouping: str, number: int) -> Parcel:
    """Another way of grouping. What was typed for the present one is kept aside: choosing it again brings it back."""
    parcel = _locked(parcel, number)
    if any(group["submission"] for group in parcel.groups):
        raise workflow.Refused("这一批已经登记了一部分，不能再换分法。请先登记完，或不登记其余的。")
    parcel.aside |= {group["key"]: group for group in parcel.groups}
    parcel.grouping = grouping
    parcel.groups = propose_groups(parcel)
    return _store(parcel, "grouping", "groups", "aside", "remarks")


@transaction.atomic
def split(parcel: Parcel, key: str, how: str, number: int) -> Parcel:
    """A text with several pieces: `how` is "composite" (one manuscript in parts) or "separate" (a manuscript each)."""
    parcel = _locked(parcel, number)
    group = _named(parcel, key)
    found = survey(group["body"])
    if not found.is_several or group["submission"]:
        raise workflow.Refused(f"《{group['title']}》看不出有几篇，没有拆。可以在正文里自己分开。")
    if how == "composite":
        try:
            body = compose(found.pieces, found.lead)
        except ValueError:
            raise workflow.Refused("其中有一篇没有标题，不能作组合稿。请在正文里补上标题，再试。") from None
        parcel.aside[key] = group.copy()
        title = group["title"].strip() or found.heading.strip()
        group |= {"body": body, "is_composite": True, "title": title, "pieces": 1}
    else:
        place = parcel.groups.index(group)
        parcel.aside[key] = group
        parcel.groups[place : place + 1] = _pieces(group, found)
    return _store(parcel, "groups", "aside")


def _pieces(group: dict, found) -> list[dict]:
    """A group a piece; each takes the photographs its text names, the first those that none names."""
    named = [
        {place for place in range(1, len(group["pictures"]) + 1) if f"【照片{place}】" in piece.text}
        for piece in found.pieces
    ]
    nobodys = set(range(1, len(group["pictures"]) + 1)).difference(*named)
    groups = []
    for number, (piece, own) in enumerate(zip(found.pieces, named, strict=True)):
        places = sorted(own | (nobodys if number == 0 else set()))
        order = {place: count for count, place in enumerate(places, 1)}
        groups.append(
            group
            | {
                "key": f"{group['key']}#{number + 1}",
                "whole": group["key"],
                "title": piece.title,
                "subtitle": piece.subtitle,
                "byline": piece.person,
                "affiliation": piece.office,
                "candidates": group["candidates"] or _signed_by(piece.person),
                "body": renumber_marks(piece.text.strip(), order),
                "pictures": [group["pictures"][place - 1] for place in places],
                "remarks": [cut.message for cut in piece.cut] + (group["remarks"] if number == 0 else []),
                "pieces": 1,
            }
        )
    return groups


@transaction.atomic
def rejoin(parcel: Parcel, key: str, number: int) -> Parcel:
    """Take a splitting back: the text stands again as it was before."""
    parcel = _locked(parcel, number)
    members = [group for group in parcel.groups if key in (group.get("whole"), group["key"])]
    if key not in parcel.aside or not members or any(group["submission"] for group in members):
        raise workflow.Refused("这一篇已经登记，或没有拆过，不能合回去。")
    place = parcel.groups.index(members[0])
    for group in members:
        parcel.groups.remove(group)
        parcel.aside[group["key"] + _TAKEN_BACK] = group
    parcel.groups.insert(place, parcel.aside.pop(key))
    return _store(parcel, "groups", "aside")


# Typing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save(parcel: Parcel, typed: dict[str, dict], number: int, **shared) -> Parcel:
    """Keep what the page holds: `typed` by group key, `shared` the parcel's own columns.

    Photographs sent to another group go there. Raises Moved where another window saved first.
    """
    parcel = _locked(parcel, number)
    for group in parcel.groups:
        if not group["submission"]:
            group |= typed.get(group["key"], {})
    for group in parcel.groups:
        for picture in [one for one in group["pictures"] if one["use"] not in (PHOTO, ORIGINAL_ONLY, NOT_TAKEN)]:
            target = next((one for one in parcel.groups if one["key"] == picture["use"]), None)
            picture["use"] = PHOTO
            if target is not None and target is not group and picture.get("loose"):
                group["pictures"].remove(picture)
                target["pictures"].append(picture)
    for name, value in shared.items():
        setattr(parcel, name, value)
    return _store(parcel, "groups", *shared)


@transaction.atomic
def drop(parcel: Parcel, editor) -> Parcel:
    """Put the rest away without registering it."""
    parcel = _locked(parcel)
    parcel.state = Parcel.State.DROPPED
    Event.objects.record(editor, "不登记", parcel)
    return _store(parcel, "state")


def _locked(parcel: Parcel, number: int | None = None) -> Parcel:
    locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
    if locked.state != Parcel.State.OPEN:
        raise workflow.Refused("这一批已经办完，没有再改。")
    if number is not None and locked.number != number:
        raise Moved
    return locked


def _store(parcel: Parcel, *names: str) -> Parcel:
    parcel.number += 1
    parcel.save(update_fields=[*names, "number"])
    return parcel


def _named(parcel: Parcel, key: str) -> dict:
    group = next((group for group in parcel.groups if group["key"] == key), None)
    if group is None:
        raise workflow.Refused("这一篇已经换了分法，请看最新的页面。")
    return group


# Persons -------------------------------------------------------------------------------------------------------------


def find_people(words: str) -> list[User]:
    """Approved members by name, login name, phone or unit; an exact name or number comes first."""
    words = words.strip()
    if not words:
        return []
    number = normal_login_name(words)
    approved = User.objects.filter(is_active=True, approved_at__isnull=False).select_related("unit")
    exact = list(
        approved.filter(Q(name=words) | Q(login_name=number) | Q(phone=number) | Q(email__iexact=words))[:_MOST_FOUND]
    )
    if exact:
        return exact
    near = Q(name__icontains=words) | Q(login_name__icontains=number) | Q(phone__icontains=number)
    return list(
        approved.filter(near | Q(unit__name__icontains=words) | Q(unit__short_name__icontains=words))[:_MOST_FOUND]
    )


@transaction.atomic
def new_contributor(editor, *, name: str, contact: str, unit_name: str) -> User:
    """An approved contributor without password, reached by phone or e-mail; an editor hands out a password later.

    Raises PersonExists where the contact is known, Refused where something is missing, PermissionDenied.
    """
    if not editor.has_perm("members.add_user"):
        raise PermissionDenied
    login_name, name = normal_login_name(contact), " ".join(name.split())
    if not name or not login_name:
        raise workflow.Refused("新登记一个人，要写姓名，还要写手机号或邮箱。请补上。")
    try:
        validate_login_name(login_name)
    except ValidationError as wrong:
        raise workflow.Refused("".join(wrong.messages).replace("登录名", "联系方式")) from None
    known = User.objects.filter(Q(login_name=login_name) | Q(phone=login_name) | Q(email__iexact=login_name))
    if (person := known.select_related("unit").first()) is not None:
        raise PersonExists(person)
    if not unit_name.strip():
        raise workflow.Refused(f"{name}还没有单位。请选一个单位；名单里没有，就写上单位全称。")
    is_phone = PHONE.fullmatch(login_name) is not None
    person = User.objects.create_user(
        login_name,
        None,
        name=name[:40],
        unit=_unit_or_new(editor, unit_name),
        phone=login_name if is_phone else "",
        email="" if is_phone else login_name,
        roles=[Role.CONTRIBUTOR],
        approved_at=timezone.now(),
        approved_by=editor,
    )
    Event.objects.record(editor, "建账号", person, note="代录来稿时登记")
    return person


def _unit_or_new(editor, name: str) -> Unit:
    """The unit of that name, short name or alias; a new one where there is none."""
    name = " ".join(name.split())[: Unit._meta.get_field("name").max_length]
    if (known := unit_named(name)) is not None:
        return known
    unit = Unit.objects.create(name=name)
    Event.objects.record(editor, "新建单位", unit, note="代录来稿时登记")
    return unit


def unit_named(name: str) -> Unit | None:
    name = " ".join(name.split())
    return Unit.objects.filter(Q(name=name) | Q(short_name=name) | Q(aliases__name=name)).first() if name else None


def _known_unit(name: str) -> Unit | None:
    """None for an empty name: the contributor's own unit counts then."""
    unit = unit_named(name)
    if unit is None and name.strip():
        raise workflow.Refused(f"没有叫“{name.strip()}”的单位。请从名单里选，或留空，按来稿人的单位登记。")
    return unit


def find_person(group: dict, who: str) -> None:
    """Look up whom the words name: one match is taken, several are kept as candidates to choose from."""
    people = find_people(who)
    group |= {
        "who": who,
        "person": people[0].pk if len(people) == 1 else None,
        "candidates": [person.pk for person in people] if len(people) > 1 else [],
    }


# Carrying out --------------------------------------------------------------------------------------------------------


def carry_out(parcel: Parcel, editor) -> Report:
    """Register every ticked group that is not registered yet, each by itself: one that is refused keeps its reason and
    does not stop the others. A second press waits for the first and finds the work done."""
    if not may_register(editor):
        raise PermissionDenied
    report = Report()
    for key in [group["key"] for group in parcel.groups if group["include"]]:
        outcome = _register_group(parcel, key, editor)
        report.registered += outcome is True
        report.refused += outcome is False
    if not report.refused:
        _finish(parcel)
    return report


def _register_group(parcel: Parcel, key: str, editor) -> bool | None:
    """True registered, False refused (with the reason kept), None where it had been registered before."""
    try:
        with transaction.atomic():
            locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
            group = _named(locked, key)
            if group["submission"] or locked.state != Parcel.State.OPEN:
                return None
            submission = _registered(locked, group, editor)
            group |= {"submission": str(submission.pk), "refused": ""}
            _store(locked, "groups")
    except (workflow.Refused, FileRefused) as refusal:
        with transaction.atomic():
            locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
            _named(locked, key)["refused"] = str(refusal)
            _store(locked, "groups")
        return False
    return True


@transaction.atomic
def _finish(parcel: Parcel) -> None:
    locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
    if locked.state == Parcel.State.OPEN and any(group["submission"] for group in locked.groups):
        locked.state = Parcel.State.DONE
        _store(locked, "state")


def _registered(parcel: Parcel, group: dict, editor) -> Submission:
    person = User.objects.filter(pk=group["person"]).select_related("unit").first()
    if person is None:
        raise workflow.Refused("还没有选来稿人。请在上面写姓名或手机号查找，选好再登记。")
    used = [place for place, picture in enumerate(group["pictures"], 1) if picture["use"] == PHOTO]
    if len(used) > MOST_PHOTOS:
        raise workflow.Refused(
            f"这一篇选了 {len(used)} 张照片，最多 {MOST_PHOTOS} 张。请把多余的改成“不收”或“只作原件”。"
        )
    taken = [group["pictures"][place - 1] for place in used]
    order: dict[int, int | None] = dict.fromkeys(range(1, len(group["pictures"]) + 1))
    order |= {place: number for number, place in enumerate(used, 1)}
    arrived = ArrivedText(
        **{name: group[name] for name in ("title", "subtitle", "byline", "affiliation", "author_note")},
        body=renumber_marks(group["body"], order),
        pictures=tuple(
            ArrivedPicture(picture["name"], blob(picture["sha256"]), picture["caption"]) for picture in taken
        ),
    )
    taking = new_draft(
        arrived,
        contributor=person,
        call=parcel.call,
        channel=parcel.channel,
        by=editor,
        kind=group["kind"],
        section=Section.objects.filter(pk=group["section"]).first(),
        unit=_known_unit(group["unit"]),
    )
    submission = taking.submission
    for name in ("origin", "source_name", "source_url", "source_issue", "is_composite"):
        setattr(submission, name, group[name])
    submission.registered_by = editor
    submission.save(
        update_fields=["origin", "source_name", "source_url", "source_issue", "is_composite", "registered_by"]
    )
    for name, sha256 in _originals(parcel, group):
        keep_original(blob(sha256), name, added_by=editor, submission=submission)
    kinds = [kind for kind in Declaration.Kind.values if kind in group["declared"]]
    return workflow.register(submission, editor, declared=kinds, how=group["how"], received_on=parcel.received_on)


def _originals(parcel: Parcel, group: dict) -> list[tuple[str, str]]:
    """(name, hash) of what is kept beside the manuscript as it came: its texts, papers, scans."""
    texts = [(parcel.files[number]["name"], parcel.files[number]["sha256"]) for number in group["texts"]]
    papers = [(file["name"], file["sha256"]) for file in parcel.files if file["sha256"] in group["papers"]]
    scans = [(one["name"], one["sha256"]) for one in group["pictures"] if one["use"] == ORIGINAL_ONLY]
    return [*texts, *papers, *scans]


def asking_for_originals(group: dict, person: str, office: str) -> str:
    """A message to copy into WeChat where photographs came shrunk; empty where none did."""
    names = [f"“{one['name']}”" for one in group["pictures"] if one.get("shrunk") and one["use"] == PHOTO]
    if not names:
        return ""
    title = f"《{group['title'].strip()}》" if group["title"].strip() else "您的来稿"
    return (
        f"{person and f'{person}同志：'}您好！{title}里的照片{'、'.join(names)}像是微信压缩过的，印出来不清楚。"
        f"请发原图：在微信里选照片时勾上“原图”，或用邮件、U盘发来，照片不用改名。谢谢！{office}"
    )
