"""The editorial board by strokes (姓氏笔画, RULES.md section 8): told where the printed order differs, sorted on request.

Never by itself: a printed board keeps its order, and an office may have reasons of its own (the 主任 first). Names are
ordered within their role; roles stay as they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal.text import strokes
from journal.text.names import stored_name
from members.models import Event

from .models import BoardMember, Issue

MANY = 3  # names of one role from which an order by strokes is looked for


class BoardRefused(Exception):
    """The board cannot be sorted; the message says why."""


@dataclass(frozen=True)
class RoleOrder:
    """The names of one role as printed and by strokes; misplaced: neighbours the wrong way round; unknown: characters
    without stroke data, which stand last and have to be placed by a person."""

    role: str
    printed: tuple[str, ...]
    by_strokes: tuple[str, ...]
    misplaced: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def differences(members: Iterable[BoardMember]) -> list[RoleOrder]:
    """The roles whose printed order is not that of strokes; those of one or two names are left to rank."""
    found = []
    for role, rows in _by_role(members).items():
        names = [row.name for row in rows]
        misplaced = strokes.out_of_order(names)
        if len(names) >= MANY and misplaced:
            ordered = tuple(strokes.by_surname(names))
            unknown = tuple(strokes.unknown_characters(name[:1] for name in names))
            found.append(RoleOrder(role, tuple(names), ordered, tuple(misplaced), unknown))
    return found


@transaction.atomic
def sort(issue: Issue, role: str, actor) -> int:
    """Put the names of one role into the order of strokes; how many moved. Raises BoardRefused, PermissionDenied."""
    if not actor.has_perm("journal.assemble_issue", issue):
        raise PermissionDenied
    # The issue's row is held, so that two people sorting at once do not mix their orders.
    held = Issue.objects.select_for_update().get(pk=issue.pk)
    if not held.is_open:
        raise BoardRefused(f"{held}{held.get_state_display()}，编委会不能再改。需要改动请先退回编辑。")
    rows = [row for row in BoardMember.objects.filter(issue=issue).order_by("position", "pk") if row.role == role]
    if not rows:
        raise BoardRefused(f"编委会里已经没有“{role}”，请刷新页面看最新的名单。")
    ordered = sorted(rows, key=lambda row: strokes.stroke_key(stored_name(row.name)[:1]))
    places = [row.position for row in rows]
    if len(set(places)) < len(places):
        places = list(range(min(places), min(places) + len(places)))
    moved = [row for row, before in zip(ordered, rows, strict=True) if row is not before]
    for row, place in zip(ordered, places, strict=True):
        row.position = place
    BoardMember.objects.bulk_update(ordered, ["position"])
    if moved:
        told = {"before": [row.name for row in rows], "after": [row.name for row in ordered]}
        Event.objects.record(actor, "按姓氏笔画排编委会", issue, note=f"{role} {len(rows)} 人", data=told)
    return len(moved)


def _by_role(members: Iterable[BoardMember]) -> dict[str, list[BoardMember]]:
    roles: dict[str, list[BoardMember]] = {}
    for row in members:
        roles.setdefault(row.role, []).append(row)
    return roles
