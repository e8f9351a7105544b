"""Searching, as the search page does it."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError

from journal import search as index

from . import shapes
from .base import ReaderView
from .filters import Narrowing
from .pagination import Pages
from .throttling import AddressThrottle, SearchThrottle

_ORDERS = ("best", "new")
LONGEST = 200  # characters of a query


class HitPages(Pages):
    def paginate_queryset(self, queryset, request, view=None):
        self.result = queryset
        return super().paginate_queryset(queryset, request, view)

    def facts(self) -> dict:
        return super().facts() | {"more": self.result.more, "warnings": list(self.result.query.warnings)}

    def get_paginated_response_schema(self, schema):
        found = super().get_paginated_response_schema(schema)
        more = {
            "more": {"type": "boolean", "description": f"是否超过 {index.MOST_COUNTED} 篇；超过的不再计数"},
            "warnings": {"type": "array", "items": {"type": "string"}, "description": "检索词里没有用上的"},
        }
        found["properties"] = more | found["properties"]
        found["required"] += list(more)
        return found


class Search(ReaderView):
    serializer_class = shapes.Hit
    pagination_class = HitPages
    filterset_class = Narrowing
    throttle_classes = [AddressThrottle, SearchThrottle]
    parameters = ("q", "order", "page", "page_size", *Narrowing.base_filters)

    def get_queryset(self):
        shown = index.readable_by(self.request.user).select_related("issue", "section", "text__current")
        return shown.prefetch_related("bylines")

    @extend_schema(
        operation_id="search",
        tags=["search"],
        summary="检索",
        description="几个词用空格隔开，都要有；“引号”里的连在一起；减号后面的不要。标题里有的在前，再按新旧。",
        parameters=[
            OpenApiParameter(
                "q", {"type": "string", "maxLength": LONGEST}, description=f"检索词，{LONGEST} 字以内；不写就没有结果"
            ),
            OpenApiParameter("order", OpenApiTypes.STR, enum=_ORDERS, description="best 相关的在前，new 新的在前"),
        ],
        responses=shapes.Hit(many=True),
    )
    def get(self, request):
        result = index.search(_words(request), self.get_queryset())
        result = result.narrowed(self.filter_queryset(result.found))
        result = result.by_time() if _order(request) == "new" else result
        page = self.paginate_queryset(result)
        context = self.get_serializer_context() | {"query": result.query}
        return self.get_paginated_response(shapes.Hit(page, many=True, context=context).data)


def _words(request) -> str:
    words = request.query_params.get("q", "")
    if "\x00" in words or len(words) > LONGEST:
        raise ValidationError({"q": [f"要写 {LONGEST} 字以内的检索词，不能有控制字符"]})
    return words


def _order(request) -> str:
    order = request.query_params.get("order") or _ORDERS[0]
    if order not in _ORDERS:
        raise ValidationError({"order": [f"只能是 {'、'.join(_ORDERS)}"]})
    return order
