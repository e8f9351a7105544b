"""查重: two texts beside each other, what they have in common marked on both sides (RULES.md 9)."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse

from journal.duplicates import SideBySide, side_by_side
from journal.models import Article, Text

from ..checks.duplicates import KIND_LABELS
from ..models import Submission
from .review import fetch


def duplicates_view(model_admin, request, pk, text_id):
    """Two texts beside each other. 404 for who may not read both."""
    submission = fetch(request, pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404("没有这一页。")
    other = _other_text(text_id, submission)
    compared = side_by_side(submission.version.content, other.current.content)
    columns = [
        _column("left", submission.version, f"收稿号 {submission.receipt_number}", _page_of(submission)),
        _column("right", other.current, *_whereabouts(other)),
    ]
    for column, pieces in zip(columns, _numbered(compared), strict=True):
        column["pieces"] = pieces
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "查重：并排看",
        "opts": model_admin.model._meta,
        "submission": submission,
        "columns": columns,
        "kind": KIND_LABELS.get(compared.comparison.kind or "", "相同不多"),
        "forward": f"{compared.comparison.forward:.0%}",
        "backward": f"{compared.comparison.backward:.0%}",
        "common": sum(number is not None for _, number, _ in columns[0]["pieces"]),
    }
    return TemplateResponse(request, "admin/submissions/duplicates.html", context)


def _other_text(text_id: int, submission: Submission) -> Text:
    """A text of an article or of a manuscript that was handed in: editors read these, and drafts have none."""
    texts = Text.objects.select_related("current").filter(current__isnull=False).exclude(pk=submission.text_id)
    other = texts.filter(pk=text_id).first()
    if other is None or not (_submission_of(other) or _article_of(other)):
        raise Http404("没有这篇文字。")
    return other


def _submission_of(text: Text) -> Submission | None:
    return Submission.objects.sent().filter(text=text).first()


def _article_of(text: Text) -> Article | None:
    return Article.objects.filter(text=text).select_related("issue").first()


def _whereabouts(text: Text) -> tuple[str, str]:
    """Where the text stands, in words and as an address."""
    if article := _article_of(text):
        where = str(article.issue) if article.issue else "稿库"
        return where, reverse("admin:journal_article_change", args=[article.pk])
    submission = _submission_of(text)
    return f"收稿号 {submission.receipt_number}", _page_of(submission)


def _page_of(submission: Submission) -> str:
    return reverse("admin:submissions_submission_change", args=[submission.pk])


def _column(side: str, version, where: str, url: str) -> dict:
    return {"side": side, "version": version, "where": where, "url": url}


def _numbered(compared: SideBySide) -> tuple[list, list]:
    """Both sides' pieces as (text, number from 1 or None, whether the other side has the number too)."""
    left, right = ({number for _, number in side} for side in (compared.left, compared.right))
    both = (left & right) - {None}
    return tuple(
        [(text, None if number is None else number + 1, number in both) for text, number in side]
        for side in (compared.left, compared.right)
    )
