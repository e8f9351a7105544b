"""整理: what cleaning proposes in a draft, accepted and taken back place by place (RULES.md 9, DESIGN.md 9).

An accepted change is a record in `Submission.mended` with the code `clean.<kind>`. Unlike a fix of the checks, whose
place is looked for by its neighbours, its `at` is kept exact: every change of the text moves it along (`follow`), so that
taking all of them back gives the original to the character. Records of cleaning stand in the order of the text.
"""

import uuid
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain, groupby

from journal.text.clean import KIND_LABELS, KINDS, Change
from journal.text.clean import apply as applied

from . import mending

CODE = "clean."
LOST = -1  # `at` of a record whose passage was typed over
_WORD_KINDS = {"pinyin", "traditional"}
_WORD_GAP = 2  # characters between two annotated ones of one word
_LONGEST_PLACE = 40
_FOLD_FROM = 3  # unchanged paragraphs in a row that are folded
_UNSEEN = {"\n": "换行", "\r": "换行", " ": "空格", "\u3000": "全角空格", "\u00a0": "不换行空格", "\t": "制表符"}


@dataclass(frozen=True)
class Place:
    """Changes that touch, or stand in one word: what a person decides on together. Offsets are in the text before."""

    number: int
    start: int
    end: int
    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def label(self) -> str:
        return labels(change.kind for change in self.changes)

    @property
    def shown_before(self) -> str:
        return visible(self.before)

    @property
    def shown_after(self) -> str:
        return visible(self.after)


@dataclass(frozen=True)
class Stretch:
    """Paragraphs that are shown one after another; folded where nothing in several of them changes."""

    paragraphs: list[list[str | Place]]
    is_folded: bool


@dataclass(frozen=True)
class Done:
    """One place that was cleaned, with its neighbours as they are now."""

    key: str
    kind: str
    left: str
    before: str
    after: str
    right: str

    @property
    def shown_before(self) -> str:
        return visible(self.before)

    @property
    def shown_after(self) -> str:
        return visible(self.after)


@dataclass(frozen=True)
class Edit:
    """[start, end) of a text gave way to `text`. `order` parts edits and records that stand at the same place."""

    start: int
    end: int
    text: str
    order: int = -1


def labels(kinds: Iterable[str]) -> str:
    wanted = set(kinds)
    return "、".join(KIND_LABELS[kind] for kind in KINDS if kind in wanted)


def visible(text: str) -> str:
    """What a reader can see of it: white space alone is named, a line end within words is drawn."""
    if text and not text.strip(" \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000\ufeff"):
        names = [(_UNSEEN.get(char, "看不见的字符"), 1) for char in text]
        counted = [(name, sum(one for _, one in run)) for name, run in groupby(names, key=lambda one: one[0])]
        return "、".join(name if count == 1 else f"{name}×{count}" for name, count in counted)
    return text.replace("\r\n", "↵").replace("\n", "↵").replace("\r", "↵")


def gather(body: str, changes: Iterable[Change]) -> list[Place]:
    """Changes in order → places. A word with pinyin and traditional characters is one place."""
    runs: list[list[Change]] = []
    for change in changes:
        if runs and _same_place(body, runs[-1], change):
            runs[-1].append(change)
        else:
            runs.append([change])
    return [_place(number, body, tuple(run)) for number, run in enumerate(runs)]


def _same_place(body: str, run: list[Change], change: Change) -> bool:
    start, end = run[0].offset, run[-1].offset + len(run[-1].before)
    if change.offset == end:
        return change.offset - start <= _LONGEST_PLACE
    gap = body[end : change.offset]
    in_a_word = {run[-1].kind, change.kind} <= _WORD_KINDS and len(gap) <= _WORD_GAP
    return in_a_word and gap.isalpha() and change.offset - start <= _LONGEST_PLACE


def _place(number: int, body: str, run: tuple[Change, ...]) -> Place:
    start, end = run[0].offset, run[-1].offset + len(run[-1].before)
    before = body[start:end]
    moved = [Change(one.kind, one.before, one.after, one.offset - start) for one in run]
    return Place(number, start, end, before, applied(before, moved), run)


