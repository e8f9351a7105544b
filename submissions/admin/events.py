"""操作记录: the audit trail, read-only. Registered here because what happened to drafts is nobody else's business."""

from django.contrib import admin

from members.models import Event

from ..states import Action, State

SUBJECTS = {
    "submissions.submission": "稿件",
    "journal.article": "文章",
    "journal.issue": "期",
    "journal.issuesection": "栏目",
    "members.user": "账号",
    "members.unit": "单位",
}


class SubjectFilter(admin.SimpleListFilter):
    title = "对象"
    parameter_name = "subject"

    def lookups(self, request, model_admin):
        return list(SUBJECTS.items())

    def queryset(self, request, queryset):
        return queryset.filter(subject_type=self.value()) if self.value() in SUBJECTS else queryset


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    list_display = ("at", "actor_name", "verb", "kind", "subject_label", "before", "after", "note")
    list_display_links = ("at",)
    list_filter = (SubjectFilter, "at", "verb")
    search_fields = ("actor_name", "verb", "subject_label", "note")
    search_help_text = "按姓名、事项、对象、说明查找。"
    list_per_page = 100

    def get_queryset(self, request):
        drafts_put_away = {"verb": Action.WITHDRAW.label, "before": State.DRAFT.label}
        return super().get_queryset(request).exclude(**drafts_put_away)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="类别")
    def kind(self, event):
        return SUBJECTS.get(event.subject_type, "其他")
