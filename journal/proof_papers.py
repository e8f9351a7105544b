"""补录: a proof that was done and signed on a printed galley, written down by a colleague (RULES.md section 3).

Only where the office is small (Journal.small_office), with a reason, logged; the scan may be missing, because proofs on
paper often stay in the print house. The signer holds the stage, the recorder only wrote it down. What was corrected on
the paper is put into the text by an editor as 校样改动; here its errors are counted by kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from members.models import Event, User

from .models import Approval, Article, Journal, ProofMark, SignedSheet, Text, TextVersion
from .proof_progress import STAGES, Kind, Progress
from .proofing import ProofRefused, hold, locked

NOT_SMALL = "补录纸上做过的校对，要先在“刊物信息”里勾选“小编辑部”。请同主编商量。"
MAX_ERRORS = 999  # of one kind in one article: more is a slip of the finger


@dataclass(frozen=True)
class SignedProof:
    """Who signed and when (a day, not in the future), why it is recorded afterwards, and what the paper says.

    errors: ProofMark.Error value → how many were marked on the paper.
    """

    signer: str
    signed_on: date
    reason: str
    sheet: SignedSheet | None = None
    opinion: str = ""
    errors: Mapping[str, int] = field(default_factory=dict)


def recordable(found: Progress) -> Kind | None:
    """The stage a paper can be recorded for now: the pending proof, or 通读 after 三校; None where neither waits."""
    return found.pending or (Kind.READ_THROUGH if found.awaits_read_through else None)


def objection(article: Article, found: Progress) -> str:
    """Why no paper can be recorded for the article now, whatever it says; empty where one can."""
    if not Journal.objects.current().small_office:
        return NOT_SMALL
    if told := locked(article):
        return told
    kind = recordable(found)
    if found.awaits_editor:
        return f"还有 {found.open_marks} 处标记等编辑处理，处理完再补录下一校次。"
    if kind is None:
        return "三个校次和通读都做完了，没有要补录的。"
    if kind in found.at_work:
        return f"系统里正在做{kind.label}，已标 {found.at_work[kind][1]} 处，还没有交。请先交了或删去标记，再补录。"
    return ""


@transaction.atomic
def record(article: Article, actor, paper: SignedProof, *, stage: str, at=None) -> Approval:
    """Write down the pending proof (or 通读) as signed; `stage` is the one the page showed.

    It stands on the version that was current at the end of the day it was signed: that is the text the paper shows.
    Raises ProofRefused, PermissionDenied.
    """
    at = at or timezone.now()
    text, found = hold(article, actor, "journal.proofread")
    if told := objection(article, found):
        raise ProofRefused(told)
    kind = recordable(found)
    if kind is None or stage != kind:
        raise ProofRefused("这篇文章的校次刚刚变过。请刷新页面看最新情况，再补录。")
    _refuse_incomplete(paper, at)
    version = _seen_by(paper, text, kind)
    reason = paper.reason.strip()
    if other := _other_stage(paper, found):
        reason = f"一人多岗（{other.get_kind_display()}也是{paper.signer.strip()}）：{reason}"
    if kind is Kind.READ_THROUGH:
        Approval.objects.on(text).standing().filter(kind=kind).update(revoked_at=at)
    errors = {error: count for error, count in paper.errors.items() if count}
    approval = Approval.objects.create(
        kind=kind,
        version=version,
        person=account_of(paper.signer) or actor,
        recorded_by=actor,
        signer=_cut("signer", paper.signer.strip()),
        signed_on=paper.signed_on,
        scan=paper.sheet,
        decision=Approval.Decision.PASSED,
        opinion=paper.opinion.strip(),
        reason=_cut("reason", reason),
        errors=errors,
        at=at,
    )
    counted = "；".join(f"{ProofMark.Error(error).label} {count}" for error, count in errors.items()) or "没有发现差错"
    note = f"{kind.label}，{approval.signer} {paper.signed_on:%Y年%-m月%-d日}签字，{counted}。{reason}"
    Event.objects.record(actor, "补录纸质校对", article, note=note, at=at)
    return approval


def _cut(column: str, words: str) -> str:
    return words[: Approval._meta.get_field(column).max_length]


def _refuse_incomplete(paper: SignedProof, at: datetime) -> None:
    if not paper.signer.strip():
        raise ProofRefused("请写明校对签字人是谁。")
    if not paper.reason.strip():
        raise ProofRefused("请写明为什么补录，例如“在纸质清样上校对，没有登录”。")
    if paper.signed_on > timezone.localdate(at):
        raise ProofRefused("签字日期还没有到，请核对。")
    if any(
        error not in ProofMark.Error.values or not 0 <= count <= MAX_ERRORS for error, count in paper.errors.items()
    ):
        raise ProofRefused(f"差错数请写 0 到 {MAX_ERRORS} 的数字。")


def _seen_by(paper: SignedProof, text: Text, kind: Kind) -> TextVersion:
    """The version the paper shows. Raises ProofRefused where there was none yet, or where it no longer counts."""
    day = f"{paper.signed_on:%Y年%-m月%-d日}"
    rows = text.versions.defer("html")
    seen = rows.filter(created_at__date__lte=paper.signed_on).order_by("-number").first()
    if seen is None:
        raise ProofRefused(f"{day}还没有这篇文章的文字，请核对签字日期。")
    later = rows.filter(number__gt=seen.number)
    if later.filter(substantive=True).exists():
        raise ProofRefused(f"{day}以后正文有过实质改动，那天的校对不再算数，要重新校。请核对签字日期。")
    if kind is Kind.READ_THROUGH and seen.pk != text.current_id:
        raise ProofRefused(f"{day}以后正文又改过，通读要看最后的文字。请重新通读，或者核对签字日期。")
    earlier = Approval.objects.on(text).in_force().filter(kind__in=STAGES, decision=Approval.Decision.PASSED)
    for one in earlier:
        if paper.signed_on < (one.signed_on or timezone.localdate(one.at)):
            raise ProofRefused(f"签字日期早于{one.get_kind_display()}的日期，请核对。")
    return seen


def _other_stage(paper: SignedProof, found: Progress) -> Approval | None:
    """The proof of this article that somebody of the signer's name holds already."""
    return next(
        (found.done[kind] for kind in STAGES if kind in found.done and found.done[kind].holder == paper.signer.strip()),
        None,
    )


def account_of(signer: str) -> User | None:
    """The one proofreader's account of this name; None for a signer without one, or where two share the name."""
    named = [
        user for user in User.objects.filter(name=signer.strip(), is_active=True) if user.has_perm("journal.proofread")
    ]
    return named[0] if len(named) == 1 else None
