"""What a return asks to change, point by point: read from a form, written into letters and opinions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

MOST = 50
QUOTE_LENGTH = 300  # as the column holds
WORDS_LENGTH = 1000

# Quotation marks inside quotation marks are single ones, and the other way round (GB/T 15834-2011, 4.8.3.3).
_INNER = str.maketrans("“”‘’", "‘’“”")


@dataclass(frozen=True)
class Point:
    """A passage (or the name of a picture; may be empty) and what to change about it."""

    quote: str
    words: str

    @property
    def told(self) -> str:
        """“原文”：要改什么"""
        quoted = f"“{self.quote.translate(_INNER)}”" if self.quote else ""
        return f"{quoted}：{self.words}" if quoted and self.words else quoted or self.words


def told(opinion: str, points: Sequence[Point]) -> str:
    """The opinion, then the points numbered line by line: what a letter says, and what is kept where no rows are."""
    lines = [opinion.strip()] if opinion.strip() else []
    return "\n".join([*lines, *(f"{number}. {point.told}" for number, point in enumerate(points, 1))])


def from_form(quotes: Iterable[str], words: Iterable[str]) -> list[Point]:
    """Points as posted, empty ones left out; a passage longer than can be kept is shortened visibly."""
    points = [
        Point(_one_line(quote), said.replace("\r\n", "\n").strip())
        for quote, said in zip_longest(quotes, words, fillvalue="")
    ]
    return [point for point in points if point.quote or point.words]


def _one_line(quote: str) -> str:
    whole = " ".join(quote.split())
    return whole if len(whole) <= QUOTE_LENGTH else f"{whole[: QUOTE_LENGTH - 1]}…"


def problem(points: Sequence[Point]) -> str:
    """What is wrong with the list, in words; empty where nothing is."""
    if len(points) > MOST:
        return f"一次最多列 {MOST} 处，现在有 {len(points)} 处。请合并几处，或者另写在意见里。"
    for number, point in enumerate(points, 1):
        if not point.words:
            return f"第 {number} 处只有引文，请写上要改什么，或者移除这一处。"
        if len(point.words) > WORDS_LENGTH:
            return f"第 {number} 处写了 {len(point.words)} 字，最多 {WORDS_LENGTH} 字。请压缩，长的写在意见里。"
    return ""
