"""A PrintedIssue → the journal's rows. Again: updates what no person has edited since, never doubles.

Each import keeps what it wrote in the data of its event. A value that still is what the last import wrote is the
import's to change; any other has been edited by a person and stays.
"""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from journal import publishing
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

    A repeated import keeps the access the issue has unless one is given, and publishes nothing that a person has taken
    back. Raises ImportRefused where the number is taken by an issue that was not imported, and publishing.Refused for
    公开 without approval.
    """
    issue, before = _issue(printed)
    new, published = not before, issue.is_published
    if access and not (new or published):
        raise ImportRefused(f"{issue}{issue.get_state_display()}，阅读范围没有改。请先在后台刊发这一期。")
    # Closed for the time of the writing: bylines of a published issue are frozen (RULES.md section 8).
    Issue.objects.filter(pk=issue.pk, state=Issue.State.PUBLISHED).update(state=Issue.State.CLOSED)
    changed = _write(issue, printed, before)
    if new or (published and (changed or access not in (None, issue.access))):
        _publish(issue, printed, access, approved_by, basis)
    elif published:
        Issue.objects.filter(pk=issue.pk).update(state=Issue.State.PUBLISHED)
    issue.refresh_from_db()
    return issue


def _write(issue: Issue, printed: PrintedIssue, before: dict) -> bool:
    """Articles and everything else of the issue; whether anything was changed."""
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
    if memory == before and not changed:
        return False
    Event.objects.record(None, IMPORTED, issue, note=f"{len(printed.articles)} 篇文章", data=memory)
    return True


def _issue(printed: PrintedIssue) -> tuple[Issue, dict]:
    """The issue, and what its last import wrote ({} for a new one)."""
    issue = Issue.objects.select_for_update().filter(year=printed.year, number=printed.number).first()
    if issue is None:
        other = Issue.objects.filter(serial_number=printed.serial_number).first()
        if other:
            raise ImportRefused(f"总第{printed.serial_number}期已经是{other}，没有导入。请核对期号。")
        numbers = {"year": printed.year, "number": printed.number, "serial_number": printed.serial_number}
        return Issue.objects.create(**numbers, state=Issue.State.CLOSED, closed_at=timezone.now()), {}
    event = Event.objects.about(issue).filter(verb=IMPORTED).first()
    if event is None:
        raise ImportRefused(f"{issue}已经在系统里，而且不是导入的，没有改动。要导入请先在后台核对这一期。")
    return issue, event.data


def _publish(issue: Issue, printed: PrintedIssue, access: str | None, approved_by: str, basis: str) -> None:
    """Publish, or publish again as it was, with the access given or the one it had."""
    kept = {
        "approved_by": issue.access_approved_by,
        "basis": issue.access_basis,
        "approved_on": issue.access_approved_on,
    }
    given = {"approved_by": approved_by, "basis": basis, "approved_on": timezone.localdate()}
    approval = given if access else kept
    access = access or issue.access or Access.INTERNAL
    publishing.release(issue, access=access, at=issue.published_at or _printed_at(printed), printed=True, **approval)
    told = (
        f"公开批准人 {approval['approved_by']}，依据 {approval['basis']}" if access == Access.PUBLIC else "按内部刊发"
    )
    note = f"已作为内部资料印行，装入时没有逐篇作保密审查；{told}"
    Event.objects.record(None, "装入后刊发", issue, after=Access(access).label, note=note)


def _printed_at(printed: PrintedIssue) -> datetime:
    """The day it was printed, for an issue of the past."""
    day = parse_date(str(printed.imprint.get("printed_on", "")))
    now = timezone.now()
    return min(timezone.make_aware(datetime.combine(day, time())), now) if day else now
