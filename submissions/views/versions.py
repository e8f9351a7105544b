"""各版: what a contributor handed in each time, two of them compared, and what the office changed, once it may be told."""

from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from journal import comparison
from journal.models import TextVersion
from submissions.models import Submission
from submissions.states import State

from .access import keeps_text, own

# A decision tells; while the office is at it, what it has changed is its own affair.
TOLD = (State.RETURNED, State.ACCEPTED)


@keeps_text
@never_cache
@require_safe
def versions(request, pk):
    """?old=1&new=3 compares two; without them the last change. all=1: unchanged paragraphs too."""
    submission = own(request, pk)
    listed = told_versions(submission)
    context = {"submission": submission, "listed": listed, "nav": "mine"}
    if listed:
        numbers = [version.number for version, _ in listed]
        old, new = comparison.chosen(request.GET, numbers)
        show_all = request.GET.get("all") == "1"
        sides = {version.number: version for version, _ in listed}
        context |= {"old": sides[old], "new": sides[new], "show_all": show_all}
        if old != new:
            context |= comparison.compared(sides[old].content, sides[new].content, show_all)
    return render(request, "submissions/versions.html", context)


def told_versions(submission: Submission) -> list[tuple[TextVersion, bool]]:
    """(version, whether the contributor handed it in), newest first: the own ones, and the office's text as it is now.

    What stood in between, and who changed it, stays in the office.
    """
    listed = [(version, True) for version in submission_versions(submission)]
    if edited := edited_by_office(submission):
        listed.append((edited, False))
    return sorted(listed, key=lambda pair: -pair[0].number)


def submission_versions(submission: Submission) -> list[TextVersion]:
    """The versions the contributor handed in, the latest first: checks were kept with each."""
    handed_in = submission.check_runs.values("version")
    return list(TextVersion.objects.filter(pk__in=handed_in, text=submission.text_id).order_by("-number"))


def edited_by_office(submission: Submission) -> TextVersion | None:
    """The text as the office has it, where it differs from what was handed in last and the contributor may know."""
    version = submission.version
    if version is None or submission.state not in TOLD:
        return None
    return None if submission.check_runs.filter(version=version).exists() else version
