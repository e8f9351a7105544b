"""On what grounds a review is decided, where that needs saying (RULES.md section 3, small-office profile).

In person by whose turn it is: nothing to say. By another of the role: a word why (接手). By who has held an earlier stage
of the same manuscript, or on a sheet signed outside: only where Journal.small_office allows it, with a reason, logged.
Nobody reviews an own manuscript, whatever the profile.
"""

from dataclasses import dataclass

from journal.models import Approval, Journal

from . import paper
from .models import Submission
from .paper import Paper
from .refusals import Refused
from .states import Stage

NOT_SMALL = "三审不能由同一个人做。请转给同事。人手不够的，可由主编在“刊物信息”里勾选“小编辑部”，再写明原因办理。"
NO_PAPER = "补录纸上签过的审稿，要先在“刊物信息”里勾选“小编辑部”。请同主编商量。"


@dataclass(frozen=True)
class Grounds:
    """taking_over: why a colleague's manuscript is decided; second_stage: why one person holds two stages."""

    taking_over: str = ""
    second_stage: str = ""
    paper: Paper | None = None


IN_PERSON = Grounds()


def held_stage(submission: Submission, person) -> Approval | None:
    """The earlier review of this manuscript that the person holds."""
    rows = Approval.objects.on(submission.text).passed().filter(kind__in=Approval.REVIEWS).held_by(person)
    return rows.exclude(kind=submission.stage).first()


def held_by_name(submission: Submission, signer: str) -> Approval | None:
    """The earlier review somebody of this name holds; a signer need not have an account."""
    rows = Approval.objects.on(submission.text).passed().filter(kind__in=Approval.REVIEWS)
    rows = rows.exclude(kind=submission.stage).select_related("person")
    return next((row for row in rows if signer.strip() in (row.signer or row.person.name,)), None)


def check(submission: Submission, actor, stage: Stage, by: Grounds) -> None:
    """Raise Refused, saying what is missing, where the decision cannot stand on these grounds."""
    is_small = Journal.objects.current().small_office
    if by.paper is not None:
        if not is_small:
            raise Refused(NO_PAPER)
        if wrong := paper.objection(by.paper, submission):
            raise Refused(wrong)
        return
    if held := held_stage(submission, actor):
        said = f"您已经做过这篇稿件的{held.get_kind_display()}"
        if not is_small:
            raise Refused(f"{said}，{NOT_SMALL}")
        if not by.second_stage.strip():
            raise Refused(f"{said}。再做{stage.label}是一人多岗，请写明原因，再作决定。")
    if submission.assignee_id not in (None, actor.pk) and not by.taking_over.strip():
        raise Refused(f"这篇稿件的{stage.label}已经分给{submission.assignee}。要由您办，请写一句接手的原因，再作决定。")


def kept(submission: Submission, actor, by: Grounds) -> dict:
    """What an Approval keeps of them."""
    room = Approval._meta.get_field("reason").max_length
    if by.paper is not None:
        reason = by.paper.reason.strip()
        if held := held_by_name(submission, by.paper.signer):
            reason = f"一人多岗（{held.get_kind_display()}也是{by.paper.signer.strip()}）：{reason}"
        return paper.fields(by.paper, actor) | {"reason": reason[:room]}
    second = by.second_stage.strip() if held_stage(submission, actor) else ""
    return {"person": actor, "reason": second[:room]}
