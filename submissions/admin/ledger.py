"""投稿采用情况: the ledger's page, the rows behind each figure, how figures are counted, sheet and 通报 (look/desk.md 7)."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Max, Min
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from journal.models import Article, Issue, Journal
from members.read_only import ReadOnlyAdmin

from ..ledger import Ledger, PointRule, charts, definitions
from ..ledger.entries import entries_of, rows_of, taken_down
from ..ledger.figures import NO_UNIT, OF_PRINTED, OPENS, QUARTERS, Line, Scope, Who, table, told
from ..ledger.pieces import NO_POINTS, Book, Person, quarter_of, read_book
from ..ledger.sheets import workbook
from ..models import Submission
from ..notice_docx import notice, period_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHOWN = 10  # lines before 全部展开
PAGE = 100  # rows of an opened figure a page
BY = {"unit": "单位", "person": "个人"}
KINDS = {"": "全部", **dict(Article.Kind.choices)}
_PREFIX = "admin:submissions_ledger_"


@dataclass(frozen=True)
class View:
    """What the address asks for."""

    year: int
    scope: Scope
    everybody: bool = False

    def query(self, **changes) -> str:
        """This view's parameters with changes; what is as usual is left out."""
        scope = self.scope
        asked = {
            "year": self.year,
            "quarter": scope.quarter or "",
            "by": "" if scope.by == "unit" else scope.by,
            "kind": scope.kind,
            "section": scope.section or "",
        } | changes
        return "?" + urlencode({name: value for name, value in asked.items() if value not in ("", None)})


def view_of(request) -> View:
    """Raises Http404 for what no link of ours asks."""
    get = request.GET
    year = _number(get.get("year"), timezone.localdate().year)
    quarter, section = _number(get.get("quarter"), 0), _number(get.get("section"), 0)
    by, kind = get.get("by") or "unit", get.get("kind") or ""
    if by not in BY or kind not in KINDS or not 0 <= quarter <= 4 or not 1949 <= year <= 9998:
        raise Http404("没有这样的统计。")
    return View(year, Scope(quarter, by, kind, section or None), everybody=bool(get.get("all")))


def _number(text: str | None, otherwise: int) -> int:
    if not text:
        return otherwise
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise Http404("没有这样的统计。")
    return int(text)


def who_key(who: Who) -> str:
    """How a unit or person stands in an address; "0" is no unit."""
    if isinstance(who, Person):
        return f"{who.unit or 0}:{who.name}"
    return str(who or 0)


def who_of(key: str, by: str) -> Who:
    if by == "person":
        unit, _, name = key.partition(":")
        return Person(name, _number(unit, 0) or None)
    return _number(key, 0) or None


@admin.register(Ledger)
class LedgerAdmin(ReadOnlyAdmin):
    def get_urls(self):
        return [
            path("", self.page(ledger_view), name="submissions_ledger_changelist"),
            path("rows/", self.page(rows_view), name="submissions_ledger_rows"),
            path("definitions/", self.page(definitions_view), name="submissions_ledger_definitions"),
            path("export/", self.page(export_view), name="submissions_ledger_export"),
            path("notice/", self.page(notice_view), name="submissions_ledger_notice"),
        ]


