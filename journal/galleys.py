"""清样: rounds of an issue frozen as a PDF, the signed sheets and the remarks (批示) that come back on them.

Leaders do not log in: they mark up a printed or PDF galley (RULES.md section 11). A round keeps what was printed, byte
for byte, and the version of every article in it; remarks are tasks of a round, ticked off one by one. 付印 is in
`print_approval`.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from members.models import Event, User

from .editions.pdf import Typeset, typeset
from .galley_contents import contents_of
from .models import Approval, Article, GalleyPiece, GalleyRound, GalleyTask, Issue, SignedSheet, TextVersion
from .models.galley import NOTE_LENGTH
from .versions import told_kind

Outcome = GalleyTask.Outcome


class GalleyRefused(Exception):
    """The step cannot be taken; the message says why and what to do next."""


@dataclass(frozen=True)
class Signature:
    """What stands on a sheet that came back: who signed (with the post), on which day, what was decided and written."""

    signer: str
    signed_on: date
    decision: str
    post: str = ""
    remarks: str = ""
    scan: SignedSheet | None = None


@dataclass(frozen=True)
class Remark:
    """A leader's remark. page: as printed, None for cover and inside cover. article None: the one on that page."""

    instruction: str
    said_by: str
    assignee: User
    page: int | None = None
    article: Article | None = None
    quote: str = ""
    about_no_article: bool = False


def make_round(issue: Issue, actor, *, at=None) -> GalleyRound:
    """Typeset the issue as it stands and keep it as its next round.

    Setting takes a second or two and holds no lock; what was set is compared with what stands when the round is
    written, so that PDF and versions always belong together. Raises GalleyRefused, PermissionDenied.
    """
    if not actor.has_perm("journal.make_galley", issue):
        raise PermissionDenied
    if told := closed_to_rounds(issue):
        raise GalleyRefused(told)
    seen = contents_of(issue)
    if not seen.pieces:
        raise GalleyRefused(f"{issue}还没有编入文章，没有可出的清样。请先在“编排”里编入文章。")
    done = typeset(issue)
    with transaction.atomic():
        held = Issue.objects.select_for_update().get(pk=issue.pk)
        if told := closed_to_rounds(held):
            raise GalleyRefused(told)
        if contents_of(held).digest != seen.digest:
            raise GalleyRefused("排版的时候，同事刚刚改了这一期的内容，这次清样没有出。请再点一次“出一次清样”。")
        last = held.galleys.aggregate(last=Max("number"))["last"] or 0
        galley = _keep(held, actor, last + 1, seen, done, at or timezone.now())
        note = f"{done.pages} 页，{len(seen.pieces)} 篇，校验值 {galley.short_digest}"
        Event.objects.record(actor, "出清样", galley, note=note, data={"digest": galley.digest}, at=at)
    return galley


def closed_to_rounds(issue: Issue) -> str:
    """Why no more rounds are made of the issue; empty where they are."""
    if issue.state in (Issue.State.PREPARING, Issue.State.CLOSED):
        return ""
    return f"{issue}{issue.get_state_display()}，不再出清样。"


def _keep(issue: Issue, actor, number: int, seen, done: Typeset, at) -> GalleyRound:
    galley = GalleyRound(
        issue=issue,
        number=number,
        made_by=actor,
        at=at,
        sha256=hashlib.sha256(done.pdf).hexdigest(),
        size=len(done.pdf),
        digest=seen.digest,
        pages=done.pages,
        numbered=done.numbered,
        front=seen.front,
        problems=list(done.problems),
    )
    # The file before the row: a crash leaves a file nobody asks for, never a row without its file.
    path = galley.file.field.generate_filename(galley, "")
    storage = galley.file.storage
    galley.file.name = path if storage.exists(path) else storage.save(path, ContentFile(done.pdf))
    galley.save()
    for piece in seen.pieces:
        # A composite's parts stand on the pages of the whole.
        of = piece.article_id if piece.article_id in done.starts else piece.parent_id
        piece.galley, piece.start_page, piece.end_page = galley, done.starts.get(of), done.ends.get(of)
    GalleyPiece.objects.bulk_create(seen.pieces)
    return galley


def on_page(galley: GalleyRound, page: int) -> list[GalleyPiece]:
    """The articles that stand on a printed page of the round, in order; a composite's parts follow it."""
    return list(galley.pieces.filter(start_page__lte=page, end_page__gte=page).select_related("article"))


