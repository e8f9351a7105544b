"""Narrowing a search by column, year, unit and kind, and how many there are of each."""

from collections import Counter
from collections.abc import Callable

import django_filters
from django import forms
from django.db.models import Count, Exists, OuterRef, QuerySet

from members.models import Unit

from .models import Article, Byline, Issue, Section

MOST_CHOICES = 12
Choice = tuple[int | str, str, int | None]


class _Chosen(django_filters.NumberFilter):
    """One number out of an address; what is no number narrows nothing."""

    field_class = forms.IntegerField


class ArticleFilter(django_filters.FilterSet):
    section = _Chosen(field_name="section", label="栏目", min_value=1, max_value=2**31 - 1)
    year = _Chosen(field_name="issue__year", label="年份", min_value=1900, max_value=9999)
    unit = _Chosen(method="by_unit", label="作者单位", min_value=1, max_value=2**31 - 1)
    kind = django_filters.ChoiceFilter(label="类别", choices=Article.Kind.choices)

    total: int | None = None  # how many are left, once `facets` has counted them

    class Meta:
        model = Article
        fields: tuple = ()

    def by_unit(self, articles: QuerySet, name: str, value: int) -> QuerySet:
        """By subquery, since a join would repeat an article for each of its signatures."""
        return articles.filter(pk__in=Byline.objects.filter(unit=value).values("article"))

    def chosen(self) -> dict[str, int | str]:
        """The valid choices by name."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}

    def narrowed(self, *, without: str = "") -> QuerySet:
        articles = self.queryset.all()
        for name, value in self.chosen().items():
            if name != without:
                articles = self.filters[name].filter(articles, value)
        return articles

    def facets(self, readable: QuerySet, counted: set[str]) -> list[dict]:
        """Each narrowing with its choices (value, words, count), counted under the other narrowings.

        Counted are those named; of the others the choices stand there without a number: the columns, years and kinds
        of all that is readable. `total` tells afterwards how many articles are left, where that was counted.
        """
        chosen = self.chosen()
        together = counted - set(chosen) - {"unit"}
        choices = {}
        if together:
            rows = self._rows(self.narrowed())
            self.total = sum(row["found"] for row in rows)
            choices = {name: _counted(name, rows) for name in together}
        for name in counted & set(chosen) - {"unit"}:
            choices[name] = _counted(name, self._rows(self.narrowed(without=name)))
        if "unit" in counted:
            choices["unit"] = self._units()
        for name in set(self.filters) - counted - {"unit"}:
            choices[name] = _uncounted(name, readable)
        return [
            {"name": name, "label": known.label, "choices": choices.get(name, []), "chosen": chosen.get(name)}
            for name, known in self.filters.items()
            if choices.get(name) or name in chosen
        ]

    def _rows(self, articles: QuerySet) -> list[dict]:
        """How many there are of each column, year and kind together: three facets from one query."""
        fields = ("section", "section__name", "section__position", "issue__year", "kind")
        return list(articles.order_by().values(*fields).annotate(found=Count("pk")))

    def _units(self) -> list[Choice]:
        rows = (
            Unit.objects.filter(bylines__article__in=self.narrowed(without="unit").order_by().values("pk"))
            .annotate(found=Count("bylines__article", distinct=True))
            .order_by("-found", "pk")[:MOST_CHOICES]
        )
        return [(unit.pk, str(unit), unit.found) for unit in rows]


# How a row is grouped: its place among the choices, its value, its words.
_GROUPS: dict[str, Callable[[dict], tuple]] = {
    "section": lambda row: (row["section__position"], row["section"], row["section__name"]),
    "year": lambda row: (-row["issue__year"], row["issue__year"], str(row["issue__year"])),
    "kind": lambda row: (row["kind"] != Article.Kind.TEXT, row["kind"], Article.Kind(row["kind"]).label),
}


def _counted(name: str, rows: list[dict]) -> list[Choice]:
    tally: Counter[tuple] = Counter()
    for row in rows:
        tally[_GROUPS[name](row)] += row["found"]
    return [(value, words, found) for (_, value, words), found in sorted(tally.items())][:MOST_CHOICES]


def _uncounted(name: str, readable: QuerySet) -> list[Choice]:
    if name == "section":
        sections = Section.objects.filter(Exists(readable.filter(section=OuterRef("pk"))))
        return [(pk, words, None) for pk, words in sections.values_list("pk", "name")]
    if name == "year":
        issues = Issue.objects.filter(Exists(readable.filter(issue=OuterRef("pk"))))
        years = issues.order_by("-year").values_list("year", flat=True).distinct()
        return [(year, str(year), None) for year in years[:MOST_CHOICES]]
    return [(value, words, None) for value, words in Article.Kind.choices]
