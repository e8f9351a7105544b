"""Two versions of a text beside each other: by block, then sentence, then character (DESIGN.md 3).

`compare` gives rows. What is the same, removed and added in them, put together, is either text again: nothing is left
out and nothing invented. A paragraph or sentence that only moved is told as moved and never torn into characters.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .alike import matches
from .blocks import Block

SAME, REMOVED, ADDED, MOVED_AWAY, MOVED_HERE = "same", "removed", "added", "moved-away", "moved-here"
CHANGED, FORMAT = "changed", "format"
OLD_SIDE = frozenset((SAME, REMOVED, MOVED_AWAY))
NEW_SIDE = frozenset((SAME, ADDED, MOVED_HERE))

LONG_ENOUGH = 8  # characters a sentence or paragraph needs to be recognised at another place
ALIKE = 0.4  # share of common characters from which two paragraphs are versions of one
ISLAND = 2  # characters: fewer that stay between two changes are no help to a reader
_SENTENCE = re.compile(r"[^。！？；!?\n]+[。！？；!?\n]*[”’」』）]*|[。！？；!?\n]+[”’」』）]*")
_CLAUSE = re.compile(r"[^，、：,\t]+[，、：,\t]*|[，、：,\t]+")
_WORDED = 2_000  # characters: a longer stretch is compared by clauses before characters
_LOOKS = 20_000  # comparisons spent on finding which paragraphs belong together
_FAR = 24  # paragraphs a paragraph may have slipped inside a changed stretch


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is SAME, REMOVED, ADDED, MOVED_AWAY or MOVED_HERE."""

    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """One line of a comparison. kind: SAME, CHANGED, FORMAT (same words, other marks), REMOVED, ADDED, MOVED_AWAY or
    MOVED_HERE. label names a field (标题 …), empty for a block of the body; old and new are the blocks, None where
    a side has none."""

    kind: str
    pieces: tuple[Piece, ...]
    label: str = ""
    old: Block | None = None
    new: Block | None = None

    @property
    def left(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind in OLD_SIDE)

    @property
    def right(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.kind in NEW_SIDE)

    @property
    def old_text(self) -> str:
        return "".join(piece.text for piece in self.left)

    @property
    def new_text(self) -> str:
        return "".join(piece.text for piece in self.right)


def compare(
    old_fields: Mapping[str, str],
    new_fields: Mapping[str, str],
    old_blocks: Sequence[Block],
    new_blocks: Sequence[Block],
) -> list[Row]:
    """Rows for the fields (label → text, in the order of the new side), then for the blocks, in order of both sides."""
    labels = list(dict.fromkeys([*new_fields, *old_fields]))
    rows = [_field_row(label, old_fields.get(label, ""), new_fields.get(label, "")) for label in labels]
    return [row for row in rows if row.pieces] + _moves_told(_block_rows(old_blocks, new_blocks))


def changes(rows: Sequence[Row]) -> int:
    """How many rows differ."""
    return sum(row.kind != SAME for row in rows)


def _field_row(label: str, old: str, new: str) -> Row:
    if old == new:
        return Row(SAME, (Piece(SAME, old),) if old else (), label)
    kind = CHANGED if old and new else ADDED if new else REMOVED
    return Row(kind, tuple(by_character(old, new)), label)


def _block_rows(old: Sequence[Block], new: Sequence[Block]) -> list[Row]:
    """Blocks aligned: the same, those that are versions of one another, those that stand on one side alone."""
    keys, other_keys = [_key(block) for block in old], [_key(block) for block in new]
    rows: list[Row] = []
    place = other = 0
    for match, other_match in [*matches(keys, other_keys), (len(old), len(new))]:
        rows += _stretch(old[place:match], new[other:other_match])
        if match < len(old):
            rows.append(_row(SAME, old[match], new[other_match]))
        place, other = match + 1, other_match + 1
    return rows


def _key(block: Block) -> tuple:
    return block.kind, block.picture, block.html


def _row(kind: str, old: Block | None = None, new: Block | None = None) -> Row:
    """A row of one piece: what it says is the same, or stands on one side alone."""
    block = new or old
    piece_kind = SAME if kind in (SAME, FORMAT) else kind
    return Row(kind, (Piece(piece_kind, block.text),) if block and block.text else (), "", old, new)


