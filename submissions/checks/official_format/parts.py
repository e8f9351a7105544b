"""Small readers for the parts of a package; lenient, because a file may hold any nonsense."""

from functools import cache
from math import isfinite

from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

_VAL = qn("w:val")


def related_root(part: Part, relationship_type: str) -> etree._Element | None:
    """The root of the first part so related, or None: nothing is created, unlike with python-docx's properties."""
    for link in part.rels.values():
        if link.reltype == relationship_type and not link.is_external:
            target = link.target_part
            element = getattr(target, "element", None)
            return element if element is not None else _parsed(target.blob)
    return None


def _parsed(blob: bytes) -> etree._Element | None:
    """A part python-docx keeps as bytes; one that is not XML is as good as missing."""
    try:
        return etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first child, its first child and so on, along a path of prefixed tags."""
    for tag in _tags(path):  # a third of the time lxml's own path takes
        if element is None:
            return None
        element = next(element.iterchildren(tag), None)
    return element


def value(element: etree._Element | None, path: str) -> str | None:
    """The w:val of that descendant."""
    found = find(element, path)
    return None if found is None else found.get(_VAL)


@cache
def _tags(path: str) -> tuple[str, ...]:
    return tuple(qn(step) for step in path.split("/"))


def number(value: str | None, default: float = 0.0) -> float:
    """An attribute as a number, default where it is missing or none."""
    if value is None:
        return default
    try:
        found = float(value)
    except ValueError:
        return default
    return found if isfinite(found) and abs(found) < 1e6 else default


def is_on(element: etree._Element | None) -> bool:
    return element is not None and element.get(qn("w:val"), "1") not in ("0", "false", "off")