def ledger_view(model_admin, request):
    view = view_of(request)
    scope = view.scope
    book = read_book(view.year, persons=scope.by == "person")
    figures = table(book, scope)
    today = timezone.localdate()
    ranked = [line for line in figures.lines if line.who is not None]
    shown = figures.lines if view.everybody or len(figures.lines) <= SHOWN + 1 else ranked[:SHOWN]
    most = charts.longest(shown)
    sparkle = max((value for line in shown for value in line.quarters), default=0)
    red = scope.quarter or (quarter_of(today) if view.year == today.year else 4)
    links = {figure: _rows_url(view, figure) for figure in OPENS}
    context = {
        **_context(model_admin, request, view, f"{period_of(book, scope)}投稿采用情况"),
        "subtitle_line": _days(view, today),
        "choices": _choices(view, book),
        "years": _years(view),
        "figures": figures,
        "total": _shown_line(links, figures.total, None),
        "lines": [
            _shown_line(links, line, who_key(line.who))
            | {"bar": charts.row_bar(line, most), "sparks": charts.sparks(line, sparkle, red)}
            for line in shown
        ],
        "left": _left(figures.lines[len(shown) :] if shown is not figures.lines else []),
        "all_url": view.query(all=1) + "#table",
        "quarters": [
            (bar, view.query(quarter=bar.number))
            for bar in charts.quarter_bars(figures.of_quarters, _running(view, today))
        ],
        "sections": [
            (bar, _rows_url(view, "published", section=bar.section) if bar.section else "")
            for bar in charts.section_bars(figures.of_sections, book.sections)
        ],
        "cells": charts.quota_cells(figures.with_quota),
        "grid_height": charts.grid_height(len(figures.with_quota)),
        "section_name": book.sections.get(scope.section or 0, ""),
        "labels": {key: one.label for key, one in definitions.BY_KEY.items()},
        "told": {key: one.text for key, one in definitions.BY_KEY.items()},
        "rules": PointRule.objects.filter(year=view.year).select_related("section"),
        "red_quarter": QUARTERS[red - 1],
        "may_set_points": request.user.has_perm("submissions.add_pointrule"),
        "may_set_quotas": request.user.has_perm("submissions.add_quota"),
    }
    return TemplateResponse(request, "admin/submissions/ledger.html", context)


def _context(model_admin, request, view: View, title: str) -> dict:
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "view": view,
        "ledger_url": reverse(f"{_PREFIX}changelist") + view.query(),
        "export_url": reverse(f"{_PREFIX}export") + view.query(),
        "notice_url": reverse(f"{_PREFIX}notice") + view.query(by="", kind="", section=""),
        "definitions_url": reverse(f"{_PREFIX}definitions") + view.query(),
    }


def _rows_url(view: View, figure: str, **changes) -> str:
    return reverse(f"{_PREFIX}rows") + view.query(figure=figure, **changes)


def _shown_line(links: dict[str, str], line: Line, who: str | None) -> dict:
    """A line with the address of each figure's rows. links: those of everybody; who None leaves them so."""
    tail = "" if who is None else f"&{urlencode({'who': who})}"
    return {
        "line": line,
        "links": {figure: address + tail for figure, address in links.items()},
        "rate": "—" if line.rate is None else f"{line.rate:.0%}",
        "points": told(line.points),
    }


def _left(lines: list[Line]) -> dict | None:
    """The folded lines together."""
    if not lines:
        return None
    decided = sum(line.decided for line in lines)
    accepted = sum(line.accepted for line in lines)
    return {
        "count": len(lines),
        "submitted": sum(line.submitted for line in lines),
        "accepted": accepted,
        "published": sum(line.published for line in lines),
        "rate": f"{accepted / decided:.0%}" if decided else "—",
        "met": sum(line.met is True for line in lines),
        "points": told(sum((line.points for line in lines), NO_POINTS)),
    }


