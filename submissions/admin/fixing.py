"""What a check proposes, made in the text by an editor: only where the text may be edited, always as a new version.

Before acceptance the text is its writer's: editors quote findings in their opinion. After it the article's text is the
text, and this page offers the same one click as 核对. Taking it back restores the version before, as a version too.
"""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect

from journal import versions
from journal.admin.locking import lock_reason
from journal.models import Article, Content, Text, TextVersion
from journal.text.blocks import parse, render
from journal.text.marking import replaced

from .. import house_style
from ..checks import Finding, run_checks
from ..manuscript import Manuscript
from ..mending import alike, key_of
from ..models import Submission

MADE = "按检查意见改"
MOVED = "正文刚刚改过，这一处没有动。请看下面最新的情况，再改。"


class FixForm(forms.Form):
    """is_proof: a proof correction (校样改动) leaves the passed reviews as they are (DESIGN.md 3)."""

    key = forms.CharField(max_length=200)
    replacement = forms.CharField(required=False, strip=False)
    started_from = forms.IntegerField()
    is_proof = forms.TypedChoiceField(choices=[("1", "校样改动"), ("0", "实质改动")], coerce=lambda value: value == "1")
    note = forms.CharField(max_length=60, required=False)


def may_fix(user, submission: Submission) -> bool:
    """The accepted text, in an article that may still be changed, by somebody who may edit articles."""
    article = submission.article
    return (
        article is not None
        and submission.version.pk == submission.text.current_id
        and user.has_perm("journal.change_article")
        and lock_reason(article) == ""
    )


def live_findings(submission: Submission, version: TextVersion) -> list[Finding]:
    """The checks on a version as it is now: for versions the office itself has made, which no run was kept of."""
    printed = submission.source_issue if submission.origin == Article.Origin.RECOMMENDED else ""
    style = house_style.as_of(house_style.on_day(), version.html, printed)
    pictures = [attachment.picture for attachment in submission.attachments.select_related("picture")]
    return run_checks(
        Manuscript(
            content=version.content,
            is_text=submission.kind == Submission.Kind.TEXT,
            word_limit=submission.call.word_limit,
            dpi_limit=submission.call.dpi_limit,
            section_name=submission.section.name if submission.section else "",
            pictures=pictures,
            house_style=style,
        )
    )


def offers(finding: Finding) -> list[dict]:
    """What the buttons beside a finding would put in, with what they say. Names over the text are edited in the form."""
    if finding.field not in ("", "title", "subtitle") or (finding.block is None and not finding.field):
        return []
    values = [finding.fix] if finding.fix is not None else list(finding.choices)
    acts = finding.acts or [f"改成“{value}”" if value else "删去" for value in values]
    return [{"value": value, "says": says} for value, says in zip(values, acts, strict=True)]


def fix(request, submission: Submission):
    """POST: one proposed change becomes a version. Raises PermissionDenied where the text may not be edited."""
    if not may_fix(request.user, submission):
        raise PermissionDenied("这篇文章现在不能改。")
    form = FixForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请选这次是校样改动还是实质改动，再改。")
        return _back(submission)
    asked = form.cleaned_data
    with transaction.atomic():
        # No joins: a locked row is read anew after waiting for it, what was joined to it is not.
        text = Text.objects.select_for_update().get(pk=submission.text_id)
        version = text.current
        content = _changed(submission, version, asked) if version.pk == asked["started_from"] else None
        if content is not None:
            told = asked["note"] or _told(submission, version, asked)
            _save(request, submission.article, text, content, f"{MADE}：{told}"[:100], not asked["is_proof"])
    if content is None:
        messages.error(request, MOVED)
    else:
        messages.success(request, f"已改，存为第 {text.current.number} 版。不合适的话，可以在下面撤销。")
    return _back(submission)


def take_back(request, submission: Submission):
    """POST: the content of the version before becomes the current one again."""
    if not may_fix(request.user, submission):
        raise PermissionDenied("这篇文章现在不能改。")
    with transaction.atomic():
        text = Text.objects.select_for_update().get(pk=submission.text_id)
        before = version_before(text.current)
        possible = before is not None and str(text.current_id) == request.POST.get("started_from")
        if possible:
            reason, substantive = f"撤销改动，恢复第 {before.number} 版", text.current.substantive
            _save(request, submission.article, text, before.content, reason, substantive)
    if possible:
        messages.success(request, f"已恢复第 {before.number} 版的文字，存为第 {text.current.number} 版。")
    else:
        messages.error(request, MOVED)
    return _back(submission)


def version_before(version: TextVersion) -> TextVersion | None:
    """What a fix made on this page would go back to; None where the current version is no such fix."""
    if not version.reason.startswith(MADE):
        return None
    return TextVersion.objects.filter(text=version.text_id, number__lt=version.number).order_by("-number").first()


def _save(request, article: Article, text: Text, content: Content, reason: str, substantive: bool) -> None:
    versions.edit_article(article, text, content, request.user, reason, substantive=substantive)


def _named(submission, version, asked) -> Finding | None:
    named = (one for one in live_findings(submission, version) if key_of(one) == asked["key"])
    return next(named, None)


def _told(submission, version, asked) -> str:
    finding = _named(submission, version, asked)
    return f"{finding.shown_quote}→{asked['replacement'] or '（删去）'}"


def _changed(submission: Submission, version: TextVersion, asked: dict) -> Content | None:
    """The content with the change made; None where it was not proposed or its passage is not where it was found."""
    finding = _named(submission, version, asked)
    if finding is None or asked["replacement"] not in [offer["value"] for offer in offers(finding)]:
        return None
    content, start = version.content, finding.offset or 0
    end = start + len(finding.quote)
    if finding.field:
        line = getattr(content, finding.field)
        if line[start:end] != finding.quote:
            return None
        return replace(content, **{finding.field: line[:start] + asked["replacement"] + line[end:]})
    blocks = list(parse(content.html))
    block = blocks[finding.block]
    wanted = block.text[:start] + asked["replacement"] + block.text[end:]
    # Only what differs: a mark is quoted with its neighbours, and those may be bold.
    head = alike(finding.quote, asked["replacement"])
    tail = alike(finding.quote[head:][::-1], asked["replacement"][head:][::-1])
    put_in = asked["replacement"][head : len(asked["replacement"]) - tail]
    made = parse(replaced(block.html, block.text, start + head, end - tail, put_in))
    if block.text[start:end] != finding.quote or [one.text for one in made] != [wanted]:
        return None
    blocks[finding.block] = made[0]
    return replace(content, html=render(blocks))


def _back(submission: Submission):
    return redirect("admin:submissions_submission_change", submission.pk)
