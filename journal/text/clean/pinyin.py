"""Pinyin that a web page glued to its characters: 對(duì)新形勢(shì), also (yī / yì /yí) (RULES.md 9).

The brackets hold Latin letters and nothing else, so （黨建工作指導站） is no annotation. With a tone mark it is pinyin; without one
(ban) only where its neighbours are annotated too.
"""

import re
import unicodedata
from itertools import pairwise

from ..marks import CJK
from .edits import Edit

_LETTERS = "A-Za-z\u00b7\u00c0-\u024f\u0251\u0261\u0300-\u030c\u1e00-\u1eff"
_BRACKETS = re.compile(
    rf"[ \u00a0]?[(（][ \u00a0]?(?P<words>[{_LETTERS}][{_LETTERS} \u00a0/／,，、|'’\u200b]{{0,40}})[)）]"
)
_BEFORE = re.compile(f"[{CJK}]")
_PARTS = re.compile(r"[\s/／,，、|'’\u200b·]+")
_SYLLABLE = re.compile(
    r"(?:(?:b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w)?"
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
    r"|m|n|ng|hm|hng)"
)
_TONES = "\u0300\u0301\u0304\u0306\u030c"  # fourth, second, first, and the third written in two ways
_LOOKALIKES = str.maketrans("\u0251\u0261", "ag")
_NEAR = 30  # characters between annotations that are neighbours: a glued page has one every five


def remove_pinyin(text: str) -> list[Edit]:
    """One edit for each annotation."""
    found = [match for match in _BRACKETS.finditer(text) if match.start() and _BEFORE.match(text[match.start() - 1])]
    toned = [_is_pinyin(match["words"]) for match in found]
    near = _near_a_certain_one(found, toned)
    return [
        Edit(match.start(), match.end(), "", "pinyin")
        for match, tone, neighbour in zip(found, toned, near, strict=True)
        if tone or (tone is False and neighbour)
    ]


def _near_a_certain_one(found: list[re.Match[str]], toned: list[bool | None]) -> list[bool]:
    """For each of the brackets whether a certain annotation stands near, before or behind it."""
    near = [False] * len(found)
    for (one, first), (other, second) in pairwise(enumerate(found)):
        if second.start() - first.end() <= _NEAR and "\n" not in first.string[first.end() : second.start()]:
            near[one] = near[one] or bool(toned[other])
            near[other] = near[other] or bool(toned[one])
    return near


def _is_pinyin(words: str) -> bool | None:
    """True: syllables with a tone. False: syllables, none with a tone. None: other words."""
    parts = [part for part in _PARTS.split(words) if part]
    plain = [_without_tone(part) for part in parts]
    if not parts or not all(_SYLLABLE.fullmatch(syllable) for syllable, _ in plain):
        return None
    tones = sum(tone for _, tone in plain)
    one_character = "/" in words or "／" in words or len(parts) == 1
    if not tones or not one_character:  # 鹿回头(lù huí tóu) tells how a name is spoken
        return None if words != words.lower() and not tones else False
    return True


def _without_tone(part: str) -> tuple[str, bool]:
    decomposed = unicodedata.normalize("NFD", part.translate(_LOOKALIKES).lower())
    letters = decomposed.replace("u\u0308", "v").replace("\u0308", "")
    bare = "".join(mark for mark in letters if mark not in _TONES and mark != "\u0302")
    return bare, any(mark in _TONES for mark in letters)