def _choices(view: View, book: Book) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Groups of (label, address, chosen)."""
    scope = view.scope
    quarters = [("全年", view.query(quarter=""), not scope.quarter)]
    quarters += [(name, view.query(quarter=n), scope.quarter == n) for n, name in enumerate(QUARTERS, 1)]
    groups = [
        ("时间", quarters),
        ("看", [(label, view.query(by="" if by == "unit" else by), scope.by == by) for by, label in BY.items()]),
        ("稿件", [(label, view.query(kind=kind), scope.kind == kind) for kind, label in KINDS.items()]),
    ]
    if scope.section:
        groups.append(
            (
                "栏目",
                [
                    (book.sections.get(scope.section, "没有这个栏目"), view.query(), True),
                    ("全部栏目", view.query(section=""), False),
                ],
            )
        )
    return groups


def _years(view: View) -> list[tuple[int, str]]:
    """Every year that has anything, newest first, and the one looked at."""
    sent = Submission.objects.sent().aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    out = Issue.objects.published().aggregate(first=Min("year"), last=Max("year"))
    known = [timezone.localdate(sent[end]).year for end in ("first", "last") if sent[end]]
    known += [out[end] for end in ("first", "last") if out[end]]
    known += [view.year, timezone.localdate().year]
    return [(year, view.query(year=year)) for year in range(max(known), min(known) - 1, -1)]


def _days(view: View, today) -> str:
    quarter = view.scope.quarter
    first, last = ((quarter - 1) * 3 + 1, quarter * 3) if quarter else (1, 12)
    if view.year == today.year and first <= today.month <= last:
        return f"{first}月1日至{today.month}月{today.day}日"
    return f"{first}月1日至{last}月{30 if last in (6, 9) else 31}日"


def _running(view: View, today) -> int:
    return quarter_of(today) if view.year == today.year else 0


def rows_view(model_admin, request):
    """The manuscripts or articles behind one figure: the very entries it counted."""
    view = view_of(request)
    figure = request.GET.get("figure", "")
    if figure not in OPENS:
        raise Http404("没有这个数字。")
    key = request.GET.get("who", "")
    who = who_of(key, view.scope.by) if key else None
    book = read_book(view.year, persons=view.scope.by == "person")
    entries = entries_of(book, figure, view.scope, who=who, everybody=not key)
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    definition = definitions.BY_KEY[figure]
    name = _name(book, who) if key else ""
    title = f"{period_of(book, view.scope)}{name and f'：{name}'}，{definition.label}"
    context = {
        **_context(model_admin, request, view, title),
        "figure": figure,
        "definition": definition,
        "printed": figure in OF_PRINTED,
        "page": page,
        "rows": rows_of(book, figure, page.object_list),
        "points": told(sum((entry.points for entry in entries), NO_POINTS)) if figure in OF_PRINTED else "",
        "gone": taken_down(book, view.scope) if figure in OF_PRINTED else [],
        "page_query": view.query(figure=figure, who=key),
        "narrowed": "、".join(
            part
            for part in (
                KINDS[view.scope.kind] if view.scope.kind else "",
                book.sections.get(view.scope.section or 0, ""),
            )
            if part
        ),
    }
    return TemplateResponse(request, "admin/submissions/ledger_rows.html", context)


def _name(book: Book, who: Who) -> str:
    """Raises Http404 for a unit that does not exist."""
    unit = who.unit if isinstance(who, Person) else who
    if unit is not None and unit not in book.names:
        raise Http404("没有这个单位。")
    if isinstance(who, Person):
        return who.name + (f"（{book.names[who.unit][0]}）" if who.unit else "")
    return book.names[who][0] if who else NO_UNIT


def definitions_view(model_admin, request):
    view = view_of(request)
    rules = PointRule.objects.filter(year=view.year).select_related("section")
    context = {
        **_context(model_admin, request, view, "数字怎么算"),
        "figures": definitions.FIGURES,
        "rules": definitions.RULES,
        "points": rules,
    }
    return TemplateResponse(request, "admin/submissions/ledger_definitions.html", context)


def export_view(model_admin, request):
    view = view_of(request)
    book = read_book(view.year)
    return _download(workbook(book, view.scope), f"{period_of(book, view.scope)}投稿采用情况.xlsx", XLSX)


def notice_view(model_admin, request):
    view = view_of(request)
    book = read_book(view.year, persons=False)
    made = notice(book, view.scope, Journal.objects.current(), timezone.localdate())
    return _download(made, f"关于{period_of(book, view.scope)}投稿采用情况的通报.docx", DOCX)


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