def stretches(body: str, places: list[Place]) -> list[Stretch]:
    """The paragraphs from the first place to the last one, in order, unchanged ones in a row folded."""
    if not places:
        return []
    start = body.rfind("\n", 0, places[0].start) + 1
    end = body.find("\n", places[-1].end)
    paragraphs = [one for one in _paragraphs(body, places, start, len(body) if end < 0 else end) if one]
    found: list[Stretch] = []
    for changed, run in groupby(paragraphs, key=lambda parts: any(isinstance(part, Place) for part in parts)):
        held = list(run)
        found.append(Stretch(held, not changed and len(held) >= _FOLD_FROM))
    return found


def _paragraphs(body: str, places: list[Place], start: int, end: int) -> Iterator[list[str | Place]]:
    """Lines as they are, parted by line ends that stay; a place that takes a line end away stands in one paragraph."""
    paragraph: list[str | Place] = []
    for place in chain(places, [None]):
        for number, line in enumerate(body[start : place.start if place else end].split("\n")):
            if number:
                yield paragraph
                paragraph = []
            if line.strip():
                paragraph.append(line)
        if place:
            paragraph.append(place)
            start = place.end
    yield paragraph


def is_cleaning(record: dict) -> bool:
    return record["code"].startswith(CODE)


def accept(body: str, changes: list[Change], mended: list[dict]) -> tuple[str, list[dict]]:
    """The text with these changes made, and all records: those there were, moved along, and one for each change.

    A change of what an earlier one made becomes one record with it, so that no undo waits for another.
    """
    text = applied(body, changes)
    keys = {change.offset: uuid.uuid4().hex[:12] for change in changes}
    for place in gather(body, changes):
        keys |= {change.offset: keys[place.start] for change in place.changes}
    ordered: list[dict] = []
    shift = 0
    for start, end, olds, news in _clusters(mended, changes):
        if not news:
            ordered += [record | {"at": record["at"] + shift} for record in olds]
            continue
        before, after = _undone(body, start, end, olds), _made(body, start, end, news)
        ordered.append(_record(Change(news[0].kind, before, after, start), start + shift, keys[news[0].offset], text))
        shift += len(after) - (end - start)
    return text, [one for one in mended if not is_cleaning(one) or one["at"] == LOST] + ordered


def _clusters(mended: list[dict], changes: list[Change]) -> Iterator[tuple[int, int, list[dict], list[Change]]]:
    """(start, end, records, changes) of the passages of a text, in order: what overlaps stands together."""
    held = [one for one in mended if is_cleaning(one) and one["at"] != LOST]
    spans: list[tuple[int, int, dict | Change]] = [(one["at"], one["at"] + len(one["after"]), one) for one in held]
    spans += [(one.offset, one.offset + len(one.before), one) for one in changes]
    spans.sort(key=lambda span: span[:2])
    position = 0
    while position < len(spans):
        start, end, _ = spans[position]
        following = position + 1
        while following < len(spans) and spans[following][0] < end:
            end = max(end, spans[following][1])
            following += 1
        members = [one for _, _, one in spans[position:following]]
        olds = [one for one in members if isinstance(one, dict)]
        yield start, end, olds, [one for one in members if isinstance(one, Change)]
        position = following


def _undone(body: str, start: int, end: int, records: list[dict]) -> str:
    edits = [Edit(one["at"] - start, one["at"] - start + len(one["after"]), one["before"]) for one in records]
    return rewritten(body[start:end], edits)


def _made(body: str, start: int, end: int, changes: list[Change]) -> str:
    return applied(body[start:end], [Change(one.kind, one.before, one.after, one.offset - start) for one in changes])


def _record(change: Change, at: int, key: str, text: str) -> dict:
    end = at + len(change.after)
    return {
        "id": uuid.uuid4().hex[:12],
        "code": CODE + change.kind,
        "place": key,
        "before": change.before,
        "after": change.after,
        "shown": change.before,
        "at": at,
        "left": text[max(0, at - mending.AROUND) : at],
        "right": text[end : end + mending.AROUND],
    }


def take_back(body: str, mended: list[dict], ids: set[str]) -> tuple[str, list[dict], int]:
    """The text with the named changes undone, the records left, and how many could not be undone: typed over since."""
    edits: list[Edit] = []
    undone: set[str] = set()
    for order, record in enumerate(mended):
        if record["id"] not in ids:
            continue
        at = _where(body, record)
        end = None if at is None else at + len(record["after"])
        if at is None or end is None:
            continue
        edits.append(Edit(at, end, record["before"], order))
        undone.add(record["id"])
    edits.sort(key=lambda edit: (edit.start, edit.order))
    apart = [
        edit for before, edit in zip([None, *edits], edits, strict=False) if before is None or before.end <= edit.start
    ]
    undone = {mended[edit.order]["id"] for edit in apart}
    orders = {record["id"]: order for order, record in enumerate(mended)}
    rest = [record for record in mended if record["id"] not in undone]
    left = follow(rest, apart, [orders[record["id"]] for record in rest])
    return rewritten(body, apart), left, len(ids & set(orders)) - len(undone)


