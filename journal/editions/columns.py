"""An issue's articles in printed order, column by column: what every edition starts from."""

from dataclasses import dataclass
from itertools import groupby

from journal.models import Article, Issue, IssueSection


@dataclass(frozen=True)
class Column:
    """A column of an issue (本期栏目) with its articles; withdrawn ones and withdrawn parts are left out."""

    row: IssueSection
    articles: list[Article]

    @property
    def name(self) -> str:
        return self.row.name or self.row.section.name


def columns_of(issue: Issue) -> list[Column]:
    """The columns in the issue's order (DESIGN.md 5), each article with text, bylines and parts fetched."""
    articles = (
        Article.objects.toplevel()
        .filter(issue=issue, withdrawn_at__isnull=True)
        .select_related("text__current")
        .prefetch_related("bylines", "parts__bylines", "parts__text__current")
        .order_by("section", "position", "pk")
    )
    by_section = {key: list(group) for key, group in groupby(articles, key=lambda article: article.section_id)}
    return [Column(row, by_section.get(row.section_id, [])) for row in issue.sections.select_related("section")]


def parts_of(article: Article) -> list[Article]:
    """A composite's parts in order, without withdrawn ones."""
    parts = [part for part in article.parts.all() if part.withdrawn_at is None]
    return sorted(parts, key=lambda part: (part.position, part.pk))
