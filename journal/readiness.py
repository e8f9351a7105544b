"""What an article still lacks before it can be printed, in six columns: the one place that says so.

The board shows it row by row, closing an issue asks for signature and source, 付印 asks for the four conditions of every text (`of_issue`). A
column is quiet where nothing is amiss; an exception is a word or two and the place where it is mended (RULES.md
sections 3, 6, 7, 11).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from . import proof_progress, secrecy, versions
from .models import Approval, Article, Issue, Picture

ENOUGH_DPI = 300  # at the intended print width (RULES.md section 6)
TOO_FEW_DPI = 200


class Column(StrEnum):
    """What is looked at, in the order of the board's columns."""

    REVIEWS = "reviews"
    SECRECY = "secrecy"
    PROOFS = "proofs"
    PICTURES = "pictures"
    BYLINE = "byline"
    SOURCE = "source"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Column.REVIEWS: "三审",
    Column.SECRECY: "保密审查",
    Column.PROOFS: "校对",
    Column.PICTURES: "图片",
    Column.BYLINE: "署名",
    Column.SOURCE: "来源、上网权",
}


@dataclass(frozen=True)
class Lack:
    """An exception. word: what the board shows; told: what is wrong and what comes next; article: where it is mended.

    waits: somebody is at it or will be, nothing is missing yet.
    """

    column: Column
    word: str
    told: str
    article: Article
    waits: bool = False


@dataclass
class Readiness:
    """The exceptions of one article (with its parts), by column; none in a column means all is well there."""

    article: Article
    lacks: dict[Column, Lack] = field(default_factory=dict)
    pictures: int = 0

    @property
    def is_complete(self) -> bool:
        return not self.lacks

    def columns(self) -> list[tuple[Column, Lack | None]]:
        return [(column, self.lacks.get(column)) for column in Column]


@dataclass(frozen=True)
class Piece:
    """One text, a part of a composite too, with what was decided on it."""

    article: Article
    missing_reviews: list[Approval.Kind]
    secrecy: secrecy.Standing
    proofs: proof_progress.Progress

    @property
    def is_reviewed(self) -> bool:
        return not self.missing_reviews

    @property
    def is_cleared(self) -> bool:
        return not (self.secrecy.is_missing or self.secrecy.is_refused)

    @property
    def is_proofed(self) -> bool:
        return self.proofs.pending is None and not self.proofs.awaits_editor

    @property
    def is_read_through(self) -> bool:
        return self.proofs.read_through is not None


def of_issue(issue: Issue) -> list[Piece]:
    """Every text of an issue that is not withdrawn, parts too, in printed order; in a constant number of queries."""
    articles = Article.objects.filter(issue=issue, withdrawn_at=None).in_printed_order()
    articles = articles.select_related("issue", "parent", "section", "text__current").defer("text__current__html")
    return list(pieces_of(list(articles)).values())


def pieces_of(articles: list[Article]) -> dict[int, Piece]:
    """Article id → its piece, in a constant number of queries. Articles need issue, parent and text loaded."""
    reviews = versions.reviews_missing(articles)
    conclusions = secrecy.standings(articles)
    proofs = proof_progress.progress_of(articles)
    return {
        article.pk: Piece(article, reviews[article.pk], conclusions[article.pk], proofs[article.pk])
        for article in articles
    }


def readiness_of(articles: Iterable[Article]) -> dict[int, Readiness]:
    """Article id → what it lacks, its parts included, in a constant number of queries. See `with_facts` for what
    the articles need loaded."""
    articles = list(articles)
    known = pieces_of([one for article in articles for one in (article, *_parts(article))])
    found = {}
    for article in articles:
        pieces = [known[one.pk] for one in (article, *_parts(article))]
        pictures = {piece.article.pk: list(piece.article.text.current.pictures.all()) for piece in pieces}
        lacks = [
            _reviews(pieces),
            _secrecy(pieces),
            _proofs([piece.proofs for piece in pieces if not (piece.is_proofed and piece.is_read_through)]),
            _pictures([(piece.article, pictures[piece.article.pk]) for piece in pieces]),
            _byline(article),
            _source(article),
        ]
        found[article.pk] = Readiness(
            article, {lack.column: lack for lack in lacks if lack}, sum(map(len, pictures.values()))
        )
    return found