@transaction.atomic
def record_sheet(galley: GalleyRound, actor, signature: Signature, *, at=None) -> Approval:
    """A signed sheet (审签单) that came back, typed in by the office. Raises GalleyRefused, PermissionDenied."""
    _may_record(actor)
    if not signature.signer.strip():
        raise GalleyRefused("请写明签字人。")
    if signature.decision not in Approval.SIGNED:
        raise GalleyRefused("请选定签字人的意见：同意付印、修改后付印，或者不同意付印。")
    if told := day_objection(galley, signature.signed_on):
        raise GalleyRefused(told)
    approval = Approval.objects.create(
        kind=Approval.Kind.GALLEY,
        galley=galley,
        person=actor,
        recorded_by=actor,
        decision=signature.decision,
        opinion=signature.remarks.strip(),
        signer=signature.signer.strip(),
        post=signature.post.strip(),
        signed_on=signature.signed_on,
        scan=signature.scan,
        at=at or timezone.now(),
    )
    signed = f"{approval.post}{approval.signer} {approval.signed_on} 签字"
    note = "；".join(part for part in (signed, approval.opinion) if part)
    Event.objects.record(actor, "登记审签单", galley, after=approval.told, note=note, at=at)
    return approval


def day_objection(galley: GalleyRound, signed_on: date) -> str:
    """Why nobody can have signed this round on that day; empty where somebody may have."""
    if signed_on > timezone.localdate():
        return "签字日期还没有到，请核对。"
    made_on = timezone.localdate(galley.at)
    if signed_on < made_on:
        return f"{galley.label}是 {made_on:%Y-%m-%d} 出的，签字日期 {signed_on:%Y-%m-%d} 在它之前。请核对日期，或选对清样的次数。"
    return ""


