"""Names in the order of strokes (姓氏笔画, 姓名笔画), from data of our own: collations differ within a count.

RULES.md section 8: by the number of strokes, then stroke by stroke in the order 横竖撇点折 (提 counts as 横, 捺 as 点),
then by structure. Characters with the same strokes (as 土 and 士) stand as they do in the character set.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from .names import stored_name

_DATA = Path(__file__).parent / "data" / "strokes" / "strokes.txt"
_MOST = 99  # more strokes than any character has

StrokeKey = tuple[int, str, str]


@cache
def _sequences() -> dict[str, str]:
    """Character → its strokes as digits 1–5."""
    lines = (line.split() for line in _DATA.read_text("utf-8").splitlines())
    return {character: strokes for strokes, characters in lines for character in characters}


def stroke_key(character: str) -> StrokeKey:
    """What characters are ordered by; one that is not in the data comes after all others."""
    strokes = _sequences().get(character)
    return (len(strokes), strokes, character) if strokes else (_MOST, "", character)


def unknown_characters(names: Iterable[str]) -> list[str]:
    """The characters whose strokes are not known, each once: a person has to place their names."""
    return list(dict.fromkeys(one for name in names for one in stored_name(name) if one not in _sequences()))


def by_surname(names: Iterable[str]) -> list[str]:
    """姓氏笔画: by the first character; names that begin alike keep the order they came in."""
    return sorted(names, key=lambda name: stroke_key(stored_name(name)[:1]))


def by_name(names: Iterable[str]) -> list[str]:
    """姓名笔画: by the first character, then shorter names first, then character by character."""
    return sorted(names, key=_name_key)


def _name_key(name: str) -> tuple[StrokeKey, int, list[StrokeKey]]:
    stored = stored_name(name)
    return stroke_key(stored[:1]), len(stored), [stroke_key(one) for one in stored[1:]]


def out_of_order(names: list[str]) -> list[tuple[str, str]]:
    """Neighbours that stand the wrong way round by 姓氏笔画: (the one that stands first, the one that should)."""
    keys = [stroke_key(stored_name(name)[:1]) for name in names]
    return [
        (one, other)
        for one, other, first, second in zip(names, names[1:], keys, keys[1:], strict=False)
        if first[:2] > second[:2]
    ]
