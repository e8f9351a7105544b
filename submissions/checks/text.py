"""Checks on the words themselves: patterns, and the order of numbered headings (RULES.md section 5)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from journal.text.blocks import Block, parse
from journal.text.numbers import parse_chinese_number

from .findings import WARNING, Finding
from .patterns import PATTERNS, Pattern

CONTEXT = 4
_FREE_IN_TITLES = {"space.inside", "mark.dash", "heading.number"}


def check_patterns(manuscript) -> Iterator[Finding]:
    """Punctuation, numbers and names, passage by passage; captions included."""
    for number, block in enumerate(parse(manuscript.content.html)):
        yield from pattern_findings(block.text, number)


def check_headline(manuscript) -> Iterator[Finding]:
    """Title and subtitle: marks and numbers, but not spaces or dashes, which titles use on purpose."""
    content = manuscript.content
    for field, label, text in (("title", "标题", content.title), ("subtitle", "副标题", content.subtitle)):
        for finding in pattern_findings(text, None):
            if finding.code not in _FREE_IN_TITLES:
                yield replace(finding, message=f"{label}：{finding.message}", field=field)


def pattern_findings(text: str, block: int | None = 0) -> Iterator[Finding]:
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


def _finding(rule: Pattern, match: re.Match[str], text: str, block: int | None) -> Finding:
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
