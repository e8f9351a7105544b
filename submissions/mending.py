"""Changes the writer lets the checks make in a draft: applied at their place, listed, undone one by one (DESIGN.md 9).

A draft is several texts: title, subtitle, affiliation, body …, and the caption of each photograph (`caption:<id>`).
"""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from journal.text.blocks import Block

from .checks import Finding

AROUND = 12
NEAR = 40
FAR = 20_000  # characters a passage may have moved since it was changed
BODY = "body"
_LEAD = re.compile(r"[\s—]*")  # typed before a title or subtitle, and taken off it


@dataclass(frozen=True)
class Place:
    """Where a finding stands in a text as typed."""

    start: int
    end: int
    field: str = BODY


def key_of(finding: Finding) -> str:
    """Names one finding of one state of the text, in a form that a page can send back."""
    where = finding.field or finding.block
    return f"{finding.code}:{where}:{finding.offset}:{finding.quote_hash[:12]}"


def caption_field(picture_id: int) -> str:
    return f"caption:{picture_id}"


def block_starts(body: str, blocks: tuple[Block, ...]) -> list[int | None]:
    """Where each block's text begins in the typed text; None where marks or cells were read differently."""
    starts: list[int | None] = []
    position = 0
    for block in blocks:
        found = body.find(block.text, position) if block.text and block.kind != "figure" else -1
        starts.append(found if found >= 0 else None)
        position = found + len(block.text) if found >= 0 else position
    return starts


def places(texts: Mapping[str, str], blocks: tuple[Block, ...], findings: list[Finding]) -> dict[str, Place]:
    """Key → place in the typed texts, for the findings whose passage can be found for certain.

    texts are the draft's by field; blocks are those of its content, photographs in their places.
    """
    starts = block_starts(texts.get(BODY, ""), blocks)
    found = {}
    for finding in findings:
        field, start = _home(texts, blocks, starts, finding)
        text = texts.get(field, "")
        if not finding.quote or not text:
            continue
        if start is None:
            # A line with **bold** or a table: certain only where the passage stands once.
            at = text.find(finding.quote) if text.count(finding.quote) == 1 else -1
        else:
            at = start + (finding.offset or 0)
        if at >= 0 and text.startswith(finding.quote, at):
            found[key_of(finding)] = Place(at, at + len(finding.quote), field)
    return found


def _home(texts, blocks, starts, finding: Finding) -> tuple[str, int | None]:
    """The field a finding stands in, and where its part of that field begins; None where that is not known."""
    if finding.field:
        text = texts.get(finding.field, "")
        return finding.field, _LEAD.match(text).end() if finding.field in ("title", "subtitle") else None
    if finding.block is None or finding.block >= len(blocks):
        return "", None
    block = blocks[finding.block]
    if block.kind == "figure":
        field = caption_field(block.picture or 0)
        begins = texts.get(field, "").find(block.text)
        return field, begins if begins >= 0 else None
    return BODY, starts[finding.block]


def mend(text: str, changes: list[tuple[Place, Finding, str]], field: str = BODY) -> tuple[str, list[dict]]:
    """One text with the changes made, and a record of each; overlapping ones after the first are left out."""
    records: list[dict] = []
    pieces: list[str] = []
    position = length = 0
    for place, finding, replacement in sorted(changes, key=lambda change: change[0].start):
        place, before, replacement = _core(place, finding.quote, replacement)
        if place.start < position:
            continue
        pieces += [text[position : place.start], replacement]
        at = length + place.start - position
        length = at + len(replacement)
        records.append(
            {"id": uuid.uuid4().hex[:12], "code": finding.code, "field": field, "before": before, "after": replacement}
            | {"shown": finding.masked or before, "at": at}
        )
        position = place.end
    mended = "".join(pieces) + text[position:]
    for record in records:
        start, end = record["at"], record["at"] + len(record["after"])
        record["left"], record["right"] = mended[max(0, start - AROUND) : start], mended[end : end + AROUND]
    return mended, records


def mend_all(texts: Mapping[str, str], changes: list[tuple[Place, Finding, str]]) -> tuple[dict[str, str], list[dict]]:
    """The texts that change, as they will be, and a record of each change."""
    changed: dict[str, str] = {}
    records: list[dict] = []
    for field in dict.fromkeys(place.field for place, _, _ in changes):
        own = [change for change in changes if change[0].field == field]
        text, made = mend(texts[field], own, field)
        if made:
            changed[field] = text
            records += made
    return changed, records


def _core(place: Place, before: str, after: str) -> tuple[Place, str, str]:
    """Only what changes: a mark is quoted with its neighbours, and those may be another mark's neighbours too."""
    head = alike(before, after)
    before, after = before[head:], after[head:]
    tail = alike(before[::-1], after[::-1])
    return (
        Place(place.start + head, place.end - tail, place.field),
        before[: len(before) - tail],
        after[: len(after) - tail],
    )


def alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def field_of(record: dict) -> str:
    return record.get("field", BODY)


def find_record(text: str, record: dict, moved: int = 0) -> int | None:
    """Where a change stands now: by its neighbours, the nearest to where it was made, `moved` by what is known.

    Neighbours may have been mended too, so fewer and fewer are asked for; few of them count only close by. Nothing is
    looked for farther than FAR, so that hundreds of changes in a long text cost what they cost in a short one.
    """
    expected = record["at"] + moved
    for amount in (AROUND, 6, 3, 2, 1):
        left, right = record["left"][-amount:] if record["left"] else "", record["right"][:amount]
        reach = FAR if amount > 3 else NEAR
        hit = _nearest(text, left + record["after"] + right, expected - len(left), reach)
        if hit is not None:
            return hit + len(left)
    return None


def find_records(text: str, records: list[dict]) -> list[int | None]:
    """Where each of many changes stands: what one has moved, the next has most likely moved too."""
    found: list[int | None] = []
    moved = 0
    for record in records:
        at = find_record(text, record, moved)
        if at is None and moved:
            at = find_record(text, record)
        found.append(at)
        moved = at - record["at"] if at is not None else moved
    return found


def _nearest(text: str, needle: str, expected: int, reach: int) -> int | None:
    """The occurrence that begins nearest to `expected`, within `reach`."""
    if not needle:
        return None
    low, high = max(0, expected - reach), expected + reach + len(needle)
    after = text.find(needle, max(low, expected), high)
    before = text.rfind(needle, low, max(low, expected) + len(needle))
    hits = [hit for hit in (before, after) if hit >= 0]
    return min(hits, key=lambda hit: abs(hit - expected), default=None)


def undo(text: str, record: dict) -> str | None:
    """Its text with one change taken back; None where the passage has been changed since."""
    at = find_record(text, record)
    if at is None:
        return None
    return text[:at] + record["before"] + text[at + len(record["after"]) :]
