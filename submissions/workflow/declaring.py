"""The three declarations and the column of a manuscript that an editor registered: what was missing, supplied."""

from django.db import transaction
from django.utils import timezone

from journal.models import Section
from members.models import Event

from .. import assigning
from ..models import Declaration, Submission
from ..refusals import Refused
from ..states import AWAITING_REVIEW, Stage, State
from .moving import lock, require


class DeclarationsMissing(Refused):
    """What was registered without all three declarations is reviewed, but not accepted before they are there."""

    def __init__(self, missing: list[Declaration.Kind]):
        kinds = "、".join(kind.label for kind in missing)
        super().__init__(
            f"这篇稿件还缺来稿人的声明（{kinds}），不能录用。"
            "请来稿人在“我的稿件”里勾选，或者由编辑问明后在本页“声明”一栏补记，再通过。"
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
        require(actor, "submissions.register")
        require(actor, "submissions.read", submission)
    at = at or timezone.now()
    with transaction.atomic():
        lock(submission)
        if submission.state in (State.DRAFT, State.REJECTED, State.WITHDRAWN):
            raise Refused(f"这篇稿件{submission.label}，不用补声明。")
        wanted = [kind for kind in undeclared(submission) if kind in kinds]
        if not wanted:
            raise Refused("没有要补的声明。请先勾选来稿人确认过的那一项。")
        if not own and not how.strip():
            raise Refused("请写明来稿人是怎样声明的，例如“11月3日电话”，再补记。")
        recorder = {} if own else {"recorded_by": actor, "how": how}
        record_declarations(submission, submission.contributor, wanted, at, **recorder)
        note = "、".join(kind.label for kind in wanted) + (f"（{how.strip()}）" if how.strip() else "")
        Event.objects.record(actor, "补声明", submission, note=note, at=at)
    return undeclared(submission)


def choose_section(submission: Submission, editor, section: Section, *, at=None) -> Submission:
    """Give a manuscript that was registered without a column its column. Raises Refused, PermissionDenied."""
    require(editor, "submissions.register")
    require(editor, "submissions.read", submission)
    with transaction.atomic():
        lock(submission)
        if submission.state not in (*AWAITING_REVIEW, State.RETURNED):
            raise Refused(f"这篇稿件{submission.label}，栏目不能再改。")
        before = str(submission.section or "未定")
        submission.section = section
        if submission.assignee_id is None and submission.state in AWAITING_REVIEW:
            submission.assignee = assigning.duty_holder(submission, Stage(submission.stage))
        submission.save(update_fields=["section", "assignee"])
        Event.objects.record(editor, "定栏目", submission, before=before, after=str(section), at=at)
    return submission


def record_declarations(submission, person, kinds, at, *, recorded_by=None, how="") -> None:
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
