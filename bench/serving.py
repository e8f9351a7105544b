"""Readers' pages from gunicorn with two workers, beside an empty Django view on the same server, at three sizes.

BENCH_ARTICLES=400,4000 leaves the largest out. Hits come from the page cache; what a miss costs is measured too.
"""

import gzip
import io
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from journal import search
from journal.models import Access, Article, Byline, Issue, IssueSection, Section, Text, TextVersion
from journal.publishing import raise_site_revision

from .harness import Measured, bench, milliseconds
from .load import Load, load

SIZES = [int(size) for size in os.environ.get("BENCH_ARTICLES", "400,4000,20000").split(",")]
AN_ISSUE = 40  # articles
LENGTH = 1500  # characters
CONCURRENCY = (1, 8)
SECONDS = 2.0  # of load for each figure
WORKERS = 2
OF_EMPTY = 60  # per cent of the empty view's requests that a kept article must reach
FIRST_PAGE_KB = 100  # without photographs
_WORDS = "议事榕树渔港灯塔晒场码头水渠祠堂渡口菜园山塘盐田茶亭戏台书屋巷口桥头粮仓果林网格支部党员群众服务清单"


@bench
def serving() -> Iterator[Measured]:
    first: dict[str, float] = {}
    with _server("bench.empty_site") as empty:
        yield from _rows("空视图", {number: _steady(empty.address, number) for number in CONCURRENCY})
        for size in SIZES:
            _fill(size)
            with _server("config.wsgi") as site:
                for name, address in _addresses().items():
                    loads = {number: _steady(site.address + address, number) for number in CONCURRENCY}
                    yield from _rows(f"{size:,} 篇：{name}", loads)
                    yield from _grown(f"{size:,} 篇：{name}", name, loads[1].milliseconds(0.5), first)
                article = site.address + _addresses()["文章"]
                for number in CONCURRENCY:
                    share = 100 * _beside(article, empty.address, number)
                    label = f"{size:,} 篇：文章为空视图的，{number} 个并发"
                    yield Measured(label, OF_EMPTY, share, "%", more_is_better=True)
                yield Measured(f"{size:,} 篇：每个进程内存", 150, site.memory(), "MB")
                if size == SIZES[0]:
                    yield Measured("首页传输量（不含照片）", FIRST_PAGE_KB, _transferred(site.address) / 1024, "KB")
            yield from _misses(size, first)


def _steady(address: str, concurrency: int, seconds: float = SECONDS) -> Load:
    """After a moment that fills caches and opens connections."""
    load(address, concurrency=concurrency, seconds=0.2)
    return load(address, concurrency=concurrency, seconds=seconds)


def _beside(address: str, other: str, concurrency: int) -> float:
    """Requests of `address` ÷ those of `other`, by turns: what else the machine does falls on both."""
    shares = []
    for _ in range(7):
        pair = [_steady(one, concurrency, 0.5).per_second for one in (address, other)]
        shares.append(pair[0] / pair[1])
    return statistics.median(shares)


def _rows(name: str, loads: dict[int, Load]) -> Iterator[Measured]:
    """asked: what a reader does not notice; requests per second are told for comparison."""
    for concurrency, found in loads.items():
        yield Measured(f"{name}，{concurrency} 个并发", 200, found.per_second, "次/秒", more_is_better=True)
        yield Measured("　中位数", 20, found.milliseconds(0.5))
        yield Measured("　第 95 百分位", 50, found.milliseconds(0.95))


def _grown(label: str, name: str, taken: float, first: dict[str, float]) -> Iterator[Measured]:
    """The median beside that of the smallest size: at most 1.3 times."""
    if name in first:
        yield Measured(f"{label}，与 {SIZES[0]:,} 篇时相比", 1.3, taken / first[name], "倍")
    first.setdefault(name, taken)


def _misses(size: int, first: dict[str, float]) -> Iterator[Measured]:
    client = Client(headers={"host": "127.0.0.1"})
    with override_settings(PAGE_CACHE=False):
        for name, address in _addresses().items():
            taken = milliseconds(partial(client.get, address), times=9)
            yield Measured(f"{size:,} 篇：{name}，不经缓存", 150, taken)
            yield from _grown(f"{size:,} 篇：{name}，不经缓存", f"{name} 不经缓存", taken, first)


