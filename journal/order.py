"""The order of an issue as a whole: what it is, who changed it last, and going back step by step.

Every change of order begins with `begin`: it holds the issue's row, asks for right and state, refuses a stale token and
keeps how things stood (`OrderStep`). So undoing needs no trust in a browser, and whoever is refused can be told what
happened meanwhile.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from members.models import Event

from . import secrecy
from .models import Article, Issue, IssueSection, OrderStep

KEPT_STEPS = 40  # steps an issue can go back


class AssemblyRefused(Exception):
    """The change cannot be made; the message tells a person why and what to do next."""


class OrderChanged(AssemblyRefused):
    """Another editor changed the order since the page was opened."""

    def __init__(self):
        super().__init__("同事刚刚调整了这一期的顺序，您的这次改动没有保存。下面是最新的顺序，请再排一次。")


class IssueClosed(AssemblyRefused):
    """The issue takes no more changes."""

    def __init__(self, issue):
        super().__init__(f"{issue}{issue.get_state_display()}，不能再调整。需要改动请先由主任或主编退回编辑。")


def arrangement(issue: Issue) -> dict[str, list]:
    """The order of an issue as plain data: its columns, and article, column, position, pages of each article."""
    columns = issue.sections.order_by("position", "pk").values_list("section_id", "name", "start_page", "end_page")
    articles = (
        Article.objects.toplevel()
        .filter(issue=issue)
        .order_by("pk")
        .values_list("pk", "section_id", "position", "start_page", "end_page")
    )
    return {"columns": [list(row) for row in columns], "articles": [list(row) for row in articles]}


def begin(issue: Issue, actor, token, *, sets_pages: bool = False) -> OrderStep:
    """Start a change: the issue's row is held, the token raised, and how things stand kept as a step.

    The caller says what was done with `OrderStep.tell`. Call inside a transaction. Raises PermissionDenied, IssueClosed,
    OrderChanged.
    """
    _hold(issue, actor, token)
    # Later than any moment before it: the row is held, so steps come one after another.
    step = OrderStep.objects.create(
        issue=issue, token=issue.order_token, actor=actor, before=arrangement(issue), sets_pages=sets_pages
    )
    OrderStep.objects.filter(issue=issue, token__lte=issue.order_token - KEPT_STEPS).delete()
    return step


def last_step(issue: Issue, person) -> OrderStep | None:
    """The step that `undo` would take back: the person's own, with none by anybody else after it."""
    step = OrderStep.objects.filter(issue=issue).last()
    return step if step is not None and step.actor_id == person.pk else None


@transaction.atomic
def undo(issue: Issue, actor, *, token) -> str:
    """Take back the person's last step; what it had been. Raises AssemblyRefused where a colleague's came after it."""
    _hold(issue, actor, token)
    step = OrderStep.objects.filter(issue=issue).last()
    if step is None:
        raise AssemblyRefused("没有可以撤销的步骤了。")
    if step.actor_id != actor.pk:
        raise AssemblyRefused(f"{step.actor}在您之后又调整过顺序，您的步骤不能再撤销。请直接移动。")
    _restore(issue, step.before, with_pages=step.sets_pages)
    step.delete()
    Event.objects.record(actor, "撤销上一步", issue, note=step.told)
    return step.told


@transaction.atomic
def restore(issue: Issue, wanted: dict[str, list], actor, *, token) -> None:
    """Bring back an `arrangement` of this issue, page numbers too; a step like any other."""
    step = begin(issue, actor, token, sets_pages=True)
    _restore(issue, wanted, with_pages=True)
    step.tell("恢复了以前的顺序。")
    Event.objects.record(actor, "恢复顺序", issue)


def changes_since(issue: Issue, token: int, person) -> list[OrderStep]:
    """What colleagues did after the order had this token, the newest first."""
    steps = OrderStep.objects.filter(issue=issue, token__gt=token).exclude(actor=person)
    return list(steps.select_related("actor").order_by("-pk"))


def changed_at(issue: Issue) -> datetime | None:
    """When the order was last changed."""
    return OrderStep.objects.filter(issue=issue).order_by("-pk").values_list("at", flat=True).first()


def _hold(issue: Issue, actor, token) -> None:
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


def _restore(issue: Issue, wanted: dict[str, list], *, with_pages: bool) -> None:
    """Columns and articles to their places. Without pages, numbers that were set since stay as they are."""
    places = {pk: facts for pk, *facts in wanted["articles"]}
    present = {article.pk: article for article in Article.objects.toplevel().filter(issue=issue)}
    found = present | {article.pk: article for article in _returning(places.keys() - present.keys())}
    if places.keys() - found.keys():
        raise OrderChanged
    _restore_columns(issue, wanted["columns"], with_pages=with_pages)
    for pk, article in found.items():
        article.issue = issue if pk in places else None
        if pk in places:
            article.section_id, article.position, *pages = places[pk]
            if with_pages:
                article.start_page, article.end_page = pages
        article.parts.update(issue=article.issue, section=article.section_id)
    Article.objects.bulk_update(found.values(), ["issue", "section", "position", "start_page", "end_page"])
    kept = [row[0] for row in wanted["columns"]]
    issue.sections.exclude(section__in=kept).delete()


def _returning(ids) -> list[Article]:
    """Articles that come back from the pool, held. Raises AssemblyRefused for one refused by its 保密审查 since."""
    # The model's own order joins the issue, and an outer join cannot be locked.
    rows = Article.objects.unplaced().filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    articles = list(rows)
    for article in articles:
        if (found := secrecy.standing(article.text)) and found.conclusion == secrecy.Conclusion.NONE:
            raise AssemblyRefused(f"《{article}》的保密审查结论是不予刊发，不能再编入，这一步不能撤销。")
    return articles


def _restore_columns(issue: Issue, columns: list[list], *, with_pages: bool) -> None:
    for position, (section, name, start, end) in enumerate(columns, 1):
        pages = {"start_page": start, "end_page": end}
        IssueSection.objects.update_or_create(
            issue=issue,
            section_id=section,
            defaults={"position": position} | (pages if with_pages else {}),
            create_defaults={"position": position, "name": name} | pages,
        )