def with_facts(articles):
    """A queryset of articles with what `readiness_of` looks at; the number of queries does not grow with the rows."""
    return (
        articles.select_related("issue", "section", "parent", "text__current")
        .defer("text__current__html")
        .prefetch_related(
            "bylines__unit",
            "text__current__pictures",
            "parts__bylines",
            "parts__issue",
            "parts__parent",
            "parts__text__current__pictures",
        )
    )


def _parts(article: Article) -> list[Article]:
    return [part for part in article.parts.all() if part.withdrawn_at is None]


def _reviews(pieces: list[Piece]) -> Lack | None:
    for piece in pieces:
        if not piece.is_reviewed:
            labels = [Approval.Kind(kind).label for kind in piece.missing_reviews]
            told = f"《{piece.article}》还缺{'、'.join(labels)}。"
            return Lack(Column.REVIEWS, f"待{labels[0]}", told, piece.article, waits=True)
    return None


def _secrecy(pieces: list[Piece]) -> Lack | None:
    lacking = [piece for piece in pieces if not piece.is_cleared]
    for piece in lacking:
        if piece.secrecy.is_refused:
            told = f"《{piece.article}》的保密审查结论是不予刊发，请移出。"
            return Lack(Column.SECRECY, "不予刊发", told, piece.article)
    if lacking:
        article = lacking[0].article
        return Lack(Column.SECRECY, "待审", f"《{article}》还没有保密审查，没有它不能刊发。", article, waits=True)
    return None


def _proofs(rows: list[proof_progress.Progress]) -> Lack | None:
    """The stage an article waits for; of a composite, the earliest among its parts."""
    if not rows:
        return None
    (_, word, told), row = min(((_proof_step(row), row) for row in rows), key=lambda pair: pair[0][0])
    return Lack(Column.PROOFS, word, f"《{row.article}》{told}", row.article, waits=True)


def _proof_step(row: proof_progress.Progress) -> tuple[int, str, str]:
    """(how far, word, sentence) of a text whose proofs are not done."""
    if row.awaits_editor:
        return (len(row.done), "待改样", f"还有 {row.open_marks} 处校样标记等编辑处理。")
    if row.pending is not None:
        label = row.pending.label
        at_work = row.pending in row.at_work
        return (len(row.done), f"{label}中" if at_work else f"待{label}", f"还没有做完{label}。")
    return (len(row.done), "待通读", "三校以后还没有通读现在的正文。")


def _pictures(rows: list[tuple[Article, list[Picture]]]) -> Lack | None:
    short = [(piece, one) for piece, pictures in rows for one in pictures if one.dpi_at_print_width < ENOUGH_DPI]
    if not short:
        return None
    worst = min(one.dpi_at_print_width for _, one in short)
    told = f"有 {len(short)} 张照片按拟印宽度不到 {ENOUGH_DPI} 像素/英寸，最低 {worst}。请要原图，或者印小一些。"
    return Lack(Column.PICTURES, f"{len(short)} 张不足", told, short[0][0], waits=worst >= TOO_FEW_DPI)


def is_unsigned(article: Article) -> bool:
    """Nobody signs it: a composite may be signed in its parts, an image entry by its photographers."""
    if article.bylines.all() or any(part.bylines.all() for part in _parts(article)):
        return False
    pictures = article.text.current.pictures.all() if article.kind == Article.Kind.IMAGE else ()
    return not pictures or not all(one.photographer for one in pictures)


def lacks_source(article: Article) -> bool:
    """A reprint that does not name where it is from (RULES.md section 11)."""
    return article.origin == Article.Origin.RECOMMENDED and not article.source_note


def _byline(article: Article) -> Lack | None:
    if is_unsigned(article):
        return Lack(Column.BYLINE, "无署名", f"《{article}》没有署名，请核对是否照登。", article)
    return None


def _source(article: Article) -> Lack | None:
    """A reprint names its source; whoever has no right to put it online keeps it inside (RULES.md section 11)."""
    if lacks_source(article):
        return Lack(Column.SOURCE, "缺来源", f"《{article}》是转载，没有写来源，请补上。", article)
    if article.online_right == Article.OnlineRight.NONE:
        told = f"《{article}》没有上网权，公开刊发时只给内部读者看。取得授权后请改“上网权利”。"
        return Lack(Column.SOURCE, "无上网权", told, article, waits=True)
    return None
