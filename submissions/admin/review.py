"""The page of a submission in the admin: text, findings, photographs, history, and the decision (look/desk.md 5)."""

from itertools import zip_longest

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from journal.models import Journal
from journal.signed import SheetRefused
from journal.text.blocks import parse
from members.models import Event

from .. import grounds, holding, urging, workflow
from ..checks.findings import LEVEL_LABELS, Finding
from ..mending import key_of
from ..models import Submission
from ..permissions import STAGE_ROLES
from ..points import told
from ..states import AWAITING_REVIEW, Stage, State
from . import course, decisions, duplicate_rows, fixing, handing, panels, queue
from .pictures import verdict_of
from .rendering import rendered, unmasked

CHOOSE_AGAIN = "签字件请重新选一次。"


def fetch(request, pk) -> Submission:
    """The submission, for somebody who may read it; 404 for everybody else, drafts for all (STYLE.md 8)."""
    rows = Submission.objects.sent().select_related(
        "text__current", "section", "unit__merged_into", "call", "contributor", "article", "assignee"
    )
    try:
        submission = rows.select_related("article__issue").get(pk=pk)
    except (Submission.DoesNotExist, ValidationError) as missing:
        raise Http404("没有这篇稿件，或者还没有投出。") from missing
    if not request.user.has_perm("submissions.read", submission):
        raise Http404("没有这篇稿件，或者还没有投出。")
    return submission


def review_view(model_admin, request, pk):
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    submission = fetch(request, pk)
    on_paper = bool(why_not(request.user, submission)) and may_record(request.user, submission)
    form = decisions.DecisionForm(request.POST or None, request.FILES or None, submission=submission, on_paper=on_paper)
    rows = point_rows(request.POST)
    if request.method == "POST":
        if not request.user.is_reviewer:
            raise PermissionDenied("您的身份不参加审稿，这一步没有做。")
        if "add_point" in request.POST or "remove_point" in request.POST:
            form = unchecked(form)
        elif form.is_valid() and (answer := try_to_decide(request, submission, form)):
            return answer
        submission = fetch(request, pk)
    context = page(model_admin, request, submission, form) | {"points": rows}
    return TemplateResponse(request, "admin/submissions/review.html", context)


def point_rows(data) -> list[tuple[str, str]]:
    """The rows of points to show: as typed, one removed or added where a button asked for it; one empty at first."""
    rows = list(zip_longest(data.getlist("point_quote"), data.getlist("point_words"), fillvalue="")) if data else []
    gone = data.get("remove_point", "")
    if gone.isascii() and gone.isdigit() and int(gone) < len(rows):
        del rows[int(gone)]
    if "add_point" in data or not rows:
        rows.append(("", ""))
    return rows


def unchecked(form: decisions.DecisionForm) -> decisions.DecisionForm:
    """The same words in a form that complains of nothing yet: only its rows were changed."""
    typed = {name: form.data.get(name, "") for name in form.fields if name != "seen"}
    return decisions.DecisionForm(submission=form.submission, on_paper=form.on_paper, initial=typed)


def try_to_decide(request, submission, form):
    """Redirect after a decision; None when it was refused, with the reason as a message and the words kept."""
    try:
        done = decisions.decide(submission, request.user, form)
    except workflow.Stale:
        latest = Event.objects.about(submission).first()
        who = f"{latest.actor_name}刚刚办了“{latest.verb}”。" if latest else ""
        messages.error(request, f"这篇稿件已被他人处理。{who}您的决定没有保存，写的意见还在下面，没有丢。")
    except (workflow.Refused, SheetRefused) as refusal:
        messages.error(
            request, f"{refusal}您写的都还在下面，没有丢。{CHOOSE_AGAIN if form.cleaned_data['scan'] else ''}"
        )
    except PermissionDenied:
        messages.error(request, f"{why_not(request.user, submission)}您写的意见还在下面，没有丢。")
    else:
        messages.success(request, done)
        return redirect("admin:submissions_submission_change", submission.pk)
    return None


def why_not(user, submission) -> str:
    """Why the person may not decide now, with whose turn it is; empty when the person may."""
    if submission.state == State.RETURNED:
        due = f"，{submission.due_on:%-m月%-d日}前交回" if submission.due_on else ""
        return f"稿件退给作者修改中{due}。交回后再审。"
    if submission.state not in AWAITING_REVIEW:
        return f"这篇稿件{submission.label}，不用再审。"
    stage = Stage(submission.stage)
    if submission.contributor_id == user.pk:
        return f"这是您自己的稿件，不能自己审。等同事做{stage.label}。"
    if STAGE_ROLES[stage] not in user.roles:
        return f"现在等{queue.OWNERS[stage]}做{stage.label}，您的身份不办这一步。"
    held = grounds.held_stage(submission, user)
    if held and not Journal.objects.current().small_office:
        return f"您已经做过这篇稿件的{held.get_kind_display()}，{grounds.NOT_SMALL}"
    return ""


def may_record(user, submission) -> bool:
    """Whether the person may write down a review that somebody else signed on paper (small office alone)."""
    awaits = submission.state in AWAITING_REVIEW and user.has_perm("submissions.record_review", submission)
    return awaits and Journal.objects.current().small_office


