"""After publication: an article or a whole issue taken down and put back, who may read changed, a right granted later.

Each act raises the site revision and asks for the editions anew; files that hold what may not be read any more are
closed by `Edition.objects.readable_by` in the same moment.
"""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from . import changes, editions_made, publishing
from .models import Access, Article, Issue
from .site_revision import raise_site_revision

LONGEST_REASON = 200


class WithdrawalRefused(Exception):
    """The step cannot be taken; the message says why and what to do next."""


@transaction.atomic
def withdraw_article(article: Article, actor, *, reason: str, listed: bool, at: datetime | None = None) -> Article:
    """Take a published article down with its parts: 410 with the reason at its address.

    reason: as readers see it. listed: the contents keep its line with 已撤下, else they leave it out.
    Raises WithdrawalRefused, PermissionDenied.
    """
    at = at or timezone.now()
    issue = _published(article.issue, actor)
    wording = _reason(reason)
    changes = {"withdrawn_at": at, "withdrawn_reason": wording, "withdrawn_listed": listed}
    if not Article.objects.filter(pk=article.pk, issue=issue, withdrawn_at=None).update(**changes):
        raise WithdrawalRefused(f"《{article}》已经撤下了，可能同事刚刚办过。请刷新页面看最新情况。")
    Article.objects.filter(parent=article.pk, withdrawn_at=None).update(**changes)
    note = wording + ("（目录里注明已撤下）" if listed else "（目录里不再列出）")
    return _done(article, actor, "撤下文章", issue, note, at)


@transaction.atomic
def restore_article(article: Article, actor, *, reason: str, at: datetime | None = None) -> Article:
    """Put a withdrawn article back, with the parts that went with it. Raises WithdrawalRefused, PermissionDenied."""
    at = at or timezone.now()
    issue = _published(article.issue, actor)
    wording = _reason(reason)
    held = Article.objects.select_for_update().filter(pk=article.pk, withdrawn_at__isnull=False).order_by("pk").first()
    if held is None:
        raise WithdrawalRefused(f"《{article}》没有撤下，可能同事刚刚恢复了。请刷新页面看最新情况。")
    if held.parent_id and Article.objects.filter(pk=held.parent_id, withdrawn_at__isnull=False).exists():
        raise WithdrawalRefused(f"《{article}》所在的组稿还撤下着。请先恢复组稿。")
    together = Article.objects.filter(parent=article.pk, withdrawn_at=held.withdrawn_at) | Article.objects.filter(
        pk=article.pk
    )
    together.update(withdrawn_at=None, withdrawn_reason="", withdrawn_listed=False)
    publishing.decide_articles(issue)
    return _done(article, actor, "恢复文章", issue, wording, at)


@transaction.atomic
def withdraw_issue(issue: Issue, actor, *, reason: str, at: datetime | None = None) -> Issue:
    """Take a published issue down whole. Raises WithdrawalRefused, PermissionDenied."""
    _may(actor, issue)
    at, wording = at or timezone.now(), _reason(reason)
    _swap(issue, Issue.State.PUBLISHED, Issue.State.WITHDRAWN, withdrawn_at=at, withdrawn_reason=wording)
    return _done(issue, actor, "撤回一期", issue, wording, at, Issue.State.PUBLISHED, Issue.State.WITHDRAWN)


@transaction.atomic
def restore_issue(issue: Issue, actor, *, reason: str, at: datetime | None = None) -> Issue:
    """Put a withdrawn issue back as it was; the chief editor's act, as publishing is."""
    publishing.require(actor, "journal.publish_issue", issue)
    at, wording = at or timezone.now(), _reason(reason)
    _swap(issue, Issue.State.WITHDRAWN, Issue.State.PUBLISHED, withdrawn_at=None, withdrawn_reason="")
    publishing.decide_articles(issue)
    return _done(issue, actor, "恢复一期", issue, wording, at, Issue.State.WITHDRAWN, Issue.State.PUBLISHED)


