"""付印: the chief editor's signature on a round of the galleys, on its hash (RULES.md section 3, DESIGN.md 3).

It holds while the issue is what was signed: any later change of a text, the order, a picture, the imprint makes it
lapse, which `standing` tells by comparing hashes; nothing has to remember to revoke it. What must be done before is one
list, `checks`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from . import imprint, readiness
from .galley_contents import Differences, contents_of, differences, frozen
from .galleys import GalleyRefused, closed_to_rounds, day_objection
from .models import Approval, Article, GalleyRound, GalleyTask, Imprint, Issue, Journal, SignedSheet

NO_PAPER = "补录纸上的付印签字，要先在“刊物信息”里勾选“小编辑部”。请主编登录签字，或同主编商量。"


@dataclass(frozen=True)
class Check:
    """One line of what 付印 needs. key names where to put it right; articles are those it concerns."""

    key: str
    label: str
    is_met: bool
    told: str
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True)
class Standing:
    """approval: the last 付印 that was not revoked; it is in force where the issue is still what was signed."""

    approval: Approval | None
    in_force: bool

    @property
    def has_lapsed(self) -> bool:
        return self.approval is not None and not self.in_force


@dataclass(frozen=True)
class Paper:
    """补录: the chief editor signed on paper (small-office profile)."""

    signer: str
    signed_on: date
    scan: SignedSheet
    reason: str


def newest_round(issue: Issue) -> GalleyRound | None:
    return issue.galleys.order_by("-number").first()


def standing(issue: Issue, digest: str = "") -> Standing:
    """Whether the issue may go to print as it is. digest: of `contents_of(issue)`, where that was asked already."""
    rows = Approval.objects.standing().filter(kind=Approval.Kind.PRINT, galley__issue=issue)
    approval = rows.select_related("galley__issue", "person", "scan").order_by("at", "pk").last()
    if approval is None:
        return Standing(None, False)
    return Standing(approval, approval.galley.digest == (digest or contents_of(issue).digest))


def changed_since(approval: Approval) -> Differences:
    """What has changed in the issue since it was signed for printing."""
    return differences(frozen(approval.galley), contents_of(approval.galley.issue))


def checks(issue: Issue, digest: str = "") -> list[Check]:
    """What 付印 needs, in the order it is done; the number of queries does not grow with the articles."""
    return [
        *_text_checks(issue),
        _imprint_check(issue),
        _round_check(issue, digest),
        _remark_check(issue),
        _sheet_check(issue),
    ]


def _text_checks(issue: Issue) -> list[Check]:
    pieces = readiness.of_issue(issue)
    unreviewed = [piece.article for piece in pieces if not piece.is_reviewed]
    unclear = [piece.article for piece in pieces if not piece.is_cleared]
    unproofed = [piece.article for piece in pieces if not piece.is_proofed]
    unread = [piece.article for piece in pieces if not piece.is_read_through]
    return [
        _articles("reviews", "三审有效", unreviewed, "篇缺三审，或实质改动以后没有重审"),
        _articles("secrecy", "保密审查", unclear, "篇没有有效的保密审查，或不予刊发"),
        _articles("proofs", "三校做完", unproofed, "篇没有校完，或有标记待处理"),
        _articles("read_through", "通读定稿", unread, "篇现在的正文还没有通读"),
    ]


def _articles(key: str, label: str, rows: Iterable[Article], lacking: str) -> Check:
    found = tuple(rows)
    return Check(key, label, not found, f"{len(found)} {lacking}" if found else "都办好了", found)


def _imprint_check(issue: Issue) -> Check:
    printed = Imprint.objects.filter(issue=issue).first() or Imprint.from_journal(issue, Journal.objects.current())
    missing = imprint.missing_labels(printed)
    return Check("imprint", "版本记录", not missing, f"还缺：{'、'.join(missing)}" if missing else "必填项都有")


def _round_check(issue: Issue, digest: str) -> Check:
    galley = newest_round(issue)
    if galley is None:
        return Check("round", "最新清样", False, "还没有出过清样")
    same = galley.digest == (digest or contents_of(issue).digest)
    told = f"{galley.label}，与现在的内容一致" if same else f"{galley.label}以后内容又改过，要再出一次清样"
    return Check("round", "最新清样", same, told)


def _remark_check(issue: Issue) -> Check:
    count = GalleyTask.objects.of(issue).open().count()
    return Check("tasks", "批示办结", not count, f"还有 {count} 条没有办" if count else "没有未办的批示")


def _sheet_check(issue: Issue) -> Check:
    """Who objects on the newest round is heard first; an older round's objection was what the newest was made for."""
    rows = Approval.objects.standing().filter(kind=Approval.Kind.GALLEY, galley=newest_round(issue))
    against = [row.signer for row in rows.filter(decision=Approval.Decision.REJECTED)]
    told = f"{'、'.join(against)}不同意付印" if against else f"最新清样收回审签单 {rows.count()} 份"
    return Check("sheets", "审签意见", not against, told)


