"""Panels of 保密审查 and proofs that other pages of the office show; each takes what its template's comment names."""

from django import template

from .. import secrecy

register = template.Library()


@register.inclusion_tag("admin/journal/_secrecy_badge.html")
def secrecy_badge(approval):
    """`approval`: a 保密审查, or None where none is in force."""
    if approval is None:
        return {"conclusion": "", "label": "未审查"}
    return {"conclusion": approval.conclusion, "label": approval.get_conclusion_display()}


@register.inclusion_tag("admin/journal/_secrecy_fields.html")
def secrecy_fields(form):
    return {"form": form, "paper": [form["signer"], form["signed_on"], form["scan"]]}


@register.inclusion_tag("admin/journal/_secrecy_panel.html", takes_context=True)
def secrecy_panel(context, text):
    """What stands for a text, and the way to its page and back."""
    request = context["request"]
    return {
        "standing": secrecy.standing(text),
        "text": text,
        "may": request.user.has_perm("journal.review_secrecy", text),
        "back": request.get_full_path(),
    }
