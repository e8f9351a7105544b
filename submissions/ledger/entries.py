"""The entries behind a figure, as rows a person reads: titles and dates are fetched for the rows shown alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from journal.models import Article

from ..models import Submission
from .figures import OF_PRINTED, Entry, Scope, Who, counted
from .pieces import Book, Printed


@dataclass(frozen=True)
class Row:
    """One entry of the ledger. unit is as kept in the original row; counted_for where that differs (merged, signed)."""

    title: str
    page: tuple[str, object]
    number: str
    signed: str
    unit: str
    counted_for: str
    kind: str
    section: str
    received_on: date | None
    decided_on: date | None
    state: str
    issue: str = ""
    first: bool = False
    points: Decimal | None = None

    @property
    def url(self) -> str:
        name, pk = self.page
        return reverse(name, args=[pk])


def entries_of(book: Book, figure: str, scope: Scope, *, who: Who = None, everybody: bool = False) -> list[Entry]:
    """The entries a figure of `who` counts, each once. Raises ValueError for an unknown figure."""
    found = {entry.pk: entry for one, entry in counted(book, figure, scope) if everybody or one == who}
    return list(found.values())


def rows_of(book: Book, figure: str, entries: Sequence[Entry]) -> list[Row]:
    return _articles(book, entries) if figure in OF_PRINTED else _submissions(book, entries)


def _submissions(book: Book, entries: Sequence[Entry]) -> list[Row]:
    fetched = {
        one.pk: one
        for one in Submission.objects.filter(pk__in=[entry.pk for entry in entries])
        .select_related("text__current", "unit", "section", "contributor", "article__issue")
        .defer("body", "text__current__html")
    }
    return [_submission_row(book, entry, fetched[entry.pk]) for entry in entries]


def _submission_row(book: Book, entry: Entry, one: Submission) -> Row:
    version = one.text.current
    unit, home = str(one.unit or ""), _names(book, entry)
    return Row(
        title=version.title,
        page=("admin:submissions_submission_change", one.pk),
        number=one.receipt_number,
        signed="、".join(line["name"] for line in version.bylines) or one.contributor.name,
        unit=unit,
        counted_for=home if home != unit else "",
        kind=one.get_kind_display(),
        section=str(one.section or "未定"),
        received_on=one.received_on or timezone.localdate(one.submitted_at),
        decided_on=timezone.localdate(one.decided_at) if one.decided_at else None,
        state=one.label,
        issue=str(one.article.issue or "") if one.article else "",
    )


def _articles(book: Book, entries: Sequence[Entry]) -> list[Row]:
    fetched = (
        Article.objects.filter(pk__in=[entry.pk for entry in entries])
        .select_related("issue", "section", "parent")
        .prefetch_related("bylines__unit")
        .in_bulk()
    )
    return [_article_row(book, entry, fetched[entry.pk]) for entry in entries if isinstance(entry, Printed)]


def _article_row(book: Book, entry: Printed, one: Article) -> Row:
    lines = list(one.bylines.all())
    units = "、".join(dict.fromkeys(str(line.unit) for line in lines if line.unit))
    home = _names(book, entry)
    return Row(
        title=f"{one.parent.title}：{one.title}" if one.parent else one.title,
        page=("admin:journal_article_change", one.pk),
        number="",
        signed="、".join(line.name for line in lines),
        unit=units,
        counted_for=home if home != units else "",
        kind=one.get_kind_display(),
        section=str(one.section),
        received_on=None,
        decided_on=None,
        state="已刊发",
        issue=str(one.issue),
        first=entry.first,
        points=entry.points,
    )


def _names(book: Book, entry: Entry) -> str:
    return "、".join(book.names[unit][0] for unit in entry.units if unit)


def taken_down(book: Book, scope: Scope) -> list[Article]:
    """Articles of the period that count no longer because they were withdrawn after publication."""
    gone = Article.objects.filter(issue__year=book.year, issue__published_at__isnull=False, withdrawn_at__isnull=False)
    if scope.kind:
        gone = gone.filter(kind=scope.kind)
    if scope.section is not None:
        gone = gone.filter(section=scope.section)
    return list(gone.select_related("issue").order_by("issue__number", "pk"))
