"""Runs of marked text inside a block: collecting, tidying white space, writing in one fixed order of marks.

A run is (text, marks); marks is a frozenset of names, a link being "a:" with its address. Writing always nests in the
same order, so `<em><strong>` and `<strong><em>` become the same canonical text.
"""

import re
from collections.abc import Iterable
from html import escape

from .tree import BREAK, MARK_TAGS, Node, is_picture

Run = tuple[str, frozenset[str]]

_ORDER = ("strong", "em", "u", "sub", "sup")
_TOKEN = re.compile(f"{BREAK}|[ \\t\\n\\r\\f\\x85\\u00a0\\u2000-\\u200a\\u2028\\u2029]+|"
                    f"[^{BREAK} \\t\\n\\r\\f\\x85\\u00a0\\u2000-\\u200a\\u2028\\u2029]+")  # fmt: skip
_WIDE = re.compile("[\u2014\u2018\u2019\u201c\u201d\u2026\u3001-\u9fff\uf900-\ufaff\uff01-\uffef\U00020000-\U0003ffff]")


def collect(node: Node, marks: frozenset[str] = frozenset()) -> list[Run]:
    """Every text under a node with the marks it stands in; blocks inside are parted by a line break, pictures left to
    the caller."""
    runs: list[Run] = []
    for child in node.children:
        if isinstance(child, str):
            runs.append((child, marks))
        elif child.tag in MARK_TAGS:
            runs += collect(child, marks | _mark(child))
        elif is_picture(child):
            runs.append((BREAK, frozenset()))
        else:
            runs += [(BREAK, frozenset()), *collect(child, marks), (BREAK, frozenset())]
    return runs


def tidy(runs: Iterable[Run]) -> list[Run]:
    """White space as a browser shows it, without a space where a source line was wrapped between two Chinese
    characters; no break at either end, never two breaks together; equal neighbours merged."""
    out: list[Run] = []
    gap = ""
    for text, marks in runs:
        for token in _TOKEN.findall(text):
            if token == BREAK:
                if out and out[-1][0] != BREAK:
                    out.append((BREAK, frozenset()))
                gap = ""
            elif token[0].isspace() and token[0] != "\u3000":
                gap += token
            else:
                _append(out, token, marks, gap)
                gap = ""
    while out and not out[-1][0].strip(BREAK + "\u3000 "):
        out.pop()
    if out:
        out[-1] = (out[-1][0].rstrip("\u3000 "), out[-1][1])
    return out


def _append(out: list[Run], token: str, marks: frozenset[str], gap: str) -> None:
    at_start = not out or out[-1][0] == BREAK
    if at_start:
        token = token.lstrip("\u3000")
        if not token:
            return
    elif gap and not _wrapped_in_chinese(out[-1][0], gap, token):
        common = out[-1][1] & marks
        _merge(out, " ", common)
    _merge(out, token, marks)


def _wrapped_in_chinese(before: str, gap: str, after: str) -> bool:
    return "\n" in gap and bool(_WIDE.match(before[-1])) and bool(_WIDE.match(after[0]))


def _merge(out: list[Run], text: str, marks: frozenset[str]) -> None:
    if out and out[-1][1] == marks and out[-1][0] != BREAK:
        out[-1] = (out[-1][0] + text, marks)
    else:
        out.append((text, marks))


def split_paragraphs(runs: list[Run]) -> list[list[Run]]:
    """Two breaks together end a paragraph, as people type it in mail and chat."""
    parts: list[list[Run]] = [[]]
    breaks = 0
    for text, marks in runs:
        for token in _TOKEN.findall(text):
            if token == BREAK:
                breaks += 1
            elif token.strip():
                if breaks > 1 and parts[-1]:
                    parts.append([])
                breaks = 0
            parts[-1].append((token, marks))
    return parts


def to_html(runs: Iterable[Run]) -> str:
    """Runs as HTML, opening and closing as few marks as the fixed nesting allows."""
    out: list[str] = []
    stack: list[str] = []
    for text, marks in runs:
        wanted = _nesting(marks)
        keep = 0
        while keep < len(stack) and keep < len(wanted) and stack[keep] == wanted[keep]:
            keep += 1
        while len(stack) > keep:
            out.append(_close(stack.pop()))
        for mark in wanted[keep:]:
            out.append(_open(mark))
            stack.append(mark)
        out.append("<br>" if text == BREAK else escape(text, quote=False))
    while stack:
        out.append(_close(stack.pop()))
    return "".join(out)


def to_text(runs: Iterable[Run]) -> str:
    """The runs' characters; a line break becomes a newline."""
    return "".join("\n" if text == BREAK else text for text, _ in runs)


def _mark(node: Node) -> frozenset[str]:
    if node.tag != "a":
        return frozenset({MARK_TAGS[node.tag]})
    address = node.attributes.get("href", "").strip()
    absolute = address.lower().startswith(("http://", "https://", "mailto:"))
    return frozenset({"a:" + address}) if absolute else frozenset()


def _nesting(marks: frozenset[str]) -> list[str]:
    links = sorted(mark for mark in marks if mark.startswith("a:"))[:1]
    return links + [mark for mark in _ORDER if mark in marks]


def _open(mark: str) -> str:
    return f'<a href="{escape(mark[2:])}">' if mark.startswith("a:") else f"<{mark}>"


def _close(mark: str) -> str:
    return "</a>" if mark.startswith("a:") else f"</{mark}>"
