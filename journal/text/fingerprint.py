"""How much of one text stands in another (RULES.md 9, "Duplicates, measured"; DEPENDENCIES.md, near-duplicates).

A text is folded (full and half width, capitals, traditional characters as one; only Chinese characters, letters and
digits stay) and cut into overlapping shingles of K characters. Masks (`**`, `××`, 某某) stand for unknown characters:
no shingle reaches over one. Containment of a in b is the share of a's distinct shingles that b has too.

An index keeps only a sample of the shingles, chosen by winnowing: whatever K + WINDOW - 1 = 15 unmasked characters two
texts share, at least one of the hashes both keep lies in it. It finds the candidates; the figure comes from all shingles.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import NamedTuple

import opencc

K = 8
WINDOW = 8
DUPLICATE, PARTIAL, SAME_TITLE = "duplicate", "partial", "same_title"
DUPLICATE_FROM = 0.6
PARTIAL_FROM = 0.15
LEAST_FOR_PARTIAL = 200  # characters that count

_MASK = "\0"
# 某某 and XX are how offices write what may not be named; one star alone hides a digit: “*+*”.
_MASKS = re.compile("[*＊×□█▇]+|[X\uff38]{2,}|某{2,}")
_PLACES = 16  # places of a repeated shingle that are tried: a text of one repeated character stays linear
_GAP = 24  # folded characters two common runs may be apart to be one passage with a mask in it


class Comparison(NamedTuple):
    """Shares from 0 to 1 of the distinct shingles, of the first text in the second (forward) and the other way round;
    containment is the one that counts, kind what it makes of the two texts (None: nothing to tell)."""

    forward: float
    backward: float
    containment: float
    kind: str | None


class Passage(NamedTuple):
    """A common passage: the places of the first and of the second text it covers, end excluded, as typed there."""

    start: int
    end: int
    other_start: int
    other_end: int


def kind_of(containment: float, same_title: bool = False) -> str | None:
    """RULES.md 9: from 0.6 a duplicate, from 0.15 partial reuse, below that only a title can be the same."""
    if containment >= DUPLICATE_FROM:
        return DUPLICATE
    if containment >= PARTIAL_FROM:
        return PARTIAL
    return SAME_TITLE if same_title else None


def title_key(title: str) -> str:
    """What makes two printed titles the same: spaces, marks and masks count for nothing."""
    return fold(title).text.replace(_MASK, "")


@dataclass(frozen=True)
class Folded:
    """A folded text (a NUL where a mask was) and for each of its characters the place it came from."""

    text: str
    origin: list[int]


def fold(text: str) -> Folded:
    """Characters one by one, so that a mark or a space put between two of them changes nothing."""
    masks = {place for found in _MASKS.finditer(text) for place in range(*found.span())}
    kept: list[str] = []
    origin: list[int] = []
    for place, mark in enumerate(text):
        folded = _MASK if place in masks else _fold(mark)
        kept.append(folded)
        origin += [place] * len(folded)
    return Folded("".join(kept), origin)


class Shingled:
    """A text made ready to be compared with many others."""

    def __init__(self, text: str):
        self._folded = fold(text)

    @property
    def text(self) -> str:
        return self._folded.text

    @property
    def origin(self) -> list[int]:
        return self._folded.origin

    @property
    def length(self) -> int:
        """Characters that count: without marks, spaces and masks."""
        return len(self.text) - self.text.count(_MASK)

    @cached_property
    def shingles(self) -> frozenset[str]:
        return frozenset(shingle for segment in self._segments() for shingle in _shingles(segment))

    @cached_property
    def hashes(self) -> frozenset[int]:
        """The winnowed sample: 64 bits, signed, the same on every machine and in every run."""
        return frozenset(
            kept for segment in self._segments() for kept in winnow([_hash(shingle) for shingle in _shingles(segment)])
        )

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each shingle begins in the folded text."""
        places: dict[str, list[int]] = {}
        for place in range(len(self.text) - K + 1):
            places.setdefault(self.text[place : place + K], []).append(place)
        return places

    def _segments(self) -> list[str]:
        """What stands between the masks. Scraps shorter than a shingle say nothing, unless they are the whole text."""
        segments = [segment for segment in self.text.split(_MASK) if segment]
        return segments if len(segments) == 1 else [segment for segment in segments if len(segment) >= K]


