"""Untrusted HTML → a small tree of elements, with nh3 as the only boundary.

nh3 parses as a browser does and drops scripts, styles, comments and every attribute not named here. A few tags that
never reach the canonical form (div, h1, b …) pass it, because unwrapping them too early would glue their texts.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

BREAK = "\x1e"  # stands for <br> in text; control characters of the input are dropped, so it cannot be forged

FLOW_TAGS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "figure",
        "figcaption",
        "div",
        "section",
        "article",
    ]
) | (
    frozenset(
        [
            "header",
            "footer",
            "main",
            "aside",
            "nav",
            "center",
            "pre",
            "dl",
            "dt",
            "dd",
            "hr",
            "address",
            "fieldset",
            "form",
            "details",
            "summary",
        ]
    )
)
TABLE_TAGS = frozenset(["caption", "thead", "tbody", "tfoot", "tr", "td", "th"])
MARK_TAGS = {
    "strong": "strong",
    "b": "strong",
    "em": "em",
    "i": "em",
    "u": "u",
    "sub": "sub",
    "sup": "sup",
    "a": "a",
}
_TAGS = FLOW_TAGS | TABLE_TAGS | set(MARK_TAGS) | {"br"}
_ATTRIBUTES = {
    "a": {"href"},
    "figure": {"data-picture"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_DROPPED_WITH_CONTENT = {"script", "style", "template", "noscript", "title", "textarea", "select", "object", "svg"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff]")


@dataclass
class Node:
    """An element: children are nodes or pieces of text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


def is_picture(child: "Node | str") -> bool:
    """A figure that shows a picture of ours: a positive id that a database can hold."""
    if not isinstance(child, Node) or child.tag != "figure":
        return False
    value = child.attributes.get("data-picture", "")
    return value.isascii() and value.isdigit() and 0 < int(value[:20]) < 2**63


class _Builder(HTMLParser):
    """nh3's output is well formed, so a plain stack is enough."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self._stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._stack[-1].children.append(BREAK)
            return
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._stack[-1].children.append(node)
        if tag != "hr":
            self._stack.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag != "br" and len(self._stack) > 1 and self._stack[-1].tag == tag:
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        self._stack[-1].children.append(_CONTROL.sub("", data))


def parse_tree(html: str) -> Node:
    """The sanitised tree under a node named root."""
    clean = nh3.clean(
        _CONTROL.sub("", html),
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )
    builder = _Builder()
    builder.feed(clean)
    builder.close()
    return builder.root
