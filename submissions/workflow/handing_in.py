"""From the draft to the office, and back out of it: submit, register, resubmit, withdraw."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from journal import duplicates
from journal.models import Content, Text, TextVersion

from .. import assigning, letters, returning
from ..checks import ERROR, WARNING, Finding
from ..checks.duplicates import all_findings
from ..manuscript import manuscript_of
from ..models import CheckRun, Declaration, Letter, ReceiptCounter, Submission
from ..refusals import Refused, Stale
from ..states import Action, Stage, allows
from .declaring import record_declarations, undeclared
from .moving import lock, move, require, wait_for_the_letter


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
    require(actor, "submissions.write", submission)
    require(actor, "submissions.send")
    return _hand_in(submission, actor, Action.SUBMIT, declared, at or timezone.now())


def resubmit(submission: Submission, actor, *, declared=(), at=None) -> Submission:
    """Returned → back to the stage that asked, with a new version."""
    require(actor, "submissions.write", submission)
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
    require(editor, "submissions.register")
    if declared and not how.strip():
        raise Refused("勾了来稿人的声明，请写明是怎样声明的，例如“来信末页签名”“11月3日电话”。")
    at = at or timezone.now()
    with transaction.atomic():
        lock(submission)
        if submission.registered_by_id is None and submission.contributor_id != editor.pk:
            raise PermissionDenied
        if not allows(Action.REGISTER, submission.state):
            raise Stale
        manuscript = manuscript_of(submission)
        refuse_unkeepable(manuscript.content, "登记")
        record_declarations(submission, submission.contributor, declared, at, recorded_by=editor, how=how)
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


def refuse_unkeepable(content: Content, act: str) -> None:
    """What a version cannot hold at all: the checks do not stop the office's `act`, the columns would."""
    if not content.title:
        raise Refused(f"还没有标题。请写上标题，再{act}。")
    if not content.html:
        raise Refused(f"《{content.title}》还没有正文，也没有照片。请粘贴正文或上传照片，再{act}。")
    for field in ("kicker", "title", "subtitle", "author_note", "source_note", "credits"):
        column, words = TextVersion._meta.get_field(field), getattr(content, field)
        if column.max_length and len(words) > column.max_length:
            raise Refused(
                f"{column.verbose_name}有 {len(words)} 字，最多能存 {column.max_length} 字。"
                "请压缩，多出的放进正文，再{act}。原件里的不会动。"
            )


@transaction.atomic
def _hand_in(submission, actor, action, declared, at):
    lock(submission)
    if not allows(action, submission.state):
        raise Stale
    wait_for_the_letter(submission, at)
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
    record_declarations(submission, actor, declared, at)
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
    move(submission, action, actor, at=at, note=note, text=submission.text, **changes)
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


def next_receipt_number(at) -> str:
    """“2026-0042” from a locked counter; numbers of one year are dense and never used twice."""
    year = timezone.localtime(at).year
    ReceiptCounter.objects.get_or_create(year=year)
    counter = ReceiptCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{year}-{counter.last:04d}"


def withdraw(submission: Submission, actor, *, reason: str = "", at=None) -> Submission:
    """The writer takes it back: any time before acceptance. A draft is put away without a letter."""
    require(actor, "submissions.withdraw", submission)
    at = at or timezone.now()
    with transaction.atomic():
        lock(submission)
        wait_for_the_letter(submission, at)
        if not allows(Action.WITHDRAW, submission.state):
            raise Refused(f"这篇稿件{submission.label}，不能再撤回。有疑问请给编辑部打电话。")
        move(submission, Action.WITHDRAW, actor, at=at, note=reason, decided_at=at, due_on=None)
        if submission.submitted_at:
            letters.post(submission, Letter.Kind.WITHDRAW, at=at)
    return submission
