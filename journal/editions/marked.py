"""A canonical block's inside as plain data: runs of marked text, the cells of a table with their places."""

from journal.text.tree import BREAK, Node

_MARKS = {"strong": "b", "em": "i", "u": "u", "sub": "sub", "sup": "sup"}


def runs(node: Node) -> list[dict]:
    """A node's text as runs: {"t": text, "b": true, …}; a line break is {"t": "\\n"}."""
    out: list[dict] = []

    def walk(child: Node | str, marks: dict) -> None:
        if isinstance(child, str):
            pieces = child.split(BREAK)
            for place, piece in enumerate(pieces):
                out.extend([{"t": "\n"}] if place else [])
                out.extend([{"t": piece, **marks}] if piece else [])
            return
        mark = _MARKS.get(child.tag)
        for inner in child.children:
            walk(inner, marks | {mark: True} if mark else marks)

    for child in node.children:
        walk(child, {})
    return out


def table(root: Node) -> dict:
    """Every cell with its place: spans that lead out of the table or into another cell are cut, as browsers do, because
    neither the typesetter nor Word takes them."""
    rows = [(group.tag, row) for group in elements(root) for row in elements(group, "tr")]
    taken: set[tuple[int, int]] = set()
    cells = []
    for y, (group, row) in enumerate(rows):
        x = 0
        for cell in elements(row):
            while (x, y) in taken:
                x += 1
            wide = 1
            while wide < _span(cell, "colspan") and (x + wide, y) not in taken:
                wide += 1
            tall = min(_span(cell, "rowspan"), len(rows) - y)
            taken |= {(x + dx, y + dy) for dx in range(wide) for dy in range(tall)}
            is_head = cell.tag == "th" or group == "thead"
            cells.append({"runs": runs(cell), "x": x, "y": y, "colspan": wide, "rowspan": tall, "head": is_head})
            x += wide
    size = {"columns": max((x for x, _ in taken), default=0) + 1, "rows": len(rows)}
    return {"kind": "table", **size, "cells": cells}


def elements(node: Node, tag: str = "") -> list[Node]:
    """The child elements, or those of one tag."""
    return [child for child in node.children if isinstance(child, Node) and tag in ("", child.tag)]


def _span(cell: Node, name: str) -> int:
    return max(1, int(cell.attributes.get(name, 1)))
