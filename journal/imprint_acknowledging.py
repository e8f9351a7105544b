"""Matters of judgement before an issue is closed, kept by name with a reason (RULES.md section 7; STYLE.md, Absorb 6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from .imprint import REQUIREMENTS, Item, Requirement, checklist
from .models import Imprint, ImprintAcknowledgement, Issue, Journal

REASON_LENGTH = 200  # characters


class AcknowledgementRefused(Exception):
    """Nothing was kept; the message says why and what to do next."""


@dataclass(frozen=True)
class Looked:
    """A line of the checklist, with who decided to keep it, if somebody did."""

    item: Item
    kept: ImprintAcknowledgement | None = None

    @property
    def is_open(self) -> bool:
        """Stands in the way of closing until somebody decides."""
        return self.item.asks and self.kept is None


def looked_at(issue: Issue, imprint: Imprint) -> list[Looked]:
    """The checklist with what was decided on it, in a constant number of queries."""
    rows = ImprintAcknowledgement.objects.filter(issue=issue).select_related("person")
    kept = {row.identity: row for row in rows}
    return [Looked(item, kept.get(item.identity)) for item in checklist(issue, imprint)]


def met(lines: Iterable[Looked], *, among=REQUIREMENTS) -> list[Requirement]:
    """The requirements nothing was found against."""
    found = {line.item.requirement for line in lines}
    return [requirement for requirement in among.values() if requirement not in found]


def closing_objection(lines: Iterable[Looked]) -> str:
    """What is still to be decided before closing; empty where nothing is."""
    waiting = [line.item for line in lines if line.is_open]
    if not waiting:
        return ""
    first = waiting[0]
    told = f"{first.place}（{first.requirement.text}）"
    return f"还有 {len(waiting)} 处要人核对，先看：{told}。请修改，或写明理由点“已核对，保留”，再定稿。"


@transaction.atomic
def acknowledge(
    issue: Issue, actor, *, code: str, place_key: str, quote_hash: str, reason: str, at=None
) -> ImprintAcknowledgement:
    """Keep a matter of judgement as it stands. code, place_key, quote_hash: of the item the person looked at.

    Raises AcknowledgementRefused when no reason is given, the issue is closed, the passage changed meanwhile or a
    colleague was first; PermissionDenied.
    """
    if not actor.has_perm("journal.acknowledge_imprint", issue):
        raise PermissionDenied
    # Two who decide at once: the second waits here, and finds it decided.
    held = Issue.objects.select_for_update().get(pk=issue.pk)
    if not held.is_open:
        raise AcknowledgementRefused(f"{held}{held.get_state_display()}，不用再核对。")
    if not reason.strip():
        raise AcknowledgementRefused("请写明保留的理由，同事会看到。")
    if len(reason.strip()) > REASON_LENGTH:
        raise AcknowledgementRefused(f"理由请不超过 {REASON_LENGTH} 字，您写了 {len(reason.strip())} 字。")
    imprint = Imprint.objects.filter(issue=held).first() or Imprint.from_journal(held, Journal.objects.current())
    seen = (code, place_key, quote_hash)
    line = next((line for line in looked_at(held, imprint) if line.item.asks and line.item.identity == seen), None)
    if line is None:
        raise AcknowledgementRefused("这一处刚刚改过，没有记下。请看现在的文字再决定，您写的理由还在。")
    if line.kept:
        raise AcknowledgementRefused(f"{line.kept.person}已经核对过这一处，理由：{line.kept.reason}。不用再核对。")
    made = ImprintAcknowledgement.objects.create(
        issue=held,
        code=code,
        place_key=place_key,
        quote_hash=quote_hash,
        quote="\n".join(line.item.passages),
        reason=reason.strip(),
        person=actor,
        at=at or timezone.now(),
    )
    place = line.item.place + (f"“{line.item.quote}”" if line.item.quote else "")
    note = f"{place}：{line.item.requirement.text}；保留理由：{made.reason}"
    Event.objects.record(actor, "定稿核对", held, note=note, at=at)
    return made
