"""The contents of an issue as printed: columns with their page ranges, lines with title, signatures and page."""

from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import F, OuterRef, Q, Subquery

from journal.models import Access, Article, Highlight, Issue, IssueSection


@dataclass
class Line:
    """A line of the contents; parts are the lines of a composite."""

    article: Article
    parts: list["Line"] = field(default_factory=list)

    @property
    def is_withdrawn(self) -> bool:
        return self.article.withdrawn_at is not None


@dataclass
class Column:
    """A column of an issue (本期栏目) with its lines."""

    place: IssueSection
    lines: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.place)


def articles_of(issue: Issue, user, *, preview: bool):
    """The articles of an issue the person may read; everything that is not withdrawn for a preview.

    highlighted: its place among 本期导读, never 0; None for the others.
    """
    articles = Article.objects.filter(withdrawn_at__isnull=True) if preview else Article.objects.visible_to(user)
    return _with_highlights(articles.filter(issue=issue), issue)


def _with_highlights(articles, issue: Issue):
    places = Highlight.objects.filter(article=OuterRef("pk"), issue=issue).order_by("position")
    first = Subquery(places.values(place=F("position") + 1)[:1])
    return articles.annotate(highlighted=first).prefetch_related("bylines")


def lines_of(issue: Issue, user, *, preview: bool):
    """`articles_of`, and the withdrawn ones that the contents go on naming (已撤下), as far as the person could read them."""
    readable = articles_of(issue, user, preview=preview)
    named = Article.objects.filter(issue=issue, withdrawn_at__isnull=False, withdrawn_listed=True)
    if not (preview or getattr(user, "is_member", False)):
        named = named.filter(access=Access.PUBLIC)
    return _with_highlights(
        Article.objects.filter(Q(pk__in=readable.values("pk")) | Q(pk__in=named.values("pk"))), issue
    )


def contents(issue: Issue, articles) -> list[Column]:
    """The columns that have something to read, in the issue's order. Three queries for any number of articles."""
    columns = {place.section_id: Column(place) for place in issue.sections.select_related("section")}
    lines: dict[int, Line] = {}
    parts: list[Article] = []
    for article in articles.order_by("position", "pk"):
        if article.parent_id:
            parts.append(article)
        elif article.section_id in columns:
            lines[article.pk] = Line(article)
            columns[article.section_id].lines.append(lines[article.pk])
    for part in parts:
        if part.parent_id in lines and not lines[part.parent_id].is_withdrawn:
            lines[part.parent_id].parts.append(Line(part))
    return [column for column in columns.values() if column.lines]


def first_article(columns: list[Column]) -> Article | None:
    readable = (line.article for column in columns for line in column.lines if not line.is_withdrawn)
    return next(readable, None)


def by_role(members) -> list[tuple[str, list]]:
    """The board in its printed order, names under their role."""
    return [(role, list(group)) for role, group in groupby(members, key=lambda member: member.role)]
