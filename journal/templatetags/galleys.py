"""What leaders said of an article on a galley and nobody has dealt with, where its text is changed or proofed."""

from django import template

from ..models import GalleyTask

register = template.Library()


@register.inclusion_tag("admin/journal/_open_remarks.html")
def open_remarks(article) -> dict:
    """The open remarks (批示) on an article; shows nothing where there are none."""
    tasks = (
        GalleyTask.objects.open().filter(article=article.pk) if article and article.pk else GalleyTask.objects.none()
    )
    return {"tasks": list(tasks.select_related("galley", "assignee"))}
