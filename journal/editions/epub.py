"""An issue as an EPUB 3 book for reading devices: the printed order, pictures without metadata, one page an article.

The container is four fixed files and a zip (EPUB 3.3, sections 4 and 5), which the templates in templates/editions/epub
hold; the library there is for it is under a licence that would bind every office that hands the site on.
"""

import zipfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from journal import covers
from journal.models import Article, Imprint, Issue, IssueMatter, Journal, Picture
from journal.pictures import Unreadable, derivative
from journal.text.blocks import Block, parse, picture_ids
from journal.text.names import spaced_name

from .columns import Chosen, columns_of, parts_of
from .text import imprint_lines

_WIDTH = 960
_STYLE = Path(__file__).parent / "epub.css"
_CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


@dataclass(frozen=True)
class Page:
    """One XHTML file of the book."""

    id: str
    title: str
    body: SafeString
    parts: tuple[tuple[str, str], ...] = ()  # (anchor, title) of a composite's
    number: int | None = None  # of the printed page it begins on

    @property
    def file(self) -> str:
        return f"{self.id}.xhtml"


class Book:
    """The pages of an issue and the pictures they show."""

    def __init__(self, issue: Issue, chosen: Chosen = None):
        self.issue = issue
        self.journal = Journal.objects.current()
        self.imprint = Imprint.objects.filter(issue=issue).first() or Imprint.from_journal(issue, self.journal)
        self.columns = [column for column in columns_of(issue, chosen) if column.articles]
        self.matters = {matter.kind: matter for matter in issue.matters.all()}
        articles = [
            one for column in self.columns for article in column.articles for one in (article, *parts_of(article))
        ]
        htmls = [*(one.text.current.html for one in articles), *(matter.html for matter in self.matters.values())]
        wanted = {pk for html in htmls for pk in picture_ids(html)}
        self.pictures = Picture.objects.in_bulk(wanted)
        self.images = {pk: path for pk, one in self.pictures.items() if (path := _file_of(one))}

    def front(self, cover_name: str) -> list[Page]:
        shown = _rendered("cover.xhtml", {"cover": cover_name, "title": f"{self.journal.name} {self.issue}"})
        facts = {"journal": self.journal, "issue": self.issue, "imprint": self.imprint, "board": _board(self.issue)}
        imprint = _rendered("imprint.xhtml", facts | {"lines": imprint_lines(self.imprint)})
        return [
            Page("cover", "封面", shown),
            Page("imprint", "版本记录", imprint),
            *self.matter(IssueMatter.Kind.PREFACE),
        ]

    def matter(self, kind: str) -> list[Page]:
        matter = self.matters.get(kind)
        if matter is None:
            return []
        body = _rendered("matter.xhtml", {"matter": matter, "body": self.body(matter.html)})
        return [Page(str(kind), matter.title or matter.get_kind_display(), body)]

    def sections(self) -> list[dict]:
        return [
            {
                "name": column.name,
                "pages": [
                    Page(
                        f"article-{article.pk}",
                        article.listed_title,
                        self.article(article, column.name),
                        tuple((f"part-{part.pk}", part.title) for part in parts_of(article)),
                        article.start_page,
                    )
                    for article in column.articles
                ],
            }
            for column in self.columns
        ]

    def article(self, article: Article, section: str = "", level: int = 1) -> SafeString:
        lines = [
            {"name": spaced_name(line.name) if line.kind == "person" else line.name, "affiliation": line.affiliation}
            for line in article.bylines.all()
        ]
        parts = [] if article.parent_id else [self.article(part, level=2) for part in parts_of(article)]
        body = mark_safe("".join([self.body(article.text.current.html), *parts]))  # noqa: S308 (escaped below)
        notes = [note for note in (article.author_note, article.source_note, article.credits) if note]
        context = {"article": article, "section": section, "lines": lines, "body": body, "level": level}
        return _rendered("article.xhtml", context | {"notes": [note.strip("（）") for note in notes]})

    def body(self, html: str) -> SafeString:
        """Canonical blocks as XHTML; nh3 has let nothing through that could do harm."""
        return mark_safe("\n".join(self.block(block) for block in parse(html)))  # noqa: S308 (canonical)

    def block(self, block: Block) -> str:
        if block.kind != "figure":
            return block.html.replace("<br>", "<br/>")
        picture = self.pictures.get(block.picture or 0)
        if picture is None or picture.pk not in self.images:
            return ""
        told = block.text or picture.caption
        by = f"（{picture.photographer} 摄）" if picture.photographer else ""
        caption = format_html("<figcaption>{}{}</figcaption>", told, by) if told or by else ""
        return format_html('<figure><img src="{}" alt="{}"/>{}</figure>', _image(picture.pk), told or "照片", caption)


