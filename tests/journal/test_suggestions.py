"""What is offered while words are typed: of what the person may read, and nothing else."""

import pytest
from django.urls import reverse

from journal.models import Access, Section
from journal.suggestions import suggest

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(make_issue, make_article, publish, unit, cast):
    public, internal, making = make_issue(year=2026), make_issue(year=2025), make_issue(year=2027)
    for issue, title, author in (
        (public, "渔港的灯塔", "林灯明"),
        (internal, "内部的灯塔", "陈灯影"),
        (making, "草稿里的灯塔", "许灯火"),
    ):
        article = make_article(title, issue=issue, bylines=[author])
        article.bylines.create(kind="unit", name=unit.name, unit=unit) if issue is internal else None
    publish(public)
    publish(internal, Access.INTERNAL)


def labels(words, user=None) -> list[str]:
    return [one.label for one in suggest(words, user)]


def test_titles_and_authors_of_what_everybody_may_read(library):
    assert labels("灯") == ["林灯明", "渔港的灯塔"]
    assert labels("灯塔") == ["渔港的灯塔"]
    assert labels("燈塔") == ["渔港的灯塔"]


def test_a_member_is_offered_more_and_nobody_a_draft(library, cast, unit):
    assert set(labels("灯", cast.reader)) == {"林灯明", "陈灯影", "渔港的灯塔", "内部的灯塔"}
    assert labels("榕岭村", cast.reader) == [str(unit)]
    assert labels("榕岭村") == []


def test_columns_with_something_to_read(library):
    first = Section.objects.first()
    assert first.name in labels(first.name[:2])
    empty = Section.objects.last()
    assert labels(empty.name) == []


@pytest.mark.parametrize(
    "words", ["", " ", "。", "-灯", "灯" * 31, "\0", "\ud83d", "😀", '"', "' OR 1=1 --", "灯\0塔*", "(" * 20]
)
def test_what_is_no_name_offers_nothing_and_fails_never(library, client, words):
    assert suggest(words, None) == [] or words == "灯\0塔*"
    answer = client.get(reverse("suggestions"), {"q": words.encode("utf-8", "replace").decode()})
    assert answer.status_code == 200


def test_the_answer_is_for_who_asked(library, client, cast):
    told = client.get(reverse("suggestions"), {"q": "灯塔"})
    assert [one["label"] for one in told.json()["suggestions"]] == ["渔港的灯塔"]
    client.force_login(cast.reader, backend="django.contrib.auth.backends.ModelBackend")
    told = client.get(reverse("suggestions"), {"q": "灯塔"})
    assert len(told.json()["suggestions"]) == 2
    assert "no-store" in told["Cache-Control"]
    assert client.post(reverse("suggestions")).status_code == 405


def test_no_count_facet_or_advice_tells_of_what_may_not_be_read(library, client):
    """内部 and unpublished texts leave no trace on an anonymous reader's page."""
    page = client.get("/search/", {"q": "灯塔"}).content.decode()
    assert "共 <b>1</b> 篇" in page
    assert "2025" not in page.split("<main")[1].split("</main")[0]
    nothing = client.get("/search/", {"q": "内部的灯塔 草稿"}).content.decode()
    assert "草稿里的灯塔" not in nothing
    assert "内部的灯塔</a>" not in nothing


@pytest.mark.parametrize(
    "words",
    [
        "长" * 10_000,
        "。，！",
        "title:灯 AND NOT",
        "NEAR(灯 塔)",
        "灯*",
        "''' ; DROP TABLE x",
        "灯\0塔",
        "😀",
        "\udc80".encode("utf-8", "replace").decode(),
        "-" * 50,
        "“" * 50,
        "a" * 3000,
        "\uff11\uff12" * 400,
    ],
)
def test_no_query_makes_the_page_fail(library, client, words):
    assert client.get("/search/", {"q": words}).status_code == 200
