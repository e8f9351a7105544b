"""The submitted text with its findings marked and numbered in place: a rendering beside the text, never inside it."""

from dataclasses import replace

from journal.admin.figures import with_images
from journal.text.blocks import parse
from journal.text.marking import Mark, marked

from ..checks.findings import Finding


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
