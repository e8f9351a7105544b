"""操作记录: the audit trail, read-only. Registered here because what happened to drafts is nobody else's business."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseNotAllowed, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from members.models import Event, User
from members.read_only import ReadOnlyAdmin

from ..states import Action, State

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 200_000  # a sheet holds a million; more than this is asked for by date
COLUMNS = ("时间", "姓名", "事项", "类别", "对象", "之前", "之后", "说明", "来自")


def kind_of(subject_type: str) -> str:
    """The kind of a subject in words, for every model there is; 其他 for one that is gone."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return "其他"


class SubjectFilter(admin.SimpleListFilter):
    title = "对象类别"
    parameter_name = "subject"

    def lookups(self, request, model_admin):
        kinds = Event.objects.order_by().values_list("subject_type", flat=True).distinct()
        return sorted(((kind, kind_of(kind)) for kind in kinds), key=lambda one: one[1])

    def queryset(self, request, queryset):
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


class PersonFilter(admin.SimpleListFilter):
    title = "办理人"
    parameter_name = "person"

    def lookups(self, request, model_admin):
        people = User.objects.filter(pk__in=Event.objects.order_by().values("actor").distinct()).order_by("name", "pk")
        return [(str(person.pk), str(person)) for person in people] + [("none", "系统或未登录")]

    def queryset(self, request, queryset):
        wanted = self.value() or ""
        if wanted == "none":
            return queryset.filter(actor=None)
        return queryset.filter(actor=int(wanted)) if wanted.isascii() and wanted.isdigit() else queryset


class VerbFilter(admin.SimpleListFilter):
    title = "事项"
    parameter_name = "verb"

    def lookups(self, request, model_admin):
        return [(verb, verb) for verb in Event.objects.order_by("verb").values_list("verb", flat=True).distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(verb=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Nobody adds, changes or deletes here, whatever the role; the model refuses it too."""

    change_list_template = "admin/submissions/event_list.html"
    list_display = ("at", "actor_name", "verb", "kind", "subject_label", "before", "after", "note", "address")
    list_display_links = ("at",)
    list_filter = (PersonFilter, VerbFilter, SubjectFilter, "at")
    date_hierarchy = "at"
    search_fields = ("actor_name", "verb", "subject_label", "note", "address")
    search_help_text = "按姓名、事项、对象、说明、来自的地址查找。"
    list_per_page = 100
    actions = None

    def get_queryset(self, request):
        drafts_put_away = {"verb": Action.WITHDRAW.label, "before": State.DRAFT.label}
        return super().get_queryset(request).exclude(**drafts_put_away)

    def get_urls(self):
        view = self.admin_site.admin_view(self.export_view)
        return [path("export.<str:form>", view, name="members_event_export"), *super().get_urls()]

    def export_view(self, request, form):
        """The rows of the list as it is filtered now, as .xlsx or .csv; the export is told in the trail itself."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        if form not in ("xlsx", "csv"):
            raise Http404("只能导出 xlsx 或 csv。")
        found = self.get_changelist_instance(request).get_queryset(request)
        rows = list(rows_of(found[:MAX_ROWS]))
        day = f"{timezone.localdate():%Y-%m-%d}"
        asked = request.GET.urlencode()[:300]
        note = f"{len(rows)} 条，{form}" + (f"；条件 {asked}" if asked else "")
        Event.objects.record(request.user, "导出操作记录", request.user, note=note)
        name = f"操作记录{day}.{form}"
        return as_xlsx(rows, name) if form == "xlsx" else as_csv(rows, name)

    @admin.display(description="类别", ordering="subject_type")
    def kind(self, event):
        return kind_of(event.subject_type)


def rows_of(events) -> Iterator[tuple[str, ...]]:
    kinds: dict[str, str] = {}
    for event in events.iterator(chunk_size=2000):
        kind = kinds.setdefault(event.subject_type, kind_of(event.subject_type))
        at = f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"
        told = (event.actor_name, event.verb, kind, event.subject_label, event.before, event.after, event.note)
        yield at, *told, event.address or ""


def as_xlsx(rows: Iterable[tuple[str, ...]], name: str) -> FileResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("操作记录")
    sheet.freeze_panes = "A2"
    for row in (COLUMNS, *rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
            cell.data_type = "s"  # text stays text: what a stranger typed starts no formula
            cells.append(cell)
        sheet.append(cells)
    packed = BytesIO()
    book.save(packed)
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename=name, content_type=EXCEL)


class _Line:
    """What csv writes to: the line itself."""

    def write(self, line: str) -> str:
        return line


def as_csv(rows: Iterable[tuple[str, ...]], name: str) -> StreamingHttpResponse:
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield "\ufeff"  # without it Excel takes the file for another encoding
        yield writer.writerow(COLUMNS)
        for row in rows:
            yield writer.writerow([f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value for value in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
