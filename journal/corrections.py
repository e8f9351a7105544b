"""更正: how a published text is changed, and the only way (DESIGN.md 7).

Somebody proposes, a managing or chief editor signs; where the article went through the three reviews, these are two
people. Then a version follows, readers are told what was printed and what it should be, and the article's search
entry, 查重 and its issue's editions are brought up to date. The signatures as printed stay in the notice.
"""

from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from journal.text.errata import errata
from members.models import Event

from . import assembly, changes, duplicates, editions_made, search, versions
from .models import Approval, Article, Content, Correction, Journal, Text
from .site_revision import raise_site_revision

State = Correction.State
LONGEST_REASON = 80


class CorrectionRefused(Exception):
    """The step cannot be taken; the message says why and what to do next."""


@transaction.atomic
def propose(
    article: Article, actor, content: Content, *, reason: str, seen: int, at: datetime | None = None
) -> Correction:
    """Ask for a correction of the text as it stands; `seen` is the id of the version that was edited.

    Raises CorrectionRefused, PermissionDenied.
    """
    if not actor.has_perm("journal.propose_correction", article):
        raise PermissionDenied
    text = Text.objects.select_for_update().get(pk=article.text_id)
    article = Article.objects.select_related("issue").get(pk=article.pk)
    if article.issue is None or not article.issue.came_out:
        raise CorrectionRefused(f"《{article}》还没有刊发，请直接改稿，不用更正。")
    if not reason.strip():
        raise CorrectionRefused("请写明更正说明，读者会看到，例如“职务有误”。")
    if text.current_id != seen:
        raise CorrectionRefused("这篇文章刚刚更正过，您的改动还没有提交。请对照现在的正文再改一次。您写的还在。")
    if article.corrections.waiting().exists():
        raise CorrectionRefused(f"《{article}》已有一处更正等着签发。请先签发或退回那一处，再提新的。")
    told = errata(versions.compare(text.current.content, content))
    if text.current.digest == content.digest or not told:
        raise CorrectionRefused("文字和现在的一样，没有要更正的。请改好再提交。")
    made = Correction.objects.create(
        article=article,
        before=text.current,
        proposed=asdict(content),
        errata=[asdict(one) for one in told],
        reason=reason.strip()[:LONGEST_REASON],
        proposed_by=actor,
        proposed_at=at or timezone.now(),
    )
    Event.objects.record(actor, "提出更正", article, note=_told(made), data={"errata": made.errata}, at=at)
    return made


def objection(correction: Correction, actor, *, remark: str = "") -> str:
    """Why this person cannot sign; empty where nothing stands in the way.

    remark: why one person both proposes and signs, which the small-office profile asks for.
    """
    if correction.proposed_by_id != actor.pk or not needs_second(correction.article):
        return ""
    if not Journal.objects.current().small_office:
        return "这处更正是您提出的，要由另一位主任或主编签发。请转给同事。"
    return "" if remark.strip() else "更正是您自己提出的。一人多岗，请写明原因。"


def needs_second(article: Article) -> bool:
    """An article that went through the three reviews is not changed by one person alone; an imported one was not ours."""
    return bool(versions.standing(article.text).keys() & set(Approval.REVIEWS))


@transaction.atomic
def sign(correction: Correction, actor, *, remark: str = "", at: datetime | None = None) -> Correction:
    """Carry the correction out. Raises CorrectionRefused, PermissionDenied."""
    if not actor.has_perm("journal.sign_correction", correction.article):
        raise PermissionDenied
    at = at or timezone.now()
    text = Text.objects.select_for_update().get(pk=correction.article.text_id)
    if told := objection(correction, actor, remark=remark):
        raise CorrectionRefused(told)
    if text.current_id != correction.before_id:
        raise CorrectionRefused("提出以后，这篇文章又更正过。请退回这一处，对照现在的正文重新提。")
    content, reason = correction.content, f"更正：{correction.reason}"
    signed_anew = content.bylines != text.current.bylines
    # Signed as it is, a correction reopens no review: it stands on its own two signatures.
    version = text.save_version(content, correction.proposed_by, reason, at=at, substantive=False)
    _close(correction, actor, State.MADE, remark, at, after=version)
    article = Article.objects.select_related("issue").get(pk=correction.article_id)
    article.take_over(content)
    article.save(update_fields=Article.FROM_TEXT)
    if signed_anew:
        assembly.sign_corrected(article, content.bylines)
    duplicates.index_text(text)
    search.index_articles([Article.objects.select_related("text__current").get(pk=article.pk)])
    editions_made.order(article.issue, at=at)
    changes.note(article.issue)
    note = _told(correction) + (f"（一人多岗：{remark.strip()}）" if remark.strip() else "")
    Event.objects.record(actor, "签发更正", article, note=note, data={"version": version.number}, at=at)
    raise_site_revision()
    return correction


@transaction.atomic
def decline(correction: Correction, actor, *, remark: str, at: datetime | None = None) -> Correction:
    """Not made, with the reason; whoever proposed it may take it back. Raises CorrectionRefused, PermissionDenied."""
    is_own = correction.proposed_by_id == actor.pk and actor.has_perm("journal.propose_correction", correction.article)
    if not is_own and not actor.has_perm("journal.sign_correction", correction.article):
        raise PermissionDenied
    if not remark.strip():
        raise CorrectionRefused("请写明不更正的原因，同事会看到。")
    _close(correction, actor, State.DECLINED, remark, at or timezone.now())
    Event.objects.record(actor, "退回更正", correction.article, note=remark.strip(), at=at)
    return correction


def _close(correction: Correction, actor, state: State, remark: str, at: datetime, **changes) -> None:
    changes |= {"state": state, "signed_by": actor, "signed_at": at, "remark": remark.strip()[:200]}
    if not Correction.objects.waiting().filter(pk=correction.pk).update(**changes):
        raise CorrectionRefused("这处更正刚刚由同事办过了，这一步没有做。请刷新页面看最新情况。")
    correction.refresh_from_db()


def _told(correction: Correction) -> str:
    return f"{correction.reason}（{len(correction.errata)} 处）"
