"""我的工作台: what awaits this person, what colleagues did, how the issue and the quarter stand (look/desk.md 4)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from journal.models import Article, Issue
from members.models import Event, User
from members.roles import EDITORIAL, Role

from ..models import Call, Submission
from ..states import AWAITING_REVIEW, Stage, State
from . import queue

LIST_LENGTH = 12
EVENTS_SHOWN = 6


@dataclass(frozen=True)
class Row:
    """One line of the list: what, where it stands, how long it waits, what to do next."""

    title: str
    meta: str
    step: str
    act: str
    url: str
    waiting: int | None = None
    overdue: int = 0
    note: str = ""


@dataclass
class Tile:
    """One count that filters the list. `rows` is asked for only where the tile is open."""

    key: str
    label: str
    count: int
    rows: Callable[[], list[Row]]
    note: str = ""
    alarm: bool = False
    mine: bool = True


@dataclass
class Desk:
    user: User
    tiles: list[Tile]
    show: str
    rows: list[Row]
    total: int
    events: list[Event]
    issue: dict | None
    funnel: list[dict] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        return sum(tile.count for tile in self.tiles if tile.mine)

    @property
    def shown_tile(self) -> Tile | None:
        return next((tile for tile in self.tiles if tile.key == self.show), None)


def desk_of(user, show: str = "") -> Desk:
    """Everything the first page shows to `user`; `show` is the key of the tile that filters the list."""
    tiles = [*review_tiles(user), *pool_tiles(user), *account_tiles(user), *issue_tiles(user)]
    chosen = [tile for tile in tiles if tile.key == show]
    open_tiles = chosen or [tile for tile in tiles if tile.mine and tile.count]
    rows = [row for tile in open_tiles for row in tile.rows()]
    rows.sort(key=lambda row: (-row.overdue, -(row.waiting or 0)))
    return Desk(
        user=user,
        tiles=tiles,
        show=show if chosen else "",
        rows=rows[:LIST_LENGTH],
        total=sum(tile.count for tile in open_tiles),
        events=list(colleagues_events(user)),
        issue=issue_in_the_making(),
        funnel=funnel(),
    )


def review_tiles(user) -> list[Tile]:
    tiles = []
    limit = timezone.localdate() - timedelta(days=queue.REVIEW_DAYS)
    for stage in queue.stages_of(user):
        rows = queue.awaiting(user, stage)
        counts = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(waiting_since__date__lt=limit)))
        note = f"{counts['late']} 篇超期" if counts["late"] else ("都在期限内" if counts["all"] else "没有")
        tiles.append(
            Tile(stage.value, f"待{stage.label}", counts["all"], rows_of(rows), note, alarm=bool(counts["late"]))
        )
    if tiles:
        rows = queue.returned(user)
        counts = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=timezone.localdate())))
        note = f"{counts['late']} 篇过了期限" if counts["late"] else ("作者在改" if counts["all"] else "没有")
        tiles.append(
            Tile("returned", "退修在外", counts["all"], rows_of(rows), note, alarm=bool(counts["late"]), mine=False)
        )
    return tiles


def rows_of(submissions):
    listed = submissions.select_related("text__current", "section", "unit").defer("body", "text__current__html")
    return lambda: [submission_row(submission) for submission in listed[:LIST_LENGTH]]


def submission_row(submission) -> Row:
    version = submission.text.current
    facts = [submission.receipt_number, str(submission.section or ""), str(submission.unit or "")]
    facts.append(f"{version.words:,} 字" if submission.kind == Submission.Kind.TEXT else "图片稿")
    return Row(
        title=version.title,
        meta=" · ".join(fact for fact in facts if fact),
        step=submission.label,
        act=queue.next_act(submission) if submission.state in AWAITING_REVIEW else "看稿件",
        url=reverse("admin:submissions_submission_change", args=[submission.pk]),
        waiting=queue.days_waiting(submission),
        overdue=queue.days_overdue(submission),
    )


def pool_tiles(user) -> list[Tile]:
    if not user.has_perm("journal.assemble_issue"):
        return []
    pool = Article.objects.unplaced().select_related("section", "text__current").defer("text__current__html")
    count = pool.count()
    issue = Issue.objects.in_the_making().filter(state=Issue.State.PREPARING).first()
    url = reverse("admin:journal_issue_board", args=[issue.pk]) if issue else reverse("admin:journal_issue_add")

    def rows():
        return [
            Row(
                title=article.title,
                meta=f"{article.section} · {article.text.current.words:,} 字",
                step="已录用，未编入",
                act="编入…" if issue else "先建一期",
                url=f"{url}?article={article.pk}" if issue else url,
            )
            for article in pool.order_by("section__position", "pk")[:LIST_LENGTH]
        ]

    return [Tile("pool", "待编入", count, rows, f"可编入{issue}" if issue else "还没有正在编的期", mine=False)]


def account_tiles(user) -> list[Tile]:
    if not queue.approver(user):
        return []
    pending = User.objects.filter(approved_at=None, is_active=True, is_superuser=False).order_by("date_joined")
    count = pending.count()

    def rows():
        today = timezone.localdate()
        return [
            Row(
                title=person.name,
                meta=" · ".join(
                    fact for fact in (person.login_name, person.unit_claimed or str(person.unit or "")) if fact
                ),
                step="账号待批准",
                act="批准账号",
                url=reverse("admin:members_user_change", args=[person.pk]),
                waiting=(today - timezone.localdate(person.date_joined)).days,
            )
            for person in pending.select_related("unit")[:LIST_LENGTH]
        ]

    return [Tile("accounts", "待批准账号", count, rows, "核对姓名和单位" if count else "没有")]


def issue_tiles(user) -> list[Tile]:
    """A closed issue waits for the chief editor's decision to publish."""
    if Role.CHIEF_EDITOR not in user.roles:
        return []
    closed = list(Issue.objects.filter(state=Issue.State.CLOSED).order_by("year", "number"))
    today = timezone.localdate()

    def rows():
        return [
            Row(
                title=f"{issue}（总第{issue.serial_number}期）",
                meta="选定阅读范围：内部，或者公开",
                step="已定稿",
                act="去刊发",
                url=reverse("admin:journal_issue_publish", args=[issue.pk]),
                waiting=(today - timezone.localdate(issue.closed_at)).days if issue.closed_at else None,
            )
            for issue in closed
        ]

    return [Tile("closed", "待刊发", len(closed), rows, "已定稿" if closed else "没有")]


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


