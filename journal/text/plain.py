"""Plain text as a contributor types it ↔ canonical HTML. Use it through `blocks.py`.

A line is a paragraph. Marks that people type or paste are understood and written back: `**bold**`, `## ` before a
heading without a number, `- ` before an item, tabs between the cells of a table. Reading back what was written gives
the same HTML.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

from .flow import Block, canonical, parse
from .headings import heading_level

_BOLD = re.compile(r"\*\*(?=[^\s*])([^\n]+?)(?<=[^\s*])\*\*(?!\*)")
_MARKED_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_ITEM = re.compile(r"[-•·●][ \t]+(?=\S)")
_BREAKS = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
# A heading typed with a tab after its number, not the first cell of a row.
_NUMBER_AND_TAB = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|\d{1,2}[.．、])\t[^\t]*$"
)
_TAG = re.compile(r"<[^>]+>")


def from_plain(text: str) -> str:
    """Typed or pasted text → canonical HTML. Nothing but white space and the marks above is taken away."""
    lines = [_strip(line) for line in _BREAKS.split(text)]
    html: list[str] = []
    position = 0
    while position < len(lines):
        taken, block = _table(lines, position) or _items(lines, position) or (1, _line(lines[position]))
        html.append(block)
        position += taken
    return canonical("".join(html))


def to_plain(html: str, photo_numbers: Mapping[int, int] | None = None) -> str:
    """Canonical HTML → text for a plain field, paragraphs parted by a blank line.

    A figure becomes a line 【照片n】 with its caption; n comes from photo_numbers (picture id → n), else it counts
    the figures of this text from 1.
    """
    out: list[str] = []
    seen = 0
    for block in parse(html):
        if block.kind == "figure":
            seen += 1
            number = (photo_numbers or {}).get(block.picture or 0, seen)
            out.append(f"【照片{number}】{block.text}")
        else:
            out.append(_block_text(block))
    return "\n\n".join(out)


def _strip(line: str) -> str:
    return line.strip(" \u3000\u00a0\u200b\ufeff")


def _line(line: str) -> str:
    line = line.strip()
    if not line:
        return ""
    marked = _MARKED_HEADING.match(line)
    if marked:
        level = min(max(len(marked[0].rstrip()), 2), 4)
        return f"<h{level}>{_marks(line[marked.end() :])}</h{level}>"
    rank = heading_level(line)
    return f"<h{rank}>{_marks(line)}</h{rank}>" if rank else f"<p>{_marks(line)}</p>"


def _marks(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False))


def _items(lines: list[str], start: int) -> tuple[int, str] | None:
    """A run of `- ` lines is one list."""
    end = start
    while end < len(lines) and _ITEM.match(lines[end].strip()):
        end += 1
    if end == start:
        return None
    items = "".join(f"<li>{_marks(_ITEM.sub('', line.strip(), count=1))}</li>" for line in lines[start:end])
    return end - start, f"<ul>{items}</ul>"


def _table(lines: list[str], start: int) -> tuple[int, str] | None:
    """Two or more neighbouring lines with the same number of tabs are a table, as a spreadsheet is pasted."""
    tabs = lines[start].count("\t")
    if not tabs:
        return None
    end = start
    while end < len(lines) and lines[end].count("\t") == tabs:
        end += 1
    if end - start < 2 or any(_NUMBER_AND_TAB.match(line) for line in lines[start:end]):
        return None
    rows = ("".join(f"<td>{_marks(cell)}</td>" for cell in line.split("\t")) for line in lines[start:end])
    return end - start, f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def _block_text(block: Block) -> str:
    if block.kind in ("h2", "h3", "h4"):
        level = int(block.kind[1])
        return block.text if heading_level(block.text) == level else f"{'#' * level} {block.text}"
    if block.kind == "ul":
        return "\n".join(f"- {line}" for line in block.text.split("\n"))
    if block.kind == "ol":
        return "\n".join(f"{number}. {line}" for number, line in enumerate(block.text.split("\n"), 1))
    if block.kind == "p":
        return _bold_text(block.html)
    return block.text


def _bold_text(html: str) -> str:
    """A paragraph's text with `**` where reading it back finds the same bold words."""
    marked = re.sub(r"<strong>(.*?)</strong>", lambda found: _starred(found[1]), html)
    return unescape(_TAG.sub("", marked.replace("<br>", "\n")))


def _starred(words: str) -> str:
    plain = _TAG.sub("", words)
    readable = plain and not (plain[0].isspace() or plain[-1].isspace() or "*" in (plain[0], plain[-1]))
    return f"**{words}**" if readable and "<br>" not in words else words
