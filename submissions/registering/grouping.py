"""Which of the files make a manuscript together: proposed, regrouped, a text cut into its pieces and joined again."""

from pathlib import PurePosixPath

from django.db import transaction

from journal.models import Article
from journal.text.pieces import compose, survey
from members.models import User

from ..intake.archive_file import Kind
from ..intake.taking import renumber_marks
from ..manuscript import split_bylines
from ..models import Submission
from ..parcels import Parcel
from ..refusals import Refused
from .blobs import blob
from .keeping import locked, named, store
from .persons import MOST_FOUND
from .photographs import told_picture

MAX_GROUPS = 100
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
_TAKEN_BACK = "…"


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
    return list(approved.order_by("pk").values_list("pk", flat=True)[:MOST_FOUND])


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
        nearest["pictures"].append(told_picture(file["name"], file["sha256"], data, parcel.call, loose=True))
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
    parcel = locked(parcel, number)
    if any(group["submission"] for group in parcel.groups):
        raise Refused("这一批已经登记了一部分，不能再换分法。请先登记完，或不登记其余的。")
    parcel.aside |= {group["key"]: group for group in parcel.groups}
    parcel.grouping = grouping
    parcel.groups = propose_groups(parcel)
    return store(parcel, "grouping", "groups", "aside", "remarks")


@transaction.atomic
def split(parcel: Parcel, key: str, how: str, number: int) -> Parcel:
    """A text with several pieces: `how` is "composite" (one manuscript in parts) or "separate" (a manuscript each)."""
    parcel = locked(parcel, number)
    group = named(parcel, key)
    found = survey(group["body"])
    if not found.is_several or group["submission"]:
        raise Refused(f"《{group['title']}》看不出有几篇，没有拆。可以在正文里自己分开。")
    if how == "composite":
        try:
            body = compose(found.pieces, found.lead)
        except ValueError:
            raise Refused("其中有一篇没有标题，不能作组合稿。请在正文里补上标题，再试。") from None
        parcel.aside[key] = group.copy()
        title = group["title"].strip() or found.heading.strip()
        group |= {"body": body, "is_composite": True, "title": title, "pieces": 1}
    else:
        place = parcel.groups.index(group)
        parcel.aside[key] = group
        parcel.groups[place : place + 1] = _pieces(group, found)
    return store(parcel, "groups", "aside")


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
    parcel = locked(parcel, number)
    members = [group for group in parcel.groups if key in (group.get("whole"), group["key"])]
    if key not in parcel.aside or not members or any(group["submission"] for group in members):
        raise Refused("这一篇已经登记，或没有拆过，不能合回去。")
    place = parcel.groups.index(members[0])
    for group in members:
        parcel.groups.remove(group)
        parcel.aside[group["key"] + _TAKEN_BACK] = group
    parcel.groups.insert(place, parcel.aside.pop(key))
    return store(parcel, "groups", "aside")
