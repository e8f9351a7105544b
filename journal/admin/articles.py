"""文章: the text in the rich text editor, its bylines, where it stands."""

from adminsortable2.admin import SortableAdminBase, SortableTabularInline
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import path
from django.utils.safestring import mark_safe

from journal.text.pieces import parts_of
from members.models import Event

from .. import assembly, duplicates, versions
from ..models import Article, Byline, Text
from .article_form import ArticleForm, BylineForm
from .compilation import compilation_address, compilation_view
from .corrections import correct_view
from .figures import with_images
from .galleys import article_pdf_view
from .locking import lock_reason
from .versions import Unconfirmed, change_kind, confirm_view
from .versions import urls as version_urls
from .wechat import wechat_view
from .word import article_word_view


class BylineInline(SortableTabularInline):
    model = Byline
    form = BylineForm
    extra = 0

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and lock_reason(obj) == ""

    has_add_permission = has_delete_permission = has_change_permission


def separable(article: Article) -> list[str]:
    """The titles an article could be taken apart at: none for a composite, a part of one, and what is locked."""
    if article.parent_id or lock_reason(article) or article.parts.exists():
        return []
    composite = parts_of(Text.objects.get(pk=article.text_id).current.html)
    return [part.title for part in composite.parts] if composite else []


class PlaceFilter(admin.SimpleListFilter):
    title = "编入情况"
    parameter_name = "place"

    def lookups(self, request, model_admin):
        return [("pool", "待编入"), ("making", "在编的期"), ("published", "已刊发"), ("withdrawn", "已撤下")]

    def queryset(self, request, queryset):
        chosen = {
            "pool": {"issue": None, "withdrawn_at": None},
            "making": {"issue__state__in": ["preparing", "closed"]},
            "published": {"issue__state": "published", "withdrawn_at": None},
            "withdrawn": {"withdrawn_at__isnull": False},
        }
        return queryset.filter(**chosen[self.value()]) if self.value() in chosen else queryset


class ReviewFilter(admin.SimpleListFilter):
    title = "三审"
    parameter_name = "reviews"

    def lookups(self, request, model_admin):
        return [("missing", "待审或待重审")]

    def queryset(self, request, queryset):
        if self.value() == "missing":
            return queryset.filter(pk__in=versions.awaiting_review().values("pk"))
        return queryset


