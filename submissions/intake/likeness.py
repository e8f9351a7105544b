"""Which photographs are almost the same: 64 bits of a photograph's look, compared bit by bit (difference hash).

Saved again, shrunk by a messenger or made lighter, a photograph keeps nearly all of them; another one differs in about
half.
"""

from PIL import Image, ImageStat

_SIDE = 8
MOST_DIFFERENT_BITS = 5
# A grey wall or a blank sheet has no look of its own: noise alone would decide its bits.
_LEAST_DEVIATION = 4.0


def likeness(grey: Image.Image) -> str | None:
    """16 hexadecimal digits of an upright picture in mode L; None where it is all but one tone."""
    small = grey.resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(small).stddev[0] < _LEAST_DEVIATION:
        return None
    tones, bits = small.tobytes(), 0
    for row in range(_SIDE):
        for place in range(row * (_SIDE + 1), row * (_SIDE + 1) + _SIDE):
            bits = bits << 1 | (tones[place] + 1 < tones[place + 1])
    return f"{bits:016x}"


def almost_same(one: str | None, other: str | None) -> bool:
    """Whether two results of likeness() belong to almost the same picture; never where one has none."""
    if not one or not other:
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= MOST_DIFFERENT_BITS