def _addresses() -> dict[str, str]:
    issue = Issue.objects.published().first()
    article = Article.objects.filter(issue=issue).order_by("pk").first()
    return {
        "首页": reverse("home"),
        "一期": issue.get_absolute_url(),
        "文章": article.get_absolute_url(),
        "检索": f"{reverse('search')}?q={quote('渔港灯塔')}",
    }


class _Site:
    def __init__(self, process: subprocess.Popen, address: str):
        self.process, self.address = process, address

    def memory(self) -> float:
        """Megabytes of the larger worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        sizes = []
        for child in children:
            lines = Path(f"/proc/{child}/status").read_text().splitlines()
            sizes += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")]
        return max(sizes)


@contextmanager
def _server(module: str) -> Iterator[_Site]:
    """gunicorn as `make run` starts it, on a free port, with the measurement's own database and cache."""
    environment = os.environ | {"PORT": "0", "WEB_WORKERS": str(WORKERS)}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", module], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield _Site(process, process.stdout.readline().split("：", 1)[1].split()[0])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _transferred(address: str) -> int:
    """Bytes of the first page with its styles and scripts, compressed as a browser gets them."""
    total, html = _bytes(f"{address}/")
    for found in set(_assets(html.decode())):
        total += _bytes(address + found)[0]
    return total


def _assets(html: str) -> Iterator[str]:
    for piece in html.split('"'):
        if piece.startswith(settings.STATIC_URL) and piece.partition("?")[0].endswith((".css", ".js")):
            yield piece


def _bytes(address: str) -> tuple[int, bytes]:
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"}), timeout=30) as answer:  # noqa: S310 (our own)
        body = answer.read()
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        return head + len(body), gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


def _fill(size: int) -> None:
    """Public issues of AN_ISSUE articles until there are `size`; rows are written straight, as an archive would be."""
    if not Issue.objects.published().exists():
        call_command("demo", verbosity=0, stdout=io.StringIO())
    chance = random.Random(size)  # noqa: S311
    sections = list(Section.objects.all())
    missing = size - Article.objects.published().count()
    serial = 1000 + Issue.objects.count()
    while missing > 0:
        serial += 1
        issue = Issue.objects.create(
            year=2030 + serial // 4,
            number=serial % 4 + 1,
            serial_number=serial,
            state=Issue.State.PUBLISHED,
            access=Access.PUBLIC,
            access_approved_by="部务会",
            access_approved_on=timezone.localdate(),
            access_basis="测量",
            published_at=timezone.now(),
        )
        _articles(issue, sections, min(AN_ISSUE, missing), chance)
        missing -= AN_ISSUE
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    raise_site_revision()


def _articles(issue: Issue, sections: list[Section], number: int, chance: random.Random) -> None:
    IssueSection.objects.bulk_create(IssueSection(issue=issue, section=one, position=one.position) for one in sections)
    texts = Text.objects.bulk_create([Text() for _ in range(number)])
    versions = TextVersion.objects.bulk_create(
        TextVersion(
            text=text,
            number=1,
            title=_passage(chance, 12),
            html="".join(f"<p>{_passage(chance, 150)}。</p>" for _ in range(LENGTH // 150)),
            words=LENGTH,
            reason="测量",
            created_at=timezone.now(),
        )
        for text in texts
    )
    for text, version in zip(texts, versions, strict=True):
        text.current = version
    Text.objects.bulk_update(texts, ["current"])
    articles = Article.objects.bulk_create(
        Article(
            text=version.text,
            title=version.title,
            issue=issue,
            section=sections[place % len(sections)],
            position=place,
            access=Access.PUBLIC,
            start_page=place,
            end_page=place,
        )
        for place, version in enumerate(versions, 1)
    )
    Byline.objects.bulk_create(Byline(article=article, name="何为") for article in articles)
    search.index_articles(articles)


def _passage(chance: random.Random, length: int) -> str:
    pairs = [_WORDS[place : place + 2] for place in range(0, len(_WORDS), 2)]
    return "".join(chance.choices(pairs, k=length // 2))
