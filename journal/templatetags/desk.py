"""Small display helpers of the editorial office's pages."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from journal import presence

register = template.Library()


@register.filter
def short_time(moment) -> str:
    """今天 13:48, 昨天 13:48, 11月6日 09:20 in this year, with the year before that."""
    local = timezone.localtime(moment)
    days = (timezone.localdate() - local.date()).days
    if days == 0:
        return f"今天 {local:%H:%M}"
    if days == 1:
        return f"昨天 {local:%H:%M}"
    year = "Y年" if local.year != timezone.localdate().year else ""
    return date_format(local, f"{year}n月j日 H:i")


@register.inclusion_tag("admin/journal/_presence.html")
def presence_of(text_id: int, doing: str = presence.READING) -> dict:
    """Where the page tells who else has the text open; `doing` is what somebody does here who has typed something."""
    return {"text_id": text_id, "doing": doing, "told": presence.TOLD[doing], "seconds": presence.BEAT_SECONDS}
