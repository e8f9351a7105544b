"""一校、二校、三校 by different people, then 通读 on the final text (RULES.md section 3): what each may do, and when.

A proofreader marks passages of an article's current text (`ProofMark`) and hands the stage in: an Approval with the
errors counted by kind. Until then marks are the proofreader's own. An editor then applies or declines each; only when
none is open the next stage begins, on the corrected text. Applying makes one version, a proof correction (校样改动):
the reviews stand (DESIGN.md 3). A substantive change makes the proofs begin anew.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from journal.text.anchors import occurrences, places
from members.models import Event

from .models import Approval, Article, Journal, ProofMark, Text
from .proof_places import passages, place_of
from .proof_progress import STAGES, Kind, Progress, progress, with_state


class ProofRefused(Exception):
    """The step cannot be taken; the message says why and what to do next."""


@dataclass(frozen=True)
class Spotted:
    """What a proofreader noticed. change: “replace”, “delete”, or “remark” (said, not put right by a click)."""

    error: str
    quote: str
    change: str = "replace"
    replacement: str = ""
    remark: str = ""
    block: int | None = None
    offset: int | None = None


def objection(user, article: Article, found: Progress, *, reason: str | None = None) -> str:
    """Why the person may not do the pending proof now; empty where they may.

    A reason lifts “nobody does two proofs of one article” where the office is small (Journal.small_office).
    """
    if told := locked(article):
        return told
    kind = found.pending
    if kind is None:
        return "三个校次都做完了。"
    if found.awaits_editor:
        return f"上一校次还有 {found.open_marks} 处等编辑处理，处理完再做{kind.label}。"
    person, count = found.at_work.get(kind, (user.pk, 0))
    if person != user.pk:
        return f"同事正在做{kind.label}，已标 {count} 处，还没有交。请等交了再说，或者接手。"
    held = next((other for other in STAGES if other in found.done and found.done[other].is_held_by(user)), None)
    if held is None:
        return ""
    if not Journal.objects.current().small_office:
        return f"您做过这篇的{held.label}，三个校次要由不同的人做。请转给同事。"
    if reason is not None and not reason.strip():
        return f"您做过这篇的{held.label}。小编辑部可以一人多岗，但要写明原因。"
    return ""


def locked(article: Article) -> str:
    """Why neither marks nor corrections are taken now."""
    if article.withdrawn_at:
        return f"《{article}》已经撤下。"
    if article.issue is not None and not article.issue.is_open:
        return f"{article.issue}{article.issue.get_state_display()}，不再校改。需要改动，请先由主任或主编退回编辑。"
    return ""


@transaction.atomic
def add_mark(article: Article, actor, spotted: Spotted) -> ProofMark:
    """One passage marked in the current text, for the pending stage. Raises ProofRefused, PermissionDenied."""
    text, found = hold(article, actor, "journal.proofread")
    if told := objection(actor, article, found):
        raise ProofRefused(told)
    return ProofMark.objects.create(
        version_id=text.current_id, kind=found.pending, person=actor, **_facts(text, spotted)
    )


@transaction.atomic
def edit_mark(mark: ProofMark, actor, spotted: Spotted) -> ProofMark:
    """Change an own mark that is not handed in: it then stands in the current text."""
    text = _own_draft(mark, actor)
    for name, value in (_facts(text, spotted) | {"version_id": text.current_id}).items():
        setattr(mark, name, value)
    mark.save()
    return mark


@transaction.atomic
def remove_mark(mark: ProofMark, actor) -> None:
    _own_draft(mark, actor)
    mark.delete()


def _own_draft(mark: ProofMark, actor) -> Text:
    """The text, held. Raises PermissionDenied for a colleague's mark, ProofRefused for one handed in."""
    text = Text.objects.select_for_update().get(versions=mark.version_id)
    now = with_state(ProofMark.objects.filter(pk=mark.pk)).first()
    if now is None:
        raise ProofRefused("这处标记已经删了。")
    if now.person_id != actor.pk:
        raise PermissionDenied
    if now.handed_in:
        raise ProofRefused("这处标记已经交给编辑，不能再改。有补充请告诉编辑。")
    return text


