"""期: what an issue carries besides articles; its order, closing and publishing have pages of their own."""

from adminsortable2.admin import SortableAdminBase, SortableTabularInline
from ckeditor.widgets import CKEditorWidget
from django import forms
from django.contrib import admin
from django.db.models import Count, Max, Q
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from journal.text.blocks import canonical
from members.models import Event

from ..board_order import differences
from ..models import Article, BoardMember, Highlight, Imprint, Issue, IssueMatter, IssueSection, Journal
from . import board, board_order, galleys, imprint, publication, release
from .covers import cover_picture


class IssueForm(forms.ModelForm):
    cover_file = forms.FileField(
        label="上传封面",
        required=False,
        help_text="JPG 或 PNG，建议 2481×3367 像素（大16开，300 像素/英寸）。不上传时按年份、期号自动生成。",
        error_messages={"empty": "封面文件是空的，可能没有传完。请重新选择。"},
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    drop_cover = forms.BooleanField(label="不用上传的封面，改回自动生成", required=False)

    class Meta:
        model = Issue
        fields = ("year", "number", "serial_number", "theme", "pages", *Issue.PLANNED)
        help_texts = {
            "serial_number": "从创刊算起的总期数。",
            "deadline": "含当日。我的工作台按它倒数。",
            "pages": "计划的内文页数，4 的倍数，封面、封二、封三、封底另计；编排页按它算还剩几页。印刷厂排好后改成实际页数。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            newest = Issue.objects.aggregate(serial=Max("serial_number"))["serial"] or 0
            self.initial.setdefault("serial_number", newest + 1)
            self.initial.setdefault("year", timezone.localdate().year)

    def clean(self):
        """Each planned day is not before the one that has to be done first; days left open are skipped."""
        cleaned = super().clean()
        before = None
        for name in Issue.PLANNED:
            day = cleaned.get(name)
            if day is None:
                continue
            if before is not None and day < cleaned[before]:
                told = f"{self.fields[name].label}的日期早于{self.fields[before].label}（{cleaned[before]:%Y-%m-%d}），请核对。"
                self.add_error(name, told)
                continue
            before = name
        return cleaned

    def clean_cover_file(self):
        upload = self.cleaned_data["cover_file"]
        if upload:
            self.instance.cover = cover_picture(upload, self.actor)
        return upload


class CleanHtmlForm(forms.ModelForm):
    """Cleaned before it reaches the editor as well as on save (DEPENDENCIES.md, CKEditor)."""

    class Meta:
        model = IssueMatter
        fields = ("kind", "title", "html", "signature")
        widgets = {"html": CKEditorWidget}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.html:
            self.initial["html"] = canonical(self.instance.html)


class OpenIssueInline:
    """Rows of an issue change only while the issue is open."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_open)


class ImprintInline(OpenIssueInline, admin.StackedInline):
    model = Imprint
    can_delete = False
    extra = 1
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("licence_number", "notice"),
                    ("compiler", "distribution"),
                    ("print_house", "printed_on", "print_run"),
                    ("supervisor", "sponsor"),
                    "co_sponsors",
                    ("address", "postcode"),
                    ("email", "phone"),
                    ("website", "online_note"),
                ),
                "description": "定稿前必须填齐：准印证号、封面字样、编印单位、发送对象、印刷单位、印刷日期、印数。",
            },
        ),
    )

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        facts = {}
        if obj is None or not Imprint.objects.filter(issue=obj).exists():
            journal = Journal.objects.current()
            facts = {name: getattr(journal, name) for name in Imprint.FROM_JOURNAL}

        class FromJournal(formset):
            """A new imprint starts with the journal's present facts, and is saved even when nobody changes them."""

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **({"initial": [facts]} | kwargs if facts else kwargs))

            def _construct_form(self, index, **kwargs):
                form = super()._construct_form(index, **kwargs)
                if facts and not form.instance.pk:
                    form.has_changed = lambda: True
                return form

        return FromJournal

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "co_sponsors":
            field.widget.attrs["rows"] = 4
        return field


class MatterInline(OpenIssueInline, admin.StackedInline):
    model = IssueMatter
    form = CleanHtmlForm
    extra = 0
    max_num = len(IssueMatter.Kind)

    def get_fields(self, request, obj=None):
        if self.has_change_permission(request, obj):
            return super().get_fields(request, obj)
        return ("kind", "title", "rendered", "signature")

    def get_readonly_fields(self, request, obj=None):
        return () if self.has_change_permission(request, obj) else ("rendered",)

    @admin.display(description="正文")
    def rendered(self, matter):
        return mark_safe(f'<div class="d">{canonical(matter.html)}</div>')  # noqa: S308  canonical


class HighlightInline(OpenIssueInline, SortableTabularInline):
    model = Highlight
    extra = 0
    fields = ("text", "article", "position")

    def get_formset(self, request, obj=None, **kwargs):
        self.issue = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "article":
            kwargs["queryset"] = Article.objects.toplevel().filter(issue=self.issue).order_by("section", "position")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "article" and self.issue is not None:
            # Asked once for all rows: each select would otherwise ask for itself.
            field.choices = [("", "——"), *((article.pk, str(article)) for article in field.queryset)]
        return field


class BoardInline(OpenIssueInline, SortableTabularInline):
    model = BoardMember
    extra = 0
    fields = ("role", "name", "position")


class ColumnInline(OpenIssueInline, admin.TabularInline):
    model = IssueSection
    extra = 0
    fields = ("section", "name", "start_page", "end_page")
    readonly_fields = ("section",)
    verbose_name_plural = "本期栏目（顺序在“编排”里调）"
    ordering = ("position",)

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Issue)
class IssueAdmin(SortableAdminBase, admin.ModelAdmin):
    form = IssueForm
    change_form_template = "admin/journal/issue_form.html"
    list_display = ("__str__", "serial_number", "state", "access", "placed", "deadline", "published_at", "assemble")
    list_filter = ("state", "access", "year")
    search_fields = ("year", "theme")
    actions = None
    fieldsets = (
        (None, {"fields": (("year", "number", "serial_number"), "theme", "pages")}),
        (
            "进度计划",
            {
                "fields": ("deadline", ("proof_1_on", "proof_2_on", "proof_3_on"), ("print_on", "publish_on")),
                "description": "都可以空着。填了的，我的工作台上写明还有几天、过了几天。",
            },
        ),
        ("封面", {"fields": ("cover_file", "drop_cover")}),
    )

    def get_queryset(self, request):
        placed = Count("articles", filter=Q(articles__parent=None))
        return super().get_queryset(request).annotate(placed_count=placed)

    def get_inlines(self, request, obj):
        if obj is None:
            return (ImprintInline,)
        return (ImprintInline, MatterInline, HighlightInline, BoardInline, ColumnInline)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def get_fieldsets(self, request, obj=None):
        if obj is not None and not self.has_change_permission(request, obj):
            return self.fieldsets[:2]
        if obj is None or obj.cover_id is None:
            return (*self.fieldsets[:2], ("封面", {"fields": ("cover_file",)}))
        return super().get_fieldsets(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        pages = [
            ("board", board.board_view),
            ("board_pages", board.board_pages_view),
            ("imprint", imprint.imprint_view),
            ("close", release.close_view),
            ("reopen", release.reopen_view),
            ("publish", release.publish_view),
            ("publication", publication.publication_view),
            ("galley", galleys.galley_view),
            ("sort_board", board_order.sort_view),
        ]
        own = [
            path(
                "<int:pk>/galley.pdf", wrap(_with_admin(self, galleys.galley_pdf_view)), name="journal_issue_galley_pdf"
            )
        ]
        own.append(
            path(
                "<int:pk>/editions/<int:edition>/",
                wrap(lambda request, pk, edition: publication.edition_view(self, request, pk, edition)),
                name="journal_issue_edition",
            )
        )
        own += [
            path(f"<int:pk>/{name}/", wrap(_with_admin(self, view)), name=f"journal_issue_{name}")
            for name, view in pages
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        if form.cleaned_data.get("drop_cover"):
            obj.cover = None
        super().save_model(request, obj, form, change)
        if not change:
            Event.objects.record(request.user, "建一期", obj)
        elif form.changed_data:
            Event.objects.record(request.user, "改期的资料", obj, note="、".join(_labels(form)))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["show_save_and_add_another"] = False
        if obj is not None:
            context["may_close"] = request.user.has_perm("journal.close_issue", obj)
            context["may_publish"] = request.user.has_perm("journal.publish_issue", obj)
            context["panel"] = imprint.panel_of(obj) if obj.is_open else None
            context["may_acknowledge"] = imprint.may_acknowledge(request, obj)
            context["cover"] = obj.cover
            context["board_orders"] = differences(obj.board.all())
            context["may_assemble"] = obj.is_open and request.user.has_perm("journal.assemble_issue", obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description="文章", ordering="placed_count")
    def placed(self, issue):
        return f"{issue.placed_count} 篇"

    @admin.display(description="编排")
    def assemble(self, issue):
        label = "编排" if issue.is_open else "看编排"
        return format_html('<a href="{}">{}</a>', reverse("admin:journal_issue_board", args=[issue.pk]), label)


def _labels(form) -> list[str]:
    return [str(form.fields[name].label) for name in form.changed_data]


def _with_admin(model_admin, view):
    return lambda request, pk: view(model_admin, request, pk)
