"""What the assembly page shows: the pool, the issue's columns with pages and readiness, the dialogue of one row."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Q
from django.urls import reverse

from .. import order, page_plan, readiness
from ..models import Article, Byline, Issue, IssueSection, Section
from ..page_plan import PagePlan
from ..readiness import Column, Readiness

# Where an exception is mended: the address and what it is asked with.
MENDED_AT = {
    Column.REVIEWS: ("admin:journal_article_reviews", "pk"),
    Column.SECRECY: ("admin:journal_approval_secrecy", "text_id"),
    Column.PROOFS: ("admin:journal_proofmark_article", "pk"),
    Column.PICTURES: ("admin:journal_article_change", "pk"),
    Column.BYLINE: ("admin:journal_article_change", "pk"),
    Column.SOURCE: ("admin:journal_article_change", "pk"),
}
MANY = 8  # texts in the pool from which it is worth filtering


@dataclass
class Mark:
    """One cell of readiness: quiet, or an exception with the page where it is mended."""

    label: str
    word: str = ""
    told: str = ""
    url: str = ""
    waits: bool = False


@dataclass
class Row:
    """A text as the board shows it. pages: from the typesetting; given: as the print house fixed them."""

    article: Article
    ready: Readiness
    marks: list[Mark]
    pages: tuple[int, int] | None = None
    given: tuple[int | None, int | None] = (None, None)
    note: str = ""
    parts: list[Article] = field(default_factory=list)

    @property
    def words(self) -> int:
        """字数 with the parts'."""
        return sum(piece.text.current.words for piece in (self.article, *self.parts))

    @property
    def length(self) -> int:
        """Pages it takes: as typeset, else about; 0 for what shares a page."""
        if self.pages:
            return self.pages[1] - self.pages[0] + 1
        return page_plan.estimated_pages(self.words, self.ready.pictures)

    @property
    def told_pages(self) -> str:
        return told(self.pages)

    @property
    def told_given(self) -> str:
        return told(self.given)

    @property
    def differs(self) -> bool:
        return bool(self.pages) and self.given[0] is not None and self.given != self.pages

    @property
    def exceptions(self) -> list[Mark]:
        return [mark for mark in self.marks if mark.word]


@dataclass
class ColumnRow:
    """A column of the issue with its texts."""

    row: IssueSection
    rows: list[Row]
    note: str = ""

    @property
    def pages(self) -> tuple[int, int] | None:
        set_rows = [row.pages for row in self.rows if row.pages]
        return (min(start for start, _ in set_rows), max(end for _, end in set_rows)) if set_rows else None

    @property
    def given(self) -> tuple[int | None, int | None]:
        return (self.row.start_page, self.row.end_page)

    @property
    def told_pages(self) -> str:
        return told(self.pages)

    @property
    def told_given(self) -> str:
        return told(self.given)

    @property
    def differs(self) -> bool:
        return bool(self.pages) and self.given[0] is not None and self.given != self.pages


def told(pages) -> str:
    """6—9, 6, or nothing."""
    if not pages or pages[0] is None:
        return ""
    start, end = pages
    return str(start) if end in (None, start) else f"{start}—{end}"


def context(request, issue: Issue, plan: PagePlan | None, *, stale: bool) -> dict:
    """stale: the plan is of an earlier order; the right numbers are being set."""
    filters = {name: request.GET.get(name, "").strip() for name in ("q", "section", "kind")}
    pool, placed, waiting = _rows(issue, filters, plan)
    columns = columns_of(issue, placed)
    here = {column.row.section_id for column in columns}
    may = request.user.has_perm("journal.assemble_issue", issue) and issue.is_open
    sections = list(Section.objects.active())
    complete = sum(row.ready.is_complete for row in placed)
    return {
        "issue": issue,
        "columns": columns,
        "placed": len(placed),
        "complete": complete,
        "lacking": len(placed) - complete,
        "pool": pool,
        "waiting": waiting,
        "filters": filters,
        "filtered": any(filters.values()),
        "many": waiting > MANY or any(filters.values()),
        "absent": {row.article.section_id for row in pool} - here,
        "unset": [section for section in sections if section.pk not in here],
        "sections": sections,
        "labels": [column.label for column in Column],
        "may_assemble": may,
        "may_close": request.user.has_perm("journal.close_issue", issue),
        "may_publish": request.user.has_perm("journal.publish_issue", issue),
        "last_step": order.last_step(issue, request.user) if may else None,
        "changed_at": order.changed_at(issue),
        "wanted": request.GET.get("article", ""),
        "dialog": dialog(request, issue, columns, pool) if may else None,
    } | bar(issue, plan, columns, stale=stale)


