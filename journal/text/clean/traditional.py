"""Traditional → simplified characters (RULES.md 9), where the text is a traditional one.

In a simplified text a single traditional character is most likely meant (the name 乾, 甦 in a title): it is reported, not
changed. 「」『』 of a traditional text become “”‘’ (GB/T 15834-2011, 4.8).
"""

import re
from functools import lru_cache

import opencc

from ..marks import CJK
from .edits import Edit

_LEAST_SHARE = 0.1  # of the Chinese characters; a traditional text has three to four in ten
# Characters of simplified texts as well, in a sense or a name of their own: no evidence of a traditional text.
_ALSO_SIMPLIFIED = frozenset("乾瞭藉徵夥麽鍾餘")
_LEAST_IN_LINE = 5  # characters, for a line to be traditional in a text that is not
_LINE_SHARE = 0.15
_CHINESE = re.compile(f"[{CJK}]")
_RUN = re.compile(f"[{CJK}\U00020000-\U0003ffff\uf900-\ufaff]+")
_CORNERS = re.compile("[「」『』]")
_CURLY = {"「": "“", "」": "”", "『": "‘", "』": "’"}


@lru_cache(maxsize=1)
def simplifier() -> opencc.OpenCC:
    """OpenCC's t2s, which knows phrases (乾隆 stays, 乾燥 → 干燥)."""
    return opencc.OpenCC("t2s")


def simplify(text: str) -> list[Edit]:
    """One edit for each converted character, or phrase where its length changes."""
    edits, _ = judge(text)
    return edits


def judge(text: str) -> tuple[list[Edit], list[Edit]]:
    """What is converted, and what would be but stands alone in simplified text."""
    different = differences(text)
    if not different:
        return [], []
    evidence = sum(text[edit.start] not in _ALSO_SIMPLIFIED for edit in different)
    if evidence and evidence >= _LEAST_SHARE * len(_CHINESE.findall(text)):
        corners = [Edit(mark.start(), mark.end(), _CURLY[mark[0]], "traditional") for mark in _CORNERS.finditer(text)]
        return sorted([*different, *corners]), []
    return _line_by_line(text, different)


def differences(text: str) -> list[Edit]:
    """Where the simplified text differs, whatever the text is."""
    simplified = simplifier().convert(text)
    if simplified == text:
        return []
    if len(simplified) == len(text):
        return [
            Edit(place, place + 1, after, "traditional")
            for place, (before, after) in enumerate(zip(text, simplified, strict=True))
            if before != after
        ]
    return [edit for run in _RUN.finditer(text) for edit in _differences_in_run(run)]


def _differences_in_run(run: re.Match[str]) -> list[Edit]:
    """Phrases end where punctuation stands; one that changes its length is one edit with what surrounds it in its run."""
    before, after = run[0], simplifier().convert(run[0])
    if len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True), run.start())
        return [Edit(place, place + 1, new, "traditional") for place, (old, new) in pairs if old != new]
    head = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(before))
    head = min(head, len(before) - 1)
    longest = min(len(before), len(after)) - head
    tail = 0
    while tail < longest and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    tail = min(tail, len(before) - head - 1)
    return [Edit(run.start() + head, run.end() - tail, after[head : len(after) - tail], "traditional")]


def _line_by_line(text: str, different: list[Edit]) -> tuple[list[Edit], list[Edit]]:
    converted: list[Edit] = []
    single: list[Edit] = []
    place = 0
    for line in re.finditer(r"[^\n]+", text):
        first = place
        while place < len(different) and different[place].start < line.end():
            place += 1
        own = different[first:place]
        if not own:
            continue
        strong = len(own) >= _LEAST_IN_LINE and len(own) >= _LINE_SHARE * len(_CHINESE.findall(line[0]))
        (converted if strong else single).extend(own)
    return converted, single
