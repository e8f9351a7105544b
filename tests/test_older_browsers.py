"""Styles and scripts a Chromium of five years ago (96, November 2021) understands, or does well without."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static"
OWN = [file for file in STATIC.rglob("*") if file.suffix in {".css", ".js"} and not file.name.endswith(".min.js")]
# Newer than Chromium 96: (what, since which version).
SCRIPT = {
    r"Object\.groupBy|Map\.groupBy": 117,
    r"\bstructuredClone\(": 98,
    r"\.findLast(Index)?\(": 97,
    r"\.to(Sorted|Reversed|Spliced)\(": 110,
    r"\bPromise\.withResolvers": 119,
    r"\bArray\.fromAsync": 121,
}
STYLE = {
    r"^\s*&": 120,
    r"@layer\b": 99,
    r"@container\b": 105,
    r"color-mix\(": 111,
    r"\b\d+[dsl]v[hw]\b": 108,
    r"@scope\b": 118,
}


def name(file: Path) -> str:
    return str(file.relative_to(STATIC))


@pytest.mark.parametrize("file", OWN, ids=name)
def test_nothing_is_newer(file):
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S)
    found = [what for what in (SCRIPT if file.suffix == ".js" else STYLE) if re.search(what, text, re.M)]
    assert found == []


def mixed(style: str) -> list[str]:
    """Selector lists a browser without :has() (before 105) drops whole, though it knows some of them."""
    lists = [found.strip() for found in re.findall(r"([^{};]+)\{", re.sub(r"/\*.*?\*/", "", style, flags=re.S))]
    parts = {found: [":has(" in part for part in re.split(r",(?![^(]*\))", found)] for found in lists}
    return [found for found, has in parts.items() if any(has) and not all(has)]


@pytest.mark.parametrize("file", [file for file in OWN if file.suffix == ".css"], ids=name)
def test_has_takes_nothing_else_along(file):
    assert mixed(file.read_text("utf-8")) == []


def test_a_mixed_list_would_be_found():
    assert mixed(".card:focus, .card:has(> .head) { color: red }") == [".card:focus, .card:has(> .head)"]
    assert mixed(".a:has(b, c), .d:has(e) {} .f:focus {}") == []
