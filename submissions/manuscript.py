"""A draft as typed → the content reviewers see: structure recognised, photographs in place, bylines split."""

import re
from dataclasses import dataclass, field
from html import escape

from journal.models import Article, Content, Picture
from journal.text.blocks import from_plain
from journal.text.names import stored_name
from journal.text.pieces import parts_of

from . import house_style
from .checks.house_style import NO_HOUSE_STYLE, HouseStyle
from .models import Submission

PHOTO_MARK = re.compile(r"<p>\s*【照片\s*(\d{1,2})】\s*</p>")
UNIT_ENDING = re.compile(
    r"(部|委|局|办|会|组|室|处|科|院|校|站|所|党支部|党委|党组|党总支|中心|街道|社区|集团|公司|编辑部|课题组|调研组)$"
)


@dataclass(frozen=True)
class Manuscript:
    """What the checks look at: pure data, so that form, admin and command line judge alike."""

    content: Content
    is_text: bool = True
    is_recommended: bool = False
    word_limit: int = 3000
    dpi_limit: int = 300
    section_name: str = ""
    source_name: str = ""
    source_url: str = ""
    source_issue: str = ""
    pictures: list[Picture] = field(default_factory=list)
    house_style: HouseStyle = NO_HOUSE_STYLE


def split_bylines(byline: str, affiliation: str = "") -> list[dict]:
    """“何 为、林晓舟” → two persons; a name that ends like a unit is one. Two-character names lose their space."""
    pieces = [piece for piece in re.split(r"[、，,；;/\n]+|\s{2,}|　", byline.strip()) if piece.strip()]
    names: list[str] = []
    for piece in pieces:
        single = len(piece.strip()) == 1
        if single and names and len(names[-1]) == 1:
            names[-1] += piece.strip()
        else:
            names += [piece.strip()] if re.search(r"\S\s\S$", piece) and len(piece) == 3 else piece.split()
    return [
        {
            "kind": "unit" if len(name) > 4 and UNIT_ENDING.search(name) else "person",
            "name": stored_name(name),
            "affiliation": affiliation.strip(),
        }
        for name in names
    ]


def bare_note(note: str) -> str:
    """A note about the author as a text keeps it: one line without the brackets that print gives it."""
    words = " ".join(note.split())
    while words[:1] in ("（", "(") and words[-1:] in ("）", ")"):
        words = words[1:-1].strip()
    return words


def figure_html(picture: Picture) -> str:
    return f'<figure data-picture="{picture.pk}"><figcaption>{escape(picture.caption)}</figcaption></figure>'


def place_pictures(html: str, pictures: list[Picture]) -> str:
    """【照片n】 becomes the n-th photograph; those not named in the text follow it in order."""
    placed: set[int] = set()

    def figure(match: re.Match) -> str:
        number = int(match.group(1))
        if not 1 <= number <= len(pictures) or number in placed:
            return match.group(0)
        placed.add(number)
        return figure_html(pictures[number - 1])

    html = PHOTO_MARK.sub(figure, html)
    rest = [picture for number, picture in enumerate(pictures, 1) if number not in placed]
    return html + "".join(figure_html(picture) for picture in rest)


def _bylines_of_parts(submission: Submission, html: str) -> list[dict]:
    """A composite nobody signs as a whole is signed by those who sign its parts."""
    composite = parts_of(html) if submission.is_composite else None
    lines = [line for part in composite.parts for line in part.bylines] if composite else []
    return [line for number, line in enumerate(lines) if line not in lines[:number]]


def manuscript_of(submission: Submission) -> Manuscript:
    """The draft fields of a submission as a Manuscript."""
    pictures = [attachment.picture for attachment in submission.attachments.select_related("picture")]
    html = place_pictures(from_plain(submission.body), pictures)
    content = Content(
        title=submission.title.strip(),
        subtitle=submission.subtitle.strip().lstrip("—").strip(),
        html=html,
        bylines=split_bylines(submission.byline, submission.affiliation) or _bylines_of_parts(submission, html),
        author_note=bare_note(submission.author_note),
    )
    is_recommended = submission.origin == Article.Origin.RECOMMENDED
    return Manuscript(
        content=content,
        is_text=submission.kind == Submission.Kind.TEXT,
        is_recommended=is_recommended,
        word_limit=submission.call.word_limit,
        dpi_limit=submission.call.dpi_limit,
        section_name=submission.section.name if submission.section else "",
        source_name=submission.source_name,
        source_url=submission.source_url,
        source_issue=submission.source_issue,
        pictures=pictures,
        house_style=house_style.as_of(house_style.on_day(), html, submission.source_issue if is_recommended else ""),
    )
