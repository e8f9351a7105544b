"""查重 on the review page: what the office already has of a manuscript (RULES.md 9)."""

from django.urls import reverse

from journal.duplicates import Match
from journal.text.fingerprint import SAME_TITLE

from ..checks.duplicates import KIND_LABELS, closest, names_for, told_share
from ..models import Submission

# Shape and tint of a badge: what shares words is a warning, what shares its title alone is advice.
_WARNING, _ADVICE = ("!", "warn"), ("i", "tip")


def rows_for(submission: Submission, version, reader) -> list[dict]:
    """The box of the review page: each text with words or the title in common, the closest first."""
    matches = closest(version.content, submission.text)
    names = names_for(matches, reader)
    return [
        {
            "kind": KIND_LABELS[match.kind],
            "badge": _ADVICE if match.kind == SAME_TITLE else _WARNING,
            "share": f"{match.containment:.0%}",
            "told": _told(match, names[match.text.pk]),
            "name": names[match.text.pk],
            "url": reverse("admin:submissions_submission_duplicates", args=[submission.pk, match.text.pk]),
        }
        for match in matches
    ]


def _told(match: Match, name: str) -> str:
    return f"与{name}标题一样，正文不同" if match.kind == SAME_TITLE else told_share(match, name)
