"""Page 2, 核对: every finding beside its passage; mend, undo, keep with a reason, hand in."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from journal.models import Picture
from journal.text.blocks import parse
from submissions import drafts, mending, returning, workflow
from submissions.checks import WARNING, run_checks
from submissions.checks.duplicates import all_findings
from submissions.checks.findings import Finding
from submissions.forms import AcknowledgementForm
from submissions.manuscript import manuscript_of
from submissions.models import Acknowledgement, Declaration, Submission
from submissions.reading import read, typed_texts
from submissions.states import State

from .access import keeps_text, own

MOVED = "这一处刚刚已经改过，请看下面最新的情况。"


@keeps_text
@never_cache
@require_safe
def review_draft(request, pk):
    submission = own(request, pk)
    if not submission.is_editable:
        return redirect("submission", submission.pk)
    manuscript = manuscript_of(submission)
    reading = read(submission, manuscript, all_findings(submission, manuscript))
    declared = set(submission.declarations.values_list("kind", flat=True))
    context = {
        "submission": submission,
        "reading": reading,
        "undeclared": [kind.label for kind in Declaration.Kind if kind not in declared],
        "next_note": next(iter(reading.blocking), None),
        "returned": submission.state == State.RETURNED,
        "open_points": returning.open_points(submission) if submission.state == State.RETURNED else 0,
        "nav": "submit",
    }
    return render(request, "submissions/check.html", context)


@keeps_text
@require_POST
def fix(request, pk):
    """Put a replacement in the passage's place: the one named, every certain one of a kind, or all that are certain."""
    submission = _open(request, pk)
    manuscript = manuscript_of(submission)
    findings = run_checks(manuscript)
    if code := request.POST.get("all"):
        due = workflow.open_findings(submission, findings) if code == "*" else _not_kept(submission, findings, code)
        wanted = [(finding, finding.fix) for finding in due if finding.fix is not None]
    else:
        finding = _named(findings, request.POST.get("key", ""))
        replacement = request.POST.get("replacement")
        allowed = [] if finding is None else [finding.fix, *finding.choices]
        wanted = [(finding, replacement)] if replacement in allowed else []
    texts = typed_texts(submission)
    blocks = parse(manuscript.content.html)
    found = mending.places(texts, blocks, [finding for finding, _ in wanted])
    changes = [
        (found[mending.key_of(finding)], finding, replacement)
        for finding, replacement in wanted
        if mending.key_of(finding) in found
    ]
    changed, records = mending.mend_all(texts, changes)
    if not records or not _write(submission, changed, submission.mended + records):
        messages.error(request, MOVED)
    elif len(records) > 1:
        messages.success(request, f"改了 {len(records)} 处，每一处都能单独撤销。")
    return _back(submission)


@keeps_text
@require_POST
def undo(request, pk):
    """Take one change back."""
    submission = _open(request, pk)
    record = next((one for one in submission.mended if one["id"] == request.POST.get("id")), None)
    field = mending.field_of(record) if record else ""
    text = mending.undo(typed_texts(submission).get(field, ""), record) if record else None
    rest = [one for one in submission.mended if one is not record]
    if text is None:
        messages.error(request, "这一处后来又改过，不能自动撤销。请返回写稿，在原处改。")
    elif not _write(submission, {field: text}, rest):
        messages.error(request, MOVED)
    return _back(submission)


@keeps_text
@require_POST
def keep(request, pk):
    """Keep the passage a warning marks, with a reason."""
    submission = _open(request, pk)
    finding = _named(all_findings(submission, manuscript_of(submission)), request.POST.get("key", ""))
    form = AcknowledgementForm(request.POST)
    if finding is None or finding.level != WARNING:
        messages.error(request, MOVED)
    elif not form.is_valid() or not form.reason:
        messages.error(request, "要保留原文，请选一个理由，或写一句话（不超过 100 字）。")
        return redirect(f"{reverse('review_draft', args=[pk])}#{request.POST.get('anchor', 'notes')}")
    else:
        Acknowledgement.objects.update_or_create(
            submission=submission,
            code=finding.code,
            quote_hash=finding.quote_hash,
            defaults={"reason": form.reason, "person": request.user},
        )
    return _back(submission)


@keeps_text
@require_POST
def ask_again(request, pk):
    """Take an acknowledgement back."""
    submission = _open(request, pk)
    finding = _named(all_findings(submission, manuscript_of(submission)), request.POST.get("key", ""))
    if finding is not None:
        submission.acknowledgements.filter(code=finding.code, quote_hash=finding.quote_hash).delete()
    return _back(submission)


@keeps_text
@require_POST
def hand_in(request, pk):
    """Submit, or give a mended manuscript back. A second click finds it handed in and shows the same receipt."""
    submission = own(request, pk)
    if not submission.is_editable:
        return redirect("submission", submission.pk)
    if submission.state == State.DRAFT and not drafts.renew_call(submission):
        messages.error(request, "现在没有征稿。草稿一直留着，下次征稿开始后可以接着投。")
        return redirect("review_draft", pk)
    declared = list(submission.declarations.values_list("kind", flat=True))
    verb = workflow.submit if submission.state == State.DRAFT else workflow.resubmit
    try:
        verb(submission, request.user, declared=declared)
    except workflow.Stale:
        return redirect("submission", submission.pk)
    except workflow.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("review_draft", pk)
    drafts.forget_changes(submission)
    return redirect("submission", submission.pk)


@transaction.atomic
def _write(submission: Submission, texts: dict[str, str], mended: list[dict]) -> bool:
    """Put changed texts in place. False, and nothing written, where the draft moved or a caption would be too long."""
    columns = {name: text for name, text in texts.items() if not name.startswith("caption:")}
    body = columns.pop(mending.BODY, submission.body)
    captions = {int(name.partition(":")[2]): text for name, text in texts.items() if name.startswith("caption:")}
    longest = Picture._meta.get_field("caption").max_length or 0
    if any(len(text) > longest for text in captions.values()):
        return False
    if not drafts.replace_body(submission, body, mended, **columns):
        return False
    for picture_id, caption in captions.items():
        Picture.objects.filter(pk=picture_id, attachments__submission=submission).update(caption=caption)
    return True


def _open(request, pk) -> Submission:
    submission = own(request, pk)
    if not submission.is_editable:
        raise Http404
    return submission


def _not_kept(submission: Submission, findings: list[Finding], code: str) -> list[Finding]:
    """Those of a kind that the writer has not said to keep."""
    kept = set(submission.acknowledgements.filter(code=code).values_list("quote_hash", flat=True))
    return [finding for finding in findings if finding.code == code and finding.quote_hash not in kept]


def _named(findings: list[Finding], key: str) -> Finding | None:
    return next((finding for finding in findings if mending.key_of(finding) == key), None)


def _back(submission: Submission):
    """To the next place that asks for something; after the last one, to the button that hands in."""
    submission.refresh_from_db()
    manuscript = manuscript_of(submission)
    reading = read(submission, manuscript, all_findings(submission, manuscript))
    anchor = f"note-{reading.blocking[0].number}" if reading.blocking else "hand-in"
    return redirect(f"{reverse('review_draft', args=[submission.pk])}#{anchor}")
