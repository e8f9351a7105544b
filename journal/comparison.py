"""Two versions of a text as a page shows them: what was asked for, the rows that differ, what was left out between.

The template is admin/journal/_compare.html, on the office's pages and on the contributor's alike.
"""

from collections.abc import Mapping

from journal.text.diff import SAME, Row, changes

from . import versions
from .models import Content

CONTEXT = 1  # unchanged paragraphs shown before and after a change
BLOCK_NAMES = {"figure": "照片", "table": "表格", "h2": "小标题", "h3": "小标题", "h4": "小标题"}
ROW_NAMES = {
    "changed": "改动",
    "format": "只改格式",
    "removed": "删去",
    "added": "新增",
    "moved-away": "移走",
    "moved-here": "移来",
}


def chosen(asked: Mapping[str, str], numbers: list[int]) -> tuple[int, int]:
    """(old, new) of the version numbers there are, newest first: as asked, else the last change.

    asked: GET words old and new.
    """
    new = _asked(asked.get("new"), numbers, numbers[0])
    return _asked(asked.get("old"), numbers, next((number for number in numbers if number < new), new)), new


def _asked(word: str | None, numbers: list[int], default: int) -> int:
    """The version number in a query; the default for what is no number or no version of this text."""
    number = int(word) if word and word.isascii() and word.isdigit() else None
    return number if number in numbers else default


def compared(old: Content, new: Content, show_all: bool = False) -> dict:
    """What the comparison template shows: rows and gaps, and how many places differ."""
    return compared_rows(versions.compare(old, new), show_all)


def compared_rows(rows: list[Row], show_all: bool = False) -> dict:
    """The same for rows that are no two contents: what stands around the articles of an issue."""
    return {"lines": _lines(rows, show_all), "changes": changes(rows), "compared": True}


def _lines(rows: list[Row], show_all: bool) -> list[dict]:
    """Rows to show: the changes with CONTEXT around them, and how many paragraphs are left out between."""
    differing = [index for index, row in enumerate(rows) if row.kind != SAME]
    near = {index + step for index in differing for step in range(-CONTEXT, CONTEXT + 1)}
    lines: list[dict] = []
    for index, row in enumerate(rows):
        if show_all or index in near:
            block = row.new or row.old
            name = row.label or (BLOCK_NAMES.get(block.kind, "") if block else "")
            lines.append({"row": row, "name": name, "told": ROW_NAMES.get(row.kind, ""), "pictures": _pictures(row)})
        elif lines and "skipped" in lines[-1]:
            lines[-1]["skipped"] += 1
        else:
            lines.append({"skipped": 1})
    return lines


def _pictures(row: Row) -> dict[str, int]:
    """Side → picture id, where a picture came, went or was exchanged."""
    sides = {"left": row.old and row.old.picture, "right": row.new and row.new.picture}
    return {} if sides["left"] == sides["right"] else {side: pk for side, pk in sides.items() if pk}
