"""How the issue in the making and the manuscripts of the quarter stand (look/desk.md 4)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone

from journal import print_approval
from journal.models import Approval, Issue

from ..commissions import Commission
from ..models import Call, Submission
from ..states import AWAITING_REVIEW, Stage, State
from . import queue

DONE, NOW, LATER = "done", "now", "later"
Kind = Approval.Kind


@dataclass(frozen=True)
class Milestone:
    """One step of an issue. state: done, now or later."""

    label: str
    note: str
    state: str
    day: date | None = None

    @property
    def days_left(self) -> int | None:
        """Until its day, below zero once it has passed; None for what is done or has no day."""
        return (self.day - timezone.localdate()).days if self.day and self.state != DONE else None

    @property
    def days_late(self) -> int:
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True)
class Making:
    """The issue that comes out next. `pages` are planned, `paged` run to there; None where nobody has said."""

    issue: Issue
    deadline: date | None
    milestones: list[Milestone]
    paged: int | None
    unpaged: int

    @property
    def days_left(self) -> int | None:
        return (self.deadline - timezone.localdate()).days if self.deadline else None

    @property
    def pages_left(self) -> int | None:
        """Pages that may still be filled; below zero where the articles run over."""
        return self.issue.pages - self.paged if self.issue.pages and self.paged else None

    @property
    def pages_over(self) -> int:
        return max(0, -(self.pages_left or 0))


def issue_in_the_making() -> Making | None:
    issue = Issue.objects.in_the_making().first()
    if issue is None:
        return None
    call = Call.objects.filter(issue=issue).order_by("closes_on").first()
    deadline = issue.deadline or (call.closes_on if call else None)
    articles = issue.articles.toplevel().aggregate(
        paged=Max("end_page"), unpaged=Count("pk", filter=Q(end_page=None)), all=Count("pk")
    )
    return Making(
        issue=issue,
        deadline=deadline,
        milestones=[
            commissioning(issue),
            reviewing(issue, deadline),
            *proofing(issue, articles["all"]),
            *printing(issue),
        ],
        paged=articles["paged"],
        unpaged=articles["unpaged"],
    )


def commissioning(issue) -> Milestone:
    planned = Commission.objects.filter(issue=issue)
    arrived = planned.arrived().count()
    left = planned.open().aggregate(all=Count("pk"), last=Max("due_on"))
    total = arrived + left["all"]
    if not total:
        return Milestone("约稿", "还没有列选题", LATER)
    return Milestone("约稿", f"{total} 篇已到 {arrived} 篇", NOW if left["all"] else DONE, left["last"])


def reviewing(issue, deadline) -> Milestone:
    """Open until the deadline, and after it as long as reviews of its manuscripts go on."""
    left = Submission.objects.awaiting_review().filter(call__issue=issue).count()
    words = f"{left} 篇在审" if left else "没有在审的"
    if deadline is None:
        return Milestone("收稿、审稿", words, NOW)
    if deadline >= timezone.localdate():
        return Milestone("收稿、审稿", f"进行中，{words}", NOW, deadline)
    return Milestone("收稿、审稿", f"已截稿，{words}", NOW if left else DONE, deadline)


def proofing(issue, placed: int) -> list[Milestone]:
    """一校, 二校, and 三校 with 通读: how many articles have each, against the day it is planned for."""
    steps = (
        ("一校", issue.proof_1_on, (Kind.PROOF_1,)),
        ("二校", issue.proof_2_on, (Kind.PROOF_2,)),
        ("三校、通读", issue.proof_3_on, (Kind.PROOF_3, Kind.READ_THROUGH)),
    )
    if not placed:
        return [Milestone(label, "还没有编入文章", LATER, day) for label, day, _ in steps]
    passed = Approval.objects.passed().in_force().filter(version__text=OuterRef("text"))
    found = {f"has_{kind}": Exists(passed.filter(kind=kind)) for _, _, kinds in steps for kind in kinds}
    counts = (
        issue.articles.toplevel()
        .annotate(**found)
        .aggregate(
            **{label: Count("pk", filter=Q(**{f"has_{kind}": True for kind in kinds})) for label, _, kinds in steps}
        )
    )
    milestones, before = [], placed
    for label, day, _ in steps:
        done = counts[label]
        state = DONE if done == placed else NOW if done or before == placed else LATER
        words = f"{placed} 篇都校完了" if done == placed else f"{placed} 篇校完 {done} 篇"
        # Until something is placed and the step before it done or begun, nothing is asked of this one.
        milestones.append(Milestone(label, words if done or before else "还没有到", state, day))
        before = done
    return milestones


def printing(issue) -> list[Milestone]:
    closed = issue.state == Issue.State.CLOSED
    printed = getattr(issue, "imprint", None)
    day = issue.print_on or (printed.printed_on if printed else None)
    return [
        Milestone("付印", *signed_for_printing(issue), day),
        Milestone("刊发", "主编决定内部或公开", NOW if closed else LATER, issue.publish_on),
    ]


def signed_for_printing(issue) -> tuple[str, str]:
    """How far 付印 has got, in words, and its state."""
    found = print_approval.standing(issue)
    if found.in_force:
        return f"{found.approval.holder}已签字", DONE
    if found.has_lapsed:
        return "签字以后改过，要重新签", NOW
    galley = print_approval.newest_round(issue)
    return (f"已出{galley.label}，等主编签字", NOW) if galley else ("出清样以后主编签字", LATER)


def funnel(today=None) -> list[dict]:
    """How far the manuscripts of this quarter have come: passed, waiting at the next step, and where the others are."""
    today = today or timezone.localdate()
    first_month = (today.month - 1) // 3 * 3 + 1
    sent = Submission.objects.filter(submitted_at__gte=queue.midnight(today.replace(month=first_month, day=1)))
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
    secrecy = queue.without_secrecy(sent).count()
    endorsement = queue.unendorsed(sent).count()
    steps = [{"label": "收稿", "count": counts["received"], "waiting": 0, "rest": ""}]
    for stage, passed in ((Stage.FIRST, "first"), (Stage.SECOND, "second"), (Stage.FINAL, "final")):
        # What waits for somebody else first is told apart from what waits for the reviewer.
        before = {Stage.FIRST: ("等单位审核", endorsement), Stage.FINAL: ("等保密审查", secrecy)}.get(stage, ("", 0))
        waiting = counts[f"{stage.value}_waiting"]
        parts = [
            before,
            (f"待{stage.label}", waiting - before[1]),
            ("退修中", counts[f"{stage.value}_returned"]),
            ("退稿", counts[f"{stage.value}_rejected"]),
            ("撤稿", counts[f"{stage.value}_withdrawn"]),
        ]
        steps.append(
            {
                "label": "终审录用" if stage == Stage.FINAL else f"过{stage.label}",
                "count": counts[passed],
                "waiting": waiting,
                "rest": "，".join(f"{label} {count}" for label, count in parts if count),
            }
        )
    unplaced = counts["final"] - counts["placed"]
    rest = f"待编入 {unplaced}" if unplaced else ""
    steps.append({"label": "编入", "count": counts["placed"], "waiting": unplaced, "rest": rest})
    for step in steps:
        step["share"] = round(step["count"] / counts["received"] * 100, 1)
        step["waiting_share"] = round(step["waiting"] / counts["received"] * 100, 1)
    return steps
