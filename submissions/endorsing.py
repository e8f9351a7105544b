"""单位审核: a unit passes on what its people wrote, with the sheet a leader signed (RULES.md section 11).

Whether a unit's manuscripts need it is the unit's setting; where it does, 初审 does not pass before it is there.
An endorsement stands on the version it was given. One handed in anew before 初审 has passed is asked for again; what is
changed afterwards was asked for in review, and the endorsement stands as the passed reviews do.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from journal.models import Approval, SignedSheet, TextVersion
from members.models import Event

from .models import Submission
from .refusals import Refused, Stale
from .states import AWAITING_REVIEW, Stage

KIND = Approval.Kind.ENDORSEMENT
ENDORSED, GIVEN_BACK = "单位审核同意", "单位退回作者"
_NEEDED = Q(unit__merged_into__isnull=True, unit__endorsement_required=True) | Q(
    unit__merged_into__endorsement_required=True
)


def is_needed(submission: Submission) -> bool:
    """Whether the unit's setting asks for an endorsement; a merged unit's manuscripts follow the one it went into."""
    unit = submission.unit
    return unit is not None and (unit.merged_into or unit).endorsement_required


def endorsement_of(submission: Submission) -> Approval | None:
    """The endorsement that stands on the text as it is: corrections of proofs do not end it, a new text does."""
    if submission.text_id is None:
        return None
    return (
        _still_standing(Approval.objects.on(submission.text))
        .select_related("person", "recorded_by", "scan", "version")
        .last()
    )


def endorsement_missing(submission: Submission) -> bool:
    """True where the unit asks for an endorsement and none stands on the text as it is: 初审 cannot pass yet."""
    return is_needed(submission) and endorsement_of(submission) is None


def endorsements(submission: Submission) -> QuerySet[Approval]:
    """Every verdict of the unit on any version, oldest first."""
    return (
        Approval.objects.on(submission.text)
        .filter(kind=KIND)
        .select_related("person", "recorded_by", "scan", "version")
        .order_by("at", "pk")
    )


def of_units_of(liaison) -> QuerySet[Submission]:
    """What a liaison may read besides own drafts: everything sent by the unit's people, where the unit endorses."""
    if liaison.unit_id is None or not liaison.has_perm("submissions.endorse_for_unit"):
        return Submission.objects.none()
    of_unit = Q(unit=liaison.unit_id) | Q(unit__merged_into=liaison.unit_id)
    return Submission.objects.sent().filter(of_unit).filter(_NEEDED | Q(contributor=liaison))


def awaiting_endorsement(user) -> QuerySet[Submission]:
    """Manuscripts that wait for 单位审核: a liaison's unit's, or all of them for the office. The oldest first."""
    return unendorsed() if user.is_editorial else unendorsed(of_units_of(user))


def unendorsed(submissions: QuerySet[Submission] | None = None) -> QuerySet[Submission]:
    """Of these (all where none are given), what waits for 单位审核. The oldest first."""
    rows = Submission.objects.sent() if submissions is None else submissions
    standing = _still_standing(Approval.objects.filter(version__text=OuterRef("text")))
    return (
        rows.filter(_NEEDED, state__in=AWAITING_REVIEW, stage=Stage.FIRST)
        .exclude(Exists(standing))
        .order_by("waiting_since", "pk")
    )


def _still_standing(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    newer = TextVersion.objects.filter(
        text=OuterRef("version__text"), number__gt=OuterRef("version__number"), substantive=True
    )
    return approvals.passed().filter(kind=KIND).exclude(Exists(newer))


def endorse(
    submission: Submission,
    actor,
    *,
    version_id: int | None,
    signer: str,
    signed_on: date,
    sheet: SignedSheet | None,
    opinion: str = "",
    kept_at: str = "",
    at=None,
) -> Approval:
    """同意报送: write down who of the unit signed, when, with the scan of the sheet.

    A liaison brings the scan. The office may record a paper sheet it got; without a scan it says where the paper is
    (`kept_at`). `version_id`: the version the page showed. Raises Refused, Stale, PermissionDenied.
    """
    by_office = not actor.has_perm("submissions.endorse", submission)
    if by_office and not actor.has_perm("submissions.record_endorsement", submission):
        raise PermissionDenied
    at = at or timezone.now()
    with transaction.atomic():
        locked = Submission.objects.select_for_update().get(pk=submission.pk)
        if locked.state not in AWAITING_REVIEW:
            raise Refused(f"这篇稿件{locked.label}，现在不能办单位审核。")
        if locked.text.current_id != version_id:
            raise Stale
        if standing := endorsement_of(locked):
            raise Refused(f"这一版已经由{standing.signer}签字同意报送，不用再办。")
        _refuse_unsigned(signer, signed_on, at)
        if sheet is None and not (by_office and kept_at.strip()):
            raise Refused(
                "还没有审签单的扫描件。请上传扫描件，或者写明纸质审签单存放在哪里。"
                if by_office
                else "还没有审签单。请上传单位领导签字的审签单，扫描或手机拍照都可以。"
            )
        approval = Approval.objects.create(
            kind=KIND,
            version_id=version_id,
            person=actor,
            decision=Approval.Decision.PASSED,
            opinion=opinion.strip(),
            signer=signer.strip(),
            signed_on=signed_on,
            scan=sheet,
            recorded_by=actor if by_office else None,
            reason=kept_at.strip(),
            at=at,
        )
        note = f"{approval.signer} {signed_on:%Y-%m-%d} 签字" + ("，编辑部补录" if by_office else "")
        Event.objects.record(actor, ENDORSED, locked, note=note, at=at)
    return approval


def _refuse_unsigned(signer: str, signed_on: date, at) -> None:
    longest = Approval._meta.get_field("signer").max_length or 0
    if not signer.strip():
        raise Refused("还没有写签字人。请写审签单上签字的领导姓名。")
    if len(signer.strip()) > longest:
        raise Refused(f"签字人最多写 {longest} 个字，请只写姓名和职务。")
    if signed_on > timezone.localdate(at):
        raise Refused("签字日期还没有到。请按审签单上的日期写。")