def _facts(text: Text, spotted: Spotted) -> dict:
    """The fields of a mark. A deletion is kept as the passage with a neighbour that stays."""
    quote = spotted.quote.strip("\n")
    if not quote.strip():
        raise ProofRefused("请选中或写出有差错的那段文字。")
    if "\n" in quote or len(quote) > 500 or len(spotted.replacement) > 500 or len(spotted.remark) > 300:
        raise ProofRefused("选中的文字要在一段之内，原文和改法不超过 500 字，说明不超过 300 字。")
    if spotted.error not in ProofMark.Error.values:
        raise ProofRefused("请选差错的类别。")
    block, offset = _where(text, quote, spotted)
    replacement = spotted.replacement
    if spotted.change == "delete":
        block_text = passages(text.current.content)[block] if block is not None else ""
        if block is None or block_text == quote:
            raise ProofRefused("整段、整个标题不能一键删去。请选“只提意见”，写明要删。")
        quote, replacement, offset = _with_neighbour(block_text, quote, offset)
    if spotted.change == "replace" and replacement in ("", quote):
        raise ProofRefused("请写出改成什么；要删去，请选“删去”；只想提醒编辑，请选“只提意见”。")
    if spotted.change == "remark":
        replacement = ""
        if not spotted.remark.strip():
            raise ProofRefused("只提意见，请在说明里写清楚。")
    return {
        "error": spotted.error,
        "quote": quote,
        "replacement": replacement,
        "remark": spotted.remark.strip(),
        "block": block,
        "offset": offset,
    }


def _with_neighbour(text: str, quote: str, offset: int) -> tuple[str, str, int]:
    after = text[offset + len(quote) : offset + len(quote) + 1]
    if after and after != "\n":
        return quote + after, after, offset
    before = text[offset - 1]
    return before + quote, before, offset - 1


def _where(text: Text, quote: str, spotted: Spotted) -> tuple[int | None, int | None]:
    """(block, offset) in the current text; (None, None) for the title, a byline or a note. Raises ProofRefused."""
    content = text.current.content
    texts = passages(content)
    if spotted.block is not None and spotted.offset is not None:
        # A browser counts a list's items and a table's cells without what parts them: the nearest is meant.
        inside = list(occurrences(texts[spotted.block], quote)) if 0 <= spotted.block < len(texts) else []
        if inside:
            return spotted.block, min(inside, key=lambda at: abs(at - (spotted.offset or 0)))
    found = places(texts, quote)
    if len(found) == 1:
        return found[0]
    if found:
        raise ProofRefused(f"“{quote}”在文中有 {len(found)} 处，请多写几个前后的字，让人知道是哪一处。")
    if place_of(ProofMark(quote=quote), content, {}) is not None:
        return None, None
    raise ProofRefused(f"正文、标题和署名里都没有“{quote}”。正文可能刚刚改过，请对照原文再写。")


@transaction.atomic
def take_over(article: Article, actor) -> int:
    """Go on with the pending stage where a colleague left it: the marks not handed in become the actor's."""
    text, found = hold(article, actor, "journal.proofread")
    person, count = found.at_work.get(found.pending, (None, 0))
    if not count or person == actor.pk:
        raise ProofRefused("没有要接手的标记。")
    drafts = with_state(ProofMark.objects.filter(version__text=text, kind=found.pending)).filter(handed_in=False)
    before = str(drafts.select_related("person").first().person)
    ProofMark.objects.filter(pk__in=list(drafts.values_list("pk", flat=True))).update(person=actor)
    Event.objects.record(actor, f"接手{found.pending.label}", article, before=before, after=str(actor))
    return count


