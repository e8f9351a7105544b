"""Joining lines that were broken in mid-sentence (RULES.md 9), also across blank lines and page breaks.

What a line ends with decides most cases. Where a short line could be a heading or half a sentence, the text itself is
the witness: a word cut in two at the break (初|心) stands whole somewhere else in it. Decisions are repeated until
nothing changes, so joining joined lines again changes nothing.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import pairwise

from .headings import heading_level, number_level

_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_FINAL = "。！？…；：!?;"
_CLOSERS = "”’」』》〉）)】"
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」", "〔": "〕"}
_RUNS_ON = "，、,—-～·+“‘（《〈【/"  # no sentence, heading or byline ends with these
_NEVER_FIRST = "，。、；：！？”’）》】…,;!?%％～·"  # no line of its own begins with these
_OPENING_WORDS = re.compile(
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]+[，、是章节条]|首先|其次|再次|最后|此外|同时，|★|●|■|\*|——|#|- )"
)
_PHRASED = re.compile(r"[\u4e00-\u9fff”》][ \u3000]+[\u4e00-\u9fff“《]")
_NOTE = re.compile(r"[（(【].*[）)】]")
_BLANK = " \t\r\n\u3000\u00a0\ufeff"
_BODY_LENGTH = 38  # characters; an unnumbered line without a full stop that is longer is no heading
_TAIL_LENGTH = 8  # a paragraph of a few characters with a full stop is the end of another
_USUAL = 0.08  # share of all places of a part from which what it forms over a break counts as one word
_UNIT = re.compile(r"[\w“”（）]{2,20}(?:[委部局办厅处科组队院校所站区县镇村会]|中心|公司|党委|党组|支部|社区|编辑部)")


@dataclass(frozen=True)
class Paragraph:
    """A joined paragraph: its text, the numbers of its source lines, and the offsets in text where they meet."""

    text: str
    lines: tuple[int, ...]
    seams: tuple[int, ...] = ()


class Witness:
    """Which characters stand together inside the lines of a text."""

    def __init__(self, texts: Iterable[str]):
        self._seen: Counter[str] = Counter()
        for text in texts:
            self._seen.update(text)
            self._seen.update(map("".join, pairwise(text)))
            self._seen.update(map("".join, zip(text, text[1:], text[2:], strict=False)))

    def saw_together(self, before: str, after: str) -> bool:
        """Whether the text elsewhere goes on from before to after: two Chinese characters over the break that usually
        stand together, or three, measured against how often their parts stand anywhere."""
        if not (before and after and _CJK.match(before[-1]) and _CJK.match(after[0])):
            return False
        rarer = min(before[-1], after[0], key=self._seen.__getitem__)
        return any(
            self._usual(words, part)
            for words, part in (
                (before[-1] + after[0], rarer),
                (before[-2:] + after[0], before[-2:]),
                (before[-1] + after[:2], after[:2]),
            )
        )

    def _usual(self, words: str, part: str) -> bool:
        often = self._seen[words]
        return often > 1 and often >= _USUAL * self._seen[part]


def join_lines(lines: Iterable[str], *, first: int = 1, apart: Container[int] = ()) -> list[Paragraph]:
    """Lines → paragraphs; blank lines vanish, no other character but white space at a line's ends is lost.

    first is the number of the first line. The lines with numbers in apart (titles, bylines that the caller knows) are
    never joined to anything.
    """
    texts = enumerate((line.strip(_BLANK) for line in lines), first)
    paragraphs = [Paragraph(text, (number,)) for number, text in texts if text]
    while True:
        witness = Witness(paragraph.text for paragraph in paragraphs)
        joined = _one_pass(paragraphs, witness, apart)
        if len(joined) == len(paragraphs):
            return joined
        paragraphs = joined


def is_complete(line: str) -> bool:
    """Whether a line ends as a sentence ends: a final mark, perhaps inside closing quotes or brackets."""
    return line.rstrip(_CLOSERS + "*")[-1:] in tuple(_FINAL) and not open_mark(line)


def open_mark(line: str) -> str:
    """The opening quote or bracket a line leaves open, or an empty string."""
    opened: list[str] = []
    for mark in line:
        if mark in _PAIRS:
            opened.append(mark)
        elif opened and mark == _PAIRS[opened[-1]]:
            opened.pop()
    return opened[-1] if opened else ""


def runs_on(line: str, following: str, witness: Witness) -> bool:
    """Whether following goes on with the sentence that line begins."""
    if line[-1] in _RUNS_ON and not line.endswith("——"):
        return number_level(following) is None
    if following[0] in _NEVER_FIRST:
        return not following.startswith("……")
    if is_complete(line) or _NOTE.fullmatch(line) or _NOTE.fullmatch(following):
        return False
    if _closes(line, following):
        return True
    if number_level(following) is not None or _OPENING_WORDS.match(following) or _is_title(following):
        return False
    return _is_tail(following) or not _stands_alone(line, following, witness)


def _one_pass(paragraphs: list[Paragraph], witness: Witness, apart: Container[int]) -> list[Paragraph]:
    out: list[Paragraph] = []
    for paragraph in paragraphs:
        free = out and out[-1].lines[-1] not in apart and paragraph.lines[0] not in apart
        if free and runs_on(out[-1].text, paragraph.text, witness):
            out[-1] = glue(out[-1], paragraph)
        else:
            out.append(paragraph)
    return out


def glue(one: Paragraph, other: Paragraph) -> Paragraph:
    """One paragraph that goes on with the other; a space only between Latin words."""
    latin = re.search(r"[A-Za-z]$", one.text) and re.match(r"[A-Za-z]", other.text)
    start = one.text + (" " if latin else "")
    seams = (*one.seams, len(start), *(len(start) + seam for seam in other.seams))
    return Paragraph(start + other.text, one.lines + other.lines, seams)


def _closes(line: str, following: str) -> bool:
    """The line leaves a quotation or bracket open that the next line closes before it opens another."""
    mark = open_mark(line)
    if not mark:
        return False
    closing = following.find(_PAIRS[mark])
    opening = following.find(mark)
    return closing >= 0 and (opening < 0 or closing < opening)


def _is_tail(following: str) -> bool:
    return len(following) <= _TAIL_LENGTH and following[-1] in "。！？"


def _is_title(line: str) -> bool:
    """Phrases parted by spaces, without a sentence's punctuation: a title, or a post and a name."""
    return bool(_PHRASED.search(line)) and len(line) <= _BODY_LENGTH and not re.search("[，。；：！？、,;]", line)


def _stands_alone(line: str, following: str, witness: Witness) -> bool:
    """A heading, title or byline rather than half a sentence."""
    if heading_level(line):
        return not witness.saw_together(line, following) or len(following) > _BODY_LENGTH
    if line.startswith(("——", "#", "★", "- ")) or _UNIT.fullmatch(line) or _is_title(line):
        return True
    many = len(re.findall("[，、,]", line)) > 2 or len(re.findall("[，,]", line)) > 1
    if re.search("[。；！？;]", line) or many or len(line) > _BODY_LENGTH:
        return False
    return not witness.saw_together(line, following)
