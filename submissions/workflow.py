"""The journey of a submission, one verb a step. The only writer of state, stage and receipt numbers.

Every verb: check the right → compare and swap inside a transaction → event and letter in the same transaction.
`at` lets tests and imported history set the time; people never pass it.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from journal import assembly, duplicates
from journal.models import Approval, Text
from members.models import Event

from . import letters
from .checks import ERROR, WARNING, Finding, run_checks
from .manuscript import manuscript_of
from .models import CheckRun, Declaration, Letter, ReceiptCounter, Submission
from .states import NEXT_STAGE, TRANSITIONS, Action, Stage, State, allows

RETURN_DAYS = 9


class Refused(Exception):
    """The step cannot be taken; the message tells a person why and what to do next."""


class Stale(Refused):
    def __init__(self):
        super().__init__("这篇稿件已被他人处理，请刷新页面看最新情况。您写的意见还在，没有丢。")


class ChecksOpen(Refused):
    """Errors to mend or warnings to acknowledge are left; `findings` are these."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__(f"还有 {len(findings)} 处要处理：错误请改好，警告请改正或说明理由。")


class Undeclared(Refused):
    def __init__(self):
        super().__init__("三项声明还没有全部勾选。请逐项读过并勾选，再提交。")


def submit(submission: Submission, actor, *, declared=(), at=None) -> Submission:
    """Draft → submitted: a version, the declarations, a receipt number, a letter.

    `declared` holds the Declaration.Kind values ticked. Raises Undeclared, ChecksOpen, Stale, PermissionDenied.
    """
    _require(actor, "submissions.write", submission)
    _require(actor, "submissions.send")
    return _hand_in(submission, actor, Action.SUBMIT, declared, at or timezone.now())


def resubmit(submission: Submission, actor, *, declared=(), at=None) -> Submission:
    """Returned → back to the stage that asked, with a new version."""
    _require(actor, "submissions.write", submission)
    return _hand_in(submission, actor, Action.RESUBMIT, declared, at or timezone.now())


@transaction.atomic
def _hand_in(submission, actor, action, declared, at):
    _lock(submission)
    if not allows(action, submission.state):
        raise Stale
    if missing := set(Declaration.Kind.values) - set(declared):
        already = set(submission.declarations.values_list("kind", flat=True))
        if action is Action.SUBMIT or missing - already:
            raise Undeclared
    manuscript = manuscript_of(submission)
    findings = run_checks(manuscript)
    if unsettled := open_findings(submission, findings):
        raise ChecksOpen(unsettled)
    changes = {"waiting_since": at, "due_on": None}
    if action is Action.SUBMIT:
        changes |= {"receipt_number": next_receipt_number(at), "submitted_at": at}
    submission.text = submission.text or Text.objects.create()
    version = submission.text.save_version(
        manuscript.content, actor, "投稿" if action is Action.SUBMIT else "修改稿", at=at
    )
    duplicates.index_text(submission.text)
    _move(submission, action, actor, at=at, text=submission.text, **changes)
    for kind in declared:
        Declaration.objects.get_or_create(
            submission=submission,
            kind=kind,
            defaults={"wording": submission.call.wording(kind), "person": actor, "at": at},
        )
    CheckRun.objects.create(
        submission=submission, version=version, findings=[finding.as_dict() for finding in findings], at=at
    )
    letters.post(submission, Letter.Kind.RECEIPT, at=at)
    return submission


def open_findings(submission: Submission, findings: list[Finding]) -> list[Finding]:
    """Errors, and warnings that have no acknowledgement for their code and passage."""
    kept = set(submission.acknowledgements.values_list("code", "quote_hash"))
    return [
        finding
        for finding in findings
        if finding.level == ERROR or (finding.level == WARNING and (finding.code, finding.quote_hash) not in kept)
    ]


def pass_review(submission: Submission, actor, *, opinion: str, letter_body: str = "", at=None) -> Submission:
    """Pass the pending stage; passing 终审 accepts the manuscript and puts its article into the pool."""
    at = at or timezone.now()
    with transaction.atomic():
        stage = _open_stage(submission, actor)
        if not opinion.strip():
            raise Refused(f"请写下{stage.label}意见，再通过。")
        _no_second_stage(submission, actor)
        _decide(submission, actor, stage, Approval.Decision.PASSED, opinion, at)
        if stage in NEXT_STAGE:
            _move(submission, Action.PASS, actor, at=at, note=opinion, stage=NEXT_STAGE[stage], waiting_since=at)
        else:
            article = assembly.admit(
                submission.text,
                section=submission.section,
                kind=submission.kind,
                origin=submission.origin,
                source=_source_note(submission),
                unit=submission.unit,
            )
            _move(submission, Action.ACCEPT, actor, at=at, note=opinion, article=article, decided_at=at)
            letters.post(submission, Letter.Kind.ACCEPT, body=letter_body, at=at)
    return submission


