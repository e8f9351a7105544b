"""Whose turn a manuscript is (经办人): given out one by one, several at once, or by the division of work; taken over.

The assignee is who should act, not who alone may: others of the role take over with a word why.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from journal.models import Approval, Journal
from members.models import Event, User

from .duties import SectionDuty, holds_role
from .models import Submission
from .refusals import Refused
from .states import AWAITING_REVIEW, STAGE_ROLES, Stage


def objection(submission, person: User, stage: Stage) -> str:
    """Why this person cannot review the manuscript at this stage; empty where nothing stands in the way.

    With Journal.small_office one person may hold two stages: then an earlier one is no objection.
    """
    if not holds_role(person, stage):
        return f"{person}不是{STAGE_ROLES[stage].label}，不能做{stage.label}"
    if submission.contributor_id == person.pk:
        return f"这是{person}自己的稿件，不能自己审"
    if not Journal.objects.current().small_office:
        held = Approval.objects.on(submission.text).passed().filter(kind__in=Approval.REVIEWS)
        held = held.exclude(kind=stage.value).held_by(person).first()
        if held:
            return f"{person}已经做过这篇稿件的{held.get_kind_display()}，三审不能由同一个人做"
    return ""


def duty_holder(submission, stage: Stage) -> User | None:
    """Who gets a manuscript of this column at this stage by the office's division of work; None where nobody does."""
    if submission.section_id is None:
        return None
    duty = SectionDuty.objects.filter(section=submission.section_id, stage=stage).select_related("person").first()
    return duty.person if duty and not objection(submission, duty.person, stage) else None


def reviewers(*stages: Stage) -> QuerySet[User]:
    """Who may review at one of these stages (all by default), by name."""
    roles = [STAGE_ROLES[stage] for stage in stages or Stage]
    return User.objects.holding(*roles).filter(approved_at__isnull=False).order_by("name", "pk")


def assign(submission, person: User | None, actor, *, note: str = "", at=None) -> None:
    """Give a manuscript that awaits a review to `person`, or back to whoever of the role comes first (None).

    Raises Refused, PermissionDenied.
    """
    with transaction.atomic():
        held = Submission.objects.select_for_update().get(pk=submission.pk)
        if not actor.has_perm("submissions.assign", held):
            raise PermissionDenied
        if held.state not in AWAITING_REVIEW:
            raise Refused(f"这篇稿件{held.label}，不用再分派")
        if held.assignee_id == (person.pk if person else None):
            return
        stage = Stage(held.stage)
        if person is not None and (reason := objection(held, person, stage)):
            raise Refused(reason)
        before = held.assignee
        _give(held, person)
        _give(submission, person, save=False)
        verb = "改派" if before else "分派"
        told = "，".join(part for part in (stage.label, note.strip()) if part)
        Event.objects.record(actor, verb, held, before=_named(before), after=_named(person), note=told, at=at)


def take_over(submission, actor, word: str, *, at=None) -> None:
    """Become the assignee in place of a colleague, with a word why. The caller has locked the row and asked rights."""
    before = submission.assignee
    _give(submission, actor)
    Event.objects.record(
        actor, "接手", submission, before=_named(before), after=_named(actor), note=word.strip(), at=at
    )


def assign_many(submissions: Iterable, person: User | None, actor, *, note: str = "") -> tuple[int, list[str]]:
    """Give several at once, each for itself: how many were given, and a line for each that was not."""
    return _each(submissions, actor, lambda submission: person, note)


def assign_by_duty(submissions: Iterable, actor) -> tuple[int, list[str]]:
    """Give several to whom the division of work names; a line for each that has nobody."""

    def holder(submission):
        found = duty_holder(submission, Stage(submission.stage))
        if found is None:
            column = f"“{submission.section}”栏目" if submission.section_id else "没有栏目的稿件"
            raise Refused(f"{column}没有人分管{Stage(submission.stage).label}（或分管的人不能审这篇）")
        return found

    return _each(submissions, actor, holder, "按栏目分工")


def _each(submissions, actor, whom, note) -> tuple[int, list[str]]:
    given, refused = 0, []
    for submission in submissions:
        try:
            assign(submission, whom(submission), actor, note=note)
            given += 1
        except Refused as reason:
            refused.append(f"《{submission.text.current.title}》：{reason}")
        except PermissionDenied:
            refused.append(f"《{submission.text.current.title}》：是您自己的稿件，请同事分派")
    return given, refused


def _give(submission, person: User | None, *, save: bool = True) -> None:
    submission.assignee = person
    if save:
        submission.save(update_fields=["assignee"])


def _named(person: User | None) -> str:
    return str(person)[:40] if person else "未分派"