@transaction.atomic
def approve(issue: Issue, actor, *, seen: str, opinion="", paper: Paper | None = None, at=None) -> Approval:
    """Sign the newest round for printing. seen: digest of the round the person looked at.

    In person by the chief editor; a colleague records a signature on paper where the office is small, with a reason and
    the scan. Raises GalleyRefused naming every check that is not met; PermissionDenied.
    """
    if not actor.has_perm("journal.record_printing" if paper else "journal.approve_printing", issue):
        raise PermissionDenied
    # Two who sign at once: the second waits here, and finds it signed.
    held = Issue.objects.select_for_update().get(pk=issue.pk)
    if told := closed_to_rounds(held):
        raise GalleyRefused(told.replace("不再出清样", "不用再付印"))
    digest = contents_of(held).digest
    if lacking := [check for check in checks(held, digest) if not check.is_met]:
        told = "；".join(f"{check.label}：{check.told}" for check in lacking)
        raise GalleyRefused(f"还不能付印。{told}。请办好再签。")
    galley = newest_round(held)
    if galley.digest != seen:
        raise GalleyRefused(f"同事刚刚又出了一次清样，现在最新的是{galley.label}。请看过再签，您写的还在。")
    before = standing(held, digest)
    if before.in_force:
        raise GalleyRefused(f"{galley.label}已由{before.approval.holder}签字付印。请刷新页面看最新情况。")
    at = at or timezone.now()
    _void_earlier(held, at)
    facts = _on_paper(galley, actor, paper) if paper else {}
    approval = Approval.objects.create(
        kind=Approval.Kind.PRINT,
        galley=galley,
        person=actor,
        decision=Approval.Decision.PASSED,
        opinion=opinion.strip(),
        at=at,
        **facts,
    )
    note = f"{galley.label}，校验值 {galley.short_digest}"
    note += f"；{paper.signer} {paper.signed_on} 签字，补录原因：{paper.reason.strip()}" if paper else ""
    note += f"；{approval.opinion}" if approval.opinion else ""
    Event.objects.record(actor, Approval.Kind.PRINT.label, held, note=note, data={"digest": galley.digest}, at=at)
    return approval


def _void_earlier(issue: Issue, at) -> None:
    """A signature that has lapsed gives way to the new one; it stays in the record, as void."""
    earlier = Approval.objects.standing().filter(kind=Approval.Kind.PRINT, galley__issue=issue)
    earlier.update(revoked_at=at)


def _on_paper(galley: GalleyRound, actor, paper: Paper) -> dict:
    if not Journal.objects.current().small_office:
        raise GalleyRefused(NO_PAPER)
    if not paper.signer.strip() or not paper.reason.strip():
        raise GalleyRefused("补录付印签字，请写明签字人和补录的原因。")
    if told := day_objection(galley, paper.signed_on):
        raise GalleyRefused(told)
    return {
        "signer": paper.signer.strip(),
        "signed_on": paper.signed_on,
        "scan": paper.scan,
        "recorded_by": actor,
        "reason": paper.reason.strip()[:200],
    }


def warning(issue: Issue) -> str:
    """What is to be said of 付印 before the issue is published; empty where it is in force."""
    found = standing(issue)
    if found.in_force:
        return ""
    if found.approval is None:
        return f"{issue}还没有付印签字。"
    changed = changed_since(found.approval).told
    day = timezone.localdate(found.approval.at)
    return f"{found.approval.holder} {day:%Y-%m-%d} 签的付印已经失效：签字以后{changed}。"


def publishing_objection(issue: Issue, reason: str = "") -> str:
    """Why the issue cannot be published without a signature; a reason given for going without lifts it."""
    if reason.strip() or not Journal.objects.current().requires_print_approval:
        return ""
    if told := warning(issue):
        return f"{told}请先由主编在“付印”页签字，或写明没有付印签字也要刊发的原因。"
    return ""
