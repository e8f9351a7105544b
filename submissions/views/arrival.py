"""What arrives in the form: cleaned with a person's yes, read from a Word file, cut into its pieces (DESIGN.md 9, 11)."""

from dataclasses import dataclass
from math import ceil

from django.contrib import messages
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.text.clean import KIND_LABELS, Report, clean_text
from members.models import Event
from submissions import cleaning, drafts, filling
from submissions.arriving import is_speech_of
from submissions.intake.any_file import MAX_FILE_BYTES, read_file
from submissions.intake.refused import FileRefused
from submissions.intake.taking import display_name, keep_original
from submissions.models import Original, Submission

from .access import keeps_text, own, own_or_new, wants_json
from .writing import live_state, save_posted

PLACES_ON_A_PAGE = 400
REPORTS_SHOWN = 20
REMARKS_TOLD = 6
AROUND_REPORT = 20
MOVED = "您看这一页的时候，稿子又改过，所以刚才没有动它。下面是最新的情况，请再选一次。"


@dataclass(frozen=True)
class Told:
    """A report of cleaning with the passage it is about; `at` finds it in the form."""

    message: str
    left: str
    at: str
    right: str


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def clean_draft(request, pk):
    """整理: every change proposed in its place, accepted all or some, each taken back."""
    submission = own(request, pk)
    if not submission.is_editable:
        return redirect("submission", submission.pk)
    if request.method == "POST":
        return _change_cleaning(request, submission)
    found = clean_text(submission.body)
    places = cleaning.gather(submission.body, found.changes)
    pages = max(1, ceil(len(places) / PLACES_ON_A_PAGE))
    page = min(max(number_in(request.GET.get("page"), 1), 1), pages)
    shown = places[(page - 1) * PLACES_ON_A_PAGE : page * PLACES_ON_A_PAGE]
    is_speech = is_speech_of(submission)
    done = cleaning.done(submission.body, submission.mended)
    context = {
        "submission": submission,
        "places": places,
        "shown": shown,
        "stretches": cleaning.stretches(submission.body, shown),
        "page": page,
        "pages": range(1, pages + 1),
        "kinds": [(kind, KIND_LABELS[kind], count) for kind, count in found.counts.items()],
        "changes": len(found.changes),
        "reports": [_told(submission.body, report) for report in found.reports[:REPORTS_SHOWN]],
        "more_reports": max(0, len(found.reports) - REPORTS_SHOWN),
        "is_speech": is_speech,
        "done": [(KIND_LABELS[kind], [one for one in done if one.kind == kind]) for kind in KIND_LABELS],
        "done_count": len(done),
        "returned": submission.state == "returned",
        "nav": "submit",
    }
    return render(request, "submissions/clean.html", context)


