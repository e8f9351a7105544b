"""我的工作台: what awaits this person, what colleagues did, how the issue and the quarter stand (look/desk.md 4)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import CharField
from django.db.models.functions import Cast

from members.models import Event, User
from members.roles import EDITORIAL

from .. import commissioning
from ..commissions import Commission, commissions_due
from ..models import Letter
from ..states import State
from .standing import Making, funnel, issue_in_the_making
from .tiles import LIST_LENGTH, Row, Tile, changelist, reminder_url, tiles_of

EVENTS_SHOWN = 6
COMMISSIONS_SHOWN = 3


@dataclass(frozen=True)
class Reminder:
    """One commission to remind of: where its letter is sent, and the words to copy for WeChat."""

    commission: Commission
    url: str
    words: str

    @property
    def late(self) -> int:
        return max(0, -self.commission.days_left)


@dataclass(frozen=True)
class Due:
    """Commissions due or overdue, with how many of the issue's have come."""

    rows: list[Reminder]
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


def desk_of(user, show: str = "", *, absolute: Callable[[str], str] = str) -> Desk:
    """Everything the first page shows to `user`; `show` is the key of the tile that filters the list.

    `absolute` makes a path an address others can open: a reminder to copy carries one.
    """
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
        due=commissions_panel(user, making.issue if making else None, absolute),
    )


def commissions_panel(user, issue, absolute: Callable[[str], str]) -> Due | None:
    """约稿到期: whom to remind today. None for those who do not commission, and where nothing was planned."""
    if not user.has_perm("submissions.commission"):
        return None
    due = commissions_due(user)
    total = due.count()
    of_issue = Commission.objects.filter(issue=issue)
    arrived = of_issue.arrived().count()
    planned = arrived + of_issue.open().count()
    if not total and not planned:
        return None
    shown = due.select_related("issue", "unit", "person", "section", "submission__contributor")[:COMMISSIONS_SHOWN]
    rows = [
        Reminder(
            commission=one,
            url=reminder_url(one),
            words=commissioning.compose(one, Letter.Kind.REMINDER, link=absolute(one.get_absolute_url()))[1],
        )
        for one in shown
    ]
    return Due(rows=rows, total=total, planned=planned, arrived=arrived, listing=changelist("commission"))


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
