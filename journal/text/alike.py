"""What two sequences have in common, in order: the core of comparing versions. Linear on long and on hostile input.

A stretch small enough is aligned exactly (longest common subsequence by bits, Hyyrö 2004); a larger one is first parted
at passages that stand once in either side (patience), and what has no such passage counts as replaced.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

EXACT = 1_000_000  # cells of the table a stretch may need to be aligned exactly
SHINGLES = (12, 5, 1)  # lengths of the passages looked for, the longest first


def matches(old: Sequence, new: Sequence) -> list[tuple[int, int]]:
    """Pairs (place in old, place in new) of equal items, both places rising. Items are hashable."""
    found: list[tuple[int, int]] = []
    waiting = [(0, len(old), 0, len(new), 0)]
    while waiting:
        start, end, begin, finish, level = waiting.pop()
        while start < end and begin < finish and old[start] == new[begin]:
            found.append((start, begin))
            start, begin = start + 1, begin + 1
        while start < end and begin < finish and old[end - 1] == new[finish - 1]:
            end, finish = end - 1, finish - 1
            found.append((end, finish))
        if start == end or begin == finish:
            continue
        if (end - start) * (finish - begin) <= EXACT:
            found += [(start + i, begin + j) for i, j in _exactly(old[start:end], new[begin:finish])]
        elif level < len(SHINGLES):
            anchors = _anchors(old, new, (start, end, begin, finish), SHINGLES[level])
            for place, other in [*anchors, (end, finish)]:
                waiting.append((start, place, begin, other, level + 1))
                start, begin = place, other
            if anchors:
                waiting[-1] = (start, end, begin, finish, level)
    return sorted(found)


def _anchors(old: Sequence, new: Sequence, within: tuple[int, int, int, int], length: int) -> list[tuple[int, int]]:
    """Where passages of `length` items begin that stand once in either stretch, as many as keep their order."""
    start, end, begin, finish = within
    ours, theirs = _once(old, start, end, length), _once(new, begin, finish, length)
    pairs = sorted((place, theirs[passage]) for passage, place in ours.items() if passage in theirs)
    return _rising(pairs)


def _once(items: Sequence, start: int, end: int, length: int) -> dict:
    """Passage → place, for those that stand once in the stretch."""
    stretches = (items[place : place + length] for place in range(start, end - length + 1))
    passages: list = list(stretches) if isinstance(items, str) else [tuple(stretch) for stretch in stretches]
    often = Counter(passages)
    return {passage: place for place, passage in enumerate(passages, start) if often[passage] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, sorted by their first, whose second rises too."""
    ends: list[int] = []
    held: list[int] = []
    before: list[int | None] = []
    for index, (_, second) in enumerate(pairs):
        at = bisect_left(ends, second)
        before.append(held[at - 1] if at else None)
        if at == len(ends):
            ends.append(second)
            held.append(index)
        else:
            ends[at], held[at] = second, index
    chain: list[tuple[int, int]] = []
    last = held[-1] if held else None
    while last is not None:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]


def _exactly(old: Sequence, new: Sequence) -> list[tuple[int, int]]:
    """A longest common subsequence: one bit a place of `old`, one row of bits a place of `new`."""
    full = (1 << len(old)) - 1
    where: dict = {}
    for place, item in enumerate(old):
        where[item] = where.get(item, 0) | 1 << place
    rows = [full]
    for item in new:
        bits = rows[-1]
        both = bits & where.get(item, 0)
        rows.append((bits + both | bits - both) & full)
    found: list[tuple[int, int]] = []
    place, other = len(old), len(new)
    while place and other:
        if rows[other] >> place - 1 & 1:
            place -= 1
            continue
        other -= 1
        if rows[other] >> place - 1 & 1:
            place -= 1
            found.append((place, other))
    return found[::-1]
