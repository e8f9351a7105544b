"""What a list of articles can be narrowed by. A value that makes no sense is an error, told by its name."""

import re

import django_filters
from django import forms
from django.db.models import QuerySet
from drf_spectacular.drainage import set_override

from journal.models import Article, Byline, Issue
from members.models import Unit

_MOST = 2**31 - 1
_ISSUE = re.compile(r"[0-9]{4}-[0-9]{1,4}")


class _WholeNumber(django_filters.NumberFilter):
    field_class = forms.IntegerField

    def __init__(self, *, lowest: int = 1, most: int = _MOST, **options):
        wrong = f"要写 {lowest} 到 {most} 的整数"
        messages = {"invalid": wrong, "min_value": wrong, "max_value": wrong}
        super().__init__(min_value=lowest, max_value=most, error_messages=messages, **options)
        _describe(self, {"type": "integer", "minimum": lowest, "maximum": most})


class _IssueField(forms.RegexField):
    def __init__(self, **options):
        super().__init__(_ISSUE, error_messages={"invalid": "要写成 年-期号，例如 2021-3"}, **options)


class _IssueFilter(django_filters.CharFilter):
    field_class = _IssueField

    def __init__(self, **options):
        super().__init__(**options)
        _describe(self, {"type": "string", "pattern": f"^{_ISSUE.pattern}$"})


def _describe(narrowing: django_filters.Filter, schema: dict) -> None:
    """For the OpenAPI document, which would else speak of any number or text."""
    set_override(narrowing, "field", schema | {"description": narrowing.label})


class Narrowing(django_filters.FilterSet):
    """By column, year, unit and kind: for lists and the search alike."""

    section = _WholeNumber(field_name="section", label="栏目编号")
    year = _WholeNumber(field_name="issue__year", lowest=1900, most=9999, label="年份")
    unit = _WholeNumber(method="by_unit", label="单位编号；并入它的单位也算")
    kind = django_filters.ChoiceFilter(
        choices=Article.Kind.choices,
        label="类别：text 文字，image 图片",
        error_messages={"invalid_choice": f"只能是 {'、'.join(Article.Kind.values)}"},
    )

    class Meta:
        model = Article
        fields: tuple = ()

    def by_unit(self, articles: QuerySet, name: str, value: int) -> QuerySet:
        """By subquery, since a join would repeat an article for each of its signatures."""
        merged = Unit.objects.filter(merged_into=value).values("pk")
        signed = Byline.objects.filter(unit=value) | Byline.objects.filter(unit__in=merged)
        return articles.filter(pk__in=signed.values("article"))


class ArticleNarrowing(Narrowing):
    issue = _IssueFilter(method="by_issue", label="期，写作 年-期号，例如 2021-3")
    author = _WholeNumber(method="by_author", label="作者编号")

    def by_issue(self, articles: QuerySet, name: str, value: str) -> QuerySet:
        year, number = value.split("-")
        return articles.filter(issue__in=Issue.objects.filter(year=int(year), number=int(number)))

    def by_author(self, articles: QuerySet, name: str, value: int) -> QuerySet:
        return articles.filter(pk__in=Byline.objects.filter(author=value).values("article"))