def write(issue: Issue, path: Path, articles: Chosen = None) -> None:
    """The book to path. No number of pages: a reading device makes its own."""
    book = Book(issue, articles)
    cover_name, cover_type, cover = _cover(book)
    front, sections, back = book.front(cover_name), book.sections(), book.matter(IssueMatter.Kind.CALL)
    pages = [*front, *(page for section in sections for page in section["pages"]), *back]
    numbered = _numbered(pages)
    package = {
        "identifier": f"urn:quarterly:{issue.year}-{issue.number}-{issue.serial_number}",
        "title": f"{book.journal.name} {issue}",
        "creator": book.journal.office or book.journal.name,
        "publisher": book.imprint.sponsor,
        "rights": book.imprint.notice or "内部资料",
        "modified": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cover": {"name": cover_name, "type": cover_type},
        "pages": pages,
        "images": [{"id": f"image-{pk}", "name": _image(pk)} for pk in book.images],
        "has_numbers": bool(numbered),
    }
    contents = {"front": front, "columns": sections, "back": back, "numbered": numbered}
    nav = Page("nav", "目录", _rendered("nav.xhtml", contents))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and uncompressed, so that the file is known for what it is by its first bytes.
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("EPUB/package.opf", render_to_string("editions/epub/package.opf", package))
        archive.writestr("EPUB/style.css", _STYLE.read_text("utf-8"))
        archive.writestr(f"EPUB/{cover_name}", cover)
        for page in (nav, *pages):
            archive.writestr(f"EPUB/{page.file}", _rendered("page.xhtml", {"title": page.title, "body": page.body}))
        for pk, file in book.images.items():
            archive.write(file, f"EPUB/{_image(pk)}", zipfile.ZIP_STORED)


def _numbered(pages: list[Page]) -> list[Page]:
    """The pages that stand for a printed page, each number once and upwards, as a list of pages has to go."""
    out: list[Page] = []
    for page in pages:
        if page.number and (not out or page.number > (out[-1].number or 0)):
            out.append(page)
    return out


def _rendered(template: str, context: dict) -> SafeString:
    return render_to_string(f"editions/epub/{template}", context)


def _image(pk: int) -> str:
    return f"picture-{pk}.jpg"


def _file_of(picture: Picture) -> Path | None:
    """A readers' copy; a picture that cannot be read is left out, as on the site."""
    try:
        return derivative(picture, _WIDTH)
    except Unreadable:
        return None


def _board(issue: Issue) -> list[tuple[str, list[str]]]:
    roles = groupby(issue.board.all(), key=lambda member: member.role)
    return [(role, [spaced_name(member.name) for member in members]) for role, members in roles]


def _cover(book: Book) -> tuple[str, str, bytes]:
    file = _file_of(book.issue.cover) if book.issue.cover else None
    if file is not None:
        return "cover.jpg", "image/jpeg", file.read_bytes()
    lettering = covers.lettering_of(book.journal, book.imprint, book.issue.theme)
    svg = covers.draw(book.issue.year, book.issue.number, book.issue.serial_number, lettering)
    return "cover.svg", "image/svg+xml", svg.encode()
