"""Merging units (单位合并), and taking a merger back. Rows that name the old unit stay as they are.

What counts pieces follows `merged_into`; people who work in the old unit, its names and its lower units go over, and
the event keeps who and what went, so that the way back is exact.
"""

from dataclasses import dataclass
from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.db import transaction

from .models import Event, Unit, UnitAlias, User
from .permissions import holds
from .roles import Role

rules.add_perm("members.merge_units", holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR, Role.ADMINISTRATOR))

MERGED, PARTED = "并入其他单位", "撤销并入"


class MergeRefused(Exception):
    """The units cannot be merged or parted; the message tells a person why and what to do next."""


@dataclass(frozen=True)
class Preview:
    """What a merger would do. counted: (what, how many) of rows that stay and count for the other unit from then on."""

    people: list[User]
    names: list[str]
    children: list[Unit]
    earlier: list[Unit]
    counted: list[tuple[str, int]]


def preview(unit: Unit, into: Unit) -> Preview:
    """Read only. Raises MergeRefused where merge() would."""
    _refuse(unit, into)
    branch = _branch(unit, into)
    return Preview(
        people=list(unit.members.order_by("name", "pk")),
        names=_names_to_take(unit, into),
        children=[child for child in unit.children.all() if child != branch],
        earlier=list(unit.merged_units.all()),
        counted=_counted(unit),
    )


def _counted(unit: Unit) -> list[tuple[str, int]]:
    """Rows of other apps that name the unit, told by their models' own names: this app knows none of them."""
    found = []
    for relation in Unit._meta.related_objects:
        if relation.related_model._meta.app_label != Unit._meta.app_label:
            rows = relation.related_model._default_manager.filter(**{relation.field.name: unit}).count()
            if rows:
                found.append((str(relation.related_model._meta.verbose_name), rows))
    return found


def _names_to_take(unit: Unit, into: Unit) -> list[str]:
    """The old unit's names and aliases that `into` does not have yet and nobody else signs with."""
    wanted = dict.fromkeys([unit.name, unit.short_name, *unit.aliases.values_list("name", flat=True)])
    taken = set(UnitAlias.objects.exclude(unit=unit).filter(name__in=wanted).values_list("name", flat=True))
    return [name for name in wanted if name and name not in taken and name not in (into.name, into.short_name)]


def _refuse(unit: Unit, into: Unit) -> None:
    if unit.pk == into.pk:
        raise MergeRefused("单位不能并入它自己。请另选一个单位。")
    if unit.merged_into_id:
        raise MergeRefused(f"“{unit}”早已并入“{unit.merged_into}”。请刷新页面看最新情况。")
    if into.merged_into_id:
        raise MergeRefused(f"“{into}”自己已经并入“{into.merged_into}”。请直接选“{into.merged_into}”。")
    if not into.is_active:
        raise MergeRefused(f"“{into}”已经停用。请先在单位里勾选“在用”，或者另选一个单位。")


def _branch(unit: Unit, into: Unit) -> Unit | None:
    """The child of `unit` that `into` is or stands below; it cannot go under `into`, so it is lifted beside."""
    seen, one = set(), into
    while one is not None and one.pk not in seen:
        if one.parent_id == unit.pk:
            return one
        seen.add(one.pk)
        one = one.parent
    return None


def _locked(*units: Unit) -> None:
    """Bring the units up to date and hold their rows, always in the same order."""
    rows = {one.pk: one for one in Unit.objects.select_for_update().filter(pk__in=[u.pk for u in units]).order_by("pk")}
    for unit in units:
        for field in Unit._meta.concrete_fields:
            setattr(unit, field.attname, getattr(rows[unit.pk], field.attname))


@transaction.atomic
def merge(unit: Unit, into: Unit, actor) -> Event:
    """`unit` ends in `into`: people, names, lower units and units merged before go over; all other rows stay.

    Raises MergeRefused, PermissionDenied.
    """
    if not actor.has_perm("members.merge_units"):
        raise PermissionDenied("单位合并由编辑部主任、主编或管理员办理。")
    _locked(unit, into)
    _refuse(unit, into)
    branch = _branch(unit, into)
    children = unit.children.exclude(pk=branch.pk) if branch else unit.children.all()
    went: dict[str, Any] = {
        "into": into.pk,
        "people": list(unit.members.values_list("pk", flat=True)),
        "aliases": list(unit.aliases.values_list("name", flat=True)),
        "new_aliases": [],
        "children": list(children.values_list("pk", flat=True)),
        "lifted": branch.pk if branch else None,
        "earlier": list(unit.merged_units.values_list("pk", flat=True)),
        "was_active": unit.is_active,
    }
    names = _names_to_take(unit, into)
    unit.aliases.update(unit=into)
    went["new_aliases"] = [name for name in names if name not in went["aliases"]]
    UnitAlias.objects.bulk_create(UnitAlias(unit=into, name=name) for name in went["new_aliases"])
    children.update(parent=into)
    if branch:
        Unit.objects.filter(pk=branch.pk).update(parent=unit.parent_id)
    unit.members.update(unit=into)
    unit.merged_units.update(merged_into=into)
    unit.merged_into, unit.is_active = into, False
    unit.save(update_fields=["merged_into", "is_active"])
    note = f"人员 {len(went['people'])} 人、下级单位 {len(went['children'])} 个转入；稿件原始记录不改。"
    return Event.objects.record(actor, MERGED, unit, after=str(into)[:40], note=note, data=went)


@transaction.atomic
def part(unit: Unit, actor) -> Event:
    """Take the merger back: what went over by it and is still there returns. Raises MergeRefused, PermissionDenied."""
    if not actor.has_perm("members.merge_units"):
        raise PermissionDenied("撤销单位合并由编辑部主任、主编或管理员办理。")
    _locked(unit)
    if not unit.merged_into_id:
        raise MergeRefused(f"“{unit}”没有并入别的单位，不用撤销。")
    event = Event.objects.about(unit).filter(verb=MERGED).order_by("-at", "-pk").first()
    if event is None:
        raise MergeRefused(f"找不到“{unit}”并入时的记录，不能自动撤销。请在单位、账号里逐项改回。")
    went, now_in = event.data, unit.merged_into_id
    User.objects.filter(pk__in=went["people"], unit=now_in).update(unit=unit)
    UnitAlias.objects.filter(name__in=went["aliases"], unit=now_in).update(unit=unit)
    UnitAlias.objects.filter(name__in=went["new_aliases"], unit=now_in).delete()
    Unit.objects.filter(pk__in=went["children"], parent=now_in).update(parent=unit)
    Unit.objects.filter(pk__in=went["earlier"], merged_into=now_in).update(merged_into=unit)
    Unit.objects.filter(pk=went["lifted"], parent=unit.parent_id).update(parent=unit)
    unit.merged_into, unit.is_active = None, went["was_active"]
    unit.save(update_fields=["merged_into", "is_active"])
    return Event.objects.record(actor, PARTED, unit, before=str(event.after), note="人员、别名、下级单位已转回。")
