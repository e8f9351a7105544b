"""The blocks of a text: sanitised tree → canonical HTML (DESIGN.md 2). Use it through `blocks.py`.

Canonical HTML is one block a line. It is a function of what a reader sees: white space, entities, attributes, nesting
order of marks and an editor's own wrapping do not change it, so its hash survives opening and saving.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from . import inline
from .tree import BREAK, FLOW_TAGS, TABLE_TAGS, Node, is_picture, parse_tree

HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_WRAPPERS = (FLOW_TAGS | TABLE_TAGS) - {"ul", "ol"}
_MAX_SPAN = 100  # a table cell wider than this is damage, not a table


@dataclass(frozen=True)
class Block:
    """One block. kind: p, h2, h3, h4, ul, ol, blockquote, table or figure; html: its canonical HTML; text: what it
    says, inner lines (items, line breaks, rows) parted by newlines and table cells by tabs; picture: the id a figure
    shows, else None."""

    kind: str
    html: str
    text: str
    picture: int | None = None


@lru_cache(maxsize=64)
def parse(html: str) -> tuple[Block, ...]:
    """Any HTML → its canonical blocks. Never raises on bad markup."""
    return tuple(_blocks(parse_tree(html)))


def render(blocks: Iterable[Block]) -> str:
    """Blocks → canonical HTML, one block a line."""
    return "\n".join(block.html for block in blocks)


def canonical(html: str) -> str:
    """The one stored form of a text; idempotent."""
    return render(parse(html))


def _blocks(node: Node) -> list[Block]:
    """Children as blocks; loose text and marks between them become paragraphs."""
    out: list[Block] = []
    loose = Node("p")
    for child in node.children:
        if isinstance(child, Node) and child.tag in FLOW_TAGS | TABLE_TAGS:
            out += _paragraphs(loose)
            loose = Node("p")
            out += _block(child)
        else:
            loose.children.append(child)
    return out + _paragraphs(loose)


def _block(node: Node) -> list[Block]:
    if node.tag in HEADINGS:
        return _heading(node)
    if node.tag in ("ul", "ol"):
        return _list(node)
    if node.tag == "blockquote":
        return _quote(node)
    if node.tag == "table":
        return _table(node)
    if node.tag == "figure":
        return _figure(node)
    return _blocks(node)


def _paragraphs(node: Node) -> list[Block]:
    """A paragraph; marks may hold blocks in bad markup, whose breaks then part paragraphs."""
    out = []
    for part in inline.split_paragraphs(inline.collect(node)):
        runs = inline.tidy(part)
        if runs:
            out.append(Block("p", f"<p>{inline.to_html(runs)}</p>", inline.to_text(runs)))
    return out + _figures_within(node)


def _heading(node: Node) -> list[Block]:
    """A heading is one line and bold by its rank: only sub, sup and em mean anything in it."""
    kind = HEADINGS[node.tag]
    runs = [(" " if text == BREAK else text, marks - {"strong", "u"}) for text, marks in inline.collect(node)]
    runs = inline.tidy([(text.replace(BREAK, " "), marks) for text, marks in runs])
    said = [Block(kind, f"<{kind}>{inline.to_html(runs)}</{kind}>", inline.to_text(runs))] if runs else []
    return said + _figures_within(node)


def _list(node: Node) -> list[Block]:
    html, lines = _list_parts(node)
    said = [Block(node.tag, html, "\n".join(lines))] if html else []
    return said + _figures_within(node)


def _list_parts(node: Node) -> tuple[str, list[str]]:
    """A list's HTML and lines. An item holds text and lists; a paragraph in an item (as CKEditor writes) is unwrapped,
    and a list standing directly in a list belongs to an item of its own."""
    items: list[str] = []
    lines: list[str] = []
    for child in node.children:
        if isinstance(child, str) and not child.strip(f"{BREAK} \t\r\n\u00a0"):
            continue
        item = child if isinstance(child, Node) and child.tag == "li" else Node("li", {}, [child])
        html, said = _item_parts(item)
        if html:
            items.append(f"<li>{html}</li>")
            lines += said
    if not items:
        return "", []
    return f"<{node.tag}>{''.join(items)}</{node.tag}>", lines


def _item_parts(item: Node) -> tuple[str, list[str]]:
    html, lines, loose = "", [], Node("p")

    def flush() -> None:
        nonlocal html, loose
        runs = inline.tidy(inline.collect(loose))
        if runs:
            html += inline.to_html(runs)
            lines.extend(inline.to_text(runs).split("\n"))
        loose = Node("p")

    for child in _without_wrappers(item):
        if isinstance(child, Node) and child.tag in ("ul", "ol"):
            flush()
            inner, said = _list_parts(child)
            html += inner
            lines += said
        else:
            loose.children.append(child)
    flush()
    return html, lines


def _without_wrappers(node: Node) -> list[Node | str]:
    """An item's children with wrapping blocks opened, so that a list inside a div is still seen as a list."""
    out: list[Node | str] = []
    for child in node.children:
        if isinstance(child, Node) and child.tag in _WRAPPERS and not is_picture(child):
            out += [BREAK, *_without_wrappers(child), BREAK]
        else:
            out.append(child)
    return out


