"""Pages of a list, numbered from 1; a number that is none, or beyond the last page, is an error and not page 1."""

from django.core.paginator import InvalidPage, Paginator
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

PER_PAGE = 30
MOST = 100


def number_of(request, name: str, default: int, *, lowest: int = 1, most: int = 2**31 - 1) -> int:
    """A whole number out of the address. Raises ValidationError."""
    given = request.query_params.get(name, "")
    if not given:
        return default
    if not (given.isascii() and given.isdigit() and len(given) <= 19 and lowest <= int(given) <= most):
        raise ValidationError({name: [f"要写 {lowest} 到 {most} 的整数"]})
    return int(given)


class Pages(PageNumberPagination):
    page_size = PER_PAGE
    page_size_query_param = "page_size"
    max_page_size = MOST
    page_query_description = "第几页，从 1 开始"
    page_size_query_description = f"一页几条，最多 {MOST}"

    def get_page_size(self, request) -> int:
        return number_of(request, "page_size", PER_PAGE, most=MOST)

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        paginator = Paginator(queryset, self.get_page_size(request))
        try:
            self.page = paginator.page(number_of(request, "page", 1))
        except InvalidPage:
            raise NotFound from None
        return list(self.page)

    def get_paginated_response(self, data) -> Response:
        return Response(self.facts() | {"results": data})

    def facts(self) -> dict:
        return {
            "count": self.page.paginator.count,
            "page": self.page.number,
            "pages": self.page.paginator.num_pages,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
        }

    def get_paginated_response_schema(self, schema):
        number = {"type": "integer", "minimum": 0}
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {
            "count": number | {"description": "一共几条"},
            "page": number | {"description": "这是第几页"},
            "pages": number | {"description": "一共几页"},
            "next": link | {"description": "下一页"},
            "previous": link | {"description": "上一页"},
            "results": schema,
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view):
        found = super().get_schema_operation_parameters(view)
        for parameter in found:
            most = MOST if parameter["name"] == "page_size" else 2**31 - 1
            parameter["schema"] |= {"minimum": 1, "maximum": most}
        return found
