"""Headings as official documents number them: 一、 then （一） then 1. (GB/T 9704-2012, RULES.md 2)."""

import re

_NUMERALS = "一二三四五六七八九十百〇零"
_FORMS = (
    (2, re.compile(rf"[{_NUMERALS}]{{1,4}}、\s*"), 60),
    (3, re.compile(rf"[（(]\s*[{_NUMERALS}]{{1,4}}\s*[)）]、?\s*"), 45),
    (4, re.compile(r"\d{1,2}\s*[.．、](?!\d)\s*"), 30),
)
_LABEL_LENGTH = 10  # a heading as short as this may end with a colon (1.标识释义：)
_INNER_STOP = re.compile("[。；！？;…]")


def number_level(line: str) -> int | None:
    """2, 3 or 4 where a line begins with a heading's number, however long it is; else None."""
    for level, form, _ in _FORMS:
        if form.match(line):
            return level
    return None


def heading_level(line: str) -> int | None:
    """2, 3 or 4 where a whole line is a numbered heading: short, and one clause that does not run on.

    A full stop at the very end is let pass in （一） headings, where offices often put one.
    """
    for level, form, longest in _FORMS:
        number = form.match(line)
        if number:
            words = line[number.end() :].strip()
            if level < 4:
                words = words.removesuffix("。")
            fits = len(words) > 0 and len(line) <= longest
            return level if fits and not _INNER_STOP.search(words) and words[-1] not in "，,、.：:" else None
    return None


_RUN_IN = 45  # characters a heading has at most up to its full stop
_FOURTH = re.compile(r"[（(]\s*\d{1,2}\s*[)）]、?\s*")
_STOPS = re.compile("[。！？；;…]")


def head_of(line: str) -> tuple[int, int] | None:
    """(level 1–4, where it ends) of the heading a paragraph is or begins with: （一）加强领导。各单位…… → (2, 8).

    None for a paragraph that only counts (一、二、三是……；) and for text (GB/T 9704-2012, 7.3.3).
    """
    forms = (*(form for _, form, _ in _FORMS), _FOURTH)
    for level, form in enumerate(forms, 1):
        number = form.match(line)
        if number is None:
            continue
        stop = _STOPS.search(line, number.end())
        words = line[number.end() : stop.start() if stop else None].rstrip()
        if (stop and stop[0] != "。") or not 0 < len(words) <= _RUN_IN or line.rstrip()[-1] in "，、：:；":
            return None
        return level, stop.end() if stop and line[stop.end() :].strip() else len(line)
    return None
