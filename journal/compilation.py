"""汇编: any selection of pieces as one book, as it is or with its names masked (脱敏)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from journal.text.masking import Found, Kind, Masker, Term, places_in
from journal.text.names import stored_name
from members.models import Event, Unit, UnitAlias

from . import search
from .editions.columns import parts_of
from .models import Article, BoardMember, Byline, Content, DesensitisedTerm, Imprint, Journal

MOST = 200  # pieces in one compilation
FORMATS = {"docx": "Word", "pdf": "PDF"}

# Where further names come from: an app above this one adds a function of its own when it is ready.
NAME_SOURCES: list[Callable[[], Iterable[Term]]] = []
_KINDS = {
    DesensitisedTerm.Kind.PLACE: Kind.PLACE,
    DesensitisedTerm.Kind.UNIT: Kind.UNIT,
    DesensitisedTerm.Kind.PERSON: Kind.PERSON,
    DesensitisedTerm.Kind.OTHER: Kind.OTHER,
}


class CompilationRefused(Exception):
    """Cannot be compiled so; the message tells a person why and what to do next."""


@dataclass(frozen=True)
class Selection:
    """Which pieces: every part that is given narrows. Years are issues' years, both included."""

    query: str = ""
    section: int | None = None
    unit: int | None = None
    since: int | None = None
    until: int | None = None

    def __bool__(self) -> bool:
        return any((self.query, self.section, self.unit, self.since, self.until))


@dataclass(frozen=True)
class Piece:
    """One piece of the book: what is set, and the pieces of a composite that follow it."""

    article: Article
    content: Content
    parts: tuple["Piece", ...] = ()


@dataclass(frozen=True)
class Book:
    title: str
    pieces: tuple[Piece, ...]
    is_masked: bool = False


def choosable(user) -> QuerySet:
    """Pieces the person may take out: the office's own people everything that is not withdrawn, others nothing."""
    articles = Article.objects.toplevel().filter(withdrawn_at__isnull=True)
    return articles if user.has_perm("journal.see_unpublished") else articles.none()


def select(user, selection: Selection) -> QuerySet:
    """What the selection finds, in printed order: by issue, newest first, then as the issue has them."""
    articles = choosable(user)
    if selection.query:
        found = search.search(selection.query, Article.objects.filter(withdrawn_at__isnull=True)).articles.order_by()
        articles = articles.filter(Q(pk__in=found.values("pk")) | Q(pk__in=found.values("parent")))
    if selection.section:
        articles = articles.filter(section=selection.section)
    if selection.unit:
        lines = Byline.objects.filter(unit=selection.unit)
        parents = Article.objects.filter(pk__in=lines.values("article"), parent__isnull=False).values("parent")
        articles = articles.filter(Q(pk__in=lines.values("article")) | Q(pk__in=parents))
    if selection.since:
        articles = articles.filter(issue__year__gte=selection.since)
    if selection.until:
        articles = articles.filter(issue__year__lte=selection.until)
    return articles.in_printed_order()


def book_of(user, ids: list[int], title: str) -> Book:
    """The chosen pieces in printed order. Raises CompilationRefused for none, too many, or one that is not to be had."""
    if not title.strip():
        raise CompilationRefused("汇编还没有书名。请填写书名，它印在封面上。")
    if not ids:
        raise CompilationRefused("还没有选文章。请至少勾选一篇。")
    if len(ids) > MOST:
        raise CompilationRefused(f"选了 {len(ids)} 篇，一本最多 {MOST} 篇。请分成几本。")
    articles = list(
        choosable(user)
        .filter(pk__in=ids)
        .select_related("text__current", "issue", "section")
        .prefetch_related("bylines", "parts__bylines", "parts__text__current")
        .in_printed_order()
    )
    if len(articles) < len(set(ids)):
        raise CompilationRefused("选中的文章里有的已经撤下或找不到了。请重新选。")
    return Book(title.strip(), tuple(map(_piece, articles)))


