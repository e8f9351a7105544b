"""What the office decides: pass a stage, return, reject, take a decision back; and what the unit gives back."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from journal import assembly, secrecy
from journal.models import Approval, Article
from members.models import Event

from .. import assigning, endorsing, grounds, holding, letters
from ..grounds import IN_PERSON, Grounds
from ..models import Letter, ReturnPoint, Submission
from ..points import Point, told
from ..points import problem as point_problem
from ..refusals import Refused, Stale
from ..states import NEXT_STAGE, Action, Stage, allows
from .declaring import DeclarationsMissing, undeclared
from .moving import lock, move, require

RETURN_DAYS = 9


def pass_review(
    submission: Submission, actor, *, opinion: str, letter_body: str = "", by: Grounds = IN_PERSON, at=None
) -> Submission:
    """Pass the pending stage; passing 终审 accepts the manuscript and puts its article into the pool.

    `by` says how the decision came about where that needs saying: taken over from a colleague, a second stage by the
    same person, signed on paper. Raises Refused, Stale, PermissionDenied, as every decision does.
    """
    at = at or timezone.now()
    with transaction.atomic():
        stage = _open_stage(submission, actor, by)
        if not opinion.strip():
            raise Refused(f"请写下{stage.label}意见，再通过。")
        if stage is Stage.FIRST and endorsing.endorsement_missing(submission):
            raise Refused(
                f"{submission.unit}的来稿要经单位审核，现在还没有审签单，不能通过初审。"
                "请等单位通讯员报送；收到纸质审签单的，可以在本页“单位审核”一栏补录。"
            )
        approval = _decide(submission, actor, stage, Approval.Decision.PASSED, opinion, at, by)
        if stage in NEXT_STAGE:
            onward = NEXT_STAGE[stage]
            holder = assigning.duty_holder(submission, onward)
            changes = {"stage": onward, "waiting_since": at, "assignee": holder}
            move(submission, Action.PASS, actor, at=at, note=opinion, approval=approval, **changes)
        else:
            if missing := undeclared(submission):
                raise DeclarationsMissing(missing)
            if objection := secrecy.objection(submission.text):
                raise Refused(objection)
            if submission.section is None:
                raise Refused("这篇稿件还没有定栏目，不能录用。请在本页“代录事项”里选一个栏目，再通过。")
            article = assembly.admit(
                submission.text,
                section=submission.section,
                kind=submission.kind,
                origin=submission.origin,
                source=_source_note(submission),
                unit=submission.unit,
            )
            if submission.is_composite:
                _take_apart(submission, article, actor, at)
            changes = {"article": article, "decided_at": at}
            move(submission, Action.ACCEPT, actor, at=at, note=opinion, approval=approval, **changes)
            letters.post(submission, Letter.Kind.ACCEPT, body=letter_body, at=at)
    return submission


def _take_apart(submission: Submission, article: Article, actor, at) -> None:
    """A composite becomes an article with parts; one whose parts can no longer be told apart stays one article."""
    if not assembly.split(article, actor, at=at):
        note = "正文里找不到两个以上“## 标题”，已作为一篇文章录用。"
        Event.objects.record(actor, "组合稿没有拆开", submission, note=note, at=at)


def _source_note(submission: Submission) -> str:
    """（来源：…） for a recommended piece, empty for an original one."""
    if submission.origin != submission._meta.get_field("origin").default and submission.source_name:
        return f"来源：{submission.source_name}" + (f" {submission.source_issue}" if submission.source_issue else "")
    return ""


def return_for_changes(
    submission: Submission,
    actor,
    *,
    opinion: str = "",
    points: Sequence[Point] = (),
    due_on=None,
    letter_body="",
    by: Grounds = IN_PERSON,
    at=None,
) -> Submission:
    """Send it back to its writer with what to change; the stage stays.

    `points` become ReturnPoint rows, which the writer answers one by one; the letter lists them after the opinion.
    """
    at = at or timezone.now()
    with transaction.atomic():
        stage = _open_stage(submission, actor, by)
        if not opinion.strip() and not points:
            raise Refused("请写下要改什么，作者才好动手。")
        if wrong := point_problem(points):
            raise Refused(wrong)
        due_on = due_on or timezone.localdate(at) + timedelta(days=RETURN_DAYS)
        approval = _decide(submission, actor, stage, Approval.Decision.RETURNED, opinion, at, by)
        ReturnPoint.objects.bulk_create(
            ReturnPoint(submission=submission, approval=approval, position=number, quote=point.quote, words=point.words)
            for number, point in enumerate(points, 1)
        )
        asked = told(opinion, points)
        changes = {"due_on": due_on, "waiting_since": at}
        move(submission, Action.RETURN, actor, at=at, note=asked, approval=approval, **changes)
        letters.post(submission, Letter.Kind.RETURN, body=letter_body, opinion=asked, due_on=due_on, at=at)
    return submission


def return_by_unit(submission: Submission, liaison, *, version_id: int | None, opinion: str, at=None) -> Submission:
    """The unit gives it back to its writer before 初审 has passed; handed in again, it comes to the unit anew.

    `version_id`: the version the page showed. Raises Refused, Stale, PermissionDenied.
    """
    require(liaison, "submissions.endorse", submission)
    at = at or timezone.now()
    with transaction.atomic():
        lock(submission)
        if submission.text.current_id != version_id:
            raise Stale
        if submission.stage != Stage.FIRST or not allows(Action.RETURN, submission.state):
            raise Refused(f"这篇稿件{submission.label}，单位不能再退回。有不同意见，请给编辑部打电话。")
        if not opinion.strip():
            raise Refused("请写下要改什么，作者才好动手。")
        Approval.objects.create(
            kind=endorsing.KIND,
            version=submission.text.current,
            person=liaison,
            decision=Approval.Decision.RETURNED,
            opinion=opinion.strip(),
            at=at,
        )
        move(submission, Action.RETURN, liaison, at=at, note=opinion, due_on=None, waiting_since=at)
        context = {"submission": submission, "opinion": opinion.strip(), "today": timezone.localdate(at)}
        body = render_to_string("letters/unit_return.txt", context)
        # The unit's word cannot be taken back, so its letter does not wait.
        letters.post(submission, Letter.Kind.RETURN, body=body, held=False, opinion=opinion, at=at)
    return submission


def reject(
    submission: Submission, actor, *, opinion: str, letter_body="", by: Grounds = IN_PERSON, at=None
) -> Submission:
    """Decline the manuscript, with the reason kept and a letter."""
    at = at or timezone.now()
    with transaction.atomic():
        stage = _open_stage(submission, actor, by, Action.REJECT)
        if not opinion.strip():
            raise Refused("请写下退稿的理由。")
        approval = _decide(submission, actor, stage, Approval.Decision.REJECTED, opinion, at, by)
        move(submission, Action.REJECT, actor, at=at, note=opinion, approval=approval, decided_at=at, due_on=None)
        letters.post(submission, Letter.Kind.REJECT, body=letter_body, opinion=opinion, at=at)
    return submission


def undo_decision(submission: Submission, actor, *, reason: str = "", at=None) -> Submission:
    """Take back one's own last decision within Journal.hold_minutes, as if it had not been made (撤回决定).

    The approval is revoked, state, stage and 经办人 are as before, an acceptance's article leaves the pool, the letter
    does not go out. Refused once a colleague or the contributor has gone on from it, or the article is placed.
    Raises Refused, Stale, PermissionDenied.
    """
    at = at or timezone.now()
    with transaction.atomic():
        seen = (submission.state, submission.stage, submission.text_id)
        lock(submission)
        if not actor.has_perm("submissions.record_review", submission):
            raise PermissionDenied
        event = holding.last_decision(submission)
        if event is None or (submission.state, submission.stage, submission.text_id) != seen:
            raise Refused("这篇稿件在那以后又有人办过，决定不能再撤回。请刷新页面看最新情况，同办理的同事商量。")
        if event.actor_id != actor.pk:
            raise Refused(f"这个决定是{event.actor_name}作的，只能由本人撤回。")
        if at >= holding.undo_until(submission, event):
            raise Refused("已经过了可以撤回的时间，通知也已经发出。要改主意，请给作者打电话，或按下一步办理。")
        approval = Approval.objects.select_related("version").get(pk=event.data["approval"])
        if approval.revoked_at or submission.version.pk != approval.version_id:
            raise Refused("作决定以后正文又改过，决定不能再撤回。请同改稿的同事商量。")
        wrote_a_letter = submission.letters.filter(kind__in=letters.DECISIONS, at=event.at).exists()
        if letters.recall(submission, at=at) != wrote_a_letter:
            raise Refused("通知已经发出，决定不能再撤回。请给作者打电话说明。")
        Approval.objects.filter(pk=approval.pk).update(revoked_at=at)
        article = submission.article
        move(submission, Action.UNDO, actor, at=at, note=reason, article=None, **holding.before(event.data["before"]))
        if article is not None:
            try:
                assembly.take_back(article, actor, at=at)
            except assembly.AssemblyRefused as refusal:
                raise Refused(str(refusal)) from refusal
            submission.text.refresh_from_db()
    return submission


def _open_stage(submission: Submission, actor, by: Grounds, action: Action = Action.RETURN) -> Stage:
    """The stage that may be decided now, by `actor` or by who signed the sheet `actor` records.

    The state the page was opened with must still hold. Takes the manuscript over where it was a colleague's.
    """
    seen = (submission.state, submission.stage, submission.text_id)
    lock(submission)
    # Who never reviews it is not told how it stands.
    require(actor, "submissions.record_review", submission)
    if (submission.state, submission.stage, submission.text_id) != seen or not allows(action, submission.state):
        raise Stale
    if until := holding.held_until(submission):
        raise Refused(
            f"上一个决定的通知还没有发出（{timezone.localtime(until):%H:%M} 发出）。请等发出以后再办，或者请作决定的同事先撤回。"
        )
    if by.paper is None:
        require(actor, "submissions.review", submission)
    stage = Stage(submission.stage)
    grounds.check(submission, actor, stage, by)
    if by.paper is None and submission.assignee_id not in (None, actor.pk):
        assigning.take_over(submission, actor, by.taking_over)
    return stage


def _decide(submission: Submission, actor, stage: Stage, decision, opinion: str, at, by: Grounds) -> Approval:
    """The row of a decision; what is out of the ordinary about it stands in the audit trail too."""
    kept = grounds.kept(submission, actor, by)
    if by.paper:
        note = f"{stage.label}，{by.paper.signer} {by.paper.signed_on:%Y年%-m月%-d日}签字。{by.paper.reason.strip()}"
        Event.objects.record(actor, "补录纸质审稿", submission, note=note, at=at)
    elif kept["reason"]:
        Event.objects.record(actor, "一人多岗", submission, note=f"{stage.label}。{kept['reason']}", at=at)
    return Approval.objects.create(
        kind=stage.value, version=submission.text.current, decision=decision, opinion=opinion.strip(), at=at, **kept
    )
