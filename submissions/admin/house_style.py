"""统一用语、人员职务、单位名称、排名顺序: kept line by line, or as a sheet that comes in and goes out."""

import uuid
from dataclasses import dataclass
from urllib.parse import quote

from django import forms
from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from members.models import Event

from .. import house_style_sheets as lists
from ..house_style import NamingOrder, PreferredTerm, Tenure, UnitName
from ..sheets import MAX_BYTES, MAX_ROWS, SheetRefused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_SECONDS = 3600
SHOWN = 200  # lines of each kind on the preview; the numbers are always of all


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label="Excel 表格",
        help_text=f"只收 .xlsx，最大 {MAX_BYTES // 1024 // 1024} MB，最多 {MAX_ROWS:,} 行。第一行是列名，照导出的表填写。",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请先选一个表格文件。", "empty": "这个文件是空的。请换一个。"},
    )

    def clean_sheet(self):
        upload = self.cleaned_data["sheet"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                f"文件有 {upload.size / 1024 / 1024:.1f} MB，最大 {MAX_BYTES // 1024 // 1024} MB。请分成几个文件。"
            )
        return upload


@dataclass(frozen=True)
class Preview:
    """What waits for a yes, kept for an hour in the shared cache: the form sends back its key alone."""

    person: int
    model: str
    token: uuid.UUID | None
    rows: list

    def keep(self) -> str:
        key = uuid.uuid4().hex
        cache.set(_cache_key(key), self, PREVIEW_SECONDS)
        return key


def _cache_key(key: str) -> str:
    return f"house-style-import:{key}"


class SheetAdmin(admin.ModelAdmin):
    """A list with 导入 and 导出."""

    change_list_template = "admin/submissions/house_style/list.html"
    list_per_page = 100

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, self._url_name
        own = [
            path("import/", wrap(self.import_view), name=name("import")),
            path("export/", wrap(self.export_view), name=name("export")),
        ]
        return [*own, *super().get_urls()]

    def _url_name(self, act: str) -> str:
        return f"submissions_{self.opts.model_name}_{act}"

    def changelist_view(self, request, extra_context=None):
        own = {
            "title": self.opts.verbose_name,
            "may_import": self.may_import(request),
            "import_url": reverse(f"admin:{self._url_name('import')}"),
            "export_url": reverse(f"admin:{self._url_name('export')}"),
        }
        return super().changelist_view(request, own | (extra_context or {}))

    def may_import(self, request) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change or form.changed_data:
                Event.objects.record(request.user, f"{'修改' if change else '新增'}{self.opts.verbose_name}", obj)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            rows = list(queryset)
            # The admin's log, and with it the trail, tells of one row by itself (members/admin_log.py), not of several.
            for row in rows if len(rows) > 1 else ():
                Event.objects.record(request.user, f"删除{self.opts.verbose_name}", row)
            super().delete_queryset(request, queryset)

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = f"{self.opts.verbose_name}{timezone.localdate():%Y%m%d}.xlsx"
        response = HttpResponse(lists.export(self.model.objects.all()), content_type=XLSX)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return response

    def import_view(self, request):
        if not self.may_import(request):
            raise PermissionDenied
        if "key" in request.POST:
            return self._confirm(request)
        form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
        if form.is_bound and form.is_valid():
            try:
                rows = lists.read(self.model, form.cleaned_data["sheet"].read())
            except SheetRefused as refusal:
                form.add_error("sheet", str(refusal))
            else:
                return self._preview(request, rows)
        return self._page(request, form=form, columns=lists.columns_of(self.model))

    def _preview(self, request, rows):
        token = lists.current_token()
        plan = lists.plan(self.model, rows)
        key = Preview(request.user.pk, self.opts.label_lower, token, rows).keep() if plan.amount else ""
        return self._page(request, plan=plan, key=key, shown=SHOWN)

    def _confirm(self, request):
        key = _cache_key(request.POST["key"])
        preview = cache.get(key)
        if preview is None or (preview.person, preview.model) != (request.user.pk, self.opts.label_lower):
            messages.error(request, "预览已经过期，什么都没有导入。请重新上传表格。")
            return redirect(f"admin:{self._url_name('import')}")
        try:
            plan = lists.carry_out(self.model, preview.rows, request.user, token=preview.token)
        except lists.Outdated:
            messages.warning(
                request, "预览以后有人改过用语或名录，什么都还没有导入。下面是重新比对的结果，请再看一遍。"
            )
            return self._preview(request, preview.rows)
        cache.delete(key)
        left = f"{len(plan.unreadable)} 行读不出，没有导入。" if plan.unreadable else ""
        messages.success(request, f"已导入：新增 {len(plan.new)} 条，修改 {len(plan.changed)} 条。{left}")
        return redirect(f"admin:submissions_{self.opts.model_name}_changelist")

    def _page(self, request, **context):
        own = {
            **self.admin_site.each_context(request),
            "title": f"导入{self.opts.verbose_name}",
            "opts": self.opts,
            "import_url": reverse(f"admin:{self._url_name('import')}"),
            "list_url": reverse(f"admin:submissions_{self.opts.model_name}_changelist"),
            "export_url": reverse(f"admin:{self._url_name('export')}"),
        }
        return TemplateResponse(request, "admin/submissions/house_style/import.html", own | context)


class InForceFilter(admin.SimpleListFilter):
    title = "有效"
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [("now", "现在有效"), ("ended", "已经结束"), ("coming", "还没有开始")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        return {
            "now": lambda: queryset.filter(Q(since=None) | Q(since__lte=today), Q(until=None) | Q(until__gte=today)),
            "ended": lambda: queryset.filter(until__lt=today),
            "coming": lambda: queryset.filter(since__gt=today),
        }.get(self.value(), lambda: queryset)()


@admin.register(PreferredTerm)
class PreferredTermAdmin(SheetAdmin):
    list_display = ("wrong", "right", "level", "note", "active")
    list_filter = ("active", "level")
    list_editable = ("active",)
    search_fields = ("wrong", "right", "note", "exceptions")
    search_help_text = "按写法、说明、例外查找。"


@admin.register(Tenure)
class TenureAdmin(SheetAdmin):
    list_display = ("person", "post", "unit", "since", "until")
    list_filter = (InForceFilter,)
    search_fields = ("person", "post", "unit", "variants")
    search_help_text = "按姓名、职务、单位、错写查找。"


@admin.register(UnitName)
class UnitNameAdmin(SheetAdmin):
    list_display = ("name", "since", "until")
    list_filter = (InForceFilter,)
    search_fields = ("name", "variants")
    search_help_text = "按名称、错写查找。"


@admin.register(NamingOrder)
class NamingOrderAdmin(SheetAdmin):
    list_display = ("title", "kind", "since", "until")
    list_filter = (InForceFilter, "kind")
    search_fields = ("title", "names")
    search_help_text = "按顺序的名称、其中的单位或姓名查找。"