def compare(one: Shingled, other: Shingled, same_title: bool = False) -> Comparison:
    """Containment is that of the text more contained in the other: a short notice taken up whole in a long report is
    its duplicate, whichever came first. In a text under LEAST_FOR_PARTIAL characters the name of one document and one
    slogan are already a share of 0.15, so such a text counts only as a duplicate."""
    common = len(one.shingles & other.shingles)
    forward, backward = (common / (len(text.shingles) or 1) for text in (one, other))
    shares = ((forward, one.length), (backward, other.length))
    counting = [share for share, length in shares if length >= LEAST_FOR_PARTIAL or share >= DUPLICATE_FROM]
    most = max(counting, default=0.0)
    return Comparison(forward, backward, most, kind_of(most, same_title))


def containment(text: str, other: str) -> float:
    """The share of text's distinct shingles that stand in other too; 0 where text has none."""
    return compare(Shingled(text), Shingled(other)).forward


def passages(one: Shingled, other: Shingled) -> list[Passage]:
    """The common passages of at least K characters in the order of the first text, without overlaps there.

    Runs with nothing but a mask between them, on either side, are one passage.
    """
    merged: list[tuple[int, int, int, int]] = []
    for run in _runs(one, other):
        if merged and _masked_between(one.text, other.text, merged[-1], run):
            run = (merged[-1][0], run[1], merged[-1][2], run[3])
            merged.pop()
        merged.append(run)
    return [
        Passage(one.origin[a], one.origin[b - 1] + 1, other.origin[c], other.origin[d - 1] + 1) for a, b, c, d in merged
    ]


def marked(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, int | None]]:
    """The text in pieces, each with the number (from 0) of the span it is, or None; the pieces joined are the text.

    For two columns side by side: equal numbers are the same passage. What of a span an earlier one has taken, it lacks.
    """
    pieces: list[tuple[str, int | None]] = []
    done = 0
    for number, (start, end) in sorted(enumerate(spans), key=lambda span: span[1]):
        if start > done:
            pieces.append((text[done:start], None))
        if end > max(start, done):
            pieces.append((text[max(start, done) : end], number))
        done = max(done, end)
    return [*pieces, (text[done:], None)] if done < len(text) else pieces


def winnow(hashes: list[int]) -> Iterator[int]:
    """The least of every WINDOW neighbouring hashes (Schleimer, Wilkerson, Aiken 2003); the rightmost of equals, so
    that neighbouring windows agree."""
    last = -1
    for start in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
        end = min(start + WINDOW, len(hashes))
        if last < start:
            last = min(range(start, end), key=lambda place: (hashes[place], -place))
            yield hashes[last]
        elif hashes[end - 1] <= hashes[last]:
            last = end - 1
            yield hashes[last]


def _shingles(segment: str) -> Iterable[str]:
    return (segment[place : place + K] for place in range(max(len(segment) - K + 1, 1)))


def _hash(shingle: str) -> int:
    return int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big", signed=True)


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _fold(mark: str) -> str:
    folded = "".join(part for part in unicodedata.normalize("NFKC", mark).casefold() if part.isalnum())
    return _simplifier().convert(folded) if folded and not folded.isascii() else folded


def _runs(one: Shingled, other: Shingled) -> Iterator[tuple[int, int, int, int]]:
    """Longest common runs from the left: start and end in one, start and end in other, in folded characters."""
    place, expected = 0, 0
    while place <= len(one.text) - K:
        shingle = one.text[place : place + K]
        starts = other.places.get(shingle) if _MASK not in shingle else None
        if not starts:
            place += 1
            continue
        tried = {start for start in starts if start == expected} | set(starts[:_PLACES])
        length, start = max((_common(one.text, place, other.text, start), start) for start in sorted(tried))
        yield place, place + length, start, start + length
        place += length
        expected = start + length


def _common(one: str, place: int, other: str, start: int) -> int:
    """How many unmasked characters two folded texts have alike from here."""
    most = min(len(one) - place, len(other) - start)
    length = K
    while length < most and one[place + length] == other[start + length] != _MASK:
        length += 1
    return length


def _masked_between(one: str, other: str, before: tuple[int, int, int, int], run: tuple[int, int, int, int]) -> bool:
    gap = one[before[1] : run[0]]
    other_gap = other[before[3] : max(run[2], before[3])]
    follows = run[2] >= before[3] and len(gap) <= _GAP and len(other_gap) <= _GAP
    return follows and _MASK in gap + other_gap
