"""The submitted text with its findings marked and numbered in place: a rendering beside the text, never inside it."""

import html as markup
import re
from dataclasses import dataclass, replace

from journal.admin.figures import with_images
from journal.text.blocks import parse

from ..checks.findings import Finding

TOKEN = re.compile(r"<[^>]+>|&[^;]+;|.", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """A stretch of a block's text, from `start` up to `end`, that finding `number` is about."""

    number: int
    level: str
    start: int
    end: int


def rendered(html: str, findings: list[dict]) -> str:
    """HTML of the text; `findings` are numbered dicts as kept in CheckRun, with `number` added."""
    blocks = parse(html)
    marks: dict[int, list[Mark]] = {}
    for finding in findings:
        if (place := place_of(finding, blocks)) is not None:
            index, mark = place
            marks.setdefault(index, []).append(mark)
    return "\n".join(
        with_images(block.html) if block.picture is not None else marked(block.html, block.text, marks.get(index, []))
        for index, block in enumerate(blocks)
    )


def place_of(finding: dict, blocks) -> tuple[int, Mark] | None:
    """(block, mark) of a finding; None when it is about the whole or its passage is not in the text."""
    quote, index = finding["quote"], finding["block"]
    if index is None or not quote or not 0 <= index < len(blocks):
        return None
    text = blocks[index].text
    start = finding["offset"] if finding["offset"] is not None else -1
    if start < 0 or not same_passage(text[start : start + len(quote)], quote):
        start = text.find(quote)
    if start < 0:
        return None
    return index, Mark(finding["number"], finding["level"], start, start + len(quote))


def same_passage(text: str, quote: str) -> bool:
    """A private number is quoted with asterisks (checks/privacy.py): they stand for any character."""
    return len(text) == len(quote) and all(said in (char, "*") for char, said in zip(text, quote, strict=True))


def unmasked(finding: Finding, blocks) -> str:
    """The hash of the passage a masked quote stands for: acknowledgements go by the real one (checks/findings.py)."""
    place = place_of(finding.as_dict() | {"number": 0}, blocks)
    if place is None or "*" not in finding.quote:
        return finding.quote_hash
    index, mark = place
    return replace(finding, quote=blocks[index].text[mark.start : mark.end]).quote_hash


def marked(html: str, text: str, marks: list[Mark]) -> str:
    """Wrap stretches of a block; a stretch that runs across tags is wrapped in pieces, numbered once at its end."""
    if not marks:
        return html
    out: list[str] = []
    position, current = 0, None
    taken = {}
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.number)):
        for place in range(mark.start, mark.end):
            taken.setdefault(place, mark)
    for token in TOKEN.findall(html):
        if token.startswith("<"):
            if current is not None:
                out.append("</mark>")
                current = None
            out.append(token)
            continue
        char = markup.unescape(token)
        # Item and row boundaries stand in the block's text, not in its HTML.
        while position < len(text) and text[position] != char and text[position] in "\n\t":
            position += 1
        mark = taken.get(position)
        if mark is not current:
            if current is not None:
                out.append("</mark>")
            if mark is not None:
                out.append(f'<mark class="d-mark is-{mark.level}" data-finding="{mark.number}">')
            current = mark
        out.append(token)
        position += 1
        if mark is not None and position == mark.end:
            out.append(f'</mark><sup class="d-number is-{mark.level}">{mark.number}</sup>')
            current = None
    return "".join(out)