def bar(issue: Issue, plan: PagePlan | None, columns: list[ColumnRow], *, stale: bool) -> dict:
    """What the page bar is drawn from."""
    starts = [column.pages[0] for column in columns if column.pages]
    cells = page_plan.cells(plan.numbered, issue.pages) if plan else []
    return {
        "plan": plan,
        "stale": stale,
        "planned": issue.pages,
        "planned_crooked": bool(issue.pages and issue.pages % page_plan.SIGNATURE),
        "cells": cells,
        "signatures": len(cells),
        "to_spare": max(0, (issue.pages or 0) - plan.numbered) if plan else 0,
        "over": max(0, plan.numbered - issue.pages) if plan and issue.pages else 0,
        "front_pages": told((1, min(starts) - 1)) if starts and min(starts) > 1 else "",
    }


def columns_of(issue: Issue, placed: list[Row]) -> list[ColumnRow]:
    """The issue's columns in order; what shares a page is said in words."""
    columns = [
        ColumnRow(row, [one for one in placed if one.article.section_id == row.section_id])
        for row in issue.sections.select_related("section")
    ]
    rows = [row for column in columns for row in column.rows]
    for before, row in pairwise(rows):
        if before.pages and row.pages and row.pages[0] == before.pages[1]:
            row.note = f"接排，与上一篇同在第 {row.pages[0]} 页"
    filled = [column for column in columns if column.pages]
    for before, column in pairwise(filled):
        if column.pages and before.pages and column.pages[0] == before.pages[1]:
            before.note = f"与“{column.row}”共用第 {column.pages[0]} 页"
    return columns


def placed_rows(issue: Issue, plan: PagePlan | None) -> list[Row]:
    """The issue's texts alone: what the pages are asked for again with."""
    return _rows(issue, None, plan)[1]


def _rows(issue: Issue, filters: dict[str, str] | None, plan: PagePlan | None) -> tuple[list[Row], list[Row], int]:
    """(pool, placed, how many wait in the pool before filtering); the number of queries does not grow with the rows."""
    pool = Article.objects.unplaced() if filters is not None else Article.objects.none()
    waiting = pool.count() if filters is not None else 0
    wanted = _filtered(pool, filters or {}).values("pk")
    articles = Article.objects.toplevel().filter(Q(issue=issue) | Q(pk__in=wanted))
    articles = list(readiness.with_facts(articles).order_by("section__position", "section", "position", "pk"))
    ready = readiness.readiness_of(articles)
    rows = [_row(article, ready[article.pk], plan) for article in articles]
    here = [row for row in rows if row.article.issue_id == issue.pk]
    return [row for row in rows if row.article.issue_id is None], here, waiting


def _filtered(pool, filters: dict[str, str]):
    """By column, kind, and words of title, signature or unit."""
    if filters.get("section", "").isdigit():
        pool = pool.filter(section=filters["section"])
    if filters.get("kind") in Article.Kind.values:
        pool = pool.filter(kind=filters["kind"])
    for word in filters.get("q", "").split():
        signed = Byline.objects.filter(
            Q(name__icontains=word) | Q(affiliation__icontains=word) | Q(unit__name__icontains=word)
        )
        pool = pool.filter(Q(title__icontains=word) | Q(pk__in=signed.values("article")))
    return pool


def _row(article: Article, ready: Readiness, plan: PagePlan | None) -> Row:
    marks = []
    for column, lack in ready.columns():
        mark = Mark(column.label)
        if lack is not None:
            name, key = MENDED_AT[column]
            url = reverse(name, args=[getattr(lack.article, key)])
            mark = Mark(column.label, lack.word, lack.told, url, lack.waits)
        marks.append(mark)
    parts = [part for part in article.parts.all() if part.withdrawn_at is None]
    parts.sort(key=lambda part: (part.position, part.pk))
    pages = plan.pages_of(article.pk) if plan and article.issue_id else None
    return Row(article, ready, marks, pages, (article.start_page, article.end_page), parts=parts)


def dialog(request, issue: Issue, columns: list[ColumnRow], pool: list[Row]) -> dict | None:
    """编入…, 移动…, 调整…: asked for by ?move=<article> or ?column=<column>; None for what is not on the board."""
    move, column = request.GET.get("move", ""), request.GET.get("column", "")
    rows = {str(row.article.pk): row for one in columns for row in one.rows} | {
        str(row.article.pk): row for row in pool
    }
    if move in rows:
        row = rows[move]
        return {"row": row, "here": row.article.section_id, "placed": row.article.issue_id == issue.pk}
    found = next((one for one in columns if str(one.row.pk) == column), None)
    return {"column": found} if found else None
