"""印出来什么样: a manuscript set as the magazine sets it, for its writer and for those who review it."""

from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from journal.editions.pdf import content_pdf
from submissions.manuscript import manuscript_of
from submissions.models import Submission

from .access import keeps_text, own


@keeps_text
@require_safe
def in_print(request, pk):
    """The draft as typed, or what was handed in last; who may read the one reads the other."""
    submission = own(request, pk, "submissions.read")
    content = (
        manuscript_of(submission).content if _is_being_written(request, submission) else submission.text.current.content
    )
    section = submission.section.name if submission.section else ""
    response = HttpResponse(content_pdf(content, section).pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{submission}（样张）.pdf")
    patch_cache_control(response, private=True, no_store=True)
    return response


def _is_being_written(request, submission: Submission) -> bool:
    """Only its writer sees what is not handed in yet."""
    return submission.text is None or (
        submission.is_editable and request.user.has_perm("submissions.write", submission)
    )