@admin.register(Article)
class ArticleAdmin(SortableAdminBase, admin.ModelAdmin):
    form = ArticleForm
    inlines = (BylineInline,)
    change_form_template = "admin/journal/article_form.html"
    list_display = ("title", "signed", "issue", "section", "words", "origin", "access_now")
    list_filter = (PlaceFilter, ReviewFilter, "section", "kind", "origin", "online_right", "issue")
    list_select_related = ("issue", "section", "text__current")
    list_per_page = 50
    search_fields = ("title", "contents_title", "kicker", "bylines__name", "text__current__html")
    search_help_text = "按标题、署名、正文查找。"
    ordering = ("-pk",)
    actions = ("compile_chosen",)
    change_list_template = "admin/journal/article_list.html"
    fieldsets = (
        ("标题", {"fields": ("kicker", "title", "subtitle", "contents_title")}),
        ("正文", {"fields": ("body", "reason")}),
        ("栏目和来源", {"fields": ("section", ("kind", "origin", "online_right"), "source_note")}),
        ("文末", {"fields": ("author_note", "credits")}),
        ("页码", {"fields": (("start_page", "end_page"),)}),
    )

    class Media:
        css = {"all": ("desk/review.css",)}
        js = ("desk/article.js",)

    def get_queryset(self, request):
        rows = super().get_queryset(request).prefetch_related("bylines")
        return rows.defer("text__current__html")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and lock_reason(obj) == ""

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        told = {"body": ("rendered",), "reason": ()}
        return [
            (name, {"fields": tuple(shown for field in options["fields"] for shown in told.get(field, (field,)))})
            for name, options in self.fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return () if obj is None or self.has_change_permission(request, obj) else ("rendered",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "section":
            # Columns are kept on their own page; beside the list of them the buttons only distract.
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def get_urls(self):
        pages = (
            ("correct/", correct_view, "correct"),
            ("print.pdf", article_pdf_view, "print"),
            ("word.docx", article_word_view, "word"),
            ("wechat/", wechat_view, "wechat"),
        )
        own = [
            path(
                f"<int:pk>/{address}",
                self.admin_site.admin_view(lambda request, pk, view=view: view(self, request, pk)),
                name=f"journal_article_{name}",
            )
            for address, view, name in pages
        ]
        compilation = path(
            "compilation/",
            self.admin_site.admin_view(lambda request: compilation_view(self, request)),
            name="journal_article_compilation",
        )
        return [compilation, *own, *version_urls(self), *super().get_urls()]

    @admin.action(description="编成汇编（Word、PDF，可脱敏）", permissions=["view"])
    def compile_chosen(self, request, queryset):
        # A part goes with its composite, which the book shows whole.
        chosen = dict.fromkeys(parent or own for own, parent in queryset.values_list("pk", "parent"))
        return redirect(compilation_address(chosen))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Unconfirmed as asked:
            # The save was rolled back with the exception; the page carries everything that was typed.
            return confirm_view(self, request, asked)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["show_save_and_add_another"] = False
        form = context["adminform"].form
        context["colleague"] = getattr(form, "colleague", None)
        if context["colleague"]:
            context["colleague_body"] = mark_safe(with_images(context["colleague"].html))  # noqa: S308  canonical
        if obj is not None:
            context["lock_reason"] = lock_reason(obj)
            context["came_out"] = obj.issue is not None and obj.issue.came_out
            context["parts"] = obj.parts.order_by("position", "pk")
            context["separable"] = separable(obj) if self.has_change_permission(request, obj) else []
            context["current_version"] = Text.objects.values_list("current_id", flat=True).get(pk=obj.text_id)
            rows = obj.text.versions.select_related("author").defer("html")
            context["versions"] = rows.order_by("-number")
            context["missing"] = versions.missing_reviews(obj)
            context["at_stake"] = versions.at_stake(obj.text)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if change:
            # Only what this person changed: a colleague may have set pages or access in the meantime.
            own = [name for name in form.changed_data if name in ArticleForm.Meta.fields]
            obj.save(update_fields=own)
        else:
            obj.text = Text.objects.create()
            obj.save()

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        article = form.instance
        assembly.link_bylines(article)
        # Asked anew: the list's prefetched bylines are those of before the save.
        lines = list(Byline.objects.filter(article=article).values("kind", "name", "affiliation"))
        text = Text.objects.get(pk=article.text_id)
        before = text.current_id
        content, reason = form.content(lines), form.cleaned_data["reason"]
        substantive = change_kind(request, article, text, content) if change else True
        version = versions.save_edited(text, content, request.user, reason, substantive=substantive)
        duplicates.index_text(text)
        if version.pk != before:
            verb = "改稿" if change else "新建文章"
            note = f"{version.reason}（{versions.told_kind(substantive)}）" if change else version.reason
            Event.objects.record(request.user, verb, article, note=note, data={"version": version.number})

    def response_change(self, request, obj):
        """“保存并拆成组稿”: what was just saved, taken apart at its titles."""
        if "_split" not in request.POST:
            return super().response_change(request, obj)
        try:
            parts = assembly.split(Article.objects.get(pk=obj.pk), request.user)
        except assembly.AssemblyRefused as refused:
            messages.error(request, str(refused))
            return redirect(request.path)
        if parts:
            messages.success(request, f"《{obj}》已保存，并拆成 {len(parts)} 篇。各篇随组稿一起编入，可以分别修改。")
        else:
            messages.warning(request, f"《{obj}》已保存，但没有拆开：正文里要有两个以上不带编号的二级标题，各领一篇。")
        return redirect(request.path)

    @admin.display(description="署名")
    def signed(self, article):
        return "、".join(line.name for line in article.bylines.all())

    @admin.display(description="字数", ordering="text__current__words")
    def words(self, article):
        return f"{article.text.current.words:,}" if article.text.current else "—"

    @admin.display(description="阅读范围", ordering="access")
    def access_now(self, article):
        if article.withdrawn_at:
            return "已撤下"
        return article.get_access_display() if article.issue and article.issue.is_published else "未刊发"

    @admin.display(description="正文")
    def rendered(self, article):
        html = with_images(article.text.current.html)
        return mark_safe(f'<div class="d"><div class="r-body">{html}</div></div>')  # noqa: S308  canonical
