"""版本 of a manuscript: what the office reads of it, compared; restoring and 重审 are the article's (journal.admin)."""

from django.http import HttpResponseNotAllowed
from django.template.response import TemplateResponse

from journal import versions
from journal.admin.versions import page_of_text

from .review import fetch


def versions_view(model_admin, request, pk):
    """Every version that was handed in or made by the office. 404 for who may not read the manuscript."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    submission = fetch(request, pk)
    context = page_of_text(submission.text, request.GET) | {
        **model_admin.admin_site.each_context(request),
        "title": f"《{submission.text.current.title}》的版本",
        "opts": model_admin.model._meta,
        "submission": submission,
        "article": submission.article,
        "editable": False,
        "missing": versions.missing_reviews(submission.article) if submission.article else [],
    }
    return TemplateResponse(request, "admin/submissions/versions.html", context)
