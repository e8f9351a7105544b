"""Checks on the words themselves: patterns, pairs, and the order of numbered headings (RULES.md section 5)."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from journal.text.blocks import Block, parse
from journal.text.numbers import parse_chinese_number

from .findings import ERROR, WARNING, Finding
from .patterns import PATTERNS, Pattern

CONTEXT = 4
_PAIRS = dict(zip("“‘（《〈〔【「『(", "”’）》〉〕】」』)", strict=True))
_CLOSING = {close: opening for opening, close in _PAIRS.items()}
_FREE_IN_TITLES = {"space.inside", "mark.dash", "heading.number"}
_NAMES = {"“": "引号", "‘": "单引号", "（": "括号", "(": "括号", "《": "书名号", "〈": "书名号"}
_LIST_MARK = re.compile(r"(?:^|(?<=[\n。；，：、,;:\s]))[\da-zA-Z①-⑳一二三四五六七八九十]{1,3}[）)]")
_OPENED = re.compile(r".[^，。；：、！？\s”“]{0,7}")
_BEFORE_CLOSE = re.compile(r"[^，。；：、！？\s”“]{0,7}.$")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")


def check_patterns(manuscript) -> Iterator[Finding]:
    """Punctuation, numbers and names, passage by passage; captions included."""
    for number, block in enumerate(parse(manuscript.content.html)):
        yield from pattern_findings(block.text, number)


def check_headline(manuscript) -> Iterator[Finding]:
    """Title and subtitle: marks and numbers, but not spaces or dashes, which titles use on purpose."""
    content = manuscript.content
    for name, text in (("标题", content.title), ("副标题", content.subtitle)):
        found = [finding for finding in pattern_findings(text) if finding.code not in _FREE_IN_TITLES]
        found += [_pair_finding(text, 0, position, mark) for position, mark in unpaired(text)]
        for finding in found:
            yield replace(finding, message=f"{name}：{finding.message}", block=None, offset=None, fix=None, choices=())


def pattern_findings(text: str, block: int = 0) -> Iterator[Finding]:
    """Findings on one block's text, in its order; a character is marked by one rule only."""
    taken = bytearray(len(text))
    found: list[tuple[int, Finding]] = []
    for rule in PATTERNS:
        for match in rule.expression.finditer(text):
            start, end = match.span()
            if any(taken[start:end]) or (rule.allowed and rule.allowed(match)):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append((start, _finding(rule, match, text, block)))
    yield from (finding for _, finding in sorted(found, key=lambda pair: pair[0]))


def _finding(rule: Pattern, match: re.Match[str], text: str, block: int) -> Finding:
    """Short marks are quoted with their neighbours: a comma alone would name every comma of the text."""
    start, end = match.span()
    before, after = "", ""
    if end - start <= 2:
        before = text[max(0, start - CONTEXT) : start].rpartition("\n")[2]
        after = text[end : end + CONTEXT].partition("\n")[0]
    fix = f"{before}{rule.fix(match)}{after}" if rule.fix else None
    choices = rule.choices(match) if rule.choices else ()
    quote = f"{before}{match[0]}{after}"
    return Finding(
        rule.code, rule.level, rule.message, rule.why, quote, block, start - len(before), fix, choices=choices
    )


def check_pairs(manuscript) -> Iterator[Finding]:
    """Quotation marks and brackets that have no partner in their paragraph."""
    blocks = parse(manuscript.content.html)
    for number, block in enumerate(blocks):
        if block.kind == "table":
            continue
        following = blocks[number + 1].text if number + 1 < len(blocks) else ""
        for position, mark in unpaired(block.text):
            # A quotation of several paragraphs opens again in each and closes in the last.
            if mark == "“" and following.startswith("“"):
                continue
            yield _pair_finding(block.text, number, position, mark)


def unpaired(text: str) -> list[tuple[int, str]]:
    """(position, mark) of each quotation mark or bracket without its partner; list marks such as 1） are none."""
    ignored = {match.end() - 1 for match in _LIST_MARK.finditer(text)} | {
        match.start() for match in _APOSTROPHE.finditer(text)
    }
    opened: list[tuple[int, str]] = []
    alone: list[tuple[int, str]] = []
    waiting: Counter[str] = Counter()  # how many of a kind are open: a long text is not searched again for each mark
    for position, mark in enumerate(text):
        if mark in _PAIRS:
            opened.append((position, mark))
            waiting[_kind(mark)] += 1
        elif mark in _CLOSING:
            wanted = _kind(_CLOSING[mark])
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


def _pair_finding(text: str, block: int, position: int, mark: str) -> Finding:
    opening = mark in _PAIRS
    name = _NAMES.get(mark if opening else _CLOSING[mark], "括号")
    has, lacks = ("左", "右") if opening else ("右", "左")
    if opening:
        quote = _OPENED.match(text, position)[0]
    else:
        quote = _BEFORE_CLOSE.search(text[max(0, position - 7) : position + 1])[0]
    return Finding(
        "mark.unpaired",
        ERROR,
        f"{name}缺一半：有{has}{name}，没有{lacks}{name}。请补上，或删去多余的{has}{name}。",
        "读者不知道引到哪里为止。" if name.endswith("引号") else "读者不知道从哪里到哪里是一起的。",
        quote,
        block,
        position if opening else position + 1 - len(quote),
    )


_RANKS = {
    "h2": re.compile(r"(?P<n>[一二三四五六七八九十百]+)、"),
    "h3": re.compile(r"[（(](?P<n>[一二三四五六七八九十百]+)[)）]"),
    "h4": re.compile(r"(?P<n>\d{1,2})[.．、]"),
}


def check_numbering(manuscript) -> Iterator[Finding]:
    """一、 is followed by 二、; each （一） and 1. begins anew under its heading."""
    last = dict.fromkeys(_RANKS, 0)
    for index, block in enumerate(parse(manuscript.content.html)):
        if block.kind == "p":
            _count_run_in(block.text, last)
        match = _RANKS[block.kind].match(block.text) if block.kind in _RANKS else None
        if match is None:
            continue
        number = _number(match)
        for lower in [kind for kind in _RANKS if kind > block.kind]:
            last[lower] = 0
        if number != last[block.kind] + 1:
            yield _numbering_finding(block, index, match, last[block.kind])
        last[block.kind] = number


def _count_run_in(text: str, last: dict[str, int]) -> None:
    """A heading that runs on into its paragraph (（一）先听后说。开会先请……) is no heading block, but it counts."""
    for kind in ("h2", "h3"):
        match = _RANKS[kind].match(text)
        if match and _number(match) == last[kind] + 1:
            last.update({lower: 0 for lower in _RANKS if lower > kind} | {kind: _number(match)})


def _number(match: re.Match[str]) -> int:
    return int(match["n"]) if match["n"].isdigit() else parse_chinese_number(match["n"])


def _numbering_finding(block: Block, index: int, match: re.Match[str], before: int) -> Finding:
    said = f"前面是第 {before} 个" if before else "前面没有序号"
    return Finding(
        "heading.order",
        WARNING,
        f"标题序号不连续：{said}，这里是“{match[0]}”。请核对是不是漏了一段，或改正序号。",
        "序号跳了，读者会以为少了内容。",
        block.text[:20],
        index,
        0,
    )
