"""The tiles of the desk: one count each, and the rows it opens. What is shown depends on the person's rights alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone

from journal import print_approval, proof_progress
from journal.models import Approval, Article, Correction, GalleyTask, Issue
from members.models import User
from members.roles import Role

from ..arrivals import InboundMail
from ..commissions import commissions_due
from ..models import Letter, Submission
from ..states import AWAITING_REVIEW, State
from . import queue

LIST_LENGTH = 12


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
    # Given to this person by name: before what anybody of the role may take.
    given: bool = False

    @property
    def order(self):
        """Overdue first, then what was given to the person, then the longest waiting."""
        return -self.overdue, not self.given, -(self.waiting or 0)


@dataclass
class Tile:
    """One count that filters the list. `rows` is asked for only where the tile is open."""

    key: str
    label: str
    count: int
    rows: Callable[[], list[Row]]
    note: str = ""
    alarm: bool = False
    # Whether it awaits this person; other tiles tell how things stand, and show only where there is something.
    mine: bool = True
    # The whole list in the admin, where there is one.
    listing: str = ""


def tiles_of(user) -> list[Tile]:
    """The tiles of a person, what awaits them first."""
    tiles = [
        *review_tiles(user),
        *secrecy_tiles(user),
        *message_tiles(user),
        *proof_tiles(user),
        *remark_tiles(user),
        *mail_tiles(user),
        *commission_tiles(user),
        *return_tiles(user),
        *account_tiles(user),
        *issue_tiles(user),
        *standing_tiles(user),
    ]
    return sorted((tile for tile in tiles if tile.mine or tile.count), key=lambda tile: not tile.mine)


def changelist(model: str, query: str = "") -> str:
    return reverse(f"admin:submissions_{model}_changelist") + query


def review_tiles(user) -> list[Tile]:
    tiles = []
    late = queue.late_q() if queue.stages_of(user) else Q()
    for stage in queue.stages_of(user):
        rows = queue.awaiting(user, stage)
        counts = rows.aggregate(
            all=Count("pk"), late=Count("pk", filter=late), given=Count("pk", filter=Q(assignee=user))
        )
        notes = [f"{counts['late']} 篇超期"] if counts["late"] else []
        notes += [f"{counts['given']} 篇指定给您"] if counts["given"] else []
        note = "，".join(notes) or ("都在期限内" if counts["all"] else "没有")
        tiles.append(
            Tile(
                stage.value,
                f"待{stage.label}",
                counts["all"],
                rows_of(rows.order_by(F("assignee").asc(nulls_last=True), "waiting_since", "pk"), user),
                note,
                alarm=bool(counts["late"]),
                listing=changelist("submission", f"?step={stage.value}"),
            )
        )
    return tiles


def rows_of(submissions, user, **changes) -> Callable[[], list[Row]]:
    listed = submissions.select_related("text__current", "section", "unit", "contributor", "assignee", "article__issue")
    listed = listed.defer("body", "text__current__html")
    return lambda: [submission_row(row, user, **changes) for row in queue.tell_owners(listed[:LIST_LENGTH])]


def submission_row(submission, user, *, step="", act="", page="change", anchor="", since="") -> Row:
    """step, act: other words than the manuscript's own; page: where the act is done; since: the attribute that tells when
    the waiting began.
    """
    version = submission.text.current
    facts = [submission.receipt_number, str(submission.section or ""), str(submission.unit or "")]
    facts.append(f"{version.words:,} 字" if submission.kind == Submission.Kind.TEXT else "图片稿")
    return Row(
        title=version.title,
        meta=" · ".join(fact for fact in facts if fact),
        step=step or submission.label,
        act=act or (queue.next_act(submission) if submission.state in AWAITING_REVIEW else "看稿件"),
        url=reverse(f"admin:submissions_submission_{page}", args=[submission.pk]) + anchor,
        waiting=queue.days_since(getattr(submission, since)) if since else queue.days_waiting(submission),
        overdue=0 if since else queue.days_overdue(submission),
        note="指定给您" if submission.assignee_id == user.pk else "",
        given=submission.assignee_id == user.pk,
    )


def secrecy_tiles(user) -> list[Tile]:
    """What waits for 终审 and has no 保密审查 in force: it cannot be accepted before."""
    if not user.has_perm("journal.review_secrecy"):
        return []
    rows = queue.without_secrecy(Submission.objects.exclude(contributor=user))
    count = rows.count()
    listed = rows_of(rows, user, step="保密审查", act="作保密审查", anchor="#secrecy")
    note = "终审前办好" if count else "没有"
    listing = changelist("submission", "?step=secrecy")
    return [Tile("secrecy", "待保密审查", count, listed, note, listing=listing)]


def message_tiles(user) -> list[Tile]:
    """Contributors' messages nobody has answered or settled yet; one's own are for colleagues."""
    if not user.is_reviewer:
        return []
    rows = queue.with_open_messages().exclude(contributor=user)
    counts = rows.aggregate(all=Count("pk"), more=Count("asks_until"))
    listed = rows_of(rows, user, step="作者来信", act="答复", anchor="#talk", since="asked_at")
    note = f"{counts['more']} 篇请求延期" if counts["more"] else ("作者在等" if counts["all"] else "没有")
    return [Tile("messages", "待答复", counts["all"], listed, note, listing=changelist("message", "?waiting=yes"))]


def proof_tiles(user) -> list[Tile]:
    """Articles to proof or read through, and proofs whose corrections wait to be made.

    Proofreading awaits the proofreader; editors may help, so to them it is how things stand.
    """
    if not (user.has_perm("journal.proofread") or user.has_perm("journal.apply_marks")):
        return []
    found = proof_progress.in_proof()
    tiles = []
    if user.has_perm("journal.proofread"):
        to_read = proof_progress.awaiting_proof(user, found)
        kinds = Counter(proof_step(row) for row in to_read)
        note = "，".join(f"{label} {count}" for label, count in kinds.items()) or "没有"
        mine = Role.PROOFREADER in user.roles
        label = "待我校对" if mine else "待校对"
        listing = reverse("admin:journal_proofmark_desk")
        rows = proof_rows(to_read, "看校样")
        tiles.append(Tile("proofs", label, len(to_read), rows, note, mine=mine, listing=listing))
    if user.has_perm("journal.apply_marks"):
        to_apply = proof_progress.awaiting_editor(user, found)
        marks = sum(row.open_marks for row in to_apply)
        note = f"{marks} 处待改" if marks else "没有"
        tiles.append(Tile("marks", "待改校样", len(to_apply), proof_rows(to_apply, "改入正文"), note))
    return tiles


def proof_step(row: proof_progress.Progress) -> str:
    return row.pending.label if row.pending else Approval.Kind.READ_THROUGH.label


def proof_rows(found: list[proof_progress.Progress], act: str) -> Callable[[], list[Row]]:
    return lambda: [
        Row(
            title=row.article.title,
            meta=f"{row.article.issue} · {row.article.section} · {row.article.text.current.words:,} 字",
            step=f"{row.open_marks} 处待改" if row.awaits_editor else proof_step(row),
            act=act,
            url=reverse("admin:journal_proofmark_article", args=[row.article.pk]),
            waiting=queue.days_since(row.done[row.last].at) if row.last else None,
        )
        for row in found[:LIST_LENGTH]
    ]


def remark_tiles(user) -> list[Tile]:
    """批示 on galleys: those given to the person, and how many wait with colleagues."""
    if not user.has_perm("journal.record_galley"):
        return []
    open_tasks = GalleyTask.objects.open().exclude(galley__issue__state=Issue.State.PUBLISHED)
    counts = open_tasks.aggregate(all=Count("pk"), own=Count("pk", filter=Q(assignee=user)))
    others = counts["all"] - counts["own"]
    tiles = []
    for key, label, count, note, rows in (
        ("remarks", "待办批示", counts["own"], "没有", open_tasks.filter(assignee=user)),
        ("remarks_given", "同事在办的批示", others, "同事在办", open_tasks.exclude(assignee=user)),
    ):
        own = key == "remarks"
        told = "办完才能付印" if count and own else note
        tiles.append(Tile(key, label, count, remark_rows(rows, own=own), told, mine=own))
    return tiles


def remark_rows(tasks, *, own: bool) -> Callable[[], list[Row]]:
    return lambda: [
        Row(
            title=str(task),
            meta=f"{task.galley} · {task.article or '不针对某一篇'} · {task.said_by}批",
            step="批示",
            act="去办",
            url=reverse("admin:journal_galleyround_issue", args=[task.galley.issue_id]) + f"#task-{task.pk}",
            waiting=queue.days_since(task.at),
            note="" if own else f"{task.assignee}承办",
        )
        for task in tasks.select_related("galley__issue", "article", "assignee").order_by("at", "pk")[:LIST_LENGTH]
    ]


def mail_tiles(user) -> list[Tile]:
    if not user.has_perm("submissions.register"):
        return []
    waiting = InboundMail.objects.filter(state=InboundMail.State.WAITING)
    counts = waiting.aggregate(all=Count("pk"), first=Min("received_at"))
    note = f"最早等了 {queue.days_since(counts['first'])} 天" if counts["all"] else "没有"

    def rows():
        return [
            Row(
                title=str(mail),
                meta=" · ".join(
                    str(fact) for fact in (mail.sender_name or mail.sender_address, mail.unit or "") if fact
                ),
                step="来信",
                act="登记为稿件",
                url=reverse("admin:submissions_inboundmail_change", args=[mail.pk]),
                waiting=queue.days_since(mail.received_at),
            )
            for mail in waiting.select_related("unit").defer("body").order_by("received_at", "pk")[:LIST_LENGTH]
        ]

    listing = changelist("inboundmail", "?state__exact=waiting")
    return [Tile("mails", "待确认来信", counts["all"], rows, note, listing=listing)]


def commission_tiles(user) -> list[Tile]:
    """Commissions due within days or overdue; the panel below the list has the reminders."""
    if not user.has_perm("submissions.commission"):
        return []
    today = timezone.localdate()
    due = commissions_due(user)
    counts = due.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    note = f"{counts['late']} 篇过了期限" if counts["late"] else ("快到期限" if counts["all"] else "没有")

    def rows():
        return [
            Row(
                title=commission.topic,
                meta=" · ".join(fact for fact in (commission.asked_of, str(commission.section)) if fact),
                step="约稿",
                act="催稿",
                url=reminder_url(commission),
                overdue=max(0, (today - commission.due_on).days),
            )
            for commission in due.select_related("unit", "person", "section", "submission")[:LIST_LENGTH]
        ]

    listing = changelist("commission", "?standing=due")
    return [Tile("commissions", "约稿到期", counts["all"], rows, note, alarm=bool(counts["late"]), listing=listing)]


def reminder_url(commission) -> str:
    """Where the reminder is read, changed, sent or copied."""
    return reverse("admin:submissions_commission_letter", args=[commission.pk]) + "?kind=reminder"


def return_tiles(user) -> list[Tile]:
    """Returns that did not come back in time; those in time are with their writers."""
    if not queue.stages_of(user):
        return []
    out = queue.returned(user).exclude(contributor=user)
    late = out.filter(due_on__lt=timezone.localdate())
    counts = out.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=timezone.localdate())))
    in_time = counts["all"] - counts["late"]
    return [
        Tile(
            "returned",
            "退修逾期",
            counts["late"],
            rows_of(late, user, act="催交", page="urge"),
            f"另有 {in_time} 篇作者在改" if in_time else "没有在外的" if not counts["all"] else "到期没有交回",
            alarm=bool(counts["late"]),
            listing=changelist("submission", f"?step={State.RETURNED}"),
        )
    ]


def account_tiles(user) -> list[Tile]:
    if not queue.approver(user):
        return []
    pending = User.objects.filter(approved_at=None, is_active=True, is_superuser=False).order_by("date_joined")
    count = pending.count()

    def rows():
        return [
            Row(
                title=person.name,
                meta=" · ".join(
                    fact for fact in (person.login_name, person.unit_claimed or str(person.unit or "")) if fact
                ),
                step="账号待批准",
                act="批准账号",
                url=reverse("admin:members_user_change", args=[person.pk]),
                waiting=queue.days_since(person.date_joined),
            )
            for person in pending.select_related("unit")[:LIST_LENGTH]
        ]

    return [Tile("accounts", "待批准账号", count, rows, "核对姓名和单位" if count else "没有")]


def issue_tiles(user) -> list[Tile]:
    """A closed issue waits for the chief editor's decision to publish."""
    tiles = correction_tiles(user)
    if Role.CHIEF_EDITOR not in user.roles:
        return tiles
    closed = list(Issue.objects.filter(state=Issue.State.CLOSED).select_related("plan").order_by("year", "number"))
    stopped = sum(bool(plan and plan.stopped_at) for plan in map(_plan_of, closed))

    def rows():
        return [
            Row(
                title=f"{issue}（总第{issue.serial_number}期）",
                meta=_told_plan(issue),
                step="已定稿",
                act="去刊发",
                url=reverse(f"admin:journal_issue_{'publication' if _plan_of(issue) else 'publish'}", args=[issue.pk]),
                waiting=queue.days_since(issue.closed_at) if issue.closed_at else None,
            )
            for issue in closed
        ]

    note = f"{stopped} 期到时间没有刊发" if stopped else "已定稿" if closed else "没有"
    return [*tiles, Tile("closed", "待刊发", len(closed), rows, note, alarm=bool(stopped)), *lapsed_tiles()]


