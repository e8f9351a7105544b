"""The journey of a submission, one verb a step. The only writer of state, stage and receipt numbers.

Every verb: check the right → compare and swap inside a transaction → event and letter in the same transaction.
`at` lets tests and imported history set the time; people never pass it.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from journal import assembly, duplicates, secrecy
from journal.models import Approval, Article, Content, Section, Text, TextVersion
from members.models import Event

from . import assigning, endorsing, grounds, holding, letters, returning
from .checks import ERROR, WARNING, Finding
from .checks.duplicates import all_findings
from .grounds import IN_PERSON, Grounds
from .manuscript import manuscript_of
from .models import CheckRun, Declaration, Letter, ReceiptCounter, ReturnPoint, Submission
from .points import Point, told
from .points import problem as point_problem
from .refusals import Refused, Stale
from .states import AWAITING_REVIEW, NEXT_STAGE, TRANSITIONS, UNDOABLE, Action, Stage, State, allows, leads

RETURN_DAYS = 9


class ChecksOpen(Refused):
    """Errors to mend or warnings to acknowledge are left; `findings` are these."""

    def __init__(self, findings: list[Finding]):
        self.findings = findings
        super().__init__(f"还有 {len(findings)} 处要处理：错误请改好，警告请改正或说明理由。")


class Undeclared(Refused):
    def __init__(self):
        super().__init__("三项声明还没有全部勾选。请逐项读过并勾选，再提交。")


class DeclarationsMissing(Refused):
    """What was registered without all three declarations is reviewed, but not accepted before they are there."""

    def __init__(self, missing: list[Declaration.Kind]):
        kinds = "、".join(kind.label for kind in missing)
        super().__init__(
            f"这篇稿件还缺来稿人的声明（{kinds}），不能录用。"
            "请来稿人在“我的稿件”里勾选，或者由编辑问明后在本页“声明”一栏补记，再通过。"
        )


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


def register(submission: Submission, editor, *, declared=(), how: str = "", received_on=None, at=None) -> Submission:
    """Draft → submitted, handed in by an editor for a person who sent it by mail, phone, post, WeChat or on a stick.

    The draft is one the office made (`intake.taking.new_draft`, which keeps the channel); a contributor's own draft is
    never handed in by somebody else. The contributor need not be signed in, nor be able to sign in.
    `declared`: the Declaration.Kind values the sender really gave, each kept with the call's wording, the sender as
    person, the editor as recorder and `how` (“来信第2页签名”); those missing stay open (待补) until `declare`, and stop
    acceptance alone. `received_on` (a date) is when it reached the office, today where not given.
    Findings are kept in the CheckRun for the reviewer and stop nothing: paper is what it is. The registering editor may
    do its 初审, as in such offices, unless she is the contributor: nobody reviews an own manuscript.
    The receipt letter is e-mailed where the contributor has an address; its text can be copied for WeChat elsewhere.
    Raises Refused without title or text (or longer than can be kept), Stale, PermissionDenied.
    """
    _require(editor, "submissions.register")
    if declared and not how.strip():
        raise Refused("勾了来稿人的声明，请写明是怎样声明的，例如“来信末页签名”“11月3日电话”。")
    at = at or timezone.now()
    with transaction.atomic():
        _lock(submission)
        if submission.registered_by_id is None and submission.contributor_id != editor.pk:
            raise PermissionDenied
        if not allows(Action.REGISTER, submission.state):
            raise Stale
        manuscript = manuscript_of(submission)
        _refuse_unkeepable(manuscript.content)
        _record_declarations(submission, submission.contributor, declared, at, recorded_by=editor, how=how)
        missing = undeclared(submission)
        _take_in(
            submission,
            editor,
            Action.REGISTER,
            manuscript,
            all_findings(submission, manuscript),
            at,
            note=f"缺声明：{'、'.join(kind.label for kind in missing)}" if missing else "",
            registered_by=editor,
            received_on=received_on or timezone.localdate(at),
        )
    return submission


def _refuse_unkeepable(content: Content) -> None:
    """What a version cannot hold at all: the checks do not stop a registering, the columns would."""
    if not content.title:
        raise Refused("还没有标题。请写上标题，再登记。")
    if not content.html:
        raise Refused(f"《{content.title}》还没有正文，也没有照片。请粘贴正文或上传照片，再登记。")
    for field in ("title", "subtitle", "author_note"):
        column, words = TextVersion._meta.get_field(field), getattr(content, field)
        if column.max_length and len(words) > column.max_length:
            raise Refused(
                f"{column.verbose_name}有 {len(words)} 字，最多能存 {column.max_length} 字。"
                "请压缩，多出的放进正文，再登记。原件里的不会动。"
            )


def undeclared(submission: Submission) -> list[Declaration.Kind]:
    """The declarations still missing (待补), in the order of the call."""
    given = set(submission.declarations.values_list("kind", flat=True))
    return [kind for kind in Declaration.Kind if kind not in given]


def declare(submission: Submission, actor, kinds, *, how: str = "", at=None) -> list[Declaration.Kind]:
    """Supply declarations that were missing when an editor registered the manuscript.

    The contributor ticks them; an editor writes down what the sender declared and `how`. Those given stay as they are.
    Returns what is still missing. Raises Refused, PermissionDenied.
    """
    own = actor.has_perm("submissions.write", submission)
    if not own:
        _require(actor, "submissions.register")
        _require(actor, "submissions.read", submission)
    at = at or timezone.now()
    with transaction.atomic():
        _lock(submission)
        if submission.state in (State.DRAFT, State.REJECTED, State.WITHDRAWN):
            raise Refused(f"这篇稿件{submission.label}，不用补声明。")
        wanted = [kind for kind in undeclared(submission) if kind in kinds]
        if not wanted:
            raise Refused("没有要补的声明。请先勾选来稿人确认过的那一项。")
        if not own and not how.strip():
            raise Refused("请写明来稿人是怎样声明的，例如“11月3日电话”，再补记。")
        recorder = {} if own else {"recorded_by": actor, "how": how}
        _record_declarations(submission, submission.contributor, wanted, at, **recorder)
        note = "、".join(kind.label for kind in wanted) + (f"（{how.strip()}）" if how.strip() else "")
        Event.objects.record(actor, "补声明", submission, note=note, at=at)
    return undeclared(submission)


def choose_section(submission: Submission, editor, section: Section, *, at=None) -> Submission:
    """Give a manuscript that was registered without a column its column. Raises Refused, PermissionDenied."""
    _require(editor, "submissions.register")
    _require(editor, "submissions.read", submission)
    with transaction.atomic():
        _lock(submission)
        if submission.state not in (*AWAITING_REVIEW, State.RETURNED):
            raise Refused(f"这篇稿件{submission.label}，栏目不能再改。")
        before = str(submission.section or "未定")
        submission.section = section
        if submission.assignee_id is None and submission.state in AWAITING_REVIEW:
            submission.assignee = assigning.duty_holder(submission, Stage(submission.stage))
        submission.save(update_fields=["section", "assignee"])
        Event.objects.record(editor, "定栏目", submission, before=before, after=str(section), at=at)
    return submission


def _record_declarations(submission, person, kinds, at, *, recorded_by=None, how="") -> None:
    told = how.strip()[: Declaration._meta.get_field("how").max_length]
    for kind in kinds:
        Declaration.objects.get_or_create(
            submission=submission,
            kind=kind,
            defaults={
                "wording": submission.call.wording(kind),
                "person": person,
                "at": at,
                "recorded_by": recorded_by,
                "how": told,
            },
        )


@transaction.atomic
def _hand_in(submission, actor, action, declared, at):
    _lock(submission)
    if not allows(action, submission.state):
        raise Stale
    _wait_for_the_letter(submission, at)
    if action is Action.RESUBMIT:
        if unanswered := returning.points_open(submission):
            raise Refused(unanswered)
        returning.settle_on_return(submission, at)
    if missing := set(Declaration.Kind.values) - set(declared):
        already = set(submission.declarations.values_list("kind", flat=True))
        # What the office registered without them waits for `declare`; acceptance asks for them.
        if action is Action.SUBMIT or (missing - already and submission.registered_by_id is None):
            raise Undeclared
    manuscript = manuscript_of(submission)
    findings = all_findings(submission, manuscript)
    if unsettled := open_findings(submission, findings):
        raise ChecksOpen(unsettled)
    _record_declarations(submission, actor, declared, at)
    _take_in(submission, actor, action, manuscript, findings, at)
    return submission


_REASONS = {Action.SUBMIT: "投稿", Action.REGISTER: "代录", Action.RESUBMIT: "修改稿"}


def _take_in(submission, actor, action, manuscript, findings, at, *, note="", **changes) -> None:
    """What every handing in does: a version, the move with its receipt number, the findings kept, a letter."""
    changes |= {"waiting_since": at, "due_on": None}
    if action is not Action.RESUBMIT:
        holder = assigning.duty_holder(submission, Stage.FIRST)
        changes |= {"receipt_number": next_receipt_number(at), "submitted_at": at, "assignee": holder}
    submission.text = submission.text or Text.objects.create()
    version = submission.text.save_version(manuscript.content, actor, _REASONS[action], at=at)
    duplicates.index_text(submission.text)
    _move(submission, action, actor, at=at, note=note, text=submission.text, **changes)
    CheckRun.objects.create(
        submission=submission, version=version, findings=[finding.as_dict() for finding in findings], at=at
    )
    letters.post(submission, Letter.Kind.RECEIPT, at=at, missing=undeclared(submission))


def open_findings(submission: Submission, findings: list[Finding]) -> list[Finding]:
    """Errors, and warnings that have no acknowledgement for their code and passage."""
    kept = set(submission.acknowledgements.values_list("code", "quote_hash"))
    return [
        finding
        for finding in findings
        if finding.level == ERROR or (finding.level == WARNING and (finding.code, finding.quote_hash) not in kept)
    ]


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
            _move(submission, Action.PASS, actor, at=at, note=opinion, approval=approval, **changes)
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
            _move(submission, Action.ACCEPT, actor, at=at, note=opinion, approval=approval, **changes)
            letters.post(submission, Letter.Kind.ACCEPT, body=letter_body, at=at)
    return submission


def _take_apart(submission: Submission, article: Article, actor, at) -> None:
    """A composite becomes an article with parts; one whose parts can no longer be told apart stays one article."""
    if not assembly.split(article, actor, at=at):
        note = "正文里找不到两个以上“## 标题”，已作为一篇文章录用。"
        Event.objects.record(actor, "组合稿没有拆开", submission, note=note, at=at)


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
        _move(submission, Action.RETURN, actor, at=at, note=asked, approval=approval, **changes)
        letters.post(submission, Letter.Kind.RETURN, body=letter_body, opinion=asked, due_on=due_on, at=at)
    return submission


def return_by_unit(submission: Submission, liaison, *, version_id: int | None, opinion: str, at=None) -> Submission:
    """The unit gives it back to its writer before 初审 has passed; handed in again, it comes to the unit anew.

    `version_id`: the version the page showed. Raises Refused, Stale, PermissionDenied.
    """
    _require(liaison, "submissions.endorse", submission)
    at = at or timezone.now()
    with transaction.atomic():
        _lock(submission)
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
        _move(submission, Action.RETURN, liaison, at=at, note=opinion, due_on=None, waiting_since=at)
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
        _move(submission, Action.REJECT, actor, at=at, note=opinion, approval=approval, decided_at=at, due_on=None)
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
        _lock(submission)
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
        _move(submission, Action.UNDO, actor, at=at, note=reason, article=None, **holding.before(event.data["before"]))
        if article is not None:
            try:
                assembly.take_back(article, actor, at=at)
            except assembly.AssemblyRefused as refusal:
                raise Refused(str(refusal)) from refusal
            submission.text.refresh_from_db()
    return submission


def withdraw(submission: Submission, actor, *, reason: str = "", at=None) -> Submission:
    """The writer takes it back: any time before acceptance. A draft is put away without a letter."""
    _require(actor, "submissions.withdraw", submission)
    at = at or timezone.now()
    with transaction.atomic():
        _lock(submission)
        _wait_for_the_letter(submission, at)
        if not allows(Action.WITHDRAW, submission.state):
            raise Refused(f"这篇稿件{submission.label}，不能再撤回。有疑问请给编辑部打电话。")
        _move(submission, Action.WITHDRAW, actor, at=at, note=reason, decided_at=at, due_on=None)
        if submission.submitted_at:
            letters.post(submission, Letter.Kind.WITHDRAW, at=at)
    return submission


def _wait_for_the_letter(submission: Submission, at) -> None:
    """What the contributor does not know of yet cannot be answered: it may still be taken back."""
    if until := holding.held_until(submission, at):
        raise Refused(
            f"编辑部正在办这篇稿件，最迟{timezone.localtime(until):%-m月%-d日%H:%M}通知您。请看过通知再办，现在的内容没有动。"
        )


def _require(actor, permission: str, subject=None) -> None:
    if not actor.has_perm(permission, subject):
        raise PermissionDenied


def _lock(submission: Submission) -> None:
    """Bring the row up to date and hold it until commit (PostgreSQL; SQLite holds the whole database)."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    for field in Submission._meta.concrete_fields:
        setattr(submission, field.attname, getattr(locked, field.attname))


