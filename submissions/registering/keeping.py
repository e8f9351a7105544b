"""What an editor typed about a parcel, kept: compare and swap by its number, under its row's lock."""

from django.db import transaction

from members.models import Event

from ..parcels import Parcel
from ..refusals import Refused
from .photographs import NOT_TAKEN, ORIGINAL_ONLY, PHOTO


class Moved(Refused):
    def __init__(self):
        super().__init__("这一批在另一个窗口改过。您刚才写的都在下面，没有丢；请核对后再保存。")


@transaction.atomic
def save(parcel: Parcel, typed: dict[str, dict], number: int, **shared) -> Parcel:
    """Keep what the page holds: `typed` by group key, `shared` the parcel's own columns.

    Photographs sent to another group go there. Raises Moved where another window saved first.
    """
    parcel = locked(parcel, number)
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
    return store(parcel, "groups", *shared)


@transaction.atomic
def drop(parcel: Parcel, editor) -> Parcel:
    """Put the rest away without registering it."""
    parcel = locked(parcel)
    parcel.state = Parcel.State.DROPPED
    Event.objects.record(editor, "不登记", parcel)
    return store(parcel, "state")


def locked(parcel: Parcel, number: int | None = None) -> Parcel:
    locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
    if locked.state != Parcel.State.OPEN:
        raise Refused("这一批已经办完，没有再改。")
    if number is not None and locked.number != number:
        raise Moved
    return locked


def store(parcel: Parcel, *names: str) -> Parcel:
    parcel.number += 1
    parcel.save(update_fields=[*names, "number"])
    return parcel


def named(parcel: Parcel, key: str) -> dict:
    group = next((group for group in parcel.groups if group["key"] == key), None)
    if group is None:
        raise Refused("这一篇已经换了分法，请看最新的页面。")
    return group