def return_for_changes(submission: Submission, actor, *, opinion: str, due_on=None, letter_body="", at=None):
    """Send it back to its writer with what to change; the stage stays."""
    at = at or timezone.now()
    with transaction.atomic():
        stage = _open_stage(submission, actor)
        if not opinion.strip():
            raise Refused("请写下要改什么，作者才好动手。")
        due_on = due_on or timezone.localdate(at) + timedelta(days=RETURN_DAYS)
        _decide(submission, actor, stage, Approval.Decision.RETURNED, opinion, at)
        _move(submission, Action.RETURN, actor, at=at, note=opinion, due_on=due_on, waiting_since=at)
        letters.post(submission, Letter.Kind.RETURN, body=letter_body, opinion=opinion, due_on=due_on, at=at)
    return submission


def reject(submission: Submission, actor, *, opinion: str, letter_body="", at=None) -> Submission:
    """Decline the manuscript, with the reason kept and a letter."""
    at = at or timezone.now()
    with transaction.atomic():
        stage = _open_stage(submission, actor, Action.REJECT)
        if not opinion.strip():
            raise Refused("请写下退稿的理由。")
        _decide(submission, actor, stage, Approval.Decision.REJECTED, opinion, at)
        _move(submission, Action.REJECT, actor, at=at, note=opinion, decided_at=at, due_on=None)
        letters.post(submission, Letter.Kind.REJECT, body=letter_body, opinion=opinion, at=at)
    return submission


def withdraw(submission: Submission, actor, *, reason: str = "", at=None) -> Submission:
    """The writer takes it back: any time before acceptance. A draft is put away without a letter."""
    _require(actor, "submissions.withdraw", submission)
    at = at or timezone.now()
    with transaction.atomic():
        _lock(submission)
        if not allows(Action.WITHDRAW, submission.state):
            raise Refused(f"这篇稿件{submission.label}，不能再撤回。有疑问请给编辑部打电话。")
        _move(submission, Action.WITHDRAW, actor, at=at, note=reason, decided_at=at, due_on=None)
        if submission.submitted_at:
            letters.post(submission, Letter.Kind.WITHDRAW, at=at)
    return submission


def _require(actor, permission: str, subject=None) -> None:
    if not actor.has_perm(permission, subject):
        raise PermissionDenied


def _lock(submission: Submission) -> None:
    """Bring the row up to date and hold it until commit (PostgreSQL; SQLite holds the whole database)."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    for field in Submission._meta.concrete_fields:
        setattr(submission, field.attname, getattr(locked, field.attname))


def _open_stage(submission: Submission, actor, action: Action = Action.RETURN) -> Stage:
    """The stage the actor may decide now. The state the page was opened with must still hold."""
    seen = (submission.state, submission.stage, submission.text_id)
    _lock(submission)
    if (submission.state, submission.stage, submission.text_id) != seen or not allows(action, submission.state):
        raise Stale
    _require(actor, "submissions.review", submission)
    return Stage(submission.stage)


def _no_second_stage(submission: Submission, actor) -> None:
    """No person holds two of the three reviews (RULES.md section 3)."""
    held = Approval.objects.on(submission.text).passed().filter(kind__in=Approval.REVIEWS, person=actor).first()
    if held:
        raise Refused(f"您已经做过这篇稿件的{held.get_kind_display()}，三审不能由同一个人做。请转给同事。")


def _decide(submission: Submission, actor, stage: Stage, decision, opinion: str, at) -> Approval:
    return Approval.objects.create(
        kind=stage.value,
        version=submission.text.current,
        person=actor,
        decision=decision,
        opinion=opinion.strip(),
        at=at,
    )


def _move(submission: Submission, action: Action, actor, *, at, note="", **changes) -> None:
    """Compare and swap: the row changes only from the state and stage it was read in."""
    before, stage = submission.state, submission.stage
    after = TRANSITIONS[action][State(before)]
    moved = Submission.objects.filter(pk=submission.pk, state=before, stage=stage).update(state=after, **changes)
    if not moved:
        raise Stale
    for name, value in ({"state": after} | changes).items():
        setattr(submission, name, value)
    Event.objects.record(
        actor, action.label, submission, before=State(before).label, after=submission.label, note=note, at=at
    )


def next_receipt_number(at) -> str:
    """“2026-0042” from a locked counter; numbers of one year are dense and never used twice."""
    year = timezone.localtime(at).year
    ReceiptCounter.objects.get_or_create(year=year)
    counter = ReceiptCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{year}-{counter.last:04d}"


def _source_note(submission: Submission) -> str:
    """（来源：…） for a recommended piece, empty for an original one."""
    if submission.origin != submission._meta.get_field("origin").default and submission.source_name:
        return f"来源：{submission.source_name}" + (f" {submission.source_issue}" if submission.source_issue else "")
    return ""