def masked(book: Book, excluded: Iterable[str] = ()) -> tuple[Book, list[Found]]:
    """The book with its names masked but the excluded ones, and what became of each name."""
    masker = masker_for(book, excluded)
    pieces = tuple(_masked(piece, masker) for piece in book.pieces)
    return replace(book, title=masker.text(book.title), pieces=pieces, is_masked=True), masker.report()


def masker_for(book: Book, excluded: Iterable[str] = ()) -> Masker:
    """Names from the pieces' bylines and issues' boards, the units' list, the registers, and the office's own list."""
    left = set(excluded)
    listed = list(DesensitisedTerm.objects.in_use())
    kept = [term.words for term in listed if term.kind == DesensitisedTerm.Kind.KEPT]
    terms = [
        *_of_bylines(book),
        *_of_boards(book),
        *_of_units(),
        *(term for source in NAME_SOURCES for term in source()),
    ]
    terms += [Term(term.words, _KINDS[term.kind]) for term in listed if term.kind in _KINDS]
    return Masker((term for term in terms if len(term.words) > 1 and term.words not in left), kept)


def record(user, book: Book, form: str) -> None:
    """Who took out what: the audit trail of a book that leaves the system."""
    ids = [piece.article.pk for piece in book.pieces]
    note = f"{FORMATS[form]}，{len(ids)} 篇{'，已脱敏' if book.is_masked else ''}：{book.title}"
    Event.objects.record(user, "汇编", book.pieces[0].article, note=note[:200], data={"articles": ids, "format": form})


def _piece(article: Article) -> Piece:
    parts = [] if article.parent_id else parts_of(article)
    return Piece(article, article.as_printed(), tuple(map(_piece, parts)))


def _masked(piece: Piece, masker: Masker) -> Piece:
    content = piece.content
    lines = [
        line | {"name": masker.text(line["name"]), "affiliation": masker.text(line["affiliation"])}
        for line in content.bylines
    ]
    told = {name: masker.text(getattr(content, name)) for name in Article.FROM_TEXT}
    hidden = replace(content, html=masker.html(content.html), bylines=lines, **told)
    return Piece(piece.article, hidden, tuple(_masked(part, masker) for part in piece.parts))


def _of_bylines(book: Book) -> Iterable[Term]:
    for piece in book.pieces:
        for one in (piece, *piece.parts):
            for line in one.content.bylines:
                if line["kind"] == Byline.Kind.PERSON:
                    yield Term(stored_name(line["name"]), Kind.PERSON)
                else:
                    yield from unit_terms(line["name"])
                yield from unit_terms(line["affiliation"], whole=False)


def _of_boards(book: Book) -> Iterable[Term]:
    issues = {piece.article.issue_id for piece in book.pieces}
    names = BoardMember.objects.filter(issue__in=issues).values_list("name", flat=True)
    return (Term(stored_name(name), Kind.PERSON) for name in names)


def _of_units() -> Iterable[Term]:
    for name, short in Unit.objects.values_list("name", "short_name"):
        yield from unit_terms(name)
        yield from unit_terms(short)
    for alias in UnitAlias.objects.values_list("name", flat=True):
        yield from unit_terms(alias)


def _of_journal(book: Book) -> Iterable[Term]:
    """The journal itself and who is behind it, now and in the pieces' issues."""
    journal = Journal.objects.current()
    yield Term(journal.name, Kind.OTHER)
    issues = {piece.article.issue_id for piece in book.pieces}
    for printed in (journal, *Imprint.objects.filter(issue__in=issues)):
        for name in (printed.supervisor, printed.sponsor, printed.compiler, *printed.co_sponsors.split("\n")):
            yield from unit_terms(name.strip())


def unit_terms(name: str, *, whole: bool = True) -> Iterable[Term]:
    """A unit and the places its name begins with; whole: the name itself too (a post is not a unit's name)."""
    if whole and name:
        yield Term(name, Kind.UNIT)
    for place in places_in(name):
        yield Term(place, Kind.PLACE)
