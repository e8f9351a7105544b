"""Page 1, 写稿: choose the kind, write, save by itself, settle what two tabs typed."""

from django.conf import settings
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.models import Section
from journal.text.blocks import outline
from submissions import drafts, returning
from submissions.arriving import figures_of, is_one_piece
from submissions.checks import run_checks
from submissions.checks.findings import ADVICE, ERROR, WARNING
from submissions.cleaning import is_cleaning
from submissions.forms import DraftForm, ticked
from submissions.intake.any_file import MAX_FILE_BYTES
from submissions.letters import points_of
from submissions.manuscript import manuscript_of
from submissions.models import Call, Declaration, Submission
from submissions.photo_cards import photo_cards
from submissions.states import State
from submissions.workflow import open_findings

from .access import keeps_text, own, own_or_new, wants_json

# Where the pressed button leads after saving; any other stays.
THEN = {"check": "review_draft", "clean": "clean_draft", "pieces": "pieces"}
CONFLICT = "这篇稿子在另一个窗口改过。两份都留着，请选用哪一份。"


@keeps_text
@require_safe
def submit(request):
    """Choose what to send; drafts to go on with first."""
    if not request.user.has_perm("submissions.send"):
        return _may_only_read(request)
    own_drafts = Submission.objects.of(request.user).filter(state="draft").order_by("-saved_at")
    context = {"call": Call.objects.current(), "drafts": own_drafts[:5], "nav": "submit"}
    return render(request, "submissions/choose.html", context)


def _may_only_read(request):
    """Refused with the way to go on: an account may be registered for reading alone."""
    return render(request, "submissions/choose.html", {"may_only_read": True, "nav": "submit"}, status=403)


@keeps_text
@never_cache
@require_safe
def new_draft(request, kind):
    """An empty form. The manuscript comes into being with its first save."""
    if not request.user.has_perm("submissions.send"):
        return _may_only_read(request)
    call = Call.objects.current()
    if call is None:
        return redirect("call")
    submission = drafts.blank(request.user, kind, call)
    form = DraftForm(submission=submission, new=drafts.permit(submission))
    return render(request, "submissions/write.html", writing_context(submission, form, []))


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request, pk):
    """The form; posting saves and goes where the pressed button says (check, or stay)."""
    if request.method == "POST":
        submission = own_or_new(request, pk)
        problem = save_posted(request, submission)
        if problem is not None:
            return problem
        if (then := request.POST.get("then")) in THEN:
            return redirect(THEN[then], submission.pk)
        messages.success(request, f"已保存 {timezone.localtime(submission.saved_at):%H:%M}。")
        return redirect("draft", submission.pk)
    submission = own(request, pk)
    if not submission.is_editable:
        return redirect("submission", submission.pk)
    return render(request, "submissions/write.html", writing_context(submission, DraftForm(submission=submission)))


@keeps_text
@require_POST
def autosave(request, pk):
    """Save what the form holds and tell what the checks think of it, in one round trip."""
    submission = own_or_new(request, pk)
    problem = save_posted(request, submission)
    if problem is not None:
        return problem
    return JsonResponse(live_state(submission))


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request, pk):
    """Both versions readable side by side; the one not taken stays until it is dropped on purpose."""
    submission = own(request, pk)
    if request.method == "POST":
        use = request.POST.get("act") == "use"
        if drafts.settle_conflict(submission, request.POST.get("tab", ""), use=use):
            messages.success(request, "已换成您选的那一份。" if use else "已按您的选择，保留现在这一份。")
            if use and request.POST.get("back") == "draft":
                return redirect("draft", submission.pk)
        else:
            messages.error(request, "那一份已经处理过了，现在的稿子没有变。")
        return redirect("conflict" if submission.conflict else "draft", submission.pk)
    kept = [{"tab": tab, **typed} for tab, typed in (submission.conflict or {}).items()]
    names = dict(Section.objects.values_list("pk", "name"))
    for one in kept:
        one["section_name"] = names.get(one["section"], "")
    typed_elsewhere = any("names" not in one for one in kept)
    context = {"submission": submission, "kept": kept, "typed_elsewhere": typed_elsewhere, "nav": "submit"}
    return render(request, "submissions/conflict.html", context)