@transaction.atomic
def hand_in(
    article: Article, actor, *, stage: str, seen: int, opinion: str = "", reason: str = "", at=None
) -> Approval:
    """The pending proof is done: an Approval on the current text with the errors counted by kind.

    `stage` is the proof the person did, `seen` the id of the version that was read. Raises ProofRefused where the text has changed since, and where a
    mark cannot be found in it any more; PermissionDenied.
    """
    text, found = hold(article, actor, "journal.proofread")
    if found.pending is not None and stage in found.done:
        raise ProofRefused(f"{Kind(stage).label}刚刚由{found.done[stage].holder}交了。请刷新页面看最新情况。")
    if told := objection(actor, article, found, reason=reason):
        raise ProofRefused(told)
    if stage != found.pending:
        raise ProofRefused("这篇文章的校次刚刚变过。请刷新页面看最新情况，您的标记还在。")
    if text.current_id != seen:
        raise ProofRefused("正文刚刚被同事改过。请看一遍现在的正文和您的标记，再交。标记都还在。")
    kind = found.pending
    rows = with_state(ProofMark.objects.filter(version__text=text, kind=kind, person=actor))
    drafts = list(rows.filter(handed_in=False).select_related("version"))
    _anchor(drafts, text)
    errors: dict[str, int] = {}
    for mark in drafts:
        errors[mark.error] = errors.get(mark.error, 0) + 1
    approval = Approval.objects.create(
        kind=kind,
        version_id=text.current_id,
        person=actor,
        decision=Approval.Decision.PASSED,
        opinion=opinion.strip(),
        reason=reason.strip()[:200],
        errors=errors,
        at=at or timezone.now(),
    )
    note = "；".join(f"{ProofMark.Error(error).label} {count}" for error, count in errors.items()) or "没有发现差错"
    note += f"；一人多岗：{reason.strip()}" if reason.strip() else ""
    Event.objects.record(actor, kind.label, article, note=note, at=at)
    return approval


def _anchor(drafts: list[ProofMark], text: Text) -> None:
    """Move marks made on an earlier version to where they stand in the current one."""
    content = text.current.content
    lost = []
    for mark in drafts:
        if mark.version_id == text.current_id:
            continue
        place = place_of(mark, content, {mark.version_id: mark.version.content})
        if place is None:
            lost.append(f"“{mark.quote}”")
            continue
        mark.block, mark.offset = (place.block, place.offset) if place.field == "" else (None, None)
        mark.version_id = text.current_id
    if lost:
        raise ProofRefused(
            f"正文改过以后，有 {len(lost)} 处标记找不到原文了：{'、'.join(lost[:3])}。请改一下或删去，再交。"
        )
    ProofMark.objects.bulk_update(drafts, ["version", "block", "offset"])


@transaction.atomic
def read_through(article: Article, actor, *, seen: int, opinion: str = "", at=None) -> Approval:
    """通读 of the final text: after 三校, with no mark open. Raises ProofRefused, PermissionDenied."""
    text, found = hold(article, actor, "journal.proofread")
    if told := locked(article):
        raise ProofRefused(told)
    if found.pending is not None:
        raise ProofRefused(f"还没有做{found.pending.label}，通读在三校之后。")
    if found.awaits_editor:
        raise ProofRefused(f"还有 {found.open_marks} 处标记等编辑处理，处理完再通读。")
    if text.current_id != seen:
        raise ProofRefused("正文刚刚被同事改过。请通读现在的正文，再登记。")
    if found.read_through is not None:
        raise ProofRefused(f"{found.read_through.holder}已经通读过现在的正文。")
    Approval.objects.on(text).standing().filter(kind=Kind.READ_THROUGH).update(revoked_at=at or timezone.now())
    facts = {"decision": Approval.Decision.PASSED, "opinion": opinion.strip(), "at": at or timezone.now()}
    approval = Approval.objects.create(kind=Kind.READ_THROUGH, version_id=text.current_id, person=actor, **facts)
    Event.objects.record(actor, Kind.READ_THROUGH.label, article, note=opinion.strip(), at=at)
    return approval


def hold(article: Article, actor, permission: str) -> tuple[Text, Progress]:
    """The text's row held until commit, and the progress read after that; no joins in a lock."""
    if not actor.has_perm(permission, article):
        raise PermissionDenied
    article.text = Text.objects.select_for_update().get(pk=article.text_id)
    return article.text, progress(article)
