"""Articles: lists without texts, and one with its text."""

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from journal import search
from journal.models import Article, Correction, Journal
from journal.views.access import open_article, taken_down
from journal.views.body import pictures_of

from . import shapes
from .base import ReaderView
from .filters import ArticleNarrowing


def with_lines(articles):
    """With what `shapes.ArticleLine` tells; texts are left where they are."""
    return articles.select_related("issue", "section").prefetch_related("bylines")


@extend_schema_view(
    get=extend_schema(
        operation_id="list_articles",
        tags=["articles"],
        summary="文章列表",
        description="新的一期在前，期内按栏目、次序。组稿的各篇不单独列出，除非按作者或单位找。不带正文。",
    )
)
class Articles(ReaderView, ListAPIView):
    serializer_class = shapes.ArticleLine
    filterset_class = ArticleNarrowing
    parameters = ("page", "page_size", *ArticleNarrowing.base_filters)

    def get_queryset(self):
        readable = search.readable_by(self.request.user)
        # A part is signed by its own authors: who asks for them wants the part.
        if not (self.request.query_params.get("author") or self.request.query_params.get("unit")):
            readable = readable.toplevel()
        return with_lines(search.newest_first(readable))


class OneArticle(ReaderView):
    serializer_class = shapes.ArticleWhole

    @extend_schema(
        operation_id="get_article",
        tags=["articles"],
        summary="一篇文章，带正文",
        description="正文有 HTML 和纯文字两种。组稿带上它的各篇。",
    )
    def get(self, request, pk):
        article, *parts = _open(request.user, pk)
        rows = [article, *parts]
        htmls = [row.text.current.html for row in rows if row.text.current]
        context = self.get_serializer_context() | {
            "parts": parts,
            "pictures": pictures_of(htmls, request.user, preview=False),
            "corrections": Correction.objects.made().filter(article__in=rows).defer("proposed"),
            "journal": Journal.objects.current(),
        }
        return Response(shapes.ArticleWhole(article, context=context).data)


def _open(user, pk: int) -> list[Article]:
    """The article and its readable parts. Here are no previews, not for the office either.

    Raises Http404, InternalOnly, Withdrawn.
    """
    rows = open_article(user, pk)
    if rows[0].preview:
        came_out = rows[0].issue is not None and rows[0].issue.came_out
        raise (came_out and taken_down(rows[0])) or Http404("not published")
    return rows
