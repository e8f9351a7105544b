"""The same number of queries for a few articles and for many, at most ten a page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal.models import Author, Highlight, Section
from members.models import Unit

FEW, MANY = 3, 300


@pytest.fixture
def grow(make_issue, make_article, publish):
    """`grow(n)`: one more public issue with n articles by one author of one unit, the first with parts."""
    unit = Unit.objects.create(name="望海区委组织部")
    sections = list(Section.objects.all())

    def grow(number: int):
        issue = make_issue()
        first = None
        for place in range(number):
            article = make_article(
                f"第{place}篇网格", issue=issue, section=sections[place % len(sections)], bylines=["何为", "沈秋帆"]
            )
            article.bylines.create(kind="unit", name=unit.name, unit=unit)
            if place % 5 == 0:
                Highlight.objects.create(issue=issue, position=place, text=article.title, article=article)
                for part in range(3):
                    make_article(f"部分{part}", issue=issue, section=article.section, parent=article, bylines=["何为"])
            first = first or article
        publish(issue)
        return first

    grow.unit = unit
    return grow


def addresses(article, unit) -> dict[str, str]:
    return {
        "home": "/",
        "archive": "/issues/",
        "issue": article.issue.get_absolute_url(),
        "article": article.get_absolute_url(),
        "sections": "/sections/",
        "section": reverse("section", args=[article.section_id]),
        "unit": reverse("unit", args=[unit.pk]),
        "author": Author.objects.get(name="何为").get_absolute_url(),
        "about": "/about/",
        "accessibility": "/accessibility/",
        "search": "/search/?q=网格",
        "search in text": f"/search/?q=议&section={article.section_id}&unit={unit.pk}",
    }


def counts(client, article, unit) -> dict[str, int]:
    counted = {}
    for name, address in addresses(article, unit).items():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200, name
        counted[name] = len(captured)
    return counted


@pytest.mark.parametrize("who", ["visitor", "reader"])
def test_pages_cost_the_same_for_few_and_many(client, cast, grow, who):
    if who == "reader":
        client.force_login(cast.reader, backend="django.contrib.auth.backends.ModelBackend")
    few = counts(client, grow(FEW), grow.unit)
    many = counts(client, grow(MANY), grow.unit)
    assert few == many
    assert {name: number for name, number in many.items() if number > 10} == {}