def _stretch(old: Sequence[Block], new: Sequence[Block]) -> list[Row]:
    """Rows of a stretch in which no block is the same on both sides."""
    rows: list[Row] = []
    place = other = 0
    for match, other_match in [*_pairs(old, new), (len(old), len(new))]:
        rows += [_row(REMOVED, old=block) for block in old[place:match]]
        rows += [_row(ADDED, new=block) for block in new[other:other_match]]
        if match < len(old):
            before, after = old[match], new[other_match]
            if before.text == after.text:
                rows.append(_row(FORMAT if before.picture == after.picture else CHANGED, before, after))
            else:
                rows.append(Row(CHANGED, (Piece(REMOVED, before.text), Piece(ADDED, after.text)), "", before, after))
        place, other = match + 1, other_match + 1
    return [replace(row, pieces=_one_same(row)) if row.kind == CHANGED else row for row in rows]


def _one_same(row: Row) -> tuple[Piece, ...]:
    """A picture exchanged under the same caption: the caption is the same."""
    if row.old and row.new and row.old.text == row.new.text:
        return (Piece(SAME, row.new.text),) if row.new.text else ()
    return row.pieces


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Which blocks are versions of one another, in order: the likest near by, the first good one before better far ones."""
    bags, other_bags = [_bag(block) for block in old], [_bag(block) for block in new]
    reach = max(1, min(_FAR, _LOOKS // max(1, len(old))))
    found: list[tuple[int, int]] = []
    free = 0
    for place, block in enumerate(old):
        best, share = None, ALIKE
        for other in range(free, min(len(new), free + reach)):
            if _family(block) != _family(new[other]):
                continue
            now = _share(bags[place], other_bags[other])
            if (block.kind == "figure" and block.picture == new[other].picture) or now > 0.8:
                best = other
                break
            if now > share:
                best, share = other, now
        if best is not None:
            found.append((place, best))
            free = best + 1
    return found


def _family(block: Block) -> str:
    return block.kind if block.kind in ("figure", "table") else "text"


def _bag(block: Block) -> Counter:
    text = block.text
    return Counter(text[at : at + 2] for at in range(max(1, len(text) - 1))) if text else Counter()


def _share(one: Counter, other: Counter) -> float:
    total = one.total() + other.total()
    if not total or 2 * min(one.total(), other.total()) < ALIKE * total:
        return 0.0
    return 2 * sum(min(count, other[pair]) for pair, count in one.items() if pair in other) / total


def _moves_told(rows: list[Row]) -> list[Row]:
    """Paragraphs and sentences that left one place and stand at another are told as moved; the rest by character."""
    rows = _paragraphs_moved(rows)
    sentences = [_by_sentence(row) for row in rows]
    gone = Counter(text for pieces in sentences for kind, text in pieces if kind == REMOVED and _telling(text))
    come = Counter(text for pieces in sentences for kind, text in pieces if kind == ADDED and _telling(text))
    moved = {text for text in gone if gone[text] == come[text]}
    return [_finished(row, pieces, moved) for row, pieces in zip(rows, sentences, strict=True)]


def _telling(text: str) -> bool:
    return len(text.strip()) >= LONG_ENOUGH


def _paragraphs_moved(rows: list[Row]) -> list[Row]:
    """Rows of blocks, those told as moved that left one place and stand at another as they were."""
    blocks = [row.new or row.old for row in rows]
    keys = [_key(block) if block is not None else () for block in blocks]
    gone = Counter(key for key, row in zip(keys, rows, strict=True) if row.kind == REMOVED)
    come = Counter(key for key, row in zip(keys, rows, strict=True) if row.kind == ADDED)
    out = []
    for row, block, key in zip(rows, blocks, keys, strict=True):
        movable = block is not None and (block.picture is not None or _telling(block.text))
        if row.kind in (REMOVED, ADDED) and movable and gone[key] == come[key]:
            row = _row(MOVED_AWAY if row.kind == REMOVED else MOVED_HERE, row.old, row.new)
        out.append(row)
    return out


def _by_sentence(row: Row) -> list[tuple[str, str]]:
    """(SAME, REMOVED or ADDED, sentence) for a row whose words differ."""
    if row.kind == CHANGED:
        old, new = _SENTENCE.findall(row.old_text), _SENTENCE.findall(row.new_text)
        return _aligned(old, new)
    if row.kind in (REMOVED, ADDED):
        return [(row.kind, sentence) for piece in row.pieces for sentence in _SENTENCE.findall(piece.text)]
    return []


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    place = other = 0
    for match, other_match in [*matches(old, new), (len(old), len(new))]:
        out += [(REMOVED, text) for text in old[place:match]]
        out += [(ADDED, text) for text in new[other:other_match]]
        if match < len(old):
            out.append((SAME, old[match]))
        place, other = match + 1, other_match + 1
    return out


def _stretches(old: str, new: str) -> list[Piece]:
    """Two texts aligned by character, characters of a kind together."""
    out: list[Piece] = []
    place = other = start = 0  # old[start:place] is the same as what stands before new[other]
    for match, other_match in [*matches(old, new), (len(old), len(new))]:
        if (match, other_match) != (place, other):
            gone, come = Piece(REMOVED, old[place:match]), Piece(ADDED, new[other:other_match])
            out += [Piece(SAME, old[start:place]), gone, come]
            start = match
        place, other = match + 1, other_match + 1
    return _joined([*out, Piece(SAME, old[start:])])


def _finished(row: Row, sentences: list[tuple[str, str]], moved: set[str]) -> Row:
    if not sentences:
        return row
    pieces: list[Piece] = []
    gone: list[tuple[bool, str]] = []
    come: list[tuple[bool, str]] = []
    for kind, text in [*sentences, (SAME, "")]:
        if kind == SAME:
            pieces += _between(gone, come)
            pieces.append(Piece(SAME, text))
            gone, come = [], []
        else:
            (gone if kind == REMOVED else come).append((text in moved, text))
    return replace(row, pieces=tuple(_joined(pieces)))


def _between(gone: list[tuple[bool, str]], come: list[tuple[bool, str]]) -> list[Piece]:
    """What stands between two sentences that are the same: moved sentences whole, the others by character."""
    out: list[Piece] = []
    ours, theirs = _runs(gone), _runs(come)
    while ours or theirs:
        while ours and ours[0][0]:
            out.append(Piece(MOVED_AWAY, ours.pop(0)[1]))
        while theirs and theirs[0][0]:
            out.append(Piece(MOVED_HERE, theirs.pop(0)[1]))
        old = ours.pop(0)[1] if ours else ""
        new = theirs.pop(0)[1] if theirs else ""
        out += by_character(old, new)
    return out


def _runs(sentences: list[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Moved sentences one by one, what stands between them joined."""
    gathered: list[tuple[bool, list[str]]] = []
    for is_moved, text in sentences:
        if not is_moved and gathered and not gathered[-1][0]:
            gathered[-1][1].append(text)
        else:
            gathered.append((is_moved, [text]))
    return [(is_moved, "".join(texts)) for is_moved, texts in gathered]


