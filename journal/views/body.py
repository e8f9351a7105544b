"""A text as the page shows it: headings with anchors, photographs in groups, the red square at the end."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from journal.models import Picture
from journal.text.blocks import Block, parse, picture_ids

_HEADINGS = {"h2": 2, "h3": 3, "h4": 4}
_END = '<span class="end" aria-hidden="true"></span>'


@dataclass
class Photo:
    """A picture in its text: caption as set there, else as the photographer gave it."""

    picture: Picture
    caption: SafeString

    @property
    def is_portrait(self) -> bool:
        return self.picture.height > self.picture.width


@dataclass
class Piece:
    """A stretch of the page. kind: heading, photos, table or text. level: of the heading element; rank: 2 for 一、."""

    kind: str
    html: SafeString
    text: str = ""
    anchor: str = ""
    level: int = 0
    rank: int = 0
    photos: list[Photo] = field(default_factory=list)


def pictures_of(htmls: Iterable[str], user, *, preview: bool) -> dict[int, Picture]:
    """The pictures these texts show, as far as the person may see them. One query, none where there are no figures."""
    ids = {pk for html in htmls for pk in picture_ids(html)}
    if not ids:
        return {}
    allowed = Picture.objects.all() if preview else Picture.objects.visible_to(user)
    return {picture.pk: picture for picture in allowed.filter(pk__in=ids)}


def pieces(
    html: str, pictures: dict[int, Picture], *, prefix: str = "s", deeper: int = 0, ends: bool = True
) -> list[Piece]:
    """The canonical blocks of a text as pieces. prefix keeps anchors apart; deeper lowers headings within a part."""
    out: list[Piece] = []
    for number, block in enumerate(parse(html)):
        if block.kind == "figure":
            _add_photo(out, block, pictures)
        elif block.kind in _HEADINGS:
            rank = _HEADINGS[block.kind]
            inner = mark_safe(block.html[4:-5])  # noqa: S308 (canonical: what nh3 let through)
            out.append(Piece("heading", inner, block.text, f"{prefix}{number}", rank + deeper, rank))
        else:
            kind = "table" if block.kind == "table" else "text"
            out.append(Piece(kind, mark_safe(block.html), block.text))  # noqa: S308 (canonical)
    if ends and out:
        _end(out)
    return out


def _add_photo(out: list[Piece], block: Block, pictures: dict[int, Picture]) -> None:
    picture = pictures.get(block.picture or 0)
    if picture is None:
        return
    start, end = block.html.find("<figcaption>"), block.html.find("</figcaption>")
    caption = mark_safe(block.html[start + 12 : end]) if start >= 0 else picture.caption  # noqa: S308 (canonical)
    if not (out and out[-1].kind == "photos"):
        out.append(Piece("photos", SafeString()))
    out[-1].photos.append(Photo(picture, caption))


def _end(out: list[Piece]) -> None:
    """The red square, held to the last character so that it never stands on a line of its own."""
    html = out[-1].html
    if html.endswith("</p>") and html[-5] not in ">;":
        held = f'<span class="held">{html[-5]}{_END}</span>'
        out[-1].html = mark_safe(f"{html[:-5]}{held}</p>")  # noqa: S308 (canonical, one plain character moved)
    elif html.endswith("</p>"):
        out[-1].html = mark_safe(f"{html[:-4]}{_END}</p>")  # noqa: S308 (canonical)
    else:
        out.append(Piece("text", mark_safe(f'<p class="end-line">{_END}</p>')))  # noqa: S308 (our own)
