"""A passage cut in mid-sentence and resumed behind another article (RULES.md 9).

The text decides whether it is moved back: the words over the cut must stand together elsewhere, the other article must
be whole without the passage, and the passage must speak as the cut article does. Every move is a listed problem for a
person to confirm; a cut that finds no continuation is one too.
"""

from collections import Counter
from itertools import pairwise

from journal.text.lines import Paragraph, glue, is_complete

from .markup import is_heading
from .pieces import Piece
from .printed import Problem, quote_of

_OVER_THE_CUT = 6  # characters over the cut that stand together elsewhere, at least two on each side
_REACH = 3  # articles after the cut one in which its rest is looked for
_LONGEST = 12
_CLEARLY, _HARDLY = 1.2, 0.8  # how much nearer the passage as a whole, and each of its paragraphs, must be
_LEAST = 0.01


def mend_cuts(pieces: list[Piece]) -> list[Problem]:
    """Move resumed passages back. Returns the problems, one a cut."""
    problems = []
    for index, piece in enumerate(pieces):
        if not _is_cut(piece):
            continue
        tail = piece.paragraphs[-1]
        for other in pieces[index + 1 : index + 1 + _REACH]:
            place = _resumed_at(piece, other, pieces)
            if place:
                problems.append(_move(piece, other, place))
                break
        else:
            message = "文章到这里没有说完，下文没有找到，可能排在别处或者缺失。请对照原刊补上。"
            problems.append(Problem(tail.lines[-1], quote_of(tail.text[-40:]), message))
    return problems


def _is_cut(piece: Piece) -> bool:
    return bool(piece.paragraphs) and not is_complete(piece.paragraphs[-1].text) and not piece.parts


def _resumed_at(piece: Piece, other: Piece, pieces: list[Piece]) -> int:
    """The index of the paragraph in the other article from which all the rest belongs to this one; 0 if none."""
    tail = piece.paragraphs[-1].text
    whole = "\n".join(paragraph.text for every in pieces for paragraph in every.paragraphs)
    longest, place = max(
        (
            (_over_the_cut(tail, other.paragraphs[place].text, whole), place)
            for place in range(1, len(other.paragraphs))
            if is_complete(other.paragraphs[place - 1].text) and not is_heading(other.paragraphs, place)
        ),
        default=(0, 0),
    )
    return place if longest >= _OVER_THE_CUT and _speaks_as(piece, other, place, pieces) else 0


def _over_the_cut(before: str, after: str, whole: str) -> int:
    """How many characters, two or more of each side, stand together over the cut elsewhere in the issue."""
    left, right = 2, 2
    if len(before) < 2 or before[-left:] + after[:right] not in whole:
        return 0
    while left < min(_LONGEST, len(before)) and before[-left - 1 :] + after[:right] in whole:
        left += 1
    while right < min(_LONGEST, len(after)) and before[-left:] + after[: right + 1] in whole:
        right += 1
    return left + right


def _speaks_as(piece: Piece, other: Piece, place: int, pieces: list[Piece]) -> bool:
    """Whether the passage shares more of its rare words with the cut article than with the one it stands in. Both are
    measured against what they share with the rest of the issue, since a longer text shares more with anything."""
    elsewhere = [
        pairs
        for every in pieces
        if every is not piece and every is not other
        for pairs in map(_pairs, every.paragraphs)
        if pairs
    ]
    passage = [_pairs(paragraph) for paragraph in other.paragraphs[place:]]
    seen = Counter(pair for pairs in (*elsewhere, *passage) for pair in pairs)
    own = set().union(*map(_pairs, piece.paragraphs[:-1]))
    others = set().union(*map(_pairs, other.paragraphs[:place]))
    usual_own = _usually_shared(elsewhere, own, seen)
    usual_others = _usually_shared(elsewhere, others, seen)
    nearness = [
        (_shared(pairs, own, seen) / usual_own, _shared(pairs, others, seen) / usual_others) for pairs in passage
    ]
    clear = sum(here for here, _ in nearness) > _CLEARLY * sum(there for _, there in nearness)
    return clear and all(here > _HARDLY * there for here, there in nearness)


def _shared(pairs: set[str], text: set[str], seen: Counter[str]) -> float:
    """The share of a paragraph's pairs of characters that stand in the text, the rarer a pair the heavier."""
    weights = {pair: 1 / seen[pair] for pair in pairs}
    return sum(weight for pair, weight in weights.items() if pair in text) / (sum(weights.values()) or 1)


def _usually_shared(paragraphs: list[set[str]], text: set[str], seen: Counter[str]) -> float:
    shares = [_shared(pairs, text, seen) for pairs in paragraphs]
    return max(sum(shares) / len(shares), _LEAST) if shares else _LEAST


def _pairs(paragraph: Paragraph) -> set[str]:
    return set(map("".join, pairwise(paragraph.text)))


def _move(piece: Piece, other: Piece, place: int) -> Problem:
    passage = other.paragraphs[place:]
    other.paragraphs = other.paragraphs[:place]
    tail = piece.paragraphs.pop()
    piece.paragraphs += [glue(tail, passage[0]), *passage[1:]]
    lines = passage[-1].lines[-1]
    message = (
        f"《{piece.article.title}》第 {tail.lines[-1]} 行断在句中，下文排在《{other.article.title}》之后"
        f"（第 {passage[0].lines[0]} 至 {lines} 行）。已按上下文接回，请对照原刊核对。"
    )
    return Problem(tail.lines[-1], f"{tail.text[-20:]}|{passage[0].text[:20]}", message)
