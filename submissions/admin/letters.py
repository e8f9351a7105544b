"""通知: every letter that went out, kept as sent."""

from django.contrib import admin

from ..models import Letter


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin):
    list_display = ("subject", "kind", "recipient", "at", "delivery", "read_at")
    list_filter = ("kind", "delivery", "at")
    list_select_related = ("recipient",)
    search_fields = ("subject", "body", "recipient__name", "submission__receipt_number")
    search_help_text = "按标题、内容、收信人、收稿号查找。"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
