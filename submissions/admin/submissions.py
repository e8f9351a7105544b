"""来稿: the list of everything that reached the office, and the page where it is reviewed."""

from django.contrib import admin
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from ..models import Submission
from . import fixing, queue, register
from .duplicates import duplicates_view
from .filters import StepFilter, UnitFilter
from .review import fetch, letter_view, review_view


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):
    list_display = (
        "submitted_title",
        "receipt_number",
        "writer",
        "unit",
        "section",
        "step",
        "waiting",
        "owner",
        "next_act",
    )
    list_display_links = ("submitted_title",)
    list_select_related = ("text__current", "unit", "section", "contributor", "article__issue")
    list_filter = (StepFilter, "section", "kind", "origin", ("submitted_at", admin.DateFieldListFilter), UnitFilter)
    list_per_page = 50
    search_fields = (
        "text__current__title",
        "text__current__html",
        "byline",
        "contributor__name",
        "unit__name",
        "unit__short_name",
        "receipt_number",
    )
    search_help_text = "按标题、正文、作者、单位、收稿号查找。"
    actions = None

    def get_queryset(self, request):
        """Drafts stay private to their writers: they are no part of the desk at all."""
        return super().get_queryset(request).sent().defer("body", "text__current__html")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        letter = path(
            "<uuid:pk>/letter/",
            wrap(require_POST(lambda request, pk: letter_view(request, pk))),
            name="submissions_submission_letter",
        )
        beside = path(
            "<uuid:pk>/duplicates/<int:text_id>/",
            wrap(require_safe(lambda request, pk, text_id: duplicates_view(self, request, pk, text_id))),
            name="submissions_submission_duplicates",
        )
        acts = [
            path(
                f"<uuid:pk>/{name}/",
                wrap(require_POST(lambda request, pk, act=act: act(request, fetch(request, pk)))),
                name=f"submissions_submission_{name.replace('-', '_')}",
            )
            for name, act in (("fix", fixing.fix), ("take-back", fixing.take_back))
        ]
        return [*acts, letter, beside, *register.urls(self), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return review_view(self, request, object_id)

    @admin.display(description="标题", ordering="text__current__title")
    def submitted_title(self, submission):
        return submission.text.current.title

    @admin.display(description="作者")
    def writer(self, submission):
        return "、".join(line["name"] for line in submission.text.current.bylines) or submission.contributor.name

    @admin.display(description="到哪一步", ordering="state")
    def step(self, submission):
        return submission.label

    @admin.display(description="等了", ordering="waiting_since", empty_value="—")
    def waiting(self, submission):
        days = queue.days_waiting(submission)
        if days is None:
            return None
        late = queue.days_overdue(submission)
        return f"{days} 天（超期 {late} 天）" if late else f"{days} 天"

    @admin.display(description="等谁")
    def owner(self, submission):
        return queue.owner(submission)

    @admin.display(description="下一步")
    def next_act(self, submission):
        return queue.next_act(submission)
