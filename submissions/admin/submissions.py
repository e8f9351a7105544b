"""来稿: the list of everything that reached the office, and the page where it is reviewed."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.forms import CheckboxInput
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from members.read_only import ReadOnlyAdmin

from ..models import Submission
from . import editing, fixing, handing, queue, register, urging
from .duplicates import duplicates_view
from .filters import OwnerFilter, RememberedFilters, StepFilter, UnitFilter
from .review import fetch, letter_view, review_view
from .searching import by_text
from .versions import versions_view


class Manuscripts(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        self.result_list = queue.tell_owners(self.result_list)


@admin.register(Submission)
class SubmissionAdmin(RememberedFilters, ReadOnlyAdmin):
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
    list_select_related = ("text__current", "unit", "section", "contributor", "assignee", "article__issue")
    list_filter = (
        StepFilter,
        OwnerFilter,
        "section",
        "kind",
        "origin",
        ("submitted_at", admin.DateFieldListFilter),
        UnitFilter,
    )
    list_per_page = 50
    search_fields = (
        "text__current__title",
        "byline",
        "contributor__name",
        "unit__name",
        "unit__short_name",
        "receipt_number",
    )
    search_help_text = "按标题、正文、作者、单位、收稿号查找。"
    actions = ("give_to", "give_by_duty")

    def get_queryset(self, request):
        """Drafts stay private to their writers: they are no part of the desk at all."""
        return super().get_queryset(request).sent().defer("body", "text__current__html")

    def get_changelist(self, request, **kwargs):
        return Manuscripts

    def get_search_results(self, request, queryset, search_term):
        found, repeats = super().get_search_results(request, queryset, search_term)
        if search_term.strip():
            found |= queryset.filter(pk__in=by_text(search_term))
        return found, repeats

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
        compared = path(
            "<uuid:pk>/versions/",
            wrap(lambda request, pk: versions_view(self, request, pk)),
            name="submissions_submission_versions",
        )
        edited = path(
            "<uuid:pk>/edit/",
            wrap(lambda request, pk: editing.edit_view(self, request, pk)),
            name="submissions_submission_edit",
        )
        urged = path(
            "<uuid:pk>/urge/",
            wrap(lambda request, pk: urging.urge_view(self, request, pk)),
            name="submissions_submission_urge",
        )
        acts = [
            path(
                f"<uuid:pk>/{name}/",
                wrap(require_POST(lambda request, pk, act=act: act(request, fetch(request, pk)))),
                name=f"submissions_submission_{name.replace('-', '_')}",
            )
            for name, act in (
                ("fix", fixing.fix),
                ("take-back", fixing.take_back),
                ("assign", handing.assign),
                ("undo", handing.undo),
            )
        ]
        return [*acts, letter, beside, compared, edited, urged, *register.urls(self), *super().get_urls()]

    @admin.display(description="")
    def action_checkbox(self, submission):
        """Named by the title as handed in: what the writer is typing now is nobody's to read."""
        name = f"选中《{self.submitted_title(submission)}》"
        # Never ticked at first: a box with a value counts as ticked where nothing says otherwise.
        box = CheckboxInput({"class": "action-select", "aria-label": name}, lambda value: False)
        return box.render(ACTION_CHECKBOX_NAME, str(submission.pk))

    @admin.action(description="交给同事…（改派）", permissions=["assign"])
    def give_to(self, request, queryset):
        return handing.assign_action(self, request, queryset)

    @admin.action(description="按栏目分工分派", permissions=["assign"])
    def give_by_duty(self, request, queryset):
        return handing.assign_by_duty_action(self, request, queryset)

    def has_assign_permission(self, request):
        return request.user.is_reviewer

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