def by_character(old: str, new: str) -> list[Piece]:
    """Two short texts character by character; texts without much in common are one removed and one added."""
    if len(old) > _WORDED and len(new) > _WORDED:
        return _by_clause(old, new)
    if not old or not new:
        return _joined([Piece(REMOVED, old), Piece(ADDED, new)])
    return _without_islands(_stretches(old, new), len(old), len(new))


def _by_clause(old: str, new: str) -> list[Piece]:
    """A long stretch without an end of a sentence: by clauses, and what differs between them by characters."""
    out: list[Piece] = []
    gone, come = "", ""
    clauses = _joined([Piece(kind, text) for kind, text in _aligned(_CLAUSE.findall(old), _CLAUSE.findall(new))])
    for piece in [*clauses, Piece(SAME, "")]:
        if piece.kind == SAME:
            out += _stretches(gone, come)
            out.append(piece)
            gone, come = "", ""
        elif piece.kind == REMOVED:
            gone += piece.text
        else:
            come += piece.text
    return _joined(out)


def _without_islands(pieces: list[Piece], old: int, new: int) -> list[Piece]:
    """Single characters that happen to stand in both are no help; nor is a text of which little stays."""
    stays = sum(len(piece.text) for piece in pieces if piece.kind == SAME)
    little = 2 * stays < ALIKE * (old + new)
    last = len(pieces) - 1
    out: list[Piece] = []
    for index, piece in enumerate(pieces):
        island = piece.kind == SAME and len(piece.text) < ISLAND and 0 < index < last
        if (little and piece.kind == SAME and len(piece.text) < 2 * ISLAND) or island:
            out += [Piece(REMOVED, piece.text), Piece(ADDED, piece.text)]
        else:
            out.append(piece)
    return _joined(out)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of a kind as one, removed before added, nothing empty."""
    out: list[Piece] = []
    waiting: dict[str, list[str]] = {REMOVED: [], ADDED: []}

    def flush() -> None:
        for kind, texts in waiting.items():
            if text := "".join(texts):
                out.append(Piece(kind, text))
            texts.clear()

    same: list[str] = []
    for piece in pieces:
        if not piece.text:
            continue
        if piece.kind == SAME:
            flush()
            same.append(piece.text)
            continue
        if same:
            out.append(Piece(SAME, "".join(same)))
            same = []
        if piece.kind in waiting:
            waiting[piece.kind].append(piece.text)
        else:
            flush()
            out.append(piece)
    flush()
    if same:
        out.append(Piece(SAME, "".join(same)))
    return out
