"""Pinyin that a web page glued to its characters: 對(duì)新形勢(shì), also (yī / yì /yí) (RULES.md 9).

The brackets hold Latin letters and nothing else, so （黨建工作指導站） is no annotation. With a tone mark it is pinyin; without one
(ban) only where its neighbours are annotated too. An author may tell how a rare character is read, as in 郴（chēn）州: pinyin
is proposed for removal only where the text, or a stretch of it, is annotated throughout; elsewhere it is told and stays.
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
_CHARACTER = re.compile(f"[{CJK}]")
_PARTS = re.compile(r"[\s/／,，、|'’\u200b·]+")
_SYLLABLE = re.compile(
    r"(?:(?:b|p|m|f|d|t|n|l|g|k|h|j|q|x|zh|ch|sh|r|z|c|s|y|w)?"
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
    r"|m|n|ng|hm|hng)"
)
_SEVERAL = re.compile("[/／]")
_TONES = "\u0300\u0301\u0304\u0306\u030c"  # fourth, second, first, and the third written in two ways
_LOOKALIKES = str.maketrans("\u0251\u0261", "ag")
_NEAR = 30  # characters between annotations that are neighbours: a glued page has one every five
_A_PAGE = 2  # annotations, dense in the whole text, that make it an annotated one
_DENSE = 40  # characters of the text to one annotation, at most: seed 004 has 5, a text with a few rare names hundreds
_A_STRETCH = 6  # neighbours that make an annotated stretch of a longer text; a list of rare names is shorter


def remove_pinyin(text: str) -> list[Edit]:
    """One edit for each annotation that was glued on."""
    return [Edit(match.start(), match.end(), "", "pinyin") for match in _judged(text)[0]]


def authors_readings(text: str) -> list[tuple[int, str]]:
    """(place, words) of pinyin with a tone that an author may have written: the character before it and the brackets."""
    return [(match.start() - 1, text[match.start() - 1 : match.end()]) for match in _judged(text)[1]]


def _judged(text: str) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
    """Annotations that were glued on; pinyin that stays."""
    found = [match for match in _BRACKETS.finditer(text) if match.start() and _CHARACTER.match(text[match.start() - 1])]
    toned = [_is_pinyin(match["words"]) for match in found]
    certain = [match for match, tone in zip(found, toned, strict=True) if tone]
    glued = {match.start() for match in _glued(text, certain)}
    near = _near_a_certain_one(found, [match.start() in glued for match in found])
    removed = [
        match
        for match, tone, neighbour in zip(found, toned, near, strict=True)
        if match.start() in glued or (tone is False and neighbour)
    ]
    return removed, [match for match in certain if match.start() not in glued]


def _glued(text: str, certain: list[re.Match[str]]) -> list[re.Match[str]]:
    """All where the whole text is annotated, else those of long runs and those no author writes: several readings."""
    if len(certain) >= _A_PAGE and len(_CHARACTER.findall(text)) <= _DENSE * len(certain):
        return certain
    runs: list[list[re.Match[str]]] = []
    for match in certain:
        if runs and match.start() - runs[-1][-1].end() <= _NEAR:
            runs[-1].append(match)
        else:
            runs.append([match])
    return [match for run in runs for match in run if len(run) >= _A_STRETCH or _SEVERAL.search(match["words"])]


def _near_a_certain_one(found: list[re.Match[str]], certain: list[bool]) -> list[bool]:
    """For each of the brackets whether a certain annotation stands near, before or behind it."""
    near = [False] * len(found)
    for (one, first), (other, second) in pairwise(enumerate(found)):
        if second.start() - first.end() <= _NEAR and "\n" not in first.string[first.end() : second.start()]:
            near[one] = near[one] or certain[other]
            near[other] = near[other] or certain[one]
    return near


def _is_pinyin(words: str) -> bool | None:
    """True: syllables with a tone. False: syllables, none with a tone. None: other words."""
    parts = [part for part in _PARTS.split(words) if part]
    plain = [_without_tone(part) for part in parts]
    if not parts or not all(_SYLLABLE.fullmatch(syllable) for syllable, _ in plain):
        return None
    tones = sum(tone for _, tone in plain)
    one_character = len(parts) == 1 or bool(_SEVERAL.search(words))
    if not tones or not one_character:  # 鹿回头(lù huí tóu) tells how a name is spoken
        return None if words != words.lower() and not tones else False
    return True


def _without_tone(part: str) -> tuple[str, bool]:
    decomposed = unicodedata.normalize("NFD", part.translate(_LOOKALIKES).lower())
    letters = decomposed.replace("u\u0308", "v").replace("\u0308", "")
    bare = "".join(mark for mark in letters if mark not in _TONES and mark != "\u0302")
    return bare, any(mark in _TONES for mark in letters)
