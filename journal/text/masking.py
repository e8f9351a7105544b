"""脱敏: names of places, units and persons replaced by ××, as compilations circulate in practice (RULES.md 9).

Every name becomes the same two marks, however long it is: its length tells nothing. At each place the longest name counts,
so that 望海市榕岭村 is masked whole; a protected word that holds a name (出海口 for 海口) keeps it. A personal name of two
characters may also be two common ones (何为): it is masked only where its neighbours show a name, and told where not.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

MASK = "××"
_AROUND = 8  # characters shown on each side of a place in the report
_MOST_PLACES = 5  # shown for each name
_TAG = re.compile(r"(<[^>]*>)")
_BREAKS = re.compile(
    r"</?(?:p|h[2-4]|ul|ol|li|blockquote|table|caption|thead|tbody|tfoot|tr|td|th|figure|figcaption|br)\b"
)
_SURNAME_BEFORE = re.compile(
    r"(?:书记|主任|市长|区长|县长|镇长|乡长|村长|局长|处长|科长|校长|院长|所长|会长|部长|站长|队长|经理|委员|干事|代表|医生|教师|老师|"
    r"党员|村民|居民|群众|同志|专家|教授|学者|记者|作者|摄影|通讯员|由|和|与|、|让|请|向|对|为|是|叫|给)$"
)
_VERB_AFTER = re.compile(
    r"^(?:同志|先生|女士|老人|书记|主任|等人|等同志|说|表示|介绍|指出|强调|告诉|认为|坦言|笑|带|率|主持|出席|任|担任|来到|走访|"
    r"和|与|、|的|在|又|还|便|就|也|从|向|把|被)"
)
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SPACED = "[ \u3000]+"  # 何　为 as it is set


class Kind(StrEnum):
    PLACE = "地名"
    UNIT = "单位"
    PERSON = "人名"
    OTHER = "其他"


@dataclass(frozen=True)
class Term:
    """A name to be masked."""

    words: str
    kind: Kind


@dataclass
class Found:
    """What became of one name: how often it was masked, and where, and where it was left because it is hardly a name."""

    term: Term
    masked: int = 0
    places: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Masker:
    """Masks the terms in any number of texts and keeps account of them."""

    def __init__(self, terms: Iterable[Term], protected: Iterable[str] = ()):
        self.terms = {term.words: term for term in terms if term.words.strip()}
        self.found: dict[str, Found] = {}
        # First character → names and protected words that begin so, the longest first: the longest wins at each place.
        self._by_first: dict[str, list[str]] = {}
        every = {*self.terms, *(words for words in protected if words.strip())}
        for words in sorted(every, key=lambda words: (-len(words), words)):
            self._by_first.setdefault(words[0], []).append(words)
        for words in protected:
            self.terms.pop(words, None)

    def text(self, text: str) -> str:
        """A plain text with its names masked."""
        out, end = [], 0
        for start, stop in self._spans(text):
            out += [text[end:start], MASK]
            end = stop
        return "".join([*out, text[end:]])

    def html(self, html: str) -> str:
        """Canonical HTML with its names masked, marks and blocks as they were; a name may run through marks."""
        pieces = _TAG.split(html)
        flow, places = "", []  # the text between breaks as one, and where each piece of it begins
        for number, piece in enumerate(pieces):
            if number % 2:
                flow += "\n" if _BREAKS.match(piece) else ""
            else:
                places.append((len(flow), number))
                flow += piece
        gone: Counter = Counter()
        for start, stop in reversed(list(self._spans(flow))):
            for begins, number in places:
                low, high = max(start - begins, 0), min(stop - begins, len(pieces[number]) + gone[number])
                if low < high:
                    mark = MASK if begins <= start else ""
                    before = pieces[number]
                    pieces[number] = before[:low] + mark + before[high:]
                    gone[number] += len(before) - len(pieces[number])
        return "".join(pieces)

    def report(self) -> list[Found]:
        """What was found, by kind, the most frequent first."""
        order = list(Kind)
        return sorted(self.found.values(), key=lambda one: (order.index(one.term.kind), -one.masked, one.term.words))

    def _spans(self, text: str) -> Iterable[tuple[int, int]]:
        end = 0
        for start, first in enumerate(text):
            if start < end or first not in self._by_first:
                continue
            said = self._longest_at(text, start)
            if said is None:
                continue
            words, end = said
            term = self.terms.get(words)
            if term is None:
                continue  # a protected word
            one = self.found.setdefault(words, Found(term))
            around = _around(text, start, end)
            if _is_doubtful(term, text, start, end):
                one.left += [around] if len(one.left) < _MOST_PLACES else []
                continue
            one.masked += 1
            one.places += [around] if len(one.places) < _MOST_PLACES else []
            yield start, end

    def _longest_at(self, text: str, start: int) -> tuple[str, int] | None:
        """The longest name or protected word that stands there, and where it ends."""
        for words in self._by_first[text[start]]:
            if text.startswith(words, start) and not _inside_latin(text, start, start + len(words)):
                return words, start + len(words)
            if len(words) == 2 and words in self.terms and self.terms[words].kind is Kind.PERSON:
                spaced = re.compile(f"{re.escape(words[0])}{_SPACED}{re.escape(words[1])}").match(text, start)
                if spaced:
                    return words, spaced.end()
        return None


def _inside_latin(text: str, start: int, end: int) -> bool:
    """A Latin name within a longer Latin word or number."""
    before, after = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    return any(len(pair) == 2 and pair.isascii() and pair.isalnum() for pair in (before, after))


def _is_doubtful(term: Term, text: str, start: int, end: int) -> bool:
    """A two-character personal name between characters that do not show a name."""
    if term.kind is not Kind.PERSON or len(term.words) > 2 or end - start > 2:
        return False
    before, after = text[max(0, start - 4) : start], text[end : end + 4]
    begins = not before or not _CHINESE.match(before[-1]) or _SURNAME_BEFORE.search(before)
    ends = not after or not _CHINESE.match(after[0]) or _VERB_AFTER.match(after)
    return not (begins and ends)


def _around(text: str, start: int, end: int) -> str:
    before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = text[end : end + _AROUND].partition("\n")[0]
    return f"{before}【{text[start:end]}】{after}"


_PLACE = re.compile(r"^([\u4e00-\u9fff]{2,4}?)(自治区|自治州|省|市|区|县|镇|乡|村|社区|街道)")


def places_in(unit: str) -> list[str]:
    """The places a unit's name begins with: 中共望海市榕江区委组织部 → 望海市, 望海, 榕江区, 榕江."""
    out: list[str] = []
    rest = unit.removeprefix("中共")
    while match := _PLACE.match(rest):
        out += [match[0], *([match[1]] if len(match[1]) >= 2 else [])]
        rest = rest[match.end() :]
    return out
