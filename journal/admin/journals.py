"""刊物信息 (one row) and 栏目 (sorted by dragging)."""

from adminsortable2.admin import SortableAdminBase, SortableAdminMixin, SortableTabularInline
from django.contrib import admin
from django.shortcuts import redirect

from ..models import Journal, JournalLink, Section


class LinkInline(SortableTabularInline):
    model = JournalLink
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The heading of a column is no label of the fields below it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = str(field.label)
        return field


@admin.register(Journal)
class JournalAdmin(SortableAdminBase, admin.ModelAdmin):
    inlines = (LinkInline,)
    fieldsets = (
        (
            "刊名和许可",
            {
                "fields": (
                    "name",
                    "frequency",
                    ("licence_number", "licence_valid_until"),
                    "notice",
                    "founded_year",
                    "about",
                )
            },
        ),
        (
            "单位",
            {
                "fields": ("supervisor", "sponsor", "co_sponsors", "compiler", "office", "distribution"),
                "description": "新建一期时，版本记录从这里取；以后改这里，不影响已经刊发的期。",
            },
        ),
        (
            "怎样办稿",
            {
                "fields": (
                    ("review_days", "hold_minutes"),
                    "error_rate_limit",
                    "small_office",
                    "requires_print_approval",
                ),
                "description": "改了立即生效：工作台的超期、决定后的撤回时间、校对的差错率都照这里算。改动会写进操作记录。",
            },
        ),
        ("联系方式", {"fields": ("address", "postcode", "email", "phone", "website")}),
        ("成品尺寸", {"fields": (("page_width_mm", "page_height_mm"),)}),
        (
            "阅读次数",
            {
                "fields": ("show_reads", "show_most_read"),
                "description": "编辑部在“阅读量”里总能看到；勾选了，读者也看得到。",
            },
        ),
        ("网站页脚", {"fields": ("icp_number", "police_number", "site_identifier", "correction_url")}),
    )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:journal_journal_change", Journal.objects.current().pk)


@admin.register(Section)
class SectionAdmin(SortableAdminMixin, admin.ModelAdmin):
    list_display = ("name", "description", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = ("name", "description", "is_active")
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False
