"""Where a proofreader's mark stands in a text now, and what the text says once marks are carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from journal.text.anchors import alike, find_again, occurrences
from journal.text.blocks import Block, parse, render
from journal.text.marking import replaced

from .models import Content, ProofMark

LINES = ("title", "subtitle", "kicker", "author_note", "source_note", "credits")
BYLINE = "byline"


@dataclass(frozen=True, order=True)
class Placed:
    """field: "" for the body, else one of LINES or “byline”; block: of the body, or which byline; offset: in its text."""

    field: str
    block: int
    offset: int
    key: str = ""  # of a byline: name or affiliation


def passages(content: Content) -> list[str]:
    """What each block of the body says."""
    return [block.text for block in parse(content.html)]


def place_of(mark: ProofMark, content: Content, before: Mapping[int, Content]) -> Placed | None:
    """Where the mark's passage stands in `content`; `before` holds the contents of earlier versions by id.

    A mark whose version is not in `before` was made on `content` itself. None where the passage is gone.
    """
    if mark.block is None or mark.offset is None:
        return _in_lines(mark.quote, content)
    texts = passages(content)
    made_on = before.get(mark.version_id)
    found = find_again(mark.quote, (mark.block, mark.offset), passages(made_on) if made_on else texts, texts)
    return Placed("", *found) if found else None


def _in_lines(quote: str, content: Content) -> Placed | None:
    for name in LINES:
        for at in occurrences(getattr(content, name), quote):
            return Placed(name, 0, at)
    for number, line in enumerate(content.bylines):
        for key in ("name", "affiliation"):
            for at in occurrences(line.get(key, ""), quote):
                return Placed(BYLINE, number, at, key)
    return None


def carried_out(
    content: Content, marks: list[ProofMark], before: Mapping[int, Content]
) -> tuple[Content, list[ProofMark], list[ProofMark]]:
    """(the content with the marks carried out, marks carried out, marks that could not be).

    Places are those of the text as it is; of two that overlap the first is carried out.
    """
    placed = [(place_of(mark, content, before), mark) for mark in marks]
    failed = [mark for place, mark in placed if place is None or not mark.replacement]
    wanted = sorted(
        ((place, mark) for place, mark in placed if place is not None and mark.replacement), key=lambda pair: pair[0]
    )
    done: list[tuple[Placed, ProofMark]] = []
    for place, mark in wanted:
        if done and _overlap(done[-1], place):
            failed.append(mark)
        else:
            done.append((place, mark))
    made = []
    # From the end, so that places before stay what they are.
    for place, mark in reversed(done):
        changed = _one(content, place, mark)
        if changed is None:
            failed.append(mark)
        else:
            content = changed
            made.append(mark)
    return content, made[::-1], failed


def _overlap(earlier: tuple[Placed, ProofMark], place: Placed) -> bool:
    first, mark = earlier
    same = (first.field, first.block, first.key) == (place.field, place.block, place.key)
    return same and place.offset < first.offset + len(mark.quote)


def _one(content: Content, place: Placed, mark: ProofMark) -> Content | None:
    start, end = place.offset, place.offset + len(mark.quote)
    if place.field == BYLINE:
        lines = [dict(line) for line in content.bylines]
        line = lines[place.block]
        line[place.key] = line[place.key][:start] + mark.replacement + line[place.key][end:]
        return replace(content, bylines=lines)
    if place.field:
        said = getattr(content, place.field)
        return replace(content, **{place.field: said[:start] + mark.replacement + said[end:]})
    blocks = list(parse(content.html))
    block = _corrected(blocks[place.block], start, end, mark.replacement)
    if block is None:
        return None
    blocks[place.block] = block
    return replace(content, html=render(blocks))


def _corrected(block: Block, start: int, end: int, replacement: str) -> Block | None:
    """The block with a stretch replaced; None where its markup does not take the words as they are."""
    wanted = block.text[:start] + replacement + block.text[end:]
    quote = block.text[start:end]
    # Only what differs: neighbours that stay may be bold, or a link.
    head = alike(quote, replacement)
    tail = min(alike(quote[head:][::-1], replacement[head:][::-1]), len(quote) - head, len(replacement) - head)
    put_in = replacement[head : len(replacement) - tail]
    made = parse(replaced(block.html, block.text, start + head, end - tail, put_in))
    return made[0] if [one.text for one in made] == [wanted] else None
