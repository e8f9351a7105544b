"""Quotation marks and brackets without a partner, and how each can be put right (GB/T 15834; RULES.md section 5).

One click is offered only where nothing has to be guessed: the same words stand in a complete pair elsewhere in the
manuscript, or two marks of a quotation point the same way. Else the writer chooses.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from journal.text.blocks import parse

from .findings import ERROR, Finding

PAIRS = dict(zip("“‘（《〈〔【「『(", "”’）》〉〕】」』)", strict=True))
CLOSING = {close: opening for opening, close in PAIRS.items()}
_NAMES = {"“": "引号", "‘": "单引号", "（": "括号", "(": "括号", "《": "书名号", "〈": "书名号"}
_LIST_MARK = re.compile(r"(?:^|(?<=[\n。；，：、,;:\s]))[\da-zA-Z①-⑳一二三四五六七八九十]{1,3}[）)]")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")
_FARTHEST = 24  # characters a quoted name or sentence part runs at most, where its end is proposed
_STOP = "，。；：、！？,;:!?\n\t “”‘’（）《》〈〉〔〕【】「」『』()"
_OPENED = re.compile(rf"[^{re.escape(_STOP)}]{{1,{_FARTHEST}}}")
_BEFORE_CLOSE = re.compile(rf"[^{re.escape(_STOP)}]{{1,{_FARTHEST}}}$")
_LENGTHS = range(30, 0, -1)  # of words in a complete pair, as _COMPLETE takes them
_QUOTED = 8  # characters of the passage quoted where no end is proposed
# Both left or both right, with the words of one quotation between them.
_SAME_WAY = re.compile(r"“[^“”。！？\n]{1,24}“|”[^“”。！？\n]{1,24}”|‘[^‘’。！？\n]{1,24}‘|《[^《》。！？\n]{1,30}《")
_COMPLETE = re.compile(r"“[^“”\n]{1,30}”|《[^《》\n]{1,30}》|‘[^‘’\n]{1,30}’|（[^（）\n]{1,30}）")


@dataclass(frozen=True)
class Known:
    """Words that stand in complete pairs somewhere in the manuscript, by opening mark."""

    words: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def in_texts(cls, texts: Iterable[str]) -> "Known":
        found: dict[str, set[str]] = {}
        for text in texts:
            for match in _COMPLETE.finditer(text):
                found.setdefault(match[0][0], set()).add(match[0][1:-1])
        return cls(found)

    def after(self, text: str, position: int, mark: str) -> str:
        """The longest known words that begin right after an opening mark; empty where there are none."""
        return self._longest(mark, (text[position + 1 : position + 1 + length] for length in _LENGTHS))

    def before(self, text: str, position: int, mark: str) -> str:
        """The longest known words that end right before a closing mark."""
        return self._longest(mark, (text[max(0, position - length) : position] for length in _LENGTHS))

    def _longest(self, mark: str, candidates: Iterable[str]) -> str:
        known = self.words.get(mark, ())
        return next((words for words in candidates if words in known), "")


def check_pairs(manuscript) -> Iterator[Finding]:
    """Title, subtitle and every block but tables, whose cells are cut short on purpose."""
    content = manuscript.content
    blocks = parse(content.html)
    known = Known.in_texts([content.title, content.subtitle, *(block.text for block in blocks)])
    for name, label, text in (("title", "标题", content.title), ("subtitle", "副标题", content.subtitle)):
        for finding in pair_findings(text, None, known):
            yield replace(finding, message=f"{label}：{finding.message}", field=name)
    for number, block in enumerate(blocks):
        if block.kind == "table":
            continue
        following = blocks[number + 1].text if number + 1 < len(blocks) else ""
        yield from pair_findings(block.text, number, known, goes_on=following.startswith("“"))


def pair_findings(text: str, block: int | None, known: Known, *, goes_on: bool = False) -> Iterator[Finding]:
    """goes_on: a quotation of several paragraphs opens again in each and closes in the last, and the next one opens."""
    told_until = -1
    alone = [(at, mark) for at, mark in unpaired(text) if not (goes_on and mark == "“")]
    places = {at for at, _ in alone}
    for at, mark in alone:
        if at < told_until:
            continue
        twisted = _SAME_WAY.match(text, at)
        if twisted and twisted.end() - 1 in places:
            told_until = twisted.end()
            yield _twisted(twisted[0], block, at)
        elif mark in PAIRS:
            yield _opened(text, block, at, mark, known)
        else:
            yield _closed(text, block, at, mark, known)


def unpaired(text: str) -> list[tuple[int, str]]:
    """(position, mark) of each quotation mark or bracket without its partner; list marks such as 1） are none."""
    ignored = {match.end() - 1 for match in _LIST_MARK.finditer(text)} | {
        match.start() for match in _APOSTROPHE.finditer(text)
    }
    opened: list[tuple[int, str]] = []
    alone: list[tuple[int, str]] = []
    waiting: Counter[str] = Counter()  # how many of a kind are open: a long text is not searched again for each mark
    for position, mark in enumerate(text):
        if mark in PAIRS:
            opened.append((position, mark))
            waiting[_kind(mark)] += 1
        elif mark in CLOSING:
            wanted = _kind(CLOSING[mark])
            if waiting[wanted]:
                while (last := _kind(opened[-1][1])) != wanted:
                    alone.append(opened.pop())
                    waiting[last] -= 1
                opened.pop()
                waiting[wanted] -= 1
            elif position not in ignored:
                alone.append((position, mark))
    return sorted(alone + opened)


def _kind(opening: str) -> str:
    """A half-width bracket may close a full-width one: that is a matter of width, not of a missing partner."""
    return "（" if opening == "(" else opening


def _twisted(quote: str, block: int | None, at: int) -> Finding:
    opening = quote[0] if quote[0] in PAIRS else CLOSING[quote[0]]
    name, side = _name(opening), "左" if quote[0] in PAIRS else "右"
    return Finding(
        "mark.unpaired",
        ERROR,
        f"{name}方向不对：两边都是{side}{name}。请改成一左一右。",
        _why(name),
        quote,
        block,
        at,
        f"{opening}{quote[1:-1]}{PAIRS[opening]}",
        acts=(f"改成一左一右的{name}",),
    )


def _opened(text: str, block: int | None, at: int, mark: str, known: Known) -> Finding:
    name, close = _name(mark), PAIRS[mark]
    finding = _finding(name, "左", "右", block)
    if words := known.after(text, at, mark):
        end = at + 1 + len(words)
        rest = _tail(text, end)
        return replace(
            finding, quote=f"{mark}{words}{rest}", offset=at, fix=f"{mark}{words}{close}{rest}", acts=(f"补上右{name}",)
        )
    run = _OPENED.match(text, at + 1)
    if run is None or _goes_on(text, run.end()):
        quote = text[at : at + _QUOTED].partition("\n")[0]
        return replace(finding, quote=quote, offset=at, choices=(quote[1:],), acts=(f"删去左{name}",))
    quote = f"{mark}{run[0]}"
    choices = f"{quote}{close}", run[0]
    return replace(finding, quote=quote, offset=at, choices=choices, acts=(f"补成{quote}{close}", f"删去左{name}"))


def _closed(text: str, block: int | None, at: int, mark: str, known: Known) -> Finding:
    opening = CLOSING[mark]
    name = _name(opening)
    finding = _finding(name, "右", "左", block)
    if words := known.before(text, at, opening):
        return replace(
            finding,
            quote=f"{words}{mark}",
            offset=at - len(words),
            fix=f"{opening}{words}{mark}",
            acts=(f"补上左{name}",),
        )
    run = _BEFORE_CLOSE.search(text[max(0, at - _FARTHEST - 1) : at])
    if run is None or len(run[0]) == _FARTHEST:
        quote = text[max(0, at - _QUOTED + 1) : at + 1].rpartition("\n")[2]
        return replace(finding, quote=quote, offset=at + 1 - len(quote), choices=(quote[:-1],), acts=(f"删去右{name}",))
    quote = f"{run[0]}{mark}"
    return replace(
        finding,
        quote=quote,
        offset=at - len(run[0]),
        choices=(f"{opening}{quote}", run[0]),
        acts=(f"补成{opening}{quote}", f"删去右{name}"),
    )


def _finding(name: str, has: str, lacks: str, block: int | None) -> Finding:
    said = f"{name}缺一半：有{has}{name}，没有{lacks}{name}。请补上，或删去多余的{has}{name}。"
    return Finding("mark.unpaired", ERROR, said, _why(name), block=block)


def _name(opening: str) -> str:
    return _NAMES.get(opening, "括号")


def _why(name: str) -> str:
    return "读者不知道引到哪里为止。" if name.endswith("引号") else "读者不知道从哪里到哪里是一起的。"


def _tail(text: str, end: int) -> str:
    """A few words after the place, so that one sees where the mark goes."""
    run = _OPENED.match(text, end)
    return run[0][:4] if run else ""


def _goes_on(text: str, end: int) -> bool:
    """The run was cut for its length, not by a mark."""
    return end < len(text) and text[end] not in _STOP
