"""检查哪些、为什么: every rule with a wrong and a right example, for whoever means to send something."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from submissions.checks.explained import explained


@require_safe
def rules(request):
    groups = explained()
    context = {"groups": groups, "total": sum(len(group.rules) for group in groups), "nav": "submit"}
    return render(request, "submissions/rules.html", context)
