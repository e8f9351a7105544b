"""The call for submissions, its facts as live rules."""

from django.shortcuts import render

from journal.views.access import reader_page
from submissions.models import Call


@reader_page(parameters=())
def call(request):
    current = Call.objects.current()
    context = {
        "call": current,
        "sections": list(current.offered_sections) if current else [],
        "upcoming": None if current else Call.objects.upcoming().first(),
        "last": None if current else Call.objects.closed().first(),
    }
    return render(request, "submissions/call.html", context)
