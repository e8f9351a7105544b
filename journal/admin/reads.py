"""阅读量: articles, issues and months by how often they were read, as a page and as a sheet."""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from members.read_only import ReadOnlyAdmin

from ..models import Article, Issue, ReadCount
from ..reads import DEFINITION, PERIODS, counted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50
BY = {"article": "文章", "issue": "各期", "month": "各月"}
_ALL = 0
_NAMES = {7: "近 7 天", 30: "近 30 天", 365: "近一年", _ALL: "全部"}


@dataclass(frozen=True)
class View:
    """What the address asks for. days: with today; 0 for all there are."""

    by: str
    days: int

    @property
    def since(self) -> date | None:
        return timezone.localdate() - timedelta(days=self.days - 1) if self.days else None

    def query(self, **changes) -> str:
        asked = {"by": self.by, "days": self.days} | changes
        return f"?by={asked['by']}&days={asked['days']}"


def view_of(request) -> View:
    """Raises Http404 for what no link of ours asks."""
    by, days = request.GET.get("by", "article"), request.GET.get("days", "30")
    if by not in BY or days not in map(str, _NAMES):
        raise Http404("没有这样的统计。")
    return View(by, int(days))


def articles(view: View) -> QuerySet:
    read = counted(Article.objects.select_related("issue", "section"), since=view.since)
    return read.filter(reads__gt=0).order_by("-reads", "-pk")


def issues(view: View) -> QuerySet:
    """(issue, readings), the newest issue first."""
    read = _counts(view).order_by().values("article__issue").annotate(reads=Sum("number"))
    numbers = dict(read.values_list("article__issue", "reads"))
    found = Issue.objects.filter(pk__in=[pk for pk in numbers if pk])
    return [(issue, numbers[issue.pk]) for issue in found]


def months(view: View) -> list[tuple[date, int]]:
    """(first day, readings), the newest month first."""
    read = _counts(view).order_by().annotate(month=TruncMonth("day")).values("month").annotate(reads=Sum("number"))
    return list(read.order_by("-month").values_list("month", "reads"))


def _counts(view: View) -> QuerySet:
    return ReadCount.objects.filter(day__gte=view.since) if view.since else ReadCount.objects.all()


@admin.register(ReadCount)
class ReadCountAdmin(ReadOnlyAdmin):
    def get_urls(self):
        return [
            path("", self.page(reads_view), name="journal_readcount_changelist"),
            path("export/", self.page(export_view), name="journal_readcount_export"),
        ]


def reads_view(model_admin, request):
    view = view_of(request)
    found = {"article": articles, "issue": issues, "month": months}[view.by](view)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "阅读量",
        "view": view,
        "total": _counts(view).aggregate(total=Sum("number"))["total"] or 0,
        "rows": list(found[:SHOWN]) if view.by == "article" else found,
        "shown": SHOWN,
        "days": [(name, view.query(days=days), days == view.days) for days, name in _NAMES.items()],
        "kinds": [(name, view.query(by=by), by == view.by) for by, name in BY.items()],
        "export": f"export/{view.query()}",
        "definition": DEFINITION,
        "periods": PERIODS,
    }
    return TemplateResponse(request, "admin/journal/reads.html", context)


def export_view(model_admin, request):
    view = view_of(request)
    book = Workbook(write_only=False)
    book.remove(book.active)
    _sheet(
        book,
        "文章",
        ("标题", "期", "栏目", "阅读次数"),
        ((row.title, str(row.issue or ""), row.section.name, row.reads) for row in articles(view)),
    )
    _sheet(book, "各期", ("期", "阅读次数"), ((str(issue), reads) for issue, reads in issues(view)))
    _sheet(book, "各月", ("月份", "阅读次数"), ((f"{month:%Y-%m}", reads) for month, reads in months(view)))
    _sheet(book, "怎样计数", ("项目", "说明"), DEFINITION)
    packed = BytesIO()
    book.save(packed)
    response = HttpResponse(packed.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="reads-{timezone.localdate():%Y%m%d}.xlsx"'
    return response


def _sheet(book: Workbook, name: str, heads, rows) -> None:
    sheet = book.create_sheet(name)
    sheet.append(heads)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value for value in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a title that begins with = is no formula
    sheet.column_dimensions["A"].width = 44
    sheet.column_dimensions["B"].width = 60 if name == "怎样计数" else 18
    sheet.freeze_panes = "A2"
