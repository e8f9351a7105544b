"""Stretches of a block's text in its HTML: marked and numbered for reading, or replaced, the tags left as they are."""

import html as markup
import re
from dataclasses import dataclass

TOKEN = re.compile(r"<[^>]+>|&[^;]+;|.", re.DOTALL)


@dataclass(frozen=True)
class Mark:
    """A stretch of a block's text, from `start` up to `end`, that remark `number` is about; `level` names its look."""

    number: int
    level: str
    start: int
    end: int


def marked(html: str, text: str, marks: list[Mark]) -> str:
    """Wrap stretches of a block; a stretch that runs across tags is wrapped in pieces, numbered once at its end."""
    if not marks:
        return html
    out: list[str] = []
    position = 0
    current: Mark | None = None
    taken: dict[int, Mark] = {}
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
        here = taken.get(position)
        if here is not current:
            if current is not None:
                out.append("</mark>")
            if here is not None:
                out.append(f'<mark class="d-mark is-{here.level}" data-finding="{here.number}">')
            current = here
        out.append(token)
        position += 1
        if here is not None and position == here.end:
            out.append(f'</mark><sup class="d-number is-{here.level}">{here.number}</sup>')
            current = None
    return "".join(out)


def replaced(html: str, text: str, start: int, end: int, replacement: str) -> str:
    """A block's HTML with a stretch of its text replaced; the tags inside the stretch stay."""
    out: list[str] = []
    position, written = 0, False
    for piece in TOKEN.findall(html):
        if piece.startswith("<") and piece != "<br>":
            if piece.startswith("</") and start == position == len(text) and not written:
                out.append(markup.escape(replacement, quote=False))
                written = True
            out.append(piece)
            continue
        char = "\n" if piece == "<br>" else markup.unescape(piece)
        while position < len(text) and text[position] != char and text[position] in "\n\t":
            position += 1
        if position >= start and not written:
            out.append(markup.escape(replacement, quote=False))
            written = True
        if not start <= position < end:
            out.append(piece)
        position += 1
    return "".join(out)
