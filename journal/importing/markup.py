"""Joined paragraphs → HTML: which of them are headings, and of what rank."""

import re
from collections.abc import Sequence
from html import escape

from journal.text.headings import heading_level
from journal.text.lines import Paragraph, is_complete

_BOLD = re.compile(r"\*\*(?=[^\s*])([^\n]+?)(?<=[^\s*])\*\*")
_SENTENCE = re.compile("[。；！？]")
_HEADING_LENGTH = 32  # characters of a heading without a number
_LABEL_LENGTH = 12  # a heading that ends with a colon
_NUMBERED_BEFORE = re.compile(r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]+[，、])")


def paragraphs_to_html(paragraphs: Sequence[Paragraph]) -> str:
    """Numbered headings have the rank of their number; a heading without one stands a rank below the last numbered
    heading, or at the top where the piece numbers none of the first rank."""
    out: list[str] = []
    numbered = any(heading_level(paragraph.text) == 2 for paragraph in paragraphs)
    last = 2 if numbered else 1
    for index, paragraph in enumerate(paragraphs):
        rank = heading_level(paragraph.text)
        if rank:
            last = rank
        elif is_heading(paragraphs, index):
            rank = min(last + 1, 4)
        tag = f"h{rank}" if rank else "p"
        out.append(f"<{tag}>{_marked(paragraph.text)}</{tag}>")
    return "\n".join(out)


def is_heading(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Whether a paragraph is a heading: numbered, or a short line that is no sentence with text below it."""
    text = paragraphs[index].text.strip("*")
    if heading_level(text):
        return True
    if index + 1 == len(paragraphs) or len(paragraphs[index].lines) > 1 or len(text) > _HEADING_LENGTH:
        return False
    if text.endswith(("：", ":")):
        return len(text) <= _LABEL_LENGTH and "，" not in text and is_complete(paragraphs[index + 1].text)
    alone = not _SENTENCE.search(text) and text[-1] not in "，、,—" and text.count("，") < 2
    return alone and not _NUMBERED_BEFORE.match(text) and _has_text_below(paragraphs, index + 1)


def _has_text_below(paragraphs: Sequence[Paragraph], index: int) -> bool:
    below = paragraphs[index].text
    return len(below) > _HEADING_LENGTH or is_complete(below) or heading_level(below) is not None


def _marked(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False))
