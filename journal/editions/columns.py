"""An issue's articles in printed order, column by column: what every edition starts from."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch, Q

from journal.models import Article, Highlight, Issue, IssueSection
from journal.models.article import ArticleQuerySet

# Which articles an edition is made of; None: all of the issue that are not withdrawn.
Chosen = ArticleQuerySet | None


@dataclass(frozen=True)
class Column:
    """A column of an issue (本期栏目) with its articles; withdrawn ones and withdrawn parts are left out."""

    row: IssueSection
    articles: list[Article]

    @property
    def name(self) -> str:
        return self.row.name or self.row.section.name


def columns_of(issue: Issue, chosen: Chosen = None) -> list[Column]:
    """The columns in the issue's order (DESIGN.md 5), each article with text, bylines and parts fetched.

    chosen narrows articles and parts alike: a part outside it is left out even where its composite is in.
    """
    wanted = Article.objects.all() if chosen is None else Article.objects.filter(pk__in=chosen.order_by().values("pk"))
    articles = (
        wanted.toplevel()
        .filter(issue=issue, withdrawn_at__isnull=True)
        .select_related("text__current")
        .prefetch_related(
            "bylines", Prefetch("parts", wanted.select_related("text__current").prefetch_related("bylines"))
        )
        .order_by("section", "position", "pk")
    )
    by_section = {key: list(group) for key, group in groupby(articles, key=lambda article: article.section_id)}
    return [Column(row, by_section.get(row.section_id, [])) for row in issue.sections.select_related("section")]


def parts_of(article: Article) -> list[Article]:
    """A composite's parts in order, without withdrawn ones."""
    parts = [part for part in article.parts.all() if part.withdrawn_at is None]
    return sorted(parts, key=lambda part: (part.position, part.pk))


def highlights_of(issue: Issue, chosen: Chosen = None) -> list[Highlight]:
    """本期导读 in order; lines that name an article which is withdrawn or not chosen are left out."""
    told = issue.highlights.exclude(article__withdrawn_at__isnull=False)
    if chosen is not None:
        told = told.filter(Q(article__isnull=True) | Q(article__in=chosen.order_by().values("pk")))
    return list(told)
