"""Edits against the original text: every step works on the text the step before made, every change is told on the
original (RULES.md 9: all can be seen and undone).

A step gives edits on its input. `compose` turns "original → current" and "current → next" into "original → next", still
in order and apart from each other. Where an edit touches what an earlier change made, both become one change.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple


class Edit(NamedTuple):
    """text[start:end] becomes after; never empty, start < end."""

    start: int
    end: int
    after: str
    kind: str


class Change(NamedTuple):
    """One thing that cleaning does: before stands at offset in the original and becomes after."""

    kind: str
    before: str
    after: str
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.before)


def apply(original: str, changes: Iterable[Change]) -> str:
    """The original with these changes made, all or any of them; they stand in order. Raises ValueError where one is not
    of this text, or they overlap."""
    pieces: list[str] = []
    place = 0
    for change in changes:
        if change.offset < place or not original.startswith(change.before, change.offset):
            raise ValueError(f"no such change in this text: {change.before!r} at {change.offset}")
        pieces += (original[place : change.offset], change.after)
        place = change.end
    pieces.append(original[place:])
    return "".join(pieces)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text a step made."""
    pieces: list[str] = []
    place = 0
    for start, end, after, _ in edits:
        pieces += (text[place:start], after)
        place = end
    pieces.append(text[place:])
    return "".join(pieces)


def compose(original: str, current: str, changes: Sequence[Edit], edits: Sequence[Edit]) -> list[Edit]:
    """changes lead from original to current, edits go on from current; what leads from original all the way.

    An edit that gives back what the original had leaves no change.
    """
    out: list[Edit] = []
    place = edit_place = 0  # of the next earlier change, of the next edit
    shift = 0  # from a place in original to the same in current, behind the changes that are dealt with
    while edit_place < len(edits):
        start = edits[edit_place].start
        while place < len(changes) and changes[place].start + shift + len(changes[place].after) <= start:
            shift += _growth(changes[place])
            out.append(changes[place])
            place += 1
        if place == len(changes) or changes[place].start + shift >= edits[edit_place].end:
            _, end, after, kind = edits[edit_place]
            if after != current[start:end]:
                out.append(Edit(start - shift, end - shift, after, kind))
            edit_place += 1
            continue
        first, first_edit = place, edit_place
        begin = min(start, changes[place].start + shift)
        before_shift, end = shift, begin + 1
        while True:  # what overlaps what was taken belongs to it too
            if edit_place < len(edits) and edits[edit_place].start < end:
                end = max(end, edits[edit_place].end)
                edit_place += 1
            elif place < len(changes) and changes[place].start + shift < end:
                shift += _growth(changes[place])
                end = max(end, changes[place].end + shift)
                place += 1
            else:
                break
        merged = _merged(current, begin, end, changes[first:place], edits[first_edit:edit_place])
        merged = merged._replace(start=begin - before_shift, end=end - shift)
        if merged.after != original[merged.start : merged.end]:
            out.append(merged)
    out.extend(changes[place:])
    return out


def _growth(change: Edit) -> int:
    return len(change.after) - (change.end - change.start)


def _merged(current: str, begin: int, end: int, changes: Sequence[Edit], edits: Sequence[Edit]) -> Edit:
    """The kind is that of the later step, unless the earlier one made much more of the passage."""
    made = max(changes, key=lambda change: len(change.after))
    touched = sum(edit.end - edit.start for edit in edits)
    kind = made.kind if len(made.after) > touched else edits[-1].kind
    return Edit(begin, end, edited(current[begin:end], moved(edits, -begin)), kind)


def moved(edits: Iterable[Edit], by: int) -> Iterator[Edit]:
    """Edits of a line as edits of the text it begins in at by."""
    return (Edit(start + by, end + by, after, kind) for start, end, after, kind in edits)


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Sorted by place; of two that overlap the first stays."""
    out: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not out or edit.start >= out[-1].end:
            out.append(edit)
    return out


def are_apart(changes: Sequence[Change]) -> bool:
    """Whether the changes stand in order and do not overlap."""
    return all(one.end <= other.offset for one, other in pairwise(changes))
