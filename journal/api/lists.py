"""Columns, units and authors, each with how much of it the person may read."""

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView

from journal import search
from journal.models import Author, Byline, Section
from members.models import Unit

from . import shapes
from .base import ReaderView
from .issues import counted


class _One(ReaderView, RetrieveAPIView):
    filter_backends = []

    def get_object(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class _List(ReaderView, ListAPIView):
    filter_backends = []
    parameters = ("page", "page_size")


class _OfSections:
    serializer_class = shapes.SectionShape

    def get_queryset(self):
        readable = search.readable_by(self.request.user).toplevel()
        return counted(Section.objects.order_by("position", "pk"), readable, "section")


@extend_schema_view(
    get=extend_schema(
        operation_id="list_sections", tags=["lists"], summary="栏目", description="按刊物的次序，只列在用的。"
    )
)
class Sections(_OfSections, _List):
    def get_queryset(self):
        return super().get_queryset().active()


@extend_schema_view(
    get=extend_schema(
        operation_id="get_section", tags=["lists"], summary="一个栏目", description="文章用 articles/ 按编号找。"
    )
)
class OneSection(_OfSections, _One):
    pass


class _OfUnits:
    """A unit counts what was signed by those merged into it; those are not there any more."""

    serializer_class = shapes.UnitShape

    def get_queryset(self):
        signed = _readable_bylines(self.request.user)
        own = signed.filter(Q(unit=OuterRef("pk")) | Q(unit__merged_into=OuterRef("pk")))
        units = Unit.objects.filter(Exists(own), merged_into=None)
        return _with_number(units, own).order_by("name", "pk")


@extend_schema_view(
    get=extend_schema(operation_id="list_units", tags=["lists"], summary="作者单位", description="有文章可读的单位。")
)
class Units(_OfUnits, _List):
    pass


@extend_schema_view(
    get=extend_schema(
        operation_id="get_unit", tags=["lists"], summary="一个单位", description="文章用 articles/ 按编号找。"
    )
)
class OneUnit(_OfUnits, _One):
    pass


class _OfAuthors:
    serializer_class = shapes.AuthorShape

    def get_queryset(self):
        own = _readable_bylines(self.request.user).filter(author=OuterRef("pk"))
        authors = Author.objects.filter(Exists(own)).select_related("unit")
        return _with_number(authors, own).order_by("name", "pk")


@extend_schema_view(
    get=extend_schema(operation_id="list_authors", tags=["lists"], summary="作者", description="有文章可读的作者。")
)
class Authors(_OfAuthors, _List):
    pass


@extend_schema_view(
    get=extend_schema(
        operation_id="get_author", tags=["lists"], summary="一位作者", description="文章用 articles/ 按编号找。"
    )
)
class OneAuthor(_OfAuthors, _One):
    pass


def _readable_bylines(user):
    return Byline.objects.order_by().filter(article__in=search.readable_by(user).order_by().values("pk"))


def _with_number(rows, own):
    """With `readable_articles`: one article signed twice counts once."""
    number = own.annotate(one=Value(1)).values("one").annotate(number=Count("article", distinct=True)).values("number")
    return rows.annotate(readable_articles=Coalesce(Subquery(number, output_field=IntegerField()), 0))
