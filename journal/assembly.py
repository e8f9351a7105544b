"""Putting an issue together: admit to the pool, place, move, remove. One order token refuses stale changes."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max

from members.models import Event, Unit

from .models import Access, Article, Author, Byline, Issue, IssueSection, Section, Text


class OrderChanged(Exception):
    """Another editor changed the order since the page was opened."""

    def __init__(self):
        super().__init__("同事刚刚调整了这一期的顺序，您的这次改动没有保存。请刷新页面，再排一次。")


class IssueClosed(Exception):
    """The issue takes no more changes."""

    def __init__(self, issue):
        super().__init__(f"{issue}{issue.get_state_display()}，不能再调整。需要改动请先由主任或主编退回编辑。")


def admit(text: Text, *, section: Section, kind: str, origin: str, source: str = "", unit=None) -> Article:
    """An accepted text as an article in no issue yet; its bylines linked to known units and authors."""
    content = text.current.content
    article = Article(text=text, section=section, kind=kind, origin=origin)
    article.take_over(content)
    article.source_note = article.source_note or source
    if origin == Article.Origin.RECOMMENDED:
        article.online_right = Article.OnlineRight.NONE
    article.save()
    sign(article, content.bylines, unit=unit)
    return article


def sign(article: Article, bylines: list[dict], *, unit: Unit | None = None) -> None:
    """Replace the article's bylines. A unit is found by name, short name or alias; a person by name and unit."""
    article.bylines.all().delete()
    for position, line in enumerate(bylines, 1):
        found = find_unit(line["name"]) if line["kind"] == Byline.Kind.UNIT else None
        author = None
        if line["kind"] == Byline.Kind.PERSON:
            author, _ = Author.objects.get_or_create(name=line["name"], unit=unit)
        Byline.objects.create(
            article=article,
            position=position,
            kind=line["kind"],
            name=line["name"],
            affiliation=line.get("affiliation", ""),
            author=author,
            unit=found if line["kind"] == Byline.Kind.UNIT else unit,
        )


def find_unit(name: str) -> Unit | None:
    """The unit of this name, short name or alias; a merged unit's successor; None when unknown."""
    for lookup in ({"name": name}, {"short_name": name}, {"aliases__name": name}):
        unit = Unit.objects.filter(**lookup).select_related("merged_into").first()
        if unit:
            return unit.merged_into or unit
    return None


@transaction.atomic
def place(article: Article, issue: Issue, actor, *, section: Section | None = None, position=None, token=None) -> None:
    """Put an article (with its parts) into a column of an issue, at `position` (from 1; default: last)."""
    _open_for_changes(issue, actor, token)
    section = section or article.section
    came_from = article.issue
    siblings = list(_in_section(issue, section).exclude(pk=article.pk))
    if not IssueSection.objects.filter(issue=issue, section=section).exists():
        last = issue.sections.aggregate(last=Max("position"))["last"] or 0
        IssueSection.objects.create(issue=issue, section=section, position=last + 1)
    index = len(siblings) if position is None else max(0, min(position - 1, len(siblings)))
    siblings.insert(index, article)
    article.issue, article.section = issue, section
    article.save(update_fields=["issue", "section"])
    article.parts.update(issue=issue, section=section)
    _number(siblings)
    Event.objects.record(
        actor, "编入", article, before=str(came_from or "待编"), after=str(issue), note=f"{section} 第 {index + 1} 篇"
    )


@transaction.atomic
def remove(article: Article, actor, *, token=None) -> None:
    """Take an article out of its issue, back into the pool."""
    issue = article.issue
    _open_for_changes(issue, actor, token)
    article.issue = None
    article.save(update_fields=["issue"])
    article.parts.update(issue=None)
    _number(_in_section(issue, article.section))
    Event.objects.record(actor, "移出", article, before=str(issue), after="待编")


@transaction.atomic
def order_sections(issue: Issue, section_ids: list[int], actor, *, token=None) -> None:
    """Put the issue's columns (IssueSection ids) into the given order; ids must be exactly the issue's."""
    _open_for_changes(issue, actor, token)
    rows = {row.pk: row for row in issue.sections.all()}
    if sorted(rows) != sorted(section_ids):
        raise OrderChanged
    for position, pk in enumerate(section_ids, 1):
        rows[pk].position = position
    IssueSection.objects.bulk_update(rows.values(), ["position"])
    Event.objects.record(actor, "调整栏目顺序", issue)


def _open_for_changes(issue: Issue, actor, token) -> None:
    """Lock the issue, check right, state and token, and raise the token."""
    if not actor.has_perm("journal.assemble_issue", issue):
        raise PermissionDenied
    locked = Issue.objects.select_for_update().get(pk=issue.pk)
    if not locked.is_open:
        raise IssueClosed(locked)
    if token is not None and int(token) != locked.order_token:
        raise OrderChanged
    Issue.objects.filter(pk=issue.pk).update(order_token=F("order_token") + 1)
    issue.order_token = locked.order_token + 1


def _in_section(issue: Issue, section: Section):
    return Article.objects.toplevel().filter(issue=issue, section=section).order_by("position", "pk")


def _number(articles) -> None:
    articles = list(articles)
    for position, article in enumerate(articles, 1):
        article.position = position
    Article.objects.bulk_update(articles, ["position"])


def effective_access(article: Article, issue_access: str) -> str:
    """The issue's access narrowed by the article's own right to be online (DESIGN.md 6)."""
    if article.online_right == Article.OnlineRight.NONE and issue_access == Access.PUBLIC:
        return Access.INTERNAL
    return issue_access
