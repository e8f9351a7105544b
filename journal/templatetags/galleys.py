"""What leaders said of an article on a galley and nobody has dealt with, where its text is changed or proofed."""

from django import template

from .. import print_approval
from ..models import GalleyTask, Issue

register = template.Library()


@register.inclusion_tag("admin/journal/_open_remarks.html")
def open_remarks(article) -> dict:
    """The open remarks (批示) on an article; shows nothing where there are none."""
    tasks = (
        GalleyTask.objects.open().filter(article=article.pk) if article and article.pk else GalleyTask.objects.none()
    )
    return {"tasks": list(tasks.select_related("galley", "assignee"))}


@register.inclusion_tag("admin/journal/_print_warning.html")
def print_warning(issue: Issue) -> dict:
    """What is to be said of 付印 before an issue is published; shows nothing where it is in force."""
    return {"issue": issue, "warning": print_approval.warning(issue)}
