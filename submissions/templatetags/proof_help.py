"""What the checks find in an article, beside its proof: help for the proofreader. The journal knows no checks."""

from django import template

from journal.models import Article, TextVersion

from .. import house_style
from ..checks import Finding, run_checks
from ..manuscript import Manuscript

register = template.Library()
SHOWN = 40


@register.simple_tag
def proof_findings(article: Article, version: TextVersion) -> list[Finding]:
    """Of the words alone, in the order of the text; at most SHOWN."""
    reprint = article.origin == Article.Origin.RECOMMENDED
    manuscript = Manuscript(
        content=version.content,
        is_text=article.kind == Article.Kind.TEXT,
        is_recommended=reprint,
        section_name=article.section.name,
        house_style=house_style.as_of(house_style.on_day(), version.html, article.source_note if reprint else ""),
    )
    found = [one for one in run_checks(manuscript) if one.quote and (one.block is not None or one.field)]
    return sorted(found, key=lambda one: (one.block if one.block is not None else -1, one.offset or 0))[:SHOWN]