@transaction.atomic
def change_access(
    issue: Issue,
    actor,
    *,
    access: str,
    approved_by: str = "",
    approved_on: date | None = None,
    basis: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Issue:
    """内部 → 公开 with its approval, by the chief editor; 公开 → 内部 at once, with a reason.

    Raises publishing.Refused for a decision without its approval, WithdrawalRefused, PermissionDenied.
    """
    at = at or timezone.now()
    public = access == Access.PUBLIC
    publishing.require(actor, "journal.publish_issue" if public else "journal.withdraw_published", issue)
    publishing.check_decision(access, approved_by, basis)
    wording = "" if public else _reason(reason)
    before = Issue.objects.filter(pk=issue.pk, state=Issue.State.PUBLISHED).exclude(access=access)
    moved = before.update(
        access=access,
        access_approved_by=approved_by.strip() if public else "",
        access_approved_on=(approved_on or timezone.localdate(at)) if public else None,
        access_basis=basis.strip() if public else "",
    )
    if not moved:
        raise WithdrawalRefused(f"{issue}现在不是已刊发，或者阅读范围已经是{Access(access).label}。请刷新页面。")
    was = Access(issue.access).label
    issue.refresh_from_db()
    publishing.decide_articles(issue)
    note = "；".join(filter(None, (publishing.told_decision(access, approved_by, basis), wording)))
    return _done(issue, actor, "改阅读范围", issue, note, at, was, Access(access).label)


@transaction.atomic
def grant_online_right(article: Article, actor, *, holder: str, basis: str, at: datetime | None = None) -> Article:
    """A reprint may be read online from now on: who granted it, and on what paper (RULES.md section 11).

    Its access is decided anew. Raises WithdrawalRefused, PermissionDenied.
    """
    issue = article.issue
    if issue is None or not issue.came_out:
        raise WithdrawalRefused(f"《{article}》还没有刊发，请直接在文章里改“上网权利”。")
    publishing.require(actor, "journal.publish_issue", issue)
    if not (holder.strip() and basis.strip()):
        raise WithdrawalRefused("请写明谁授权、依据什么，例如“某报社”“2026年10月8日授权函”。")
    granted = Article.objects.filter(pk=article.pk, online_right=Article.OnlineRight.NONE).update(
        online_right=Article.OnlineRight.GRANTED, right_holder=holder.strip()[:100], right_basis=basis.strip()[:200]
    )
    if not granted:
        raise WithdrawalRefused(f"《{article}》本来就有上网的权利，或者同事刚刚登记过。请刷新页面。")
    publishing.decide_articles(issue)
    note = f"授权方 {holder.strip()}；依据 {basis.strip()}"
    before, after = Article.OnlineRight.NONE, Article.OnlineRight.GRANTED
    return _done(article, actor, "登记上网授权", issue, note, at or timezone.now(), before, after)


def _may(actor, issue: Issue) -> None:
    if not actor.has_perm("journal.withdraw_published", issue):
        raise PermissionDenied


def _published(issue: Issue | None, actor) -> Issue:
    """The article's issue, its row held, so that taking down and putting back follow each other."""
    _may(actor, issue)
    held = Issue.objects.select_for_update().filter(pk=issue and issue.pk, state=Issue.State.PUBLISHED).first()
    if held is None:
        raise WithdrawalRefused("这篇文章所在的一期现在不是已刊发，不能撤下或恢复单篇。请刷新页面看最新情况。")
    return held


def _reason(reason: str) -> str:
    wording = reason.strip()
    if not wording:
        raise WithdrawalRefused("请写明原因，读者打开原来的网址会看到，例如“部分内容有误，正在核实”。")
    if len(wording) > LONGEST_REASON:
        raise WithdrawalRefused(f"原因有 {len(wording)} 字，超过 {LONGEST_REASON} 字。请写短一些。")
    return wording


def _swap(issue: Issue, before, after, **changes) -> None:
    if not Issue.objects.filter(pk=issue.pk, state=before).update(state=after, **changes):
        raise WithdrawalRefused(f"{issue}的状态刚刚变过，这一步没有做。请刷新页面看最新情况。")
    issue.refresh_from_db()


def _done(subject, actor, verb: str, issue: Issue, note: str, at: datetime, before="", after=""):
    """What follows every one of these acts."""
    before, after = getattr(before, "label", before), getattr(after, "label", after)
    Event.objects.record(actor, verb, subject, before=before, after=after, note=note, at=at)
    editions_made.order(issue, at=at)
    changes.note(issue)
    raise_site_revision()
    subject.refresh_from_db()
    return subject
