"""Issues: the list, and one with its contents as printed."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from journal import search
from journal.models import Highlight, Issue
from journal.views.access import Withdrawn, open_issue
from journal.views.contents import articles_of, by_role, contents

from . import shapes
from .base import ReaderView


def counted(rows, articles, by: str):
    """With `readable_articles`: how many of `articles` belong to each row."""
    of_row = articles.order_by().filter(**{by: OuterRef("pk")}).values(by).annotate(number=Count("pk"))
    number = Subquery(of_row.values("number"), output_field=IntegerField())
    return rows.annotate(readable_articles=Coalesce(number, 0))


@extend_schema_view(
    get=extend_schema(operation_id="list_issues", tags=["issues"], summary="各期", description="新的在前，不带目录。")
)
class Issues(ReaderView, ListAPIView):
    serializer_class = shapes.IssueLine
    filter_backends = []
    parameters = ("page", "page_size")

    def get_queryset(self):
        readable = search.readable_by(self.request.user).toplevel()
        return counted(Issue.objects.visible_to(self.request.user), readable, "issue")


class OneIssue(ReaderView):
    serializer_class = shapes.IssueWhole

    @extend_schema(
        operation_id="get_issue",
        tags=["issues"],
        summary="一期，带目录",
        description="目录照印出的次序：栏目、文章，组稿带上它的各篇。",
        parameters=[
            OpenApiParameter(
                "year", {"type": "integer", "minimum": 0, "maximum": 999999999}, "path", description="年份"
            ),
            OpenApiParameter(
                "number", {"type": "integer", "minimum": 0, "maximum": 999999999}, "path", description="期号"
            ),
        ],
    )
    def get(self, request, year, number):
        issue = open_issue(request.user, year, number)
        if issue.preview:
            raise _not_out(issue)
        articles = articles_of(issue, request.user, preview=False).select_related("section", "issue")
        issue.contents = contents(issue, articles)
        lines = [line for column in issue.contents for line in column.lines]
        parts = {line.article.pk: [part.article for part in line.parts] for line in lines}
        readable = {line.article.pk for line in lines} | {part.pk for found in parts.values() for part in found}
        issue.readable_articles = len(lines)
        issue.board_roles = [
            {"role": role, "names": [member.name for member in members]} for role, members in by_role(issue.board.all())
        ]
        issue.read_highlights = [_as_readable(line, readable) for line in issue.highlights.all()]
        context = self.get_serializer_context() | {"parts": parts}
        return Response(shapes.IssueWhole(issue, context=context).data)


def _as_readable(line: Highlight, readable: set[int]) -> Highlight:
    line.readable_article = line.article_id if line.article_id in readable else None
    return line


def _not_out(issue: Issue) -> Exception:
    """Here are no previews, not for the office either."""
    if issue.state == Issue.State.WITHDRAWN:
        return Withdrawn("这一期", issue.withdrawn_reason)
    return Http404("not published")
