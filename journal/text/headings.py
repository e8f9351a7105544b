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
