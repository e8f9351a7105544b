"""A passage found again after the text around it was changed: by its neighbours, never by its words alone."""

from collections.abc import Iterator, Sequence

AROUND = 12  # characters each side that tell one occurrence from another
ENOUGH = 4  # of them that must agree, or all where there are fewer

Place = tuple[int, int]  # block, offset in the block's text


def occurrences(text: str, quote: str) -> Iterator[int]:
    """Where `quote` begins in `text`, overlapping ones too."""
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def places(texts: Sequence[str], quote: str) -> list[Place]:
    return [(block, at) for block, text in enumerate(texts) for at in occurrences(text, quote)]


def find_again(quote: str, place: Place, before: Sequence[str], now: Sequence[str]) -> Place | None:
    """Where the passage that stood at `place` in `before` (a text a block) stands in `now`; None where it is gone.

    Of several occurrences the one whose neighbours agree best, then the nearest. A longer passage that is the only one
    of its words is found although its neighbours were rewritten.
    """
    block, offset = place
    if not (0 <= block < len(before) and before[block][offset : offset + len(quote)] == quote):
        return None
    left = before[block][max(0, offset - AROUND) : offset]
    right = before[block][offset + len(quote) :][:AROUND]
    found = places(now, quote)
    if place in found and _agree(left, right, quote, place, now) == len(left) + len(right):
        return place
    scored = [(-_agree(left, right, quote, at, now), abs(at[0] - block), abs(at[1] - offset), at) for at in found]
    if not scored:
        return None
    best = min(scored)
    only = len(found) == 1 and len(quote) >= ENOUGH
    return best[3] if only or -best[0] >= min(ENOUGH, len(left) + len(right)) else None


def _agree(left: str, right: str, quote: str, place: Place, now: Sequence[str]) -> int:
    """How many characters beside the passage are as they were."""
    text, at = now[place[0]], place[1]
    return alike(left[::-1], text[:at][::-1][:AROUND]) + alike(right, text[at + len(quote) :][:AROUND])


def alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
