"""Where a title may break across lines (look/reader.md, "Chinese setting")."""

import re
from itertools import pairwise

_OPENING = "“《‘（〈"
_CLOSING = dict(zip("”》’）〉", _OPENING, strict=True))
_BREAK_AFTER = "：，、！？；"
_PHRASES = re.compile(r"[^ \u3000]{4,}[ \u3000]+(?=[^ \u3000]{4,})")


def title_breaks(title: str) -> list[str]:
    """The pieces of a title between which a template writes `<wbr>`; joined they are the title.

    A title breaks after ：，、！？ and a closing ” or 》, before an opening “ or 《 and between phrases of four or more
    characters parted by a space, but never inside quotation marks, and never where a piece would begin with a mark
    that may not begin a line.
    """
    breaks = set()
    depth = 0
    for position, mark in enumerate(title):
        if mark in _OPENING:
            if not depth and mark in "“《":
                breaks.add(position)
            depth += 1
        elif mark in _CLOSING and depth:
            depth -= 1
            if not depth and mark in "”》":
                breaks.add(position + 1)
        elif not depth and mark in _BREAK_AFTER:
            breaks.add(position + 1)
    breaks |= {found.end() for found in _PHRASES.finditer(title) if not _quoted(title, found.end())}
    allowed = [place for place in sorted(breaks) if 0 < place < len(title) and _may_begin(title[place])]
    edges = [0, *allowed, len(title)]
    return [title[start:end] for start, end in pairwise(edges)] if title else []


def _quoted(title: str, position: int) -> bool:
    before = title[:position]
    return sum(before.count(mark) for mark in _OPENING) > sum(before.count(mark) for mark in _CLOSING)


def _may_begin(mark: str) -> bool:
    return mark not in _BREAK_AFTER + "".join(_CLOSING) + "。…— \u3000"
