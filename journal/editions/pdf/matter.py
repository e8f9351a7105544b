"""An issue → the plain data its typesetting is fed with. Text goes in as JSON strings, never as markup: nothing in a
manuscript can become typst code or name a file (DEPENDENCIES.md, typst)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import segno

from journal import covers
from journal.models import Article, Content, Imprint, Issue, Journal, Picture
from journal.pictures import Unreadable
from journal.text.blocks import Block, parse, picture_ids
from journal.text.names import spaced_name
from journal.text.titles import title_breaks
from journal.text.tree import Node, parse_tree

from ..columns import Chosen, Column, columns_of, highlights_of, parts_of
from ..marked import elements, runs, table
from ..text import imprint_lines
from .prints import print_file

SHORT = 600  # 字: a piece this short shares its page with its neighbours (RULES.md section 11 of the printed issue)


@dataclass
class Matter:
    """What an edition is made of: data for the template, and what could not be had (told, never silent)."""

    data: dict
    problems: list[str] = field(default_factory=list)


class Collector:
    """Makes the data of texts and puts the files they need into one folder, under names of our own."""

    def __init__(self, folder: Path, pictures: dict[int, Picture], *, hides_pictures: bool = False):
        self.folder = folder
        self.pictures = pictures
        self.hides_pictures = hides_pictures
        self.problems: list[str] = []

    def article(self, article: Article, *, is_part: bool = False) -> dict:
        parts = [] if is_part else [self.article(part, is_part=True) for part in parts_of(article)]
        lines = [
            {"kind": line.kind, "name": line.name, "affiliation": line.affiliation} for line in article.bylines.all()
        ]
        return self.piece(article, article.text.current.html, lines) | {
            "id": article.pk,
            "parts": parts,
        }

    def piece(self, facts: Article | Content, html: str, bylines: list[dict]) -> dict:
        """What is set of any text: facts has the titles and notes."""
        return {
            "id": 0,
            "kicker": facts.kicker,
            "title": facts.title,
            "pieces": title_breaks(facts.title),
            "subtitle": facts.subtitle,
            "bylines": [
                {"name": _signed(line["kind"], line["name"]), "post": line.get("affiliation", "")} for line in bylines
            ],
            "notes": [note for note in (facts.author_note, facts.source_note, facts.credits) if note],
            "blocks": self.blocks(html, facts.title),
            "parts": [],
        }

    def blocks(self, html: str, where: str) -> list[dict]:
        return [one for block in parse(html) if (one := self.block(block, where))]

    def block(self, block: Block, where: str) -> dict | None:
        root = parse_tree(block.html).children[0]
        if block.kind == "figure":
            return self.figure(block, root, where)
        if block.kind in ("ul", "ol"):
            return {"kind": block.kind, "items": [runs(item) for item in elements(root, "li")]}
        if block.kind == "blockquote":
            return {"kind": "quote", "paragraphs": [runs(node) for node in elements(root)] or [runs(root)]}
        if block.kind == "table":
            return table(root)
        return {"kind": block.kind, "runs": runs(root)}

    def figure(self, block: Block, root: Node, where: str) -> dict | None:
        if self.hides_pictures:
            return {"kind": "p", "runs": [{"t": f"【照片略】{block.text}", "i": True}]}
        picture = self.pictures.get(block.picture or 0)
        if picture is None:
            self.problems.append(f"《{where}》里有一张照片已经找不到，没有排进去。请在文章里删去它的占位，或重新放入。")
            return None
        try:
            name = print_file(picture, self.folder)
        except Unreadable:
            self.problems.append(f"《{where}》的照片“{picture}”打不开，没有排进去。请重新上传这张照片。")
            return None
        captions = elements(root, "figcaption")
        caption = runs(captions[0]) if captions else []
        return {
            "kind": "figure",
            "file": name,
            "caption": caption or ([{"t": picture.caption}] if picture.caption else []),
            "photographer": picture.photographer,
            "width": picture.print_width_mm,
            "ratio": round(picture.height / picture.width, 4),
        }


def matter_of(issue: Issue, folder: Path, articles: Chosen = None) -> Matter:
    """Everything of the issue in printed order (DESIGN.md 5); pictures, cover and QR codes go into folder."""
    journal = Journal.objects.current()
    imprint = Imprint.objects.filter(issue=issue).first() or Imprint.from_journal(issue, journal)
    columns = columns_of(issue, articles)
    matters = {matter.kind: matter for matter in issue.matters.all()}
    htmls = [matter.html for matter in matters.values()]
    for column in columns:
        for article in column.articles:
            htmls += [one.text.current.html for one in (article, *parts_of(article))]
    collector = Collector(folder, pictures_in(htmls))
    data = {
        "journal": {
            "name": journal.name,
            "sponsor": imprint.sponsor or journal.sponsor,
            "frequency": journal.frequency,
        },
        "issue": {"label": issue.label, "short": str(issue), "serial": issue.serial_number, "theme": issue.theme},
        "cover": _cover(issue, journal, imprint, collector),
        "links": _links(journal, folder),
        "imprint": [{"label": label, "value": value} for label, value in imprint_lines(imprint)],
        "licence": [imprint.licence_number, imprint.notice],
        "online_note": imprint.online_note,
        "preface": _issue_matter(matters.get("preface"), collector),
        "call": _issue_matter(matters.get("call"), collector),
        "highlights": [
            {"text": highlight.text, "article": highlight.article_id} for highlight in highlights_of(issue, articles)
        ],
        "columns": _contents(columns),
        "runs": _runs(columns, collector),
        "board": _board(issue),
    }
    return Matter(data, collector.problems)


def pictures_in(htmls: Iterable[str]) -> dict[int, Picture]:
    """The pictures these texts show, by id; one query."""
    return Picture.objects.in_bulk({pk for html in htmls for pk in picture_ids(html)})


def _signed(kind: str, name: str) -> str:
    return spaced_name(name) if kind == "person" else name


def _contents(columns: list[Column]) -> list[dict]:
    """What the contents page says."""
    return [
        {
            "id": column.row.section_id,
            "name": column.name,
            "articles": [
                {
                    "id": article.pk,
                    "listed": article.listed_title,
                    "bylines": [_signed(line.kind, line.name) for line in article.bylines.all()],
                }
                for article in column.articles
            ],
        }
        for column in columns
        if column.articles
    ]


def _runs(columns: list[Column], collector: Collector) -> list[list[dict]]:
    """The articles in order, parted into runs: each begins a page, its first article leads those set on behind it."""
    out: list[list[dict]] = []
    for column in columns:
        last = len(column.articles) - 1
        for place, article in enumerate(column.articles):
            one = {
                "column": {"id": column.row.section_id, "name": column.name},
                "article": collector.article(article),
                "opens": place == 0,
                "closes": place == last,
            }
            # Asked for by an editor, an article may even begin its column on the page of the one before.
            if out and (article.runs_on or (place and _is_short(article))):
                out[-1].append(one)
            else:
                out.append([one])
    return out


def _is_short(article: Article) -> bool:
    return article.text.current.words <= SHORT and not parts_of(article)


def _issue_matter(matter, collector: Collector) -> dict | None:
    if matter is None:
        return None
    title = matter.title or matter.get_kind_display()
    return {
        "title": title,
        "pieces": title_breaks(title),
        "blocks": collector.blocks(matter.html, title),
        "signature": matter.signature,
    }


def _board(issue: Issue) -> list[dict]:
    roles: dict[str, list[str]] = {}
    for member in issue.board.all():
        roles.setdefault(member.role, []).append(spaced_name(member.name))
    return [{"role": role, "names": names} for role, names in roles.items()]


def _links(journal: Journal, folder: Path) -> list[dict]:
    out = []
    for number, link in enumerate(journal.links.all()):
        if link.url:
            name = f"link-{number}.svg"
            segno.make(link.url, error="m").save(str(folder / name), border=0, scale=4)
            out.append({"label": link.label, "file": name})
    return out


def _cover(issue: Issue, journal: Journal, imprint: Imprint, collector: Collector) -> dict:
    """An uploaded cover fills the page; else the drawn one, as readers see it on the site."""
    if issue.cover is not None:
        try:
            return {"file": print_file(issue.cover, collector.folder), "photograph": True}
        except Unreadable:
            collector.problems.append("上传的封面打不开，用了自动生成的封面。请重新上传封面。")
    lettering = covers.lettering_of(journal, imprint, issue.theme)
    (collector.folder / "cover.svg").write_text(
        covers.draw(issue.year, issue.number, issue.serial_number, lettering), encoding="utf-8"
    )
    return {"file": "cover.svg", "photograph": False}
