"""Search among 20,000 articles of 2,000 characters, cut from a corpus of laws: how long it takes.

Filling takes some minutes; BENCH_ARTICLES=2000 gives a first idea. 党建 and 工作 stand in nearly every text, as they do
in the journal. Recall and precision are proved in tests/journal/test_search_corpus.py.
"""

import gzip
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.utils import timezone

from journal import search
from journal.models import Article, Byline, Issue, Section, Text, TextVersion
from journal.suggestions import suggest
from members.models import Unit

from .harness import Measured, bench

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "20000"))
LENGTH = 2000  # characters of an article
STEP = 290  # the corpus is smaller than 20,000 articles: the pieces overlap
PER_ISSUE = 50
EVERYWHERE = "各级党组织要抓好党建工作。"


def pieces() -> Iterator[tuple[str, str]]:
    """Title and text of articles."""
    with gzip.open(Path(settings.CORPUS_DIR) / "laws.jsonl.gz", "rt", encoding="utf-8") as lines:
        for law in map(json.loads, lines):
            text = law["text"]
            for number, start in enumerate(range(0, max(len(text) - LENGTH, 0) + 1, STEP), 1):
                yield f"{law['title'][:150]}（{number}）", text[start : start + LENGTH]


def fill(number: int = ARTICLES) -> None:
    """So many articles in issues of 50, one issue of ten 内部, signed by 60 units; rows are written straight."""
    pick = random.Random(2021)  # noqa: S311
    cuts = list(pieces())
    pick.shuffle(cuts)
    cuts = cuts[:number]
    sections = list(Section.objects.all())
    units = Unit.objects.bulk_create(Unit(name=f"测量用单位{number}") for number in range(60))
    approval = {"access_approved_by": "部务会", "access_approved_on": "2026-01-01", "access_basis": "纪要"}
    issues = Issue.objects.bulk_create(
        Issue(
            year=1950 + number // 6,
            number=number % 6 + 1,
            serial_number=number + 1,
            state=Issue.State.PUBLISHED,
            published_at=timezone.now(),
            access="internal" if number % 10 == 0 else "public",
            **({} if number % 10 == 0 else approval),
        )
        for number in range(-(-len(cuts) // PER_ISSUE))
    )
    texts = Text.objects.bulk_create((Text() for _ in cuts), batch_size=1000)
    TextVersion.objects.bulk_create(
        (
            TextVersion(
                text=text, number=1, title=title, html=_html(body, pick), words=LENGTH, created_at=timezone.now()
            )
            for text, (title, body) in zip(texts, cuts, strict=True)
        ),
        batch_size=500,
    )
    current = dict(TextVersion.objects.values_list("text_id", "pk"))
    for text in texts:
        text.current_id = current[text.pk]
    Text.objects.bulk_update(texts, ["current"], batch_size=500)
    articles = Article.objects.bulk_create(
        (
            Article(
                text=text,
                issue=issues[place // PER_ISSUE],
                section=pick.choice(sections),
                position=place % PER_ISSUE,
                title=title,
                access=issues[place // PER_ISSUE].access,
            )
            for place, (text, (title, _)) in enumerate(zip(texts, cuts, strict=True))
        ),
        batch_size=500,
    )
    Byline.objects.bulk_create(
        (
            Byline(article=article, name=f"作者{place % 900}", unit=pick.choice(units))
            for place, article in enumerate(articles)
        ),
        batch_size=1000,
    )


def _html(text: str, pick: random.Random) -> str:
    common = EVERYWHERE if pick.random() < 0.95 else ""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in f"{text}\n{common}".split("\n") if line.strip())


# As people look for things: two characters, names, several words, a phrase, a minus, words that stand everywhere.
QUERIES = (
    *("党建", "工作", "网格", "法院", "安全", "渔业", "海洋", "草原", "会计法", "测绘", "工作 安全", "党建 海洋"),
    *(
        "环境保护",
        "“应当依法”",
        "人民 -法院",
        "国务院 规定",
        "第十二条",
        "2018年",
        "作者17",
        "的",
        "無線電",
        "飞檐斗拱",
    ),
)


@bench
def searching() -> Iterator[Measured]:
    """The index alone, then the page with counts, facets and passages, then writing."""
    if settings.CORPUS_DIR is None:
        return
    fill()
    started = time.perf_counter()
    search.rebuild()
    each = (time.perf_counter() - started) * 1000 / ARTICLES
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    kind, asked = connection.vendor, 20 if connection.vendor == "postgresql" else 10
    name = f"检索 {kind}，{ARTICLES:,} 篇"

    def first_page(words: str) -> object:
        return search.search(words, search.readable_by(AnonymousUser()))[0:20]

    taken = times(first_page)
    yield Measured(f"{name}：第一页 20 篇，中位", asked, statistics.median(taken))
    yield Measured(f"{name}：第一页 20 篇，95%", 5 * asked, ninety_fifth(taken))
    client = Client(headers={"host": "localhost"})
    pages = times(lambda words: client.get("/search/", {"q": words, "order": "", "x": time.perf_counter()}))
    yield Measured(f"{name}：整页（计数、分面、摘录），中位", 100, statistics.median(pages))
    yield Measured(f"{name}：整页，95%", 400, ninety_fifth(pages))
    offered = times(lambda words: suggest(words, AnonymousUser()))
    yield Measured(f"{name}：输入时的建议，中位", 50, statistics.median(offered))
    some = list(Article.objects.select_related("text__current").prefetch_related("bylines")[:40])
    updated = times(lambda article: search.index_articles([article]), some)
    yield Measured(f"{name}：更新一篇，中位", 20, statistics.median(updated))
    yield Measured(f"{name}：更新一篇，95%", 40, ninety_fifth(updated))
    yield Measured(f"{name}：重建，平均每篇", 20, each)


def times(act: Callable, subjects=QUERIES) -> list[float]:
    """Milliseconds of each act, the better of two."""
    found = []
    for subject in subjects:
        tries = []
        for _ in range(2):
            started = time.perf_counter()
            act(subject)
            tries.append((time.perf_counter() - started) * 1000)
        found.append(min(tries))
    return found


def ninety_fifth(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[18]