def _plan_of(issue: Issue):
    return getattr(issue, "plan", None)


def _told_plan(issue: Issue) -> str:
    plan = _plan_of(issue)
    if plan is None:
        return "选定阅读范围：内部，或者公开"
    when = timezone.localtime(plan.at).strftime("%Y-%m-%d %H:%M")
    return f"原定 {when} 刊发，没有做成：{plan.objection}" if plan.stopped_at else f"定于 {when} 刊发"


def correction_tiles(user) -> list[Tile]:
    """更正 of published articles that wait for this person's signature."""
    if not user.has_perm("journal.sign_correction"):
        return []
    waiting = Correction.objects.waiting()

    def rows():
        return [
            Row(
                title=f"《{correction.article}》更正",
                meta=f"{correction.reason}，{correction.proposed_by}提出",
                step="待签发",
                act="去签发",
                url=reverse("admin:journal_article_correct", args=[correction.article_id]),
                waiting=queue.days_since(correction.proposed_at),
            )
            for correction in waiting.select_related("article", "proposed_by").defer("proposed")[:LIST_LENGTH]
        ]

    count = waiting.count()
    return [Tile("corrections", "待签发更正", count, rows, "已刊发的文章" if count else "没有", mine=count > 0)]


def lapsed_tiles() -> list[Tile]:
    """付印 that no longer holds, because something was changed after it was signed: said to who signs."""
    found = [
        print_approval.standing(issue)
        for issue in Issue.objects.in_the_making().filter(galleys__approvals__kind=Approval.Kind.PRINT).distinct()
    ]
    lapsed = [one.approval for one in found if one.has_lapsed]

    def rows():
        return [
            Row(
                title=f"{approval.galley.issue} 付印",
                meta=f"{approval.galley.label}，签字以后{print_approval.changed_since(approval).told}",
                step="付印已失效",
                act="看改动，重新付印",
                url=reverse("admin:journal_galleyround_print", args=[approval.galley.issue_id]),
                waiting=queue.days_since(approval.at),
            )
            for approval in lapsed
        ]

    return [Tile("lapsed", "付印已失效", len(lapsed), rows, "签字以后改过", alarm=True)] if lapsed else []


