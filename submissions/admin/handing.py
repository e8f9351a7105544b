"""Giving manuscripts to colleagues, and taking a decision back: acts of the review page and of the list."""

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from members.models import User

from .. import assigning, workflow
from ..models import Submission
from ..states import AWAITING_REVIEW, STAGE_ROLES, Stage

NOBODY = "none"
_PAGE = "admin:submissions_submission_change"
_SHOWN = 8
MOST = 200


def colleagues(submission: Submission) -> list[User]:
    """Who may be given the manuscript at its stage, besides who has it."""
    if submission.state not in AWAITING_REVIEW:
        return []
    stage = Stage(submission.stage)
    return [
        person
        for person in assigning.reviewers(stage)
        if person.pk != submission.assignee_id and not assigning.objection(submission, person, stage)
    ]


def assign(request: HttpRequest, submission: Submission) -> HttpResponse:
    """改派: to the chosen colleague, or back to whoever of the role comes first."""
    person, is_known = _chosen(request)
    if not is_known:
        messages.error(request, "请先选交给谁，再按“改派”。")
        return redirect(_PAGE, submission.pk)
    try:
        assigning.assign(submission, person, request.user, note=request.POST.get("note", "")[:200])
    except workflow.Refused as refusal:
        messages.error(request, f"没有改派：{refusal}。")
    except PermissionDenied:
        messages.error(request, "没有改派：您不能分派这篇稿件。审稿的同事可以分派，自己的稿件除外。")
    else:
        to = f"交给{person}" if person else "不再指定经办人"
        messages.success(request, f"《{submission.text.current.title}》已{to}。")
    return redirect(_PAGE, submission.pk)


def undo(request: HttpRequest, submission: Submission) -> HttpResponse:
    """撤回决定: one's own, within the hold."""
    try:
        workflow.undo_decision(submission, request.user, reason=request.POST.get("reason", "")[:200])
    except workflow.Refused as refusal:
        messages.error(request, f"没有撤回：{refusal}")
    except PermissionDenied:
        messages.error(request, "没有撤回：决定只能由作决定的人撤回。")
    else:
        title = submission.text.current.title
        messages.success(request, f"《{title}》的决定已撤回，现在{submission.label}，没有给作者发通知。")
    return redirect(_PAGE, submission.pk)


def _chosen(request) -> tuple[User | None, bool]:
    """The person posted as `person`; None for nobody in particular. False where nothing valid was chosen."""
    chosen = request.POST.get("person", "")
    if chosen == NOBODY:
        return None, True
    people = {str(person.pk): person for person in assigning.reviewers()}
    return people.get(chosen), chosen in people


def assign_action(model_admin, request: HttpRequest, queryset: QuerySet[Submission]) -> HttpResponse | None:
    """The action of the list: asks to whom, then gives each for itself and tells which were not given, and why."""
    if not request.user.is_reviewer:
        raise PermissionDenied
    rows = list(queryset.select_related("text__current", "section", "contributor", "assignee")[: MOST + 1])
    if len(rows) > MOST:
        messages.error(request, f"一次最多交出 {MOST} 篇。请先用右边的筛选缩小范围，再勾选。")
        return None
    if "give" not in request.POST:
        context = {
            **model_admin.admin_site.each_context(request),
            "title": f"把 {len(rows)} 篇稿件交给同事",
            "opts": model_admin.opts,
            "rows": rows,
            "people": [(person, _roles(person)) for person in assigning.reviewers()],
            "checkbox": ACTION_CHECKBOX_NAME,
            "nobody": NOBODY,
        }
        return TemplateResponse(request, "admin/submissions/assign.html", context)
    person, is_known = _chosen(request)
    if not is_known:
        messages.error(request, "没有改派：还没有选交给谁。请重新勾选稿件，再选人。")
        return None
    tell(request, *assigning.assign_many(rows, person, request.user, note=request.POST.get("note", "")[:200]))
    return None


def assign_by_duty_action(model_admin, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
    if not request.user.is_reviewer:
        raise PermissionDenied
    rows = queryset.select_related("text__current", "section", "contributor")
    tell(request, *assigning.assign_by_duty(rows, request.user))


def tell(request, given: int, refused: list[str]) -> None:
    if given:
        messages.success(request, f"已分派 {given} 篇。")
    if refused:
        more = f"……等 {len(refused)} 篇" if len(refused) > _SHOWN else ""
        messages.warning(request, f"有 {len(refused)} 篇没有分派：{'；'.join(refused[:_SHOWN])}{more}。")


def _roles(person: User) -> str:
    return "、".join(stage.label for stage, role in STAGE_ROLES.items() if role in person.roles)