def save_posted(request, submission):
    """Save the posted form. None when saved; otherwise the response that says what stands in the way."""
    form = DraftForm(request.POST, submission=submission)
    form.is_valid()
    ticks = returning.read_ticks(request.POST)
    wrong_replies = returning.save_ticks(submission, request.user, ticks)
    cards = photo_cards(submission, request.POST)
    posted = [card.form for card in cards if card.form.is_bound]
    wrong = [photo for photo in posted if not photo.is_valid()]
    try:
        drafts.save(
            submission,
            form.typed,
            request.user,
            number=form.cleaned_data.get("draft_number") or 0,
            tab=form.cleaned_data.get("tab", ""),
            photo_forms=[photo for photo in posted if photo not in wrong],
            declared=ticked(request.POST),
        )
    except drafts.DraftConflict:
        if wants_json(request):
            return JsonResponse({"message": CONFLICT, "conflict": True}, status=409)
        messages.error(request, CONFLICT)
        return redirect("conflict", submission.pk)
    if (wrong or wrong_replies) and wants_json(request):
        errors = {photo.add_prefix(name): errors[0] for photo in wrong for name, errors in photo.errors.items()}
        errors |= wrong_replies
        return JsonResponse(live_state(submission) | {"errors": errors}, status=422)
    if wrong or wrong_replies:
        context = writing_context(submission, DraftForm(submission=submission), cards)
        context |= {"ticks": returning.shown_points(submission, ticks), "wrong": wrong_replies}
        return render(request, "submissions/write.html", context, status=422)
    return None


def live_state(submission: Submission) -> dict:
    """What the page shows without being asked: saved when, 字数, outline, how many findings."""
    manuscript = manuscript_of(submission)
    findings = run_checks(manuscript)
    return {
        "number": submission.draft_number,
        "savedAt": f"{timezone.localtime(submission.saved_at):%H:%M}",
        "words": manuscript.content.words,
        "outline": [{"level": level, "text": text} for level, text in outline(manuscript.content.html)],
        "counts": counts(submission, findings),
        "arriving": arriving_state(submission),
        "photos": [
            {"id": card.attachment.pk, "level": card.level, "verdict": card.verdict, "detail": card.detail}
            for card in photo_cards(submission)
        ],
    }


def arriving_state(submission: Submission) -> dict:
    """What cleaning proposes and has done, and how many texts the body seems to hold; empty for a picture entry."""
    if submission.kind != Submission.Kind.TEXT:
        return {}
    figures = figures_of(submission.body)
    one_text = figures.pieces < 2 or submission.is_composite or is_one_piece(submission, figures.titles)
    return {
        "clean": figures.places,
        "cleaned": len({record["place"] for record in submission.mended if is_cleaning(record)}),
        "pieces": 1 if one_text else figures.pieces,
    }


def gave_way(submission: Submission) -> list[dict]:
    """What a file or a cut took the place of, to be taken back by one click."""
    kept = [(tab, one) for tab, one in (submission.conflict or {}).items() if "names" in one]
    return [
        {"tab": tab, "name": one["names"][0], "is_blank": not any(one[name].strip() for name in ("title", "body"))}
        for tab, one in kept
    ]


def counts(submission: Submission, findings) -> dict:
    """How many of each level still ask for something."""
    still_open = open_findings(submission, findings)
    return {
        "error": sum(finding.level == ERROR for finding in still_open),
        "warning": sum(finding.level == WARNING for finding in still_open),
        "advice": sum(finding.level == ADVICE for finding in findings),
    }


def writing_context(submission: Submission, form: DraftForm, cards=None) -> dict:
    cards = photo_cards(submission) if cards is None else cards
    saved = not submission._state.adding
    declared = set(submission.declarations.values_list("kind", flat=True)) if saved else set()
    returned = submission.state == State.RETURNED
    letter = submission.letters.readable().filter(kind="return").first() if returned else None
    return {
        "submission": submission,
        "form": form,
        "photos": cards,
        "call": submission.call,
        "is_new": not saved,
        "live": live_state(submission) if saved else None,
        "declarations": [
            {"kind": kind, "title": kind.label, "wording": submission.call.wording(kind), "ticked": kind in declared}
            for kind in Declaration.Kind
        ],
        "typed_elsewhere": any("names" not in one for one in (submission.conflict or {}).values()),
        "gave_way": gave_way(submission),
        "originals": submission.originals.all() if saved else [],
        "most_word_bytes": MAX_FILE_BYTES,
        "most_photos": drafts.MOST_PHOTOS,
        "most_bytes": settings.MAX_PICTURE_BYTES,
        "returned": returned,
        "ticks": returning.shown_points(submission) if returned else [],
        "letter": letter,
        "points": points_of(letter.body) if letter else [],
        "nav": "submit",
    }
