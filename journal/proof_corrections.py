"""校样改动: an editor carries out what proofreaders marked, or declines it with a reason."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction

from members.models import Event

from . import assembly, duplicates
from .models import Article, Byline, ProofMark, Text, TextVersion
from .proof_places import LINES, carried_out
from .proof_progress import Kind, marks_of
from .proofing import ProofRefused, locked

CORRECTION = "校样改动"  # begins the reason of every version made here


@dataclass
class Applied:
    """version: the one that was made, None where nothing could be; failed: marks that must be put right by hand."""

    version: TextVersion | None = None
    done: list[ProofMark] = field(default_factory=list)
    failed: list[ProofMark] = field(default_factory=list)


@transaction.atomic
def apply(article: Article, actor, wanted: list[int], *, at=None) -> Applied:
    """Carry out open marks (ids) in the current text: one version, marked as a proof correction.

    A mark made on an earlier version is found again by its neighbours; one that cannot be stays open, in `failed`.
    Raises ProofRefused, PermissionDenied.
    """
    text = _held(article, actor)
    marks = [mark for mark in _open(text) if mark.pk in set(wanted)]
    if not marks:
        raise ProofRefused("这些标记刚刚有同事处理过了。下面是最新的情况。")
    contents = {mark.version_id: mark.version.content for mark in marks if mark.version_id != text.current_id}
    content, done, failed = carried_out(text.current.content, marks, contents)
    if not done:
        return Applied(failed=failed)
    stages = dict.fromkeys(Kind(mark.kind).label for mark in done)
    reason = f"{CORRECTION}：{'、'.join(stages)} {len(done)} 处"
    before = text.current.content
    version = text.save_version(content, actor, reason, at=at, substantive=False)
    article.take_over(content)
    article.save(update_fields=list(LINES))
    if content.bylines != before.bylines:
        _sign_anew(article, content.bylines)
    duplicates.index_text(text)
    _settle(done, actor, ProofMark.Outcome.APPLIED)
    told = "；".join(f"{mark.quote}→{mark.replacement}" for mark in done)
    Event.objects.record(actor, CORRECTION, article, note=told, data={"version": version.number}, at=at)
    return Applied(version, done, failed)


@transaction.atomic
def decline(article: Article, actor, mark_id: int, reason: str) -> ProofMark:
    """Leave the text as it is, with the reason kept beside the mark. It then counts as no error."""
    text = _held(article, actor)
    if not reason.strip():
        raise ProofRefused("请写明不改的原因，校对的同事会看到。您点的这一处还没有处理。")
    mark = _one_open(text, mark_id)
    mark.outcome_reason = reason.strip()[:200]
    _settle([mark], actor, ProofMark.Outcome.DECLINED)
    Event.objects.record(actor, "不改", article, note=f"{mark}；原因：{mark.outcome_reason}")
    return mark


@transaction.atomic
def settle_by_hand(article: Article, actor, mark_id: int) -> ProofMark:
    """The editor has put it right in the article itself, or answered a remark."""
    text = _held(article, actor)
    mark = _one_open(text, mark_id)
    _settle([mark], actor, ProofMark.Outcome.APPLIED)
    Event.objects.record(actor, "已手工改", article, note=str(mark))
    return mark


def _held(article: Article, actor) -> Text:
    if not actor.has_perm("journal.apply_marks", article):
        raise PermissionDenied
    if told := locked(article):
        raise ProofRefused(told)
    article.text = Text.objects.select_for_update().get(pk=article.text_id)
    return article.text


def _open(text: Text) -> list[ProofMark]:
    return list(marks_of(text).filter(handed_in=True, outcome=ProofMark.Outcome.OPEN))


def _one_open(text: Text, mark_id: int) -> ProofMark:
    found = next((mark for mark in _open(text) if mark.pk == mark_id), None)
    if found is None:
        raise ProofRefused("这处标记刚刚有同事处理过了。下面是最新的情况。")
    return found


def _settle(marks: list[ProofMark], actor, outcome) -> None:
    for mark in marks:
        mark.outcome, mark.outcome_by = outcome, actor
    ProofMark.objects.bulk_update(marks, ["outcome", "outcome_by", "outcome_reason"])


def _sign_anew(article: Article, lines: list[dict]) -> None:
    """A corrected name leads to the author of that name; the others keep their links."""
    rows = list(Byline.objects.filter(article=article).order_by("position", "pk"))
    for row, line in zip(rows, lines, strict=False):
        if (row.name, row.affiliation) != (line["name"], line.get("affiliation", "")):
            row.author = None if row.name != line["name"] else row.author
            row.name, row.affiliation = line["name"], line.get("affiliation", "")
            row.save(update_fields=["name", "affiliation", "author"])
    assembly.link_bylines(article)
