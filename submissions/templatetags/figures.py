"""Numbers as the office writes them."""

from django import template

register = template.Library()


@register.filter
def thousands(number) -> str:
    """2846 → 2,846. Django's own intcomma groups by four in Chinese."""
    return f"{number:,}"