def _open_stage(submission: Submission, actor, by: Grounds, action: Action = Action.RETURN) -> Stage:
    """The stage that may be decided now, by `actor` or by who signed the sheet `actor` records.

    The state the page was opened with must still hold. Takes the manuscript over where it was a colleague's.
    """
    seen = (submission.state, submission.stage, submission.text_id)
    _lock(submission)
    # Who never reviews it is not told how it stands.
    _require(actor, "submissions.record_review", submission)
    if (submission.state, submission.stage, submission.text_id) != seen or not allows(action, submission.state):
        raise Stale
    if until := holding.held_until(submission):
        raise Refused(
            f"上一个决定的通知还没有发出（{timezone.localtime(until):%H:%M} 发出）。请等发出以后再办，或者请作决定的同事先撤回。"
        )
    if by.paper is None:
        _require(actor, "submissions.review", submission)
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


def _move(submission: Submission, action: Action, actor, *, at, note="", approval=None, **changes) -> None:
    """Compare and swap: the row changes only from the state and stage it was read in.

    A decision keeps in its event what it can be taken back to; `state` is given where the action leads back.
    """
    before, stage = submission.state, submission.stage
    if action is Action.UNDO:
        after = State(changes.pop("state"))
        assert any(leads(undone, after, before) for undone in UNDOABLE)
    else:
        after = TRANSITIONS[action][State(before)]
    data = {"before": holding.taken_in(submission)} if action in UNDOABLE else {}
    if approval is not None:
        data["approval"] = approval.pk
    moved = Submission.objects.filter(pk=submission.pk, state=before, stage=stage).update(state=after, **changes)
    if not moved:
        raise Stale
    for name, value in ({"state": after} | changes).items():
        setattr(submission, name, value)
    told_before, told_after = State(before).label, submission.label
    Event.objects.record(
        actor, action.label, submission, before=told_before, after=told_after, note=note, data=data, at=at
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
