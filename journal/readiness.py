"""What an article still lacks before it can be printed, in six columns: the one place that says so.

The board shows it row by row, closing an issue lists it. A column is quiet where nothing is amiss; an exception is a
word or two and the place where it is mended. Nothing here blocks: an office may print what it answers for (RULES.md
sections 3, 6, 7, 11), but 保密审查 stops publishing by itself (`secrecy`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from . import proof_progress, secrecy, versions
from .models import Approval, Article, Picture

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


def readiness_of(articles: Iterable[Article]) -> dict[int, Readiness]:
    """Article id → what it lacks, its parts included, in a constant number of queries. See `with_facts` for what
    the articles need loaded."""
    articles = list(articles)
    everything = [piece for article in articles for piece in (article, *_parts(article))]
    reviews = versions.reviews_missing(everything)
    conclusions = secrecy.standings(everything)
    proofs = proof_progress.progress_of(everything)
    found = {}
    for article in articles:
        pieces = [article, *_parts(article)]
        pictures = {piece.pk: list(piece.text.current.pictures.all()) for piece in pieces}
        lacks = [
            _reviews([(piece, reviews[piece.pk]) for piece in pieces]),
            _secrecy([(piece, conclusions[piece.pk]) for piece in pieces]),
            _proofs([proofs[piece.pk] for piece in pieces]),
            _pictures([(piece, pictures[piece.pk]) for piece in pieces]),
            _byline(article, pictures[article.pk]),
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
            "bylines",
            "text__current__pictures",
            "parts__bylines",
            "parts__issue",
            "parts__parent",
            "parts__text__current__pictures",
        )
    )


def _parts(article: Article) -> list[Article]:
    return [part for part in article.parts.all() if part.withdrawn_at is None]


def _reviews(rows: list[tuple[Article, list]]) -> Lack | None:
    for piece, missing in rows:
        if missing:
            stage = Approval.Kind(missing[0]).label
            told = f"《{piece}》还缺{'、'.join(Approval.Kind(kind).label for kind in missing)}。"
            return Lack(Column.REVIEWS, f"待{stage}", told, piece, waits=True)
    return None


def _secrecy(rows: list[tuple[Article, secrecy.Standing]]) -> Lack | None:
    refused = next((piece for piece, found in rows if found.is_refused), None)
    if refused is not None:
        return Lack(Column.SECRECY, "不予刊发", f"《{refused}》的保密审查结论是不予刊发，请移出。", refused)
    missing = [piece for piece, found in rows if found.is_missing]
    if missing:
        return Lack(Column.SECRECY, "待审", f"《{missing[0]}》还没有保密审查，没有它不能刊发。", missing[0], waits=True)
    return None


def _proofs(rows: list[proof_progress.Progress]) -> Lack | None:
    """The stage an article waits for; of a composite, the earliest among its parts."""
    steps = [(_proof_step(row), row) for row in rows]
    behind = [(step, row) for step, row in steps if step is not None]
    if not behind:
        return None
    (_, word, told), row = min(behind, key=lambda pair: pair[0][0])
    return Lack(Column.PROOFS, word, f"《{row.article}》{told}", row.article, waits=True)


def _proof_step(row: proof_progress.Progress) -> tuple[int, str, str] | None:
    """(how far, word, sentence); None where the final text has been read through."""
    if row.awaits_editor:
        return (len(row.done), "待改样", f"还有 {row.open_marks} 处校样标记等编辑处理。")
    if row.pending is not None:
        label = row.pending.label
        at_work = row.pending in row.at_work
        return (len(row.done), f"{label}中" if at_work else f"待{label}", f"还没有做完{label}。")
    if row.read_through is None:
        return (len(row.done), "待通读", "三校以后还没有通读现在的正文。")
    return None


def _pictures(rows: list[tuple[Article, list[Picture]]]) -> Lack | None:
    short = [(piece, one) for piece, pictures in rows for one in pictures if one.dpi_at_print_width < ENOUGH_DPI]
    if not short:
        return None
    worst = min(one.dpi_at_print_width for _, one in short)
    told = f"有 {len(short)} 张照片按拟印宽度不到 {ENOUGH_DPI} 像素/英寸，最低 {worst}。请要原图，或者印小一些。"
    return Lack(Column.PICTURES, f"{len(short)} 张不足", told, short[0][0], waits=worst >= TOO_FEW_DPI)


def _byline(article: Article, pictures: list[Picture]) -> Lack | None:
    """A composite may be signed in its parts; an image entry by its photographers."""
    signed = article.bylines.all() or any(part.bylines.all() for part in _parts(article))
    if signed or (pictures and article.kind == Article.Kind.IMAGE and all(one.photographer for one in pictures)):
        return None
    return Lack(Column.BYLINE, "无署名", f"《{article}》没有署名，请核对是否照登。", article)


def _source(article: Article) -> Lack | None:
    """A reprint names its source; whoever has no right to put it online keeps it inside (RULES.md section 11)."""
    if article.origin == Article.Origin.RECOMMENDED and not article.source_note:
        return Lack(Column.SOURCE, "缺来源", f"《{article}》是转载，没有写来源，请补上。", article)
    if article.online_right == Article.OnlineRight.NONE:
        told = f"《{article}》没有上网权，公开刊发时只给内部读者看。取得授权后请改“上网权利”。"
        return Lack(Column.SOURCE, "无上网权", told, article, waits=True)
    return None
