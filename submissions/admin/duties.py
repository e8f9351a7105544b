"""栏目分工: to whom the manuscripts of a column go at each stage."""

from django.contrib import admin

from journal.models import Section

from .. import assigning
from ..duties import SectionDuty


@admin.register(SectionDuty)
class SectionDutyAdmin(admin.ModelAdmin):
    list_display = ("section", "stage", "person")
    list_display_links = ("section",)
    list_select_related = ("section", "person")
    list_filter = ("stage", "person")
    search_fields = ("section__name", "person__name")
    search_help_text = "按栏目、姓名查找。"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Only who reviews is offered; which stage is open to whom, the model's own check says."""
        if db_field.name == "person":
            kwargs["queryset"] = assigning.reviewers()
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.active()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
