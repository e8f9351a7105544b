"""A composite (组合稿) as one text: how its parts are written into a plain field, and told apart again.

Each part begins with `## 标题`, as `blocks.from_plain` reads it; then, each on a line of its own where there is one,
——副题 and the signature (职务 姓名); then the text. What stands before the first part is the lead.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from journal.text.blocks import parse, render
from journal.text.flow import Block
from journal.text.headings import number_level

from .proposals import OWN_CREDIT, SUBTITLE, Proposal
from .signature import Signature, read_signature

_TITLE_LENGTH = 200  # characters a title may have, as stored
_SUBTITLE_LENGTH = 100
_WHOLE = ("本版", "本栏", "本组")  # a credit that speaks of all parts together
_TITLE_MARK = re.compile(r"(?m)^([ \t\u3000\u00a0]*)#{1,2}(?=[ \t]+\S)")


@dataclass(frozen=True)
class Part:
    """One text of a composite: person (names parted by 、) and office (post or unit) as signed, html canonical."""

    title: str
    html: str
    subtitle: str = ""
    person: str = ""
    office: str = ""
    credits: str = ""

    @property
    def bylines(self) -> list[dict[str, str]]:
        """The signatures as a text's content keeps them; a post or unit without a name signs by itself."""
        people = [name for name in self.person.split("、") if name]
        if people:
            return [{"kind": "person", "name": name, "affiliation": self.office} for name in people]
        return [{"kind": "unit", "name": self.office, "affiliation": ""}] if self.office else []


@dataclass(frozen=True)
class Composite:
    """A composite taken apart: the lead (canonical HTML, may be empty), the parts, a credit for all of them."""

    lead: str
    parts: tuple[Part, ...]
    credits: str = ""


def compose(proposals: Iterable[Proposal], lead: str = "") -> str:
    """The texts as one for a plain field; `parts_of` takes it apart again.

    A heading inside a text that is marked like a title (`## `) goes one rank down. Raises ValueError for a text without
    a title, or whose title bears a number (一、): it would be a heading of the text before it.
    """
    return "\n\n".join([*([_lowered(lead.strip())] if lead.strip() else []), *map(_written, proposals)])


def _written(piece: Proposal) -> str:
    title = " ".join(piece.title.split()).lstrip("# ")
    if not title or number_level(title) == 2:
        raise ValueError(piece.title)
    head = [f"## {title}"]
    head += [f"——{piece.subtitle}"] if piece.subtitle else []
    head += [piece.byline] if piece.byline else []
    credits = [f"（{piece.credits}）"] if piece.credits else []
    return "\n\n".join(["\n".join(head), _lowered(piece.text.strip("\r\n")), *credits])


def _lowered(text: str) -> str:
    return _TITLE_MARK.sub(r"\1###", text)


def parts_of(html: str) -> Composite | None:
    """The parts of a composite's canonical HTML; None where fewer than two titles stand in it, or one has no text."""
    blocks = list(parse(html))
    starts = [place for place, block in enumerate(blocks) if _is_title(block)]
    if len(starts) < 2:
        return None
    parts = [
        _part(blocks[start].text, blocks[start + 1 : end])
        for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True)
    ]
    if not all(part.html and len(part.title) <= _TITLE_LENGTH for part in parts):
        return None
    credits = parts[-1].credits if parts[-1].credits.startswith(_WHOLE) else ""
    if credits:
        last = parts[-1]
        parts[-1] = Part(last.title, last.html, last.subtitle, last.person, last.office)
    return Composite(render(blocks[: starts[0]]), tuple(parts), credits)


def _is_title(block: Block) -> bool:
    return block.kind == "h2" and number_level(block.text) is None


def _part(title: str, body: list[Block]) -> Part:
    subtitle, signature, credits = "", Signature("", ""), ""
    if len(body) > 1 and body[0].kind == "p" and len(body[0].text) <= _SUBTITLE_LENGTH and SUBTITLE.match(body[0].text):
        subtitle = body.pop(0).text.lstrip("—- ")
    if len(body) > 1 and body[0].kind == "p" and (found := read_signature(body[0].text, listed=True)):
        signature = found
        body.pop(0)
    if len(body) > 1 and body[-1].kind == "p" and (noted := OWN_CREDIT.fullmatch(body[-1].text)):
        credits = noted[1]
        body.pop()
    return Part(title, render(body), subtitle, signature.person, signature.office, credits)