@transaction.atomic
def revoke(approval: Approval, actor, reason: str) -> None:
    """Strike out a sheet or a 付印 that was recorded by mistake: it stays, as void. Raises GalleyRefused."""
    if not _may_revoke(approval, actor):
        raise PermissionDenied
    if not reason.strip():
        raise GalleyRefused("请写明为什么作废，同事会在操作记录里看到。")
    issue = Issue.objects.select_for_update().get(pk=approval.galley.issue_id)
    if issue.is_published:
        raise GalleyRefused(f"{issue}已刊发，签字不能再作废。")
    if not Approval.objects.filter(pk=approval.pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise GalleyRefused("这份签字刚刚由同事作废了。请刷新页面看最新情况。")
    note = f"{approval.holder}：{approval.told}；原因：{reason.strip()}"
    Event.objects.record(actor, f"作废{approval.get_kind_display()}", approval.galley, note=note)


def _may_revoke(approval: Approval, actor) -> bool:
    if approval.kind == Approval.Kind.PRINT:
        return approval.person_id == actor.pk or actor.has_perm("journal.approve_printing")
    return approval.kind == Approval.Kind.GALLEY and actor.has_perm("journal.record_galley")


@transaction.atomic
def add_task(galley: GalleyRound, actor, remark: Remark, *, sheet: Approval | None = None, at=None) -> GalleyTask:
    """A remark as a task. Where the page holds one article alone, that is the one that is meant.

    Raises GalleyRefused where the page holds several and none is named; PermissionDenied.
    """
    _may_record(actor)
    if galley.issue.is_published:
        raise GalleyRefused(f"{galley.issue}已刊发，不再记批示。刊发后发现的差错，请按更正办理。")
    if not remark.instruction.strip() or not remark.said_by.strip():
        raise GalleyRefused("请写明批示的内容，和批示人是谁。")
    if not remark.assignee.is_reviewer:
        raise GalleyRefused(f"{remark.assignee}不能改稿，请把批示交给编辑、主任或主编。")
    if remark.page is not None and not 1 <= remark.page <= galley.numbered:
        raise GalleyRefused(
            f"{galley.label}的页码是 1—{galley.numbered}，没有第 {remark.page} 页。封面、封二不填页码。"
        )
    task = GalleyTask.objects.create(
        galley=galley,
        sheet=sheet,
        page=remark.page,
        article=_meant(galley, remark),
        quote=remark.quote.strip(),
        instruction=remark.instruction.strip(),
        said_by=remark.said_by.strip(),
        assignee=remark.assignee,
        added_by=actor,
        at=at or timezone.now(),
    )
    Event.objects.record(actor, "记批示", _subject(task), note=f"{galley.label}，{task.said_by}，{task}", at=at)
    return task


def _meant(galley: GalleyRound, remark: Remark) -> Article | None:
    if remark.article is not None:
        if not galley.pieces.filter(article=remark.article).exists():
            raise GalleyRefused(f"《{remark.article}》不在{galley.label}里。请选清样里的文章。")
        return remark.article
    if remark.page is None or remark.about_no_article:
        return None
    found = on_page(galley, remark.page)
    if len(found) > 1:
        titles = "".join(f"《{piece.title}》" for piece in found)
        raise GalleyRefused(f"第 {remark.page} 页有 {len(found)} 篇：{titles}。请选是哪一篇，或选“不针对某一篇”。")
    return found[0].article if found else None


@transaction.atomic
def hand_over(task: GalleyTask, actor, assignee: User) -> None:
    """Give an open task to a colleague."""
    _may_record(actor)
    if not assignee.is_reviewer:
        raise GalleyRefused(f"{assignee}不能改稿，请把批示交给编辑、主任或主编。")
    if not GalleyTask.objects.filter(pk=task.pk, outcome=Outcome.OPEN).update(assignee=assignee):
        raise _settled_meanwhile(task)
    Event.objects.record(
        actor, "转交批示", _subject(task), before=str(task.assignee), after=str(assignee), note=str(task)
    )


@transaction.atomic
def tick_off(task: GalleyTask, actor, *, version: TextVersion | None = None, note="", at=None) -> None:
    """已改: `version` is the one that carries the change; without one the note tells what was changed.

    A version counts that came after the one that was printed in the round. Raises GalleyRefused, PermissionDenied.
    """
    _may_record(actor)
    if version is None and not note.strip():
        raise GalleyRefused("请选是哪一版改的；不是改正文的（版式、图片、版本记录），请写明改了什么。")
    if version is not None and version not in later_versions(task):
        raise GalleyRefused(f"第 {version.number} 版不是{task.galley.label}以后改的，请选改这一处的那一版。")
    _settle(task, actor, Outcome.CHANGED, note, version, at)
    how = f"第 {version.number} 版（{told_kind(version.substantive)}）" if version else ""
    told = "；".join(part for part in (str(task), how, note.strip()) if part)
    Event.objects.record(actor, "批示已改", _subject(task), note=told, at=at)


@transaction.atomic
def decline(task: GalleyTask, actor, reason: str, *, at=None) -> None:
    """不改, with the reason that goes back to whoever said it."""
    _may_record(actor)
    if not reason.strip():
        raise GalleyRefused("请写明不改的原因，好向批示的同志说明。")
    _settle(task, actor, Outcome.DECLINED, reason, None, at)
    Event.objects.record(actor, "批示不改", _subject(task), note=f"{task}；原因：{reason.strip()}", at=at)


@transaction.atomic
def take_up_again(task: GalleyTask, actor) -> None:
    """Ticked off by mistake, or not enough: open again."""
    _may_record(actor)
    nothing = {"note": "", "version": None, "settled_by": None, "settled_at": None}
    done = GalleyTask.objects.filter(pk=task.pk).exclude(outcome=Outcome.OPEN)
    if not done.update(outcome=Outcome.OPEN, **nothing):
        raise GalleyRefused("这条批示还没有办，不用重办。请刷新页面看最新情况。")
    before = f"{task.get_outcome_display()}"
    Event.objects.record(actor, "批示重办", _subject(task), before=before, after=Outcome.OPEN.label, note=str(task))


def _settle(task: GalleyTask, actor, outcome: str, note: str, version, at) -> None:
    """Compare and swap: of two who tick the same task, one is told who did."""
    if len(note.strip()) > NOTE_LENGTH:
        raise GalleyRefused(f"说明请少于 {NOTE_LENGTH} 字，您写的还在。")
    facts = {"note": note.strip(), "version": version, "settled_by": actor, "settled_at": at or timezone.now()}
    if not GalleyTask.objects.filter(pk=task.pk, outcome=Outcome.OPEN).update(outcome=outcome, **facts):
        raise _settled_meanwhile(task)


def _settled_meanwhile(task: GalleyTask) -> GalleyRefused:
    now = GalleyTask.objects.select_related("settled_by").get(pk=task.pk)
    return GalleyRefused(f"这条批示{now.settled_by}刚刚办了（{now.get_outcome_display()}）。下面是最新的情况。")


def later_versions(task: GalleyTask) -> list[TextVersion]:
    """Versions of the task's article after the one that was printed, newest first."""
    return later_versions_of([task])[task.pk]


def later_versions_of(tasks: list[GalleyTask]) -> dict[int, list[TextVersion]]:
    """Task id → `later_versions`, in two queries."""
    pieces = GalleyPiece.objects.filter(galley__in={task.galley_id for task in tasks}).select_related("version")
    printed = {(piece.galley_id, piece.article_id): piece.version for piece in pieces.defer("version__html")}
    seen = {task.pk: printed.get((task.galley_id, task.article_id)) for task in tasks}
    texts = {version.text_id for version in seen.values() if version is not None}
    rows = TextVersion.objects.filter(text__in=texts, number__gt=1).select_related("author").defer("html")
    by_text: dict[int, list[TextVersion]] = {}
    for version in rows.order_by("-number"):
        by_text.setdefault(version.text_id, []).append(version)
    return {
        pk: [one for one in by_text.get(version.text_id, []) if one.number > version.number] if version else []
        for pk, version in seen.items()
    }


def _subject(task: GalleyTask):
    return task.article or task.galley


def _may_record(actor) -> None:
    if not actor.has_perm("journal.record_galley"):
        raise PermissionDenied
