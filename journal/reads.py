"""How often an article is read: counted without cookies and without anything about the reader.

A reading is noted in the worker's memory, whether the page came from the cache or was made; a thread adds up to the
database every settings.READS_FLUSH_SECONDS, and once more when the worker ends. So a reading costs its request no
write; a worker that is killed (kill -9, loss of power) loses the readings of one interval at most.
"""

import atexit
import logging
import re
import threading
from collections import Counter
from datetime import date, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import Article, ReadCount

PERIODS = (7, 30, 365)  # days
# RULES.md says nothing of it: the words are those that programs use of themselves in User-Agent.
_PROGRAM = re.compile(
    r"bot|spider|crawl|slurp|headless|phantom|lighthouse|preview|monitor|scan|fetch|feed|archive|validator"
    r"|curl|wget|libwww|httpclient|http_|python|java/|go-http|okhttp|axios|node|ruby|perl|php|scrapy|facebookexternalhit",
    re.IGNORECASE,
)
DEFINITION = (
    ("一次阅读", "有人打开一篇已刊发的文章（含组稿），网站给出了这一页，就计一次；同一个人再次打开，再计一次。"),
    (
        "不计",
        "编辑部人员打开的、预览、浏览器预先载入的、不取内容的请求（HEAD），以及未能打开的，都不计。",
    ),
    (
        "机器不计",
        "访问时不报浏览器名称的，或者名称里有 bot、spider、crawl、slurp、headless、preview、monitor、fetch、feed、"
        "curl、wget、python、java、Go-http、okhttp、scrapy 等字样的，都算机器，不计。假冒浏览器名称的机器分不出来。",
    ),
    ("不留痕迹", "不用 Cookie，不记地址、账号和浏览器，只有每篇文章每天一个数。"),
    (
        "什么时候看得到",
        "各服务进程先记在内存里，过一小会儿（默认 20 秒）加进数据库；进程被强行终止时，最多丢这一小会儿的。",
    ),
)

_log = logging.getLogger(__name__)


class _Waiting:
    """Readings of this worker that the database does not know yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: Counter[tuple[int, date]] = Counter()
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def add(self, article: int, day: date) -> None:
        with self._lock:
            self._numbers[article, day] += 1
            if settings.READS_FLUSH_SECONDS and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="reads", daemon=True)
                self._thread.start()
                atexit.register(self.write)

    def write(self) -> None:
        """Add up to the database. What it does not take now, it gets the next time."""
        with self._lock:
            taken, self._numbers = self._numbers, Counter()
        if not taken:
            return
        try:
            add_up(taken)
        except DatabaseError:
            _log.exception("readings could not be written; kept for the next time")
            with self._lock:
                self._numbers.update(taken)

    def stop(self) -> None:
        """End the thread, where there is one; it closes its connection."""
        self._ended.set()
        atexit.unregister(self.write)
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(settings.READS_FLUSH_SECONDS):
            self.write()
            connection.close()


waiting = _Waiting()


class ReadsMiddleware:
    """Outside the page cache: a page that comes from there is read as well."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        article = getattr(response, "read_article", None)
        if article is not None and is_reading(request.method, response.status_code, request.META):
            waiting.add(article, timezone.localdate())
        return response


def is_reading(method: str, status: int, meta: dict) -> bool:
    """By DEFINITION. 304: the reader's browser still has the page, and shows it."""
    if method != "GET" or status not in (200, 304):
        return False
    purpose = meta.get("HTTP_SEC_PURPOSE", "") or meta.get("HTTP_PURPOSE", "")
    return "prefetch" not in purpose and not is_program(meta.get("HTTP_USER_AGENT", "")[:400])


@lru_cache(maxsize=1024)
def is_program(agent: str) -> bool:
    return not agent.strip() or bool(_PROGRAM.search(agent))


@transaction.atomic
def add_up(numbers: Counter[tuple[int, date]]) -> None:
    """Add to what the database has. Always in the same order, so that two workers never wait for each other."""
    known = set(Article.objects.filter(pk__in={article for article, _ in numbers}).values_list("pk", flat=True))
    rows = [(article, day, number) for (article, day), number in sorted(numbers.items()) if article in known]
    table = connection.ops.quote_name(ReadCount._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (article_id, day, number) VALUES (%s, %s, %s)"  # noqa: S608 (our own table's name)
            f" ON CONFLICT (article_id, day) DO UPDATE SET number = {table}.number + excluded.number",
            rows,
        )


def counted(articles: QuerySet, *, since: date | None = None, until: date | None = None) -> QuerySet:
    """`articles` with their `reads` between two days (both within), those without any as 0."""
    counts = ReadCount.objects.filter(article=OuterRef("pk"))
    counts = counts.filter(day__gte=since) if since else counts
    counts = counts.filter(day__lte=until) if until else counts
    total = counts.order_by().values("article").annotate(total=Sum("number")).values("total")
    return articles.annotate(reads=Coalesce(Subquery(total, output_field=IntegerField()), 0))


def most_read(articles: QuerySet, days: int, today: date) -> QuerySet:
    """Those of `articles` read in the `days` before today, most read first. Today is left out: a page shows it whole."""
    read = counted(articles, since=today - timedelta(days=days), until=today - timedelta(days=1))
    return read.filter(reads__gt=0).order_by("-reads", "-issue__year", "-issue__number", "position", "pk")


def read_before(article: Article, today: date) -> int:
    """All readings of an article before today, for a page that may be kept until midnight."""
    counts = ReadCount.objects.filter(article=article, day__lt=today)
    return counts.aggregate(total=Sum("number"))["total"] or 0
