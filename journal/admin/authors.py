"""作者 and 图片 in the admin, and the permission-checked way to an original photograph."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from members.models import Event

from ..models import Author, Picture
from ..pictures import in_the_office


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ("name", "unit", "note")
    list_select_related = ("unit",)
    search_fields = ("name", "unit__name", "unit__short_name")
    search_help_text = "按姓名、单位查找。"
    autocomplete_fields = ("unit", "user")
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False


@require_safe
def original(request, pk):
    """The original file under its own name, for people of the office only."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise PermissionDenied
    picture = get_object_or_404(in_the_office(), pk=pk)
    try:
        file = picture.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404("原图文件不在磁盘上，请查备份。") from missing
    Event.objects.record(request.user, "下载原图", picture, note=picture.original_name)
    name = get_valid_filename(picture.original_name or f"{picture.sha256}.{picture.format.lower()}")
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    list_display = ("__str__", "photographer", "category", "size_in_pixels", "print_width_mm", "uploaded_at")
    list_filter = ("category", "print_width_mm", "uploaded_at")
    search_fields = ("caption", "photographer", "original_name")
    search_help_text = "按说明、摄影者、文件名查找。"
    fields = (
        "preview",
        "caption",
        "photographer",
        "taken_on",
        "category",
        "print_width_mm",
        "original_name",
        "size_in_pixels",
        "uploaded_by",
        "uploaded_at",
    )
    readonly_fields = ("preview", "original_name", "size_in_pixels", "uploaded_by", "uploaded_at")
    actions = None

    def get_queryset(self, request):
        return in_the_office().order_by("-uploaded_at", "-pk")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(original)
        return [path("<int:pk>/original/", view, name="journal_picture_original"), *super().get_urls()]

    @admin.display(description="像素")
    def size_in_pixels(self, picture):
        width, height = picture.print_cm_at_300
        return f"{picture.width}×{picture.height}（300 像素/英寸可印 {width:g}×{height:g} 厘米）"

    @admin.display(description="图片")
    def preview(self, picture):
        return format_html(
            '<img src="{}" alt="{}" width="480"><br><a href="{}" download>下载原图</a>',
            reverse("picture", args=[picture.pk, 480]),
            picture,
            reverse("admin:journal_picture_original", args=[picture.pk]),
        )
