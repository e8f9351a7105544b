"""A PrintedIssue → the journal's rows. Again: updates what no person has edited since, never doubles.

Each import keeps what it wrote in the data of its event. A value that still is what the last import wrote is the
import's to change; any other has been edited by a person and stays.
"""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from journal import publishing, search
from journal.assembly import effective_access
from journal.models import Access, Issue
from members.models import Event

from .facts import GROUPS
from .place import IMPORTED, place_articles
from .printed import PrintedIssue


class ImportRefused(Exception):
    """The issue cannot be imported; the message says why and what to do."""


@transaction.atomic
def import_issue(printed: PrintedIssue, *, access: str | None = None, approved_by: str = "", basis: str = "") -> Issue:
    """Write the issue and publish it: 内部 unless 公开 is asked for with its approval (DESIGN.md 6).

    A repeated import keeps the access the issue has unless one is given. Raises ImportRefused where the number is taken
    by an issue that was not imported, and publishing.Refused for 公开 without approval.
    """
    issue, before = _issue(printed)
    memory = dict(before)
    articles, changed = place_articles(issue, printed, memory)
    for name, group in GROUPS.items():
        wanted = group.wanted(printed, articles)
        now = group.read(issue)
        untouched = name not in before or now == before[name]
        if untouched and now != wanted:
            group.write(issue, wanted)
        if untouched:
            memory[name] = wanted
    if memory != before or changed:
        Event.objects.record(None, IMPORTED, issue, note=f"{len(printed.articles)} 篇文章", data=memory)
    _publish(issue, printed, changed, access=access, approved_by=approved_by, basis=basis)
    return issue


def _issue(printed: PrintedIssue) -> tuple[Issue, dict]:
    """The issue, and what its last import wrote ({} for a new one)."""
    issue = Issue.objects.select_for_update().filter(year=printed.year, number=printed.number).first()
    if issue is None:
        other = Issue.objects.filter(serial_number=printed.serial_number).first()
        if other:
            raise ImportRefused(f"总第{printed.serial_number}期已经是{other}，没有导入。请核对期号。")
        state, at = Issue.State.CLOSED, timezone.now()
        numbers = {"year": printed.year, "number": printed.number, "serial_number": printed.serial_number}
        return Issue.objects.create(**numbers, state=state, closed_at=at), {}
    event = Event.objects.about(issue).filter(verb=IMPORTED).first()
    if event is None:
        raise ImportRefused(f"{issue}已经在系统里，而且不是导入的，没有改动。要导入请先在后台核对这一期。")
    return issue, event.data


def _publish(issue: Issue, printed: PrintedIssue, changed: list, *, access, approved_by, basis) -> None:
    """Publish what is not yet published or changes its access; otherwise bring readers and search up to date."""
    same = issue.is_published and access in (None, issue.access)
    if same:
        if changed:
            for article in changed:
                article.access = effective_access(article, issue.access)
                article.save(update_fields=["access"])
            search.index_articles(changed)
            transaction.on_commit(publishing.raise_site_revision)
        return
    if issue.state == Issue.State.WITHDRAWN:
        raise ImportRefused(f"{issue}已撤回，没有再次刊发。请先在后台恢复这一期。")
    at = issue.published_at or _printed_at(printed)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.CLOSED)
    publishing.release(issue, access=access or Access.INTERNAL, approved_by=approved_by, basis=basis, at=at)


def _printed_at(printed: PrintedIssue) -> datetime:
    """The day it was printed, for an issue of the past."""
    day = parse_date(str(printed.imprint.get("printed_on", "")))
    now = timezone.now()
    return min(timezone.make_aware(datetime.combine(day, time())), now) if day else now