def number_in(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def _told(body: str, report: Report) -> Told:
    """The passage on its own line of the text, so that the form can select it."""
    start = max(body.rfind("\n", 0, report.offset) + 1, report.offset - AROUND_REPORT)
    line_end = body.find("\n", report.offset)
    end = min(len(body) if line_end < 0 else line_end, report.offset + AROUND_REPORT)
    return Told(report.message, body[start : report.offset], body[report.offset : end], "")


def _change_cleaning(request, submission: Submission):
    here = redirect(f"{reverse('clean_draft', args=[submission.pk])}?page={number_in(request.POST.get('page'), 1)}")
    if number_in(request.POST.get("draft_number"), -1) != submission.draft_number:
        messages.error(request, MOVED)
        return here
    act, _, which = request.POST.get("act", "").partition(":")
    if act in ("undo", "undo_all"):
        return _take_back(request, submission, None if act == "undo_all" else which, here)
    found = clean_text(submission.body).changes
    if act == "ticked":
        ticked = {number_in(one, -1) for one in request.POST.getlist("place")}
        places = cleaning.gather(submission.body, found)
        wanted = [change for place in places if place.number in ticked for change in place.changes]
    elif act == "kind":
        wanted = [change for change in found if change.kind == which]
    elif act == "all":
        wanted = list(found)
    else:
        wanted = []
    if not wanted:
        messages.error(request, "一处也没有勾选，稿子没有变。请先勾选要采用的，再点“采用勾选的”。")
        return here
    body, mended = cleaning.accept(submission.body, wanted, submission.mended)
    if not drafts.replace_body(submission, body, mended, followed=True):
        messages.error(request, MOVED)
        return here
    count = len(cleaning.gather(submission.body, wanted))
    messages.success(request, f"整理了 {count} 处。每一处都列在下面，能单独撤销，也能全部撤销。")
    return here


def _take_back(request, submission: Submission, key: str | None, here):
    records = filter(cleaning.is_cleaning, submission.mended)
    ids = {record["id"] for record in records if key is None or record["place"] == key}
    body, mended, left = cleaning.take_back(submission.body, submission.mended, ids)
    if not ids:
        messages.error(request, "这一处已经撤销过了，稿子没有变。")
    elif len(ids) > left and not drafts.replace_body(submission, body, mended, followed=True):
        messages.error(request, MOVED)
    elif left:
        messages.error(request, f"有 {left} 处后来又改过，不能自动撤销，请在原处改。其余的已经撤销。")
    else:
        messages.success(request, "撤销了，这一处和整理前一样。" if key else "全部撤销了，和整理前一样。")
    return here


@keeps_text
@require_POST
def upload_word(request, pk):
    """Keep the file, read it; fill an empty draft at once, propose it beside one that has something in it."""
    submission = own_or_new(request, pk)
    file = request.FILES.get("word")
    problem = save_posted(request, submission)
    if problem is not None:
        return problem
    if not submission.is_editable:
        raise Http404
    try:
        original, arrived = _received(request, submission, file)
    except FileRefused as refusal:
        return _refused(request, submission, str(refusal))
    if not filling.is_empty(submission):
        return _go(request, submission, reverse("arrived", args=[submission.pk, original.pk]))
    try:
        filled = filling.fill(submission, arrived, original, request.user, number=submission.draft_number, append=False)
    except filling.Moved:
        return _go(request, submission, reverse("arrived", args=[submission.pk, original.pk]))
    _tell_filled(request, original, filled)
    return _go(request, submission, reverse("draft", args=[submission.pk]))


def _received(request, submission: Submission, file):
    """Read first: what cannot be read is not kept. Raises FileRefused."""
    if file is None:
        raise FileRefused("Word 文件", "没有收到：没有选，或传到一半断了", "请选好文件，再传一次")
    name = display_name(file.name)
    if file.size > MAX_FILE_BYTES:
        raise FileRefused(
            name,
            f"有 {ceil(file.size / 1048576)} MB，最大能收 {MAX_FILE_BYTES // 1048576} MB",
            "请把照片另行上传，正文单独成一个文件",
        )
    data = file.read()
    arrived = read_file(data, name)
    return keep_original(data, name, added_by=request.user, submission=submission), arrived


def _refused(request, submission: Submission, sentence: str):
    sentence = f"{sentence}您写的都还在。"
    if wants_json(request):
        return JsonResponse(live_state(submission) | {"refused": sentence}, status=422)
    messages.error(request, sentence)
    return redirect("draft", submission.pk)


def _go(request, submission: Submission, address: str):
    if wants_json(request):
        return JsonResponse(live_state(submission) | {"location": address})
    return redirect(address)


def _tell_filled(request, original: Original, filled: filling.Filled) -> None:
    parts = [*filled.labels, f"正文 {filled.words:,} 字"] + ([f"照片 {filled.pictures} 张"] if filled.pictures else [])
    messages.success(request, f"已从“{original.name}”读入{'、'.join(parts)}。请看一遍，不对的地方直接改。")
    for remark in filled.remarks[:REMARKS_TOLD]:
        messages.warning(request, remark)
    if len(filled.remarks) > REMARKS_TOLD:
        messages.warning(
            request, f"还有 {len(filled.remarks) - REMARKS_TOLD} 条要留意的，在原件旁边的“看读到了什么”里。"
        )


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def arrived(request, pk, original_id):
    """What was read from a file, beside what is in the form; nothing is put in without a choice."""
    submission = own(request, pk)
    original = get_object_or_404(submission.originals, pk=original_id)
    if not submission.is_editable:
        return redirect("submission", submission.pk)
    try:
        read = _read_again(original)
    except FileRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("draft", submission.pk)
    if request.method == "POST":
        return _settle_arrived(request, submission, original, read)
    context = {
        "submission": submission,
        "original": original,
        "arrived": read,
        "fields": [field for field in filling.fields(submission, read) if field.read],
        "html": filling.html_of(read.body),
        "words": filling.words_of(read.body),
        "pictures": filling.pictures_read(read, submission.call.dpi_limit),
        "is_empty": filling.is_empty(submission),
        "is_taken": filling.is_taken(submission, original),
        "held_words": filling.words_of(submission.body),
        "held_pictures": submission.attachments.count(),
        "returned": submission.state == "returned",
        "nav": "submit",
    }
    return render(request, "submissions/arrived.html", context)


def _read_again(original: Original):
    with original.file.open("rb") as file:
        return read_file(file.read(), original.name)


def _settle_arrived(request, submission: Submission, original: Original, read):
    act = request.POST.get("act")
    if act not in ("replace", "append"):
        if not filling.is_taken(submission, original):
            drafts.drop_original(original)
        messages.success(request, f"没有用“{original.name}”，稿子和原来一样。")
        return redirect("draft", submission.pk)
    number = number_in(request.POST.get("draft_number"), -1)
    try:
        filled = filling.fill(submission, read, original, request.user, number=number, append=act == "append")
    except filling.Moved:
        messages.error(request, MOVED)
        return redirect("arrived", submission.pk, original.pk)
    _tell_filled(request, original, filled)
    return redirect("draft", submission.pk)


@require_safe
@keeps_text
def original(request, pk, original_id):
    """The file as it arrived, under the name it came with: for its writer, and for the office once it is handed in."""
    submission = own(request, pk, "submissions.read")
    kept = get_object_or_404(submission.originals, pk=original_id)
    if submission.contributor_id != request.user.pk:
        Event.objects.record(request.user, "下载原件", kept, note=f"收稿号 {submission.receipt_number}")
    response = FileResponse(
        kept.file.open("rb"), as_attachment=True, filename=kept.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