def _quote(node: Node) -> list[Block]:
    """Paragraphs and lists stay quoted; a heading in a quotation is a paragraph; tables and figures step out of it."""
    out: list[Block] = []
    held: list[Block] = []

    def flush() -> None:
        if held:
            inner = "".join(block.html for block in held)
            text = "\n".join(block.text for block in held)
            out.append(Block("blockquote", f"<blockquote>{inner}</blockquote>", text))
            held.clear()

    for block in _blocks(node):
        if block.kind in ("h2", "h3", "h4"):
            held += parse(f"<p>{block.html[4:-5]}</p>")
        elif block.kind == "blockquote":
            held += parse(block.html.removeprefix("<blockquote>").removesuffix("</blockquote>"))
        elif block.kind in ("p", "ul", "ol"):
            held.append(block)
        else:
            flush()
            out.append(block)
    flush()
    return out


def _table(node: Node) -> list[Block]:
    """Rows under thead and tbody; the caption becomes the paragraph before, figures in cells follow the table."""
    out = [block for child in _elements(node, {"caption"}) for block in _paragraphs(child)]
    head: list[str] = []
    body: list[str] = []
    lines: list[str] = []
    groups = _elements(node, {"thead", "tbody", "tfoot"})
    for group in groups:
        for row in _elements(group, {"tr"}):
            cells = [_cell(cell) for cell in _elements(row, {"td", "th"})]
            if cells:
                (head if group.tag == "thead" else body).append(f"<tr>{''.join(html for html, _ in cells)}</tr>")
                lines.append("\t".join(text for _, text in cells))
    if any(line.strip() for line in lines):
        parts = f"<thead>{''.join(head)}</thead>" if head else ""
        parts += f"<tbody>{''.join(body)}</tbody>" if body else ""
        out.append(Block("table", f"<table>{parts}</table>", "\n".join(lines)))
    return out + _figures_within(node)


def _cell(node: Node) -> tuple[str, str]:
    spans = "".join(f' {name}="{span}"' for name in ("colspan", "rowspan") if (span := _span(node, name)) > 1)
    runs = inline.tidy(inline.collect(node))
    return f"<{node.tag}{spans}>{inline.to_html(runs)}</{node.tag}>", inline.to_text(runs).replace("\n", " ")


def _span(node: Node, name: str) -> int:
    value = node.attributes.get(name, "")
    return min(int(value), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _figure(node: Node) -> list[Block]:
    """A figure of a known picture; any other figure leaves only its words."""
    if not is_picture(node):
        return _blocks(node)
    picture = int(node.attributes["data-picture"])
    captions = _elements(node, {"figcaption"})
    runs = inline.tidy(run for caption in captions for run in inline.collect(caption))
    caption = f"<figcaption>{inline.to_html(runs)}</figcaption>" if runs else ""
    html = f'<figure data-picture="{picture}">{caption}</figure>'
    loose = Node("root", {}, [child for child in node.children if child not in captions])
    nested = [block for caption in captions for block in _figures_within(caption)]
    return [Block("figure", html, inline.to_text(runs), picture), *nested, *_blocks(loose)]


def _figures_within(node: Node) -> list[Block]:
    out: list[Block] = []
    for child in node.children:
        if isinstance(child, Node):
            out += _figure(child) if is_picture(child) else _figures_within(child)
    return out


def _elements(node: Node, tags: set[str]) -> list[Node]:
    return [child for child in node.children if isinstance(child, Node) and child.tag in tags]
