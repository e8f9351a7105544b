"""Reader's pages on the demonstration: time on the server and number of queries, as an anonymous reader."""

import io
from collections.abc import Iterator
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from journal.models import Article, Issue

from .harness import Measured, bench, milliseconds

MOST_QUERIES = 8


def addresses() -> dict[str, str]:
    issue = Issue.objects.published().filter(access="public").first()
    article = Article.objects.published().filter(access="public", parent=None).first()
    return {
        "首页": reverse("home"),
        "往期": reverse("archive"),
        "一期": issue.get_absolute_url(),
        "一篇文章": article.get_absolute_url(),
        "检索“社区”": reverse("search") + "?q=社区",
        "征稿": reverse("call"),
    }


@bench
def reader_pages() -> Iterator[Measured]:
    call_command("demo", verbosity=0, stdout=io.StringIO())
    client = Client(headers={"host": "127.0.0.1"})

    def fetch(address: str) -> None:
        with override_settings(PAGE_CACHE=False):
            response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    for name, address in addresses().items():
        fetch(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            fetch(address)
        yield Measured(f"{name}：查询次数", MOST_QUERIES, len(queries), "次")
        yield Measured(f"{name}：不经缓存", 150, milliseconds(partial(fetch, address)))