def _where(body: str, record: dict) -> int | None:
    at = record["at"]
    if at != LOST and body.startswith(record["after"], at):
        return at
    return mending.find_record(body, record)


def rewritten(body: str, edits: list[Edit]) -> str:
    """The text with edits, in order and apart from each other, made."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += [body[position : edit.start], edit.text]
        position = edit.end
    return "".join(parts) + body[position:]


def follow(records: list[dict], edits: list[Edit], orders: list[int] | None = None) -> list[dict]:
    """The records with `at` moved along with the edits made in the text (in order, apart); LOST where one hit them."""
    if not edits:
        return records
    starts = [edit.start for edit in edits]
    shifts = list(accumulate((len(edit.text) - (edit.end - edit.start) for edit in edits), initial=0))
    orders = orders if orders is not None else list(range(len(records)))
    return [
        record | {"at": _moved(record, order, edits, starts, shifts)} if is_cleaning(record) else record
        for record, order in zip(records, orders, strict=True)
    ]


def _moved(record: dict, order: int, edits: list[Edit], starts: list[int], shifts: list[int]) -> int:
    at, end = record["at"], record["at"] + len(record["after"])
    if at == LOST:
        return LOST
    number = bisect_left(starts, at)
    if number and edits[number - 1].end > at:
        return LOST
    # Edits that begin where the record stands come before it if they take nothing of it and were made before it.
    while number < len(edits) and edits[number].start == edits[number].end == at and edits[number].order < order:
        number += 1
    if number < len(edits) and edits[number].start < end:
        return LOST
    return at + shifts[number]


def follow_typing(records: list[dict], old: str, new: str) -> list[dict]:
    """The records after a text was typed on: what lies before and after the passage typed keeps its place in it."""
    if old == new or not any(map(is_cleaning, records)):
        return records
    return follow(records, [_typed_edit(old, new)])


def _typed_edit(old: str, new: str) -> Edit:
    most = min(len(old), len(new))
    head = _alike(old, new, most)
    tail = _alike(old[::-1], new[::-1], most - head)
    return Edit(head, len(old) - tail, new[head : len(new) - tail])


def _alike(one: str, other: str, most: int) -> int:
    """How many characters, at most, two texts begin with alike; by halving, for long texts."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def follow_fixes(records: list[dict], known: set[str], old: str, new: str) -> list[dict]:
    """The records after fixes of the checks: exact, because a fix says what it changed where."""
    fresh = [one for one in records if one["id"] not in known and one.get("field", "body") == "body"]
    edits: list[Edit] = []
    shift = 0
    for one in sorted(fresh, key=lambda record: record["at"]):
        start = one["at"] - shift
        edits.append(Edit(start, start + len(one["before"]), one["after"]))
        shift += len(one["after"]) - len(one["before"])
    if not edits or rewritten(old, edits) != new:
        return follow_typing(records, old, new)
    return follow(records, edits)


def done(body: str, mended: list[dict]) -> list[Done]:
    """The places that were cleaned, in the order of the text."""
    found = []
    for key, run in groupby(filter(is_cleaning, mended), key=lambda record: record["place"]):
        records = list(run)
        before, after = _joined(body, records)
        first, last = records[0], records[-1]
        left, right = first["left"], last["right"]
        if first["at"] != LOST and last["at"] != LOST:
            end = last["at"] + len(last["after"])
            left, right = body[max(0, first["at"] - mending.AROUND) : first["at"]], body[end : end + mending.AROUND]
        kind = next(kind for kind in KINDS if any(record["code"] == CODE + kind for record in records))
        found.append(Done(key, kind, left, before, after, right))
    return found


def _joined(body: str, records: list[dict]) -> tuple[str, str]:
    """Before and after of a place, with what stands unchanged between its changes."""
    before = after = ""
    end = None
    for record in records:
        if end is not None and LOST not in (end, record["at"]):
            between = body[end : record["at"]]
            before, after = before + between, after + between
        before, after = before + record["before"], after + record["after"]
        end = LOST if record["at"] == LOST else record["at"] + len(record["after"])
    return before, after
