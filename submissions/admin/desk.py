"""我的工作台: what awaits this person, what colleagues did, how the issue and the quarter stand (look/desk.md 4)."""

from dataclasses import dataclass

from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast
from django.utils import timezone

from members.models import Event, User
from members.roles import EDITORIAL

from ..commissions import Commission
from ..states import State
from . import queue
from .standing import Making, funnel, issue_in_the_making
from .tiles import LIST_LENGTH, Row, Tile, changelist, commission_url, tiles_of, whom

EVENTS_SHOWN = 6
COMMISSIONS_SHOWN = 5


@dataclass(frozen=True)
class Due:
    """Commissions due or overdue, with how many of the issue's have come."""

    rows: list[dict]
    total: int
    planned: int
    arrived: int
    listing: str


@dataclass
class Desk:
    user: User
    tiles: list[Tile]
    show: str
    rows: list[Row]
    total: int
    events: list[Event]
    issue: Making | None
    funnel: list[dict]
    due: Due | None

    @property
    def waiting(self) -> int:
        return sum(tile.count for tile in self.tiles if tile.mine)

    @property
    def shown_tile(self) -> Tile | None:
        return next((tile for tile in self.tiles if tile.key == self.show), None)


def desk_of(user, show: str = "") -> Desk:
    """Everything the first page shows to `user`; `show` is the key of the tile that filters the list."""
    tiles = tiles_of(user)
    chosen = [tile for tile in tiles if tile.key == show]
    open_tiles = chosen or [tile for tile in tiles if tile.mine and tile.count]
    rows = [row for tile in open_tiles for row in tile.rows()]
    rows.sort(key=lambda row: row.order)
    making = issue_in_the_making()
    return Desk(
        user=user,
        tiles=tiles,
        show=show if chosen else "",
        rows=rows[:LIST_LENGTH],
        total=sum(tile.count for tile in open_tiles),
        events=list(colleagues_events(user)),
        issue=making,
        funnel=funnel(),
        due=commissions_panel(user, making.issue if making else None),
    )


def commissions_panel(user, issue) -> Due | None:
    """约稿到期: whom to remind today. None for those who do not commission, and where nothing was planned."""
    if not user.is_reviewer:
        return None
    today = timezone.localdate()
    due = queue.commissions_due(today)
    total = due.count()
    planned = (
        Commission.objects.filter(issue=issue)
        .exclude(state=Commission.State.CANCELLED)
        .aggregate(all=Count("pk"), arrived=Count("pk", filter=Q(submission__submitted_at__isnull=False)))
    )
    if not total and not planned["all"]:
        return None
    rows = [
        {
            "commission": commission,
            "whom": whom(commission),
            "url": commission_url(commission),
            "late": max(0, (today - commission.due_on).days),
            "left": (commission.due_on - today).days,
        }
        for commission in due.select_related("unit", "person", "section", "submission")[:COMMISSIONS_SHOWN]
    ]
    return Due(
        rows=rows, total=total, planned=planned["all"], arrived=planned["arrived"], listing=changelist("commission")
    )


def colleagues_events(user):
    """What other people of the office did last; what happens to drafts stays private to their writers."""
    return (
        Event.objects.filter(actor__groups__name__in=[role.label for role in EDITORIAL])
        .exclude(actor=user)
        # Signing in and changing one's own password are no news for colleagues.
        .exclude(subject_type=User._meta.label_lower, subject_id=Cast("actor_id", CharField()))
        .exclude(before=State.DRAFT.label)
        .distinct()[:EVENTS_SHOWN]
    )
