"""Joining lines that were broken in mid-sentence (RULES.md 9), also across blank lines and page breaks.

What a line ends with decides most cases. Where a short line could be a heading or half a sentence, the text itself is
the witness: a word cut in two at the break (初|心) stands whole somewhere else in it. Decisions are repeated until
nothing changes, so joining joined lines again changes nothing.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from operator import add

from .headings import heading_level, number_level

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_FINAL = "。！？…；：!?;"
_CLOSERS = "”’」』》〉）)】"
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」", "〔": "〕"}
_PAIR_MARKS = re.compile(f"[{''.join(_PAIRS)}{''.join(_PAIRS.values())}]")
_STOPS = re.compile("[。；！？;]")
_LATIN = re.compile("[A-Za-z]")
_RUNS_ON = "，、,—-～·+“‘（《〈【/"  # no sentence, heading or byline ends with these
_NEVER_FIRST = "，。、；：！？”’）》】…,;!?%％～·"  # no line of its own begins with these
_OPENING_WORDS = re.compile(
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]+[，、是章节条]|首先|其次|再次|最后|此外|同时，|★|●|■|\*|——|#|- |\d{4}年\d{1,2}月\d{1,2}日[ \u3000])"
)
_PHRASED = re.compile(r"[\u4e00-\u9fff”》][ \u3000]+[\u4e00-\u9fff“《]")
_NOTE = re.compile(r"[（(【].*[）)】]")
BLANK = " \t\r\n\u3000\u00a0\ufeff"
_BODY_LENGTH = 38  # characters; an unnumbered line without a full stop that is longer is no heading
_LOOKED_AT = 80  # characters at either end of a paragraph that decisions ask for; the longest heading has 60
_TAIL_LENGTH = 8  # a paragraph of a few characters with a full stop is the end of another
_USUAL = 0.08  # share of all places of a part from which what it forms over a break counts as one word
_OFTEN = 250  # questions to a witness from which counting all its text through is quicker
_UNIT = re.compile(r"[\w“”（）]{2,20}(?:[委部局办厅处科组队院校所站区县镇村会]|中心|公司|党委|党组|支部|社区|编辑部)")


@dataclass(frozen=True)
class Paragraph:
    """A joined paragraph: its text, the numbers of its source lines, and the offsets in text where they meet."""

    text: str
    lines: tuple[int, ...]
    seams: tuple[int, ...] = ()


class Witness:
    """Which characters stand together inside the lines of a text."""

    def __init__(self, texts: Sequence[str]):
        self._text = "\n".join(texts)
        self._asked: dict[str, int] = {}
        self._counted: Counter[str] | None = None
        self._learned: Counter[str] = Counter()

    def _seen(self, words: str) -> int:
        """How often one to three characters stand together. A text that is asked often is counted through."""
        if words not in self._asked:
            if self._counted is None and len(self._asked) == _OFTEN:
                self._counted = _counted_through(self._text)
            self._asked[words] = _occurrences(words, self._text) if self._counted is None else self._counted[words]
        return self._asked[words] + self._learned[words]

    def saw_together(self, before: str, after: str) -> bool:
        """Whether the text elsewhere goes on from before to after: two Chinese characters over the break that usually
        stand together, or three, measured against how often their parts stand anywhere."""
        if not (before and after and _CJK.match(before[-1]) and _CJK.match(after[0])):
            return False
        rarer = min(before[-1], after[0], key=self._seen)
        return any(
            self._usual(words, part)
            for words, part in (
                (before[-1] + after[0], rarer),
                (before[-2:] + after[0], before[-2:]),
                (before[-1] + after[:2], after[:2]),
            )
        )

    def learn(self, before: str, after: str) -> None:
        """Two lines were joined: what stands over their seam stands together from now on."""
        one, other = before[-2:], after[:2]
        over = [one[-1:] + other[:1], one + other[:1], one[-1:] + other]
        self._learned.update(words for length, words in zip((2, 3, 3), over, strict=True) if len(words) == length)

    def _usual(self, words: str, part: str) -> bool:
        often = self._seen(words)
        return often > 1 and often >= _USUAL * self._seen(part)


def _occurrences(words: str, text: str) -> int:
    if words[:1] in words[1:]:  # 人人人: they may overlap
        return len(re.findall(f"(?={re.escape(words)})", text))
    return text.count(words)


def _counted_through(text: str) -> Counter[str]:
    """How often each one, two or three neighbouring characters occur."""
    pairs = list(map(add, text, text[1:]))
    counted = Counter(text)
    counted.update(pairs)
    counted.update(map(add, pairs, text[2:]))
    return counted


def join_lines(lines: Iterable[str], *, first: int = 1, apart: Container[int] = ()) -> list[Paragraph]:
    """Lines → paragraphs; blank lines vanish, no other character but white space at a line's ends is lost.

    first is the number of the first line. The lines with numbers in apart (titles, bylines that the caller knows) are
    never joined to anything.
    """
    texts = enumerate((line.strip(BLANK) for line in lines), first)
    paragraphs = [Paragraph(text, (number,)) for number, text in texts if text]
    witness = Witness([paragraph.text for paragraph in paragraphs])
    while True:
        joined, seams = _one_pass(paragraphs, witness, apart)
        if len(joined) == len(paragraphs):
            return joined
        for before, after in seams:
            witness.learn(before, after)
        paragraphs = joined


def is_complete(line: str) -> bool:
    """Whether a line ends as a sentence ends: a final mark, perhaps inside closing quotes or brackets."""
    return ends_finally(line) and not open_mark(line)


def ends_finally(line: str) -> bool:
    """Whether a final mark ends the line, whatever it leaves open."""
    return line.rstrip(_CLOSERS + "*")[-1:] in tuple(_FINAL)


def open_mark(line: str) -> str:
    """The opening quote or bracket a line leaves open, or an empty string."""
    opened: list[str] = []
    _open_and_close(line, opened)
    return opened[-1] if opened else ""


def _open_and_close(line: str, opened: list[str]) -> None:
    """Go on along a line with the marks that are open."""
    for mark in _PAIR_MARKS.findall(line):
        if mark in _PAIRS:
            opened.append(mark)
        elif opened and mark == _PAIRS[opened[-1]]:
            opened.pop()


class _Growing:
    """A paragraph that lines are added to. What is asked of its whole text is kept up line by line, so that a paragraph
    of many lines takes no longer than its characters."""

    def __init__(self, paragraph: Paragraph):
        self.parts: list[str] = []
        self.lines: list[int] = []
        self.seams: list[int] = []
        self.length = 0
        self.head = ""
        self.tail = ""
        self.opened: list[str] = []
        self.commas = self.pauses = self.stops = 0
        self._take(paragraph)

    def add(self, paragraph: Paragraph) -> None:
        """Go on with another paragraph; a space only between Latin words."""
        if goes_on_with_space(self.tail, paragraph.text):
            self.parts.append(" ")
            self.length += 1
        self.seams.append(self.length)
        self._take(paragraph)

    def _take(self, paragraph: Paragraph) -> None:
        text = paragraph.text
        self.parts.append(text)
        self.lines += paragraph.lines
        self.seams += [self.length + seam for seam in paragraph.seams]
        self.length += len(text)
        self.head = (self.head + text[:_LOOKED_AT])[:_LOOKED_AT] if len(self.head) < _LOOKED_AT else self.head
        self.tail = (self.tail + text)[-_LOOKED_AT:] if len(text) < _LOOKED_AT else text[-_LOOKED_AT:]
        _open_and_close(text, self.opened)
        self.commas += text.count("，") + text.count(",")
        self.pauses += text.count("、")
        self.stops += len(_STOPS.findall(text))

    def paragraph(self) -> Paragraph:
        return Paragraph("".join(self.parts), tuple(self.lines), tuple(self.seams))

    @property
    def short_text(self) -> str | None:
        """The whole text where it is short enough to be a heading, a name or a title."""
        return self.head if self.length < _LOOKED_AT else None

    @property
    def ends_finally(self) -> bool:
        return ends_finally(self.tail)

    @property
    def is_complete(self) -> bool:
        return self.ends_finally and not self.opened

    @property
    def is_note(self) -> bool:
        return self.length > 1 and self.head[0] in "（(【" and self.tail[-1] in "）)】"


def _runs_on(line: _Growing, following: str, witness: Witness) -> bool:
    """Whether following goes on with the sentence that line begins."""
    if line.tail[-1] in _RUNS_ON and not line.tail.endswith("——"):
        return number_level(following) is None
    if following[0] in _NEVER_FIRST:
        return not following.startswith("……")
    if line.is_complete or line.is_note or _NOTE.fullmatch(following):
        return False
    if line.ends_finally and line.opened[-1:] == [following[0]]:  # each paragraph of a quotation opens it again
        return False
    if line.opened and _closes(line.opened[-1], following):
        return True
    if number_level(following) is not None or _OPENING_WORDS.match(following) or _is_title(following):
        return False
    return _is_tail(following) or not _stands_alone(line, following, witness)


def _one_pass(
    paragraphs: list[Paragraph], witness: Witness, apart: Container[int]
) -> tuple[list[Paragraph], list[tuple[str, str]]]:
    """What is joined, and the words on both sides of each new seam."""
    out: list[_Growing] = []
    seams: list[tuple[str, str]] = []
    for paragraph in paragraphs:
        free = out and out[-1].lines[-1] not in apart and paragraph.lines[0] not in apart
        if free and _runs_on(out[-1], paragraph.text, witness):
            if not goes_on_with_space(out[-1].tail, paragraph.text):
                seams.append((out[-1].tail[-2:], paragraph.text[:2]))
            out[-1].add(paragraph)
        else:
            out.append(_Growing(paragraph))
    return [growing.paragraph() for growing in out], seams


def glue(one: Paragraph, other: Paragraph) -> Paragraph:
    """One paragraph that goes on with the other; a space only between Latin words."""
    growing = _Growing(one)
    growing.add(other)
    return growing.paragraph()


def goes_on_with_space(before: str, after: str) -> bool:
    """Whether two lines meet in Latin words, which a space parts."""
    return bool(_LATIN.match(before[-1:]) and _LATIN.match(after))


def _closes(mark: str, following: str) -> bool:
    """The line leaves a quotation or bracket open that the next line closes before it opens another."""
    closing = following.find(_PAIRS[mark])
    opening = following.find(mark)
    return closing >= 0 and (opening < 0 or closing < opening)


def _is_tail(following: str) -> bool:
    return len(following) <= _TAIL_LENGTH and following[-1] in "。！？"


def _is_title(line: str) -> bool:
    """Phrases parted by spaces, without a sentence's punctuation: a title, or a post and a name."""
    return len(line) <= _BODY_LENGTH and bool(_PHRASED.search(line)) and not re.search("[，。；：！？、,;]", line)


def _stands_alone(line: _Growing, following: str, witness: Witness) -> bool:
    """A heading, title or byline rather than half a sentence."""
    words = line.short_text
    if words and heading_level(words):
        return not witness.saw_together(line.tail, following) or len(following) > _BODY_LENGTH
    if line.head.startswith(("——", "#", "★", "- ")) or (words and (_UNIT.fullmatch(words) or _is_title(words))):
        return True
    many = line.commas + line.pauses > 2 or line.commas > 1
    if line.stops or many or line.length > _BODY_LENGTH:
        return False
    return not witness.saw_together(line.tail, following)
