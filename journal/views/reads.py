"""The articles read most, where the office shows them to readers."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from journal import reads, search
from journal.models import Journal

from .access import reader_page

LISTED = 20
_NAMES = {7: "7 天", 30: "30 天", 365: "一年"}


@reader_page(parameters=("days",))
def most_read(request):
    journal = Journal.objects.current()
    if not journal.show_most_read:
        raise Http404("not shown to readers")
    asked = request.GET.get("days", "30")
    if asked not in map(str, reads.PERIODS):
        raise Http404("no such period")
    found = most_read_by(request.user, int(asked)).prefetch_related("bylines")[:LISTED]
    periods = [(days, _NAMES[days], str(days) == asked) for days in reads.PERIODS]
    context = {"journal": journal, "articles": found, "periods": periods, "period": _NAMES[int(asked)]}
    return render(request, "journal/most_read.html", context)


def most_read_by(user, days: int):
    """What the person may read, by how often everybody read it."""
    articles = search.readable_by(user).toplevel().select_related("issue", "section")
    return reads.most_read(articles, days, timezone.localdate())
