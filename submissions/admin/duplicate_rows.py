"""查重 on the review page: what the office already has of a manuscript (RULES.md 9)."""

from django.urls import reverse

from journal.text.fingerprint import DUPLICATE, SAME_TITLE

from ..checks.duplicates import KIND_LABELS, closest, names_for, told_share
from ..models import Submission

# Shape, word and tint of a kind, as the badges of the desk have them.
_TINTS = {DUPLICATE: ("✕", "err"), SAME_TITLE: ("i", "tip")}
_WARN = ("!", "warn")


def rows_for(submission: Submission, version, reader) -> list[dict]:
    """The box of the review page: each text with words or the title in common, the closest first."""
    matches = closest(version.content, submission.text)
    names = names_for(matches, reader)
    return [
        {
            "kind": KIND_LABELS[match.kind],
            "mark": _TINTS.get(match.kind, _WARN)[0],
            "tint": _TINTS.get(match.kind, _WARN)[1],
            "share": f"{match.containment:.0%}",
            "told": "标题一样，正文不同" if match.kind == SAME_TITLE else told_share(match, names[match.text.pk]),
            "name": names[match.text.pk],
            "url": reverse("admin:submissions_submission_duplicates", args=[submission.pk, match.text.pk]),
        }
        for match in matches
    ]
