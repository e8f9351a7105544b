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
from functools import cached_property, lru_cache
from typing import NamedTuple

import opencc

K = 8
WINDOW = 8
DUPLICATE, PARTIAL, SAME_TITLE = "duplicate", "partial", "same_title"
DUPLICATE_FROM = 0.6
PARTIAL_FROM = 0.15
LEAST_FOR_PARTIAL = 200  # characters without marks and masks
LEAST_FOR_DUPLICATE = 50

_MASK = "\0"
_HIDING = frozenset("*×□█▇\0")  # one star alone hides a digit: “*+*”
_DOUBLED = re.compile("[X\uff38]{2,}|某{2,}")  # how offices write what may not be named; alone they are words
# Stored hashes depend on these: whoever changes one has every index made again.
_BITS = 2**64 - 1
_BASE = 0x9E3779B97F4A7C15  # odd and far from a power of two: 2**64 divided by the golden ratio
_TOP = pow(_BASE, K, 2**64)
_HALF = 2**63  # from unsigned to signed, as databases keep 64 bits
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
    return fold(title).replace(_MASK, "")


def fold(text: str) -> str:
    """Characters one by one, so that a mark or a space put between two of them changes nothing; NULs for masks."""
    return "".join(map(_fold, _hide(text)))


class Shingled:
    """A text made ready to be compared with many others."""

    def __init__(self, text: str):
        self._text = text
        self.text = fold(text)

    @cached_property
    def origin(self) -> list[int]:
        """For each folded character the place in the text as typed it came from."""
        return [place for place, mark in enumerate(_hide(self._text)) for _ in _fold(mark)]

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
        return frozenset(kept for segment in self._segments() for kept in winnow(_hashes(segment)))

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
    its duplicate, whichever came first. Of short texts only what `_counts` counts."""
    common = len(one.shingles & other.shingles)
    forward, backward = (common / (len(text.shingles) or 1) for text in (one, other))
    counting = [
        share
        for share, length, reverse in ((forward, one.length, backward), (backward, other.length, forward))
        if _counts(share, length, reverse)
    ]
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
    last, least = -1, 0
    for start in range(max(len(hashes) - WINDOW + 1, min(len(hashes), 1))):
        newest = hashes[min(start + WINDOW, len(hashes)) - 1]
        if last < start:
            window = hashes[start : start + WINDOW]
            least = min(window)
            last = start + len(window) - 1 - window[::-1].index(least)
            yield least
        elif newest <= least:
            least, last = newest, start + WINDOW - 1
            yield least


def _counts(share: float, length: int, reverse: float) -> bool:
    """Whether a text of so many characters says anything by the share of it that stands in another.

    In a short one the name of a document and a slogan are already 0.15; a line or two may stand whole in a report and
    be nothing but its facts, unless the other text is as short.
    """
    if length >= LEAST_FOR_PARTIAL:
        return True
    return share >= DUPLICATE_FROM and (length >= LEAST_FOR_DUPLICATE or reverse >= DUPLICATE_FROM)


def _shingles(segment: str) -> Iterable[str]:
    return (segment[place : place + K] for place in range(max(len(segment) - K + 1, 1)))


def _hashes(segment: str) -> list[int]:
    """Of each shingle in order: a polynomial over its characters modulo 2**64, rolled on from one to the next."""
    codes = [ord(mark) for mark in segment]
    value = 0
    for code in codes[:K]:
        value = (value * _BASE + code) & _BITS
    hashes = [value - _HALF]
    for gone, come in zip(codes, codes[K:], strict=False):
        value = (value * _BASE - gone * _TOP + come) & _BITS
        hashes.append(value - _HALF)
    return hashes


def _hide(text: str) -> str:
    """Masks that are written with letters as NULs; the others `_fold` knows one by one."""
    if any(pair in text for pair in ("某某", "XX", "\uff38\uff38")):
        return _DOUBLED.sub(lambda found: _MASK * len(found[0]), text)
    return text


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _fold(mark: str) -> str:
    same = unicodedata.normalize("NFKC", mark).casefold()
    if same in _HIDING:
        return _MASK
    folded = "".join(part for part in same if part.isalnum())
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
