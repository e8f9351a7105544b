"""The call for submissions, its facts as live rules."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from submissions.models import Call


@require_safe
def call(request):
    current = Call.objects.current()
    context = {
        "call": current,
        "sections": list(current.offered_sections) if current else [],
        "upcoming": None if current else Call.objects.upcoming().first(),
        "last": None if current else Call.objects.closed().first(),
    }
    return render(request, "submissions/call.html", context)
