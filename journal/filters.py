"""Narrowing a search by year, column and unit, and how many there are of each."""

import django_filters
from django import forms
from django.db.models import Count, QuerySet

from .models import Article

MOST_CHOICES = 12


class _Chosen(django_filters.NumberFilter):
    """One number out of an address; what is no number narrows nothing."""

    field_class = forms.IntegerField


class ArticleFilter(django_filters.FilterSet):
    year = _Chosen(field_name="issue__year", label="年份", min_value=1900, max_value=9999)
    section = _Chosen(field_name="section", label="栏目", min_value=1, max_value=2**31 - 1)
    unit = _Chosen(method="by_unit", label="作者单位", min_value=1, max_value=2**31 - 1)

    class Meta:
        model = Article
        fields: tuple = ()

    def by_unit(self, articles: QuerySet, name: str, value: int) -> QuerySet:
        """By subquery, since a join would repeat an article for each of its signatures."""
        from .models import Byline

        return articles.filter(pk__in=Byline.objects.filter(unit=value).values("article"))

    def chosen(self) -> dict[str, int]:
        """The valid choices by name."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value is not None}

    def narrowed(self, *, without: str = "") -> QuerySet:
        articles = self.queryset.all()
        for name, value in self.chosen().items():
            if name != without:
                articles = self.filters[name].filter(articles, value)
        return articles

    def facets(self) -> list[dict]:
        """Each narrowing with its choices (value, words, count), counted under the other narrowings."""
        return [
            self._facet("section", "section__name", key="section", order=("section__position",)),
            self._facet("year", "issue__year", key="issue__year", order=("-issue__year",)),
            self._facet("unit", "bylines__unit__short_name", key="bylines__unit", order=("-found", "bylines__unit")),
        ]

    def _facet(self, name: str, words: str, *, key: str, order: tuple[str, ...]) -> dict:
        fields = {key, words} | ({"bylines__unit__name"} if name == "unit" else {"section__position"} & set(order))
        rows = (
            self.narrowed(without=name)
            .filter(**{f"{key}__isnull": False})
            .order_by()
            .values(*fields)
            .annotate(found=Count("pk", distinct=True))
            .order_by(*order)[:MOST_CHOICES]
        )
        choices = [(row[key], row[words] or row.get("bylines__unit__name"), row["found"]) for row in rows]
        return {"name": name, "label": self.filters[name].label, "choices": choices, "chosen": self.chosen().get(name)}