def standing_tiles(user) -> list[Tile]:
    """How things stand with others: what colleagues hold, what units have still to pass on, what waits for a place."""
    return [*colleague_tiles(user), *endorsement_tiles(user), *pool_tiles(user), *letter_tiles(user)]


def colleague_tiles(user) -> list[Tile]:
    rows = queue.reviewable(user).filter(assignee__isnull=False).exclude(assignee=user)
    return [Tile("given", "指定给同事", rows.count(), rows_of(rows, user, act="看稿件"), "同事在办", mine=False)]


def endorsement_tiles(user) -> list[Tile]:
    if not user.is_reviewer:
        return []
    rows = queue.unendorsed()
    listed = rows_of(rows, user, step="单位审核", act="看稿件")
    return [
        Tile(
            "endorse",
            "等单位审核",
            rows.count(),
            listed,
            "单位同意后再初审",
            mine=False,
            listing=changelist("submission", "?step=endorse"),
        )
    ]


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


def letter_tiles(user) -> list[Tile]:
    """Letters the mail server did not take, or of which nobody knows: to be told another way."""
    if not user.has_perm("submissions.view_letter"):
        return []
    lost = Letter.objects.filter(delivery__in=(Letter.Delivery.FAILED, Letter.Delivery.UNSURE))
    count = lost.count()

    def rows():
        return [
            Row(
                title=letter.subject,
                meta=f"{letter.get_kind_display()} · {letter.recipient or '没有账号'}",
                step=letter.get_delivery_display(),
                act="看原因",
                url=reverse("admin:submissions_letter_change", args=[letter.pk]),
                waiting=queue.days_since(letter.at),
            )
            for letter in lost.select_related("recipient").order_by("at")[:LIST_LENGTH]
        ]

    note = "账号里仍然能读"
    return [Tile("letters", "邮件没有发出", count, rows, note, mine=False)]
