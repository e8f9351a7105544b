"""Closing and publishing an issue. Publishing decides access for every article and freezes bylines.

What comes after has modules of its own: `schedule` (定时刊发), `corrections` (更正), `withdrawing` (撤下, 阅读范围).
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from . import changes, editions_made, imprint, imprint_acknowledging, print_approval, search, secrecy
from .assembly import effective_access
from .models import Access, Article, Imprint, Issue, Journal, PublishPlan
from .site_revision import raise_site_revision


class Refused(Exception):
    """The issue cannot be closed or published; the message says why and what to do next."""


@transaction.atomic
def close(issue: Issue, actor, *, at=None) -> Issue:
    """No more changes of order. An imprint is made from the journal's facts where none was filled in.

    Raises Refused while a field is missing that internal material must carry, or a matter of judgement is open
    (RULES.md section 7).
    """
    require(actor, "journal.close_issue", issue)
    if not Article.objects.toplevel().filter(issue=issue).exists():
        raise Refused(f"{issue}还没有编入文章，不能定稿。请先编入文章。")
    printed = imprint_of(issue)
    if missing := imprint.missing_labels(printed):
        raise Refused(f"{issue}的版本记录还缺：{'、'.join(missing)}。请填上再定稿。")
    if told := imprint_acknowledging.closing_objection(imprint_acknowledging.looked_at(issue, printed)):
        raise Refused(f"{issue}{told}")
    if printed.pk is None:
        printed.save()
    _move(issue, Issue.State.PREPARING, Issue.State.CLOSED, actor, "定稿", closed_at=at or timezone.now())
    return issue


@transaction.atomic
def reopen(issue: Issue, actor, *, reason: str) -> Issue:
    """Back to editing, with the reason kept."""
    require(actor, "journal.close_issue", issue)
    if not reason.strip():
        raise Refused("请写明退回编辑的原因。")
    PublishPlan.objects.filter(issue=issue).delete()
    _move(issue, Issue.State.CLOSED, Issue.State.PREPARING, actor, "退回编辑", note=reason, closed_at=None)
    return issue


@transaction.atomic
def publish(
    issue: Issue, actor, *, access: str, approved_by="", approved_on=None, basis="", unsigned_reason="", at=None
) -> Issue:
    """Make a closed issue readable: 内部, or 公开 with who approved it on what basis (RULES.md section 7).

    unsigned_reason: why it is published without a 付印 in force, where Journal.requires_print_approval asks for one.
    """
    require(actor, "journal.publish_issue", issue)
    if told := objection(issue, unsigned_reason=unsigned_reason):
        raise Refused(told)
    unsigned = unsigned_reason.strip() and not print_approval.standing(issue).in_force
    release(issue, access=access, approved_by=approved_by, approved_on=approved_on, basis=basis, at=at)
    Event.objects.record(
        actor,
        "刊发",
        issue,
        before=Issue.State.CLOSED.label,
        after=Issue.State.PUBLISHED.label,
        note=told_decision(access, approved_by, basis)
        + (f"；没有付印签字，原因：{unsigned_reason.strip()}" if unsigned else ""),
        at=at,
    )
    return issue


def release(
    issue: Issue, *, access: str, approved_by="", approved_on=None, basis="", at=None, printed: bool = False
) -> None:
    """The act of publishing itself, also for imported issues: access of every article, search, caches.

    printed: the issue was printed elsewhere before (an import); see `secrecy` for what that changes.
    Raises Refused when access is undecided, 公开 lacks its approval, the issue is not closed, or an article lacks its
    保密审查 or was refused by it.
    """
    check_decision(access, approved_by, basis)
    at = at or timezone.now()
    public = access == Access.PUBLIC
    moved = Issue.objects.filter(pk=issue.pk, state=Issue.State.CLOSED).update(
        state=Issue.State.PUBLISHED,
        published_at=at,
        access=access,
        access_approved_by=approved_by.strip() if public else "",
        access_approved_on=(approved_on or timezone.localdate(at)) if public else None,
        access_basis=basis.strip() if public else "",
    )
    if not moved:
        raise Refused(f"{issue}还没有定稿，或者同事刚刚处理过。请刷新页面看最新情况。")
    if told := secrecy.publishing_objection(issue, printed=printed):
        raise Refused(told)
    # A time set for it has been overtaken, or has just been carried out.
    PublishPlan.objects.filter(issue=issue).delete()
    issue.refresh_from_db()
    decide_articles(issue)
    search.index_articles(issue.articles.select_related("text__current").prefetch_related("bylines"))
    editions_made.order(issue, at=at)
    changes.note(issue)
    raise_site_revision()


def objection(issue: Issue, *, unsigned_reason: str = "") -> str:
    """Why the issue cannot be published now, with the next step; empty where nothing stands in the way."""
    return secrecy.publishing_objection(issue) or print_approval.publishing_objection(issue, unsigned_reason)


def check_decision(access: str, approved_by: str, basis: str) -> None:
    """Raises Refused while access is undecided, or 公开 lacks who approved it on what basis (RULES.md section 7)."""
    if access not in (Access.INTERNAL, Access.PUBLIC):
        raise Refused("请先选定阅读范围：内部，或者公开。")
    if access == Access.PUBLIC and not (approved_by.strip() and basis.strip()):
        raise Refused("公开刊发要有批准人和依据，请填写后再刊发。")


def told_decision(access: str, approved_by: str, basis: str) -> str:
    """The decision as the audit trail tells it."""
    approval = f"；批准人 {approved_by.strip()}；依据 {basis.strip()}" if access == Access.PUBLIC else ""
    return f"{Access(access).label}{approval}"


def decide_articles(issue: Issue) -> None:
    """Store who may read each article of a published issue: its access, narrowed article by article (DESIGN.md 6)."""
    articles = list(issue.articles.select_related("parent"))
    standings = secrecy.standings(articles)
    for article in articles:
        article.access = effective_access(article, issue.access, standings[article.pk].conclusion)
    Article.objects.bulk_update(articles, ["access"])


def imprint_of(issue: Issue) -> Imprint:
    """The issue's imprint; an unsaved one with the journal's present facts where none was filled in."""
    return Imprint.objects.filter(issue=issue).first() or Imprint.from_journal(issue, Journal.objects.current())


def require(actor, permission: str, subject) -> None:
    if not actor.has_perm(permission, subject):
        raise PermissionDenied


def _move(issue: Issue, before, after, actor, verb: str, *, note="", **changes) -> None:
    if not Issue.objects.filter(pk=issue.pk, state=before).update(state=after, **changes):
        raise Refused(f"{issue}的状态刚刚变过，这一步没有做。请刷新页面看最新情况。")
    issue.refresh_from_db()
    Event.objects.record(actor, verb, issue, before=before.label, after=after.label, note=note)