def page(model_admin, request, submission, form) -> dict:
    version = submission.version
    fixable = fixing.may_fix(request.user, submission)
    findings = findings_of(submission, version, fixable=fixable)
    refusal = why_not(request.user, submission)
    records = may_record(request.user, submission)
    may_assign = submission.state in AWAITING_REVIEW and request.user.has_perm("submissions.assign", submission)
    before, after = neighbours(submission)
    pictures = [attachment.picture for attachment in submission.attachments.select_related("picture")]
    return {
        **model_admin.admin_site.each_context(request),
        **panels.panels(request, submission),
        "title": version.title,
        "opts": model_admin.model._meta,
        "submission": submission,
        "version": version,
        "versions": submission.text.versions.count(),
        "body": rendered(version.html, findings),
        "findings": findings,
        "fixable": fixable,
        "before_fix": fixing.version_before(version) if fixable else None,
        "duplicates": duplicate_rows.rows_for(submission, version, request.user),
        "pictures": [(picture, verdict_of(picture, submission.call.dpi_limit)) for picture in pictures],
        "declarations": list(submission.declarations.select_related("recorded_by")),
        "undeclared": workflow.undeclared(submission),
        "overdue_return": request.user.has_perm("submissions.answer", submission) and not urging.objection(submission),
        "may_edit": submission.state in AWAITING_REVIEW and request.user.has_perm("submissions.edit", submission),
        "may_record": request.user.has_perm("submissions.register"),
        "letters": list(submission.letters.all()),
        "history": course.course(submission),
        "ahead": course.ahead(submission),
        "form": form,
        "refusal": "" if records else refusal,
        "on_paper": bool(refusal) and records,
        "why_on_paper": refusal,
        "may_record_paper": records,
        "held_stage": None if refusal else grounds.held_stage(submission, request.user),
        "taken_by": submission.assignee if submission.assignee_id not in (None, request.user.pk) else None,
        "colleagues": handing.colleagues(submission) if may_assign else [],
        "may_assign": may_assign,
        "undoable": holding.undoable(submission, request.user),
        "held_until": holding.held_until(submission),
        "ended": submission.state not in (*AWAITING_REVIEW, State.RETURNED),
        "seen": decisions.seen_mark(submission),
        "typed": everything_typed(form),
        "hold_minutes": Journal.objects.current().hold_minutes,
        "stage_label": Stage(submission.stage).label,
        "waiting": queue.days_waiting(submission),
        "overdue": queue.days_overdue(submission),
        "previous": before,
        "next": after,
        "letter_url": reverse("admin:submissions_submission_letter", args=[submission.pk]),
    }


def everything_typed(form) -> str:
    """What was written before a colleague was faster: opinion and points, and the letter where it was changed."""
    if not form.is_bound:
        return ""
    typed = told(form.data.get("opinion", ""), form.points)
    letter = form.data.get("letter", "") if form.data.get("letter_edited") else ""
    return "\n\n".join(part for part in (typed, letter) if part)


def findings_of(submission, version, *, fixable: bool = False) -> list[dict]:
    """The findings kept with this version, numbered, each with the writer's reason where one was given.

    A version made by the office has none kept: it is checked now. `fixable`: with what one click would put in.
    """
    run = None if fixable else submission.check_runs.filter(version=version).first()
    reasons = {(row.code, row.quote_hash): row.reason for row in submission.acknowledgements.all()}
    known = Finding.__dataclass_fields__
    if run is None:
        all_found = fixing.live_findings(submission, version)
    else:
        all_found = [Finding(**{name: kept[name] for name in kept if name in known}) for kept in run.findings]
    blocks = parse(version.html)
    found = []
    for number, finding in enumerate(all_found, 1):
        reason = reasons.get((finding.code, finding.quote_hash)) or reasons.get(
            (finding.code, unmasked(finding, blocks))
        )
        found.append(
            finding.as_dict()
            | {
                "number": number,
                "label": LEVEL_LABELS[finding.level],
                "reason": reason or "",
                "key": key_of(finding),
                "offers": fixing.offers(finding) if fixable else [],
            }
        )
    return found


def neighbours(submission) -> tuple[str | None, str | None]:
    """Ids of the manuscripts before and after this one in the queue of its stage."""
    if submission.state not in AWAITING_REVIEW:
        return None, None
    stage = Stage(submission.stage)
    ids = list(Submission.objects.awaiting_review(stage).order_by("waiting_since", "pk").values_list("pk", flat=True))
    index = ids.index(submission.pk)
    return (ids[index - 1] if index else None), (ids[index + 1] if index + 1 < len(ids) else None)


def letter_view(request, pk):
    """The letter as it would go out, for the opinion typed so far: JSON {letter, refusal}.

    `refusal` tells a reviewer early that a colleague has decided in the meantime.
    """
    submission = fetch(request, pk)
    if not request.user.is_reviewer:
        raise PermissionDenied
    if (refusal := why_not(request.user, submission)) and not may_record(request.user, submission):
        return JsonResponse({"letter": "", "refusal": refusal})
    decision = request.POST.get("decision", "")
    if decision not in decisions.LABELS:
        return JsonResponse({"letter": ""})
    form = decisions.DecisionForm(request.POST, submission=submission)
    form.is_valid()
    due_on = form.cleaned_data.get("due_on")
    opinion = request.POST.get("opinion", "")
    letter = decisions.compose_letter(submission, decision, opinion, form.points, due_on)
    return JsonResponse({"letter": letter})
