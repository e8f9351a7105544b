"""Changes since a time, or since the last asking: how the app and the official site keep their copies right."""

import re
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import urlencode
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from journal import changes
from journal.models import Article

from . import shapes
from .articles import with_lines
from .base import ReaderView
from .pagination import MOST, number_of

_YEARS = range(1900, 3000)  # what every database can compare
_LOST_PLUS = re.compile(r" (?=\d{2}:?\d{2}$)")
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}


class Changes(ReaderView):
    serializer_class = shapes.Changes
    parameters = ("since", "cursor", "section", "page_size")

    @extend_schema(
        operation_id="list_changes",
        tags=["changes"],
        summary="某时以来的变化",
        description=(
            "刊发、更正、改阅读范围、撤下。第一次用 since（时间），或者什么都不写，从头读起；以后用上次给的 next 或 cursor，"
            "不会漏，也不会重。撤下的只有编号，请删去您那里的副本；其余的按编号重新取一次正文。"
        ),
        parameters=[
            OpenApiParameter(
                "since",
                {"type": "string", "format": "date-time"},
                description="从什么时间起，例如 2026-10-01T00:00:00+08:00；不写时区的算北京时间",
            ),
            OpenApiParameter("cursor", _NUMBER, description="上次读到的序号；写了它，就不看 since"),
            OpenApiParameter(
                "section",
                {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
                description="只要这个栏目的，栏目编号",
            ),
            OpenApiParameter(
                "page_size", {"type": "integer", "minimum": 1, "maximum": MOST}, description=f"一次几条，最多 {MOST}"
            ),
        ],
    )
    def get(self, request):
        size = number_of(request, "page_size", MOST, most=MOST)
        cursor = number_of(request, "cursor", 0, lowest=0, most=_NUMBER["maximum"])
        section = number_of(request, "section", 0)
        rows = changes.concerning(request.user).filter(pk__gt=cursor).select_related("article")
        if not cursor and (since := _since(request.query_params.get("since", ""))):
            rows = rows.filter(at__gte=since)
        if section:
            rows = rows.filter(article__section=section)
        found = list(rows[: size + 1])
        page, more = found[:size], len(found) > size
        last = page[-1].pk if page else cursor
        asked = {"cursor": last} | ({"section": section} if section else {})
        if not last:
            asked |= {name: given for name in ("since",) if (given := request.query_params.get(name))}
        answer = {
            "cursor": last,
            "more": more,
            "next": f"{request.build_absolute_uri(request.path)}?{urlencode(asked)}",
            "changes": list(changes.told(page, request.user, with_lines(Article.objects.all()))),
        }
        return Response(shapes.Changes(answer, context=self.get_serializer_context()).data)


def _since(given: str) -> datetime | None:
    """A moment or a day (Asia/Shanghai where no zone is named). None: from the beginning. Raises ValidationError."""
    text = _LOST_PLUS.sub("+", given.strip())  # an unescaped + of an address arrives as a space
    if not text:
        return None
    year = text[:4]
    if not (year.isascii() and year.isdigit()):
        raise ValidationError({"since": [_WRONG]})
    try:
        day = parse_date(text)
        moment = datetime(day.year, day.month, day.day) if day else parse_datetime(text)  # noqa: DTZ001 (below)
    except ValueError:
        moment = None
    if moment is None:
        raise ValidationError({"since": [_WRONG]})
    if moment.year < _YEARS.start:
        return None
    if moment.year >= _YEARS.stop:
        return datetime(_YEARS.stop, 1, 1, tzinfo=UTC)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


_WRONG = "要写时间，例如 2026-10-01T00:00:00+08:00，或者 2026-10-01"
