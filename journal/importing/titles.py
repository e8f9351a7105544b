"""Finding the contents' titles in the body: the contents page drives the split into articles."""

import re
from dataclasses import dataclass, replace

from .contents import Entry, looks_like_byline
from .printed import Line, Problem, Unreadable, essence, quote_of

_TITLE_LINES = 3  # a title is set in up to three lines
_TITLE_LENGTH = 60
_BYLINE_REACH = 2  # lines below a title within which its byline stands

EXACT, WITH_BYLINE, WITH_KICKER = 1, 2, 3


@dataclass(frozen=True)
class Match:
    """A contents entry found at lines[index:index + count]; how well, and what the two forms differ in. listed is the
    title as the contents print it, without the byline."""

    index: int
    count: int
    rank: int
    title: str
    listed: str
    kicker: str = ""
    byline: str = ""


@dataclass(frozen=True)
class Found:
    """An entry of the contents with its place in the body."""

    entry: Entry
    match: Match


def find_body(lines: list[Line], first: Entry) -> int:
    """The index of the body's first line, where the first title of the contents stands a second time. Raises
    Unreadable where it does not."""
    for index, line in enumerate(lines):
        if line.number > first.line and match_at(first.text, lines, index):
            return index
    raise Unreadable("目录里的第一篇文章在正文里没有找到。请确认文件里有正文，标题与目录一致。")


def match_at(entry: str, lines: list[Line], index: int) -> Match | None:
    """The entry as the title in up to three lines from index on, in the best of three ways: the same words; the same
    words with a byline after them in the contents; the same words with more after them in the body, when those of the
    contents are the kicker."""
    wanted = essence(entry)
    best = None
    for count in range(1, _TITLE_LINES + 1):
        window = lines[index : index + count]
        if len(window) < count or any(len(line.text) > _TITLE_LENGTH or line.text[-1] in "。；，" for line in window):
            break
        text = " ".join(line.text for line in window)
        match = _compare(entry, wanted, text, index, count)
        if match and match.rank != WITH_KICKER:
            return match
        best = best or match
    return best


def locate(entries: list[Entry], lines: list[Line]) -> tuple[list[Found], list[Problem]]:
    """Each entry's place in the body, in the order of the contents; entries set in two lines are put together, a line
    of the contents that is the byline of the entry above is given to it."""
    found: list[Found] = []
    problems: list[Problem] = []
    start, position = 0, 0
    while position < len(entries):
        entry = entries[position]
        if found and _is_byline_of(entry, found[-1], lines):
            found[-1] = replace(found[-1], match=replace(found[-1].match, byline=entry.text))
            position += 1
            continue
        following = entries[position + 1] if position + 1 < len(entries) else None
        taken, hit = 1, _search(entry, lines, start)
        if following and following.section == entry.section and (hit is None or hit.rank == WITH_KICKER):
            both = replace(entry, text=f"{entry.text} {following.text}", page=following.page or entry.page)
            joined = _search(both, lines, start)
            if joined and joined.rank == EXACT:
                entry, hit, taken = both, joined, 2
        if hit:
            found.append(Found(entry, hit))
            start = hit.index + hit.count
        else:
            problems.append(
                Problem(entry.line, quote_of(entry.text), "目录里有这一行，正文里没有找到同名的标题。请核对标题。")
            )
        position += taken
    return found, problems


def _search(entry: Entry, lines: list[Line], start: int) -> Match | None:
    best = None
    for index in range(start, len(lines)):
        match = match_at(entry.text, lines, index)
        if match and match.rank != WITH_KICKER:
            return match
        best = best or match
    return best


def _compare(entry: str, wanted: str, text: str, index: int, count: int) -> Match | None:
    said = essence(text)
    if len(said) < 3:
        return None
    if said == wanted:
        return Match(index, count, EXACT, text, entry)
    if wanted.startswith(said):
        byline = _tail(entry, said)
        listed = entry.removesuffix(byline).strip()
        return Match(index, count, WITH_BYLINE, text, listed, byline=byline) if looks_like_byline(byline) else None
    if said.startswith(wanted) and len(wanted) >= 3:
        kicker = _head(text, wanted)
        rest = text[len(kicker) :].strip()
        return Match(index, count, WITH_KICKER, rest, entry, kicker=kicker) if kicker and rest else None
    return None


def _tail(entry: str, said: str) -> str:
    """What of the entry stands after the words said, if they end at a space; else an empty string."""
    for gap in re.finditer(r"[\s\u3000]+", entry):
        if essence(entry[: gap.start()]) == said:
            return entry[gap.end() :].strip()
    return ""


def _head(text: str, wanted: str) -> str:
    """The beginning of the body's title that says what the contents say, if it ends at a space."""
    for gap in re.finditer(r"[\s\u3000]+", text):
        if essence(text[: gap.start()]) == wanted:
            return text[: gap.start()]
    return ""


def _is_byline_of(entry: Entry, above: Found, lines: list[Line]) -> bool:
    """A line of the contents that stands directly below the title above in the body, and reads as a byline."""
    end = above.match.index + above.match.count
    near = {essence(line.text) for line in lines[end : end + _BYLINE_REACH]}
    return entry.section == above.entry.section and essence(entry.text) in near and looks_like_byline(entry.text)