def issue_in_the_making() -> dict | None:
    """The issue that comes out next: its deadline, its milestones, what is placed."""
    issue = Issue.objects.in_the_making().first()
    if issue is None:
        return None
    today = timezone.localdate()
    call = Call.objects.filter(issue=issue).order_by("closes_on").first()
    deadline = issue.deadline or (call.closes_on if call else None)
    placed = issue.articles.filter(parent=None).count()
    taking = deadline is not None and deadline >= today
    closed = issue.state == Issue.State.CLOSED
    return {
        "issue": issue,
        "deadline": deadline,
        "days_left": (deadline - today).days if deadline else None,
        "sections": issue.sections.count(),
        "milestones": [
            ("收稿、审稿", "进行中" if taking else "截稿已过", "now" if taking else "done"),
            ("编排", f"已编入 {placed} 篇", "done" if closed else "now" if placed or not taking else "later"),
            ("定稿", "版本记录齐备后", "done" if closed else "later"),
            ("刊发", "主编决定内部或公开", "now" if closed else "later"),
        ],
    }


def funnel(today=None) -> list[dict]:
    """How far the manuscripts of this quarter have come: passed, waiting at the next step, and where the others are."""
    today = today or timezone.localdate()
    first_month = (today.month - 1) // 3 * 3 + 1
    sent = Submission.objects.sent().filter(submitted_at__date__gte=today.replace(month=first_month, day=1))
    at = {stage: Q(stage=stage) & ~Q(state=State.ACCEPTED) for stage in Stage}
    accepted = Q(state=State.ACCEPTED)
    counts = sent.aggregate(
        received=Count("pk"),
        first=Count("pk", filter=~at[Stage.FIRST]),
        second=Count("pk", filter=at[Stage.FINAL] | accepted),
        final=Count("pk", filter=accepted),
        placed=Count("pk", filter=accepted & Q(article__issue__isnull=False)),
        **{
            f"{stage.value}_{name}": Count("pk", filter=at[stage] & Q(state__in=states))
            for stage in Stage
            for name, states in (
                ("waiting", AWAITING_REVIEW),
                ("returned", [State.RETURNED]),
                ("rejected", [State.REJECTED]),
                ("withdrawn", [State.WITHDRAWN]),
            )
        },
    )
    if not counts["received"]:
        return []
    whole = counts["received"]
    steps = [{"label": "收稿", "count": whole, "waiting": 0, "rest": ""}]
    for stage, passed in ((Stage.FIRST, "first"), (Stage.SECOND, "second"), (Stage.FINAL, "final")):
        parts = [
            f"{label} {counts[f'{stage.value}_{name}']}"
            for name, label in (
                ("waiting", f"待{stage.label}"),
                ("returned", "退修中"),
                ("rejected", "退稿"),
                ("withdrawn", "撤稿"),
            )
            if counts[f"{stage.value}_{name}"]
        ]
        label = "终审录用" if stage == Stage.FINAL else f"过{stage.label}"
        waiting = counts[f"{stage.value}_waiting"]
        steps.append({"label": label, "count": counts[passed], "waiting": waiting, "rest": "，".join(parts)})
    unplaced = counts["final"] - counts["placed"]
    steps.append(
        {
            "label": "编入",
            "count": counts["placed"],
            "waiting": unplaced,
            "rest": f"待编入 {unplaced}" if unplaced else "",
        }
    )
    for step in steps:
        step["share"] = round(step["count"] / whole * 100, 1)
        step["waiting_share"] = round(step["waiting"] / whole * 100, 1)
    return steps
