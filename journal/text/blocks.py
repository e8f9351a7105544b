"""Canonical HTML (DESIGN.md 2): the only door to a text's blocks.

A text is p, h2–h4 (一、（一）1.), ul, ol, blockquote, table and figure blocks with the marks strong, em, u, sub, sup, a
and line breaks. A place in a text is (block, offset): the block's index in `parse(html)` and an offset in its text.
"""

from .flow import Block, canonical, parse, render
from .plain import from_plain, to_plain

__all__ = ["Block", "canonical", "from_plain", "outline", "parse", "picture_ids", "plain_text", "render", "to_plain"]


def plain_text(html: str) -> str:
    """The text, one line a block; a block's inner lines and cells are parted by tabs, which count as nothing."""
    return "\n".join(block.text.replace("\n", "\t") for block in parse(html))


def picture_ids(html: str) -> list[int]:
    """Ids of the pictures in the text, in order, as often as they stand there."""
    return [block.picture for block in parse(html) if block.picture is not None]


def outline(html: str) -> list[tuple[int, str]]:
    """(level, heading) for each heading, level 2 to 4."""
    return [(int(block.kind[1]), block.text) for block in parse(html) if block.kind in ("h2", "h3", "h4")]
