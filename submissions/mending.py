"""Changes the writer lets the checks make in a draft: applied at their place, listed, undone one by one (DESIGN.md 9)."""

import uuid
from dataclasses import dataclass

from journal.text.blocks import Block, from_plain, parse

from .checks import Finding

AROUND = 12
NEAR = 40


@dataclass(frozen=True)
class Place:
    """Where a finding stands in the text as typed."""

    start: int
    end: int


def key_of(finding: Finding) -> str:
    """Names one finding of one state of the text, in a form that a page can send back."""
    return f"{finding.code}:{finding.block}:{finding.offset}:{finding.quote_hash[:12]}"


def block_starts(body: str, blocks: tuple[Block, ...]) -> list[int | None]:
    """Where each block's text begins in the typed text; None where marks or cells were read differently."""
    starts: list[int | None] = []
    position = 0
    for block in blocks:
        found = body.find(block.text, position) if block.text and block.kind != "figure" else -1
        starts.append(found if found >= 0 else None)
        position = found + len(block.text) if found >= 0 else position
    return starts


def places(body: str, findings: list[Finding]) -> dict[str, Place]:
    """Key → place in the typed text, for the findings whose passage can be found for certain."""
    starts = block_starts(body, parse(from_plain(body)))
    found = {}
    for finding in findings:
        if finding.block is None or finding.block >= len(starts) or not finding.quote:
            continue
        start = starts[finding.block]
        if start is None:
            # A line with **bold** or a table: certain only where the passage stands once.
            at = body.find(finding.quote) if body.count(finding.quote) == 1 else -1
        else:
            at = start + (finding.offset or 0)
        if at >= 0 and body.startswith(finding.quote, at):
            found[key_of(finding)] = Place(at, at + len(finding.quote))
    return found


def mend(body: str, changes: list[tuple[Place, Finding, str]]) -> tuple[str, list[dict]]:
    """The text with the changes made, and a record of each; overlapping ones after the first are left out."""
    records: list[dict] = []
    pieces: list[str] = []
    position = 0
    for place, finding, replacement in sorted(changes, key=lambda change: change[0].start):
        place, before, replacement = _core(place, finding.quote, replacement)
        if place.start < position:
            continue
        pieces += [body[position : place.start], replacement]
        records.append(
            {"id": uuid.uuid4().hex[:12], "code": finding.code, "before": before, "after": replacement}
            | {"shown": finding.masked or before, "at": sum(map(len, pieces)) - len(replacement)}
        )
        position = place.end
    text = "".join(pieces) + body[position:]
    for record in records:
        start, end = record["at"], record["at"] + len(record["after"])
        record["left"], record["right"] = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    return text, records


def _core(place: Place, before: str, after: str) -> tuple[Place, str, str]:
    """Only what changes: a mark is quoted with its neighbours, and those may be another mark's neighbours too."""
    head = _alike(before, after)
    before, after = before[head:], after[head:]
    tail = _alike(before[::-1], after[::-1])
    return Place(place.start + head, place.end - tail), before[: len(before) - tail], after[: len(after) - tail]


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def find_record(body: str, record: dict) -> int | None:
    """Where a change stands now: by its neighbours, the nearest to where it was made.

    Neighbours may have been mended too, so fewer and fewer are asked for; few of them count only close by.
    """
    for amount in (AROUND, 6, 3, 2, 1):
        left, right = record["left"][-amount:], record["right"][:amount]
        hits = [hit + len(left) for hit in _hits(body, left + record["after"] + right)]
        nearest = min(hits, key=lambda hit: abs(hit - record["at"]), default=None)
        if nearest is not None and (amount > 3 or abs(nearest - record["at"]) <= NEAR):
            return nearest
    return None


def _hits(body: str, needle: str) -> list[int]:
    found, at = [], body.find(needle) if needle else -1
    while at >= 0:
        found.append(at)
        at = body.find(needle, at + 1)
    return found


def undo(body: str, record: dict) -> str | None:
    """The text with one change taken back; None where the passage has been changed since."""
    at = find_record(body, record)
    if at is None:
        return None
    return body[:at] + record["before"] + body[at + len(record["after"]) :]
