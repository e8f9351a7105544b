"""How often articles are read: what counts, without a write on the request, added up in two workers at once."""

import io
import threading
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from journal import reads, site_revision
from journal.models import Access, Article, Journal, ReadCount

BROWSER = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/100.0 Mobile Safari/537.36 MicroMessenger/8.0"
ADDRESS = "/admin/journal/readcount/"


@pytest.fixture(autouse=True)
def _nothing_waiting(monkeypatch):
    monkeypatch.setattr(reads, "waiting", reads._Waiting())


@pytest.fixture
def article(make_issue, make_article, publish):
    article = make_article("榕树下的会", issue=make_issue())
    publish(article.issue)
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def reader():
    return Client(headers={"user-agent": BROWSER})


def written(article) -> int:
    reads.waiting.write()
    return sum(ReadCount.objects.filter(article=article).values_list("number", flat=True))


def signed_in(user) -> Client:
    client = Client(headers={"user-agent": BROWSER})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_reading_costs_its_request_no_write_and_counts_on_a_hit_too(reader, article, settings):
    settings.PAGE_CACHE = True
    site_revision._settle()
    for _ in range(3):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = reader.get(article.get_absolute_url())
        assert not any(query["sql"].split()[0] in ("INSERT", "UPDATE") for query in captured.captured_queries)
    assert len(captured) == 0
    assert not response.cookies
    known = {"if-none-match": response["ETag"]}
    assert reader.get(article.get_absolute_url(), headers=known).status_code == 304
    assert written(article) == 4
    assert ReadCount.objects.get(article=article).day == timezone.localdate()


def test_members_count_and_the_office_does_not(cast, article):
    signed_in(cast.reader).get(article.get_absolute_url())
    signed_in(cast.editor).get(article.get_absolute_url())
    assert written(article) == 1


def test_what_was_not_read_does_not_count(reader, cast, article, make_issue, make_article, publish):
    hidden = make_article("内部的一篇", issue=make_issue())
    publish(hidden.issue, Access.INTERNAL)
    reader.get(hidden.get_absolute_url())
    reader.head(article.get_absolute_url())
    reader.get(article.get_absolute_url(), headers={"sec-purpose": "prefetch;prerender"})
    reader.get("/")
    Client(headers={"user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}).get(article.get_absolute_url())
    reads.waiting.write()
    assert not ReadCount.objects.exists()


@pytest.mark.parametrize(
    ("agent", "program"),
    [
        (BROWSER, False),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/80.0 Safari/537.36", False),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 14_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1", False),
        ("", True),
        ("  ", True),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", True),
        ("Mozilla/5.0 (compatible; 360Spider)", True),
        ("Sogou web spider/4.0", True),
        ("curl/8.0", True),
        ("python-requests/2.31", True),
        ("Mozilla/5.0 HeadlessChrome/120.0", True),
        ("Go-http-client/1.1", True),
        ("okhttp/4.9", True),
    ],
)
def test_programs_are_told_by_their_names(agent, program):
    assert reads.is_program(agent) is program


def test_the_definition_is_written_down():
    written = (Path(__file__).resolve().parents[2] / "docs/reads.md").read_text("utf-8")
    assert all(f"**{name}**：{text}" in written for name, text in reads.DEFINITION)


def test_numbers_add_up(article):
    day = date(2026, 3, 1)
    for number in (2, 3):
        reads.add_up(Counter({(article.pk, day): number, (999_999, day): 1}))
    assert list(ReadCount.objects.values_list("article", "day", "number")) == [(article.pk, day, 5)]


def test_what_the_database_does_not_take_is_kept(article, monkeypatch):
    def refuse(numbers):
        raise DatabaseError("no room")

    reads.waiting.add(article.pk, timezone.localdate())
    with monkeypatch.context() as broken:
        broken.setattr(reads, "add_up", refuse)
        reads.waiting.write()
    assert not ReadCount.objects.exists()
    assert written(article) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_add_up_at_once(make_article):
    articles = [make_article(f"第{number}篇").pk for number in range(5)]
    day, rounds = timezone.localdate(), 10
    start = threading.Barrier(2)

    def worker(order):
        start.wait(10)
        for _ in range(rounds):
            reads.add_up(Counter({(pk, day): 1 for pk in order}))
        connection.close()

    workers = [threading.Thread(target=worker, args=(order,)) for order in (articles, articles[::-1])]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    assert set(ReadCount.objects.values_list("number", flat=True)) == {2 * rounds}
    assert ReadCount.objects.count() == len(articles)


def test_what_was_noted_is_written_by_itself(transactional_db, make_article, settings):
    settings.READS_FLUSH_SECONDS = 0.05
    article = make_article()
    reads.waiting.add(article.pk, timezone.localdate())
    for _ in range(200):
        if ReadCount.objects.exists():
            break
        threading.Event().wait(0.05)
    assert ReadCount.objects.get().number == 1
    reads.waiting.stop()


@pytest.fixture
def counted(article, make_article, publish, make_issue, section):
    """A second article read more, long ago; and a 内部 one read most."""
    today = timezone.localdate()
    older = make_article("灯塔", issue=make_issue(), section=section)
    hidden = make_article("=内部的一篇", issue=make_issue())
    publish(older.issue)
    publish(hidden.issue, Access.INTERNAL)
    for row, days, number in (
        (article, 1, 3),
        (article, 0, 100),
        (older, 20, 9),
        (older, 300, 50),
        (hidden, 2, 70),
    ):
        ReadCount.objects.create(article=row, day=today - timedelta(days=days), number=number)
    return {"article": article, "older": older, "hidden": hidden}


def test_most_read_by_period_without_today(counted):
    today = timezone.localdate()
    found = {
        days: [(row.title, row.reads) for row in reads.most_read(Article.objects.all(), days, today)]
        for days in reads.PERIODS
    }
    assert found[7] == [("=内部的一篇", 70), ("榕树下的会", 3)]
    assert found[30] == [("=内部的一篇", 70), ("灯塔", 9), ("榕树下的会", 3)]
    assert found[365] == [("=内部的一篇", 70), ("灯塔", 59), ("榕树下的会", 3)]


def test_readers_see_it_only_where_the_office_wants_it(reader, cast, counted):
    address = counted["article"].get_absolute_url()
    assert reader.get("/most-read/").status_code == 404
    assert "阅读 3 次" not in reader.get(address).content.decode()
    assert "读得多的文章" not in reader.get("/").content.decode()
    Journal.objects.update(show_reads=True, show_most_read=True)
    assert "阅读 3 次" in reader.get(address).content.decode()
    page = reader.get("/most-read/").content.decode()
    assert page.index("灯塔") < page.index("榕树下的会")
    assert "内部的一篇" not in page
    assert "内部的一篇" in signed_in(cast.reader).get("/most-read/").content.decode()
    assert "灯塔" not in reader.get("/most-read/?days=7").content.decode()
    assert "读得多的文章" in reader.get("/").content.decode()
    for days in ("8", "x", ""):
        assert reader.get(f"/most-read/?days={days}").status_code == 404


def test_the_list_costs_the_same_for_few_and_many(
    reader, counted, make_article, publish, make_issue, django_assert_max_num_queries
):
    Journal.objects.update(show_reads=True, show_most_read=True)
    issue = make_issue()
    for number in range(12):
        row = make_article(f"第{number}篇", issue=issue, bylines=["何为"])
        ReadCount.objects.create(article=row, day=timezone.localdate() - timedelta(days=1), number=1)
    publish(issue)
    with django_assert_max_num_queries(8):
        assert "第11篇" in reader.get("/most-read/").content.decode()


def test_the_office_sees_articles_issues_and_months(cast, counted):
    editor = signed_in(cast.editor)
    page = editor.get(ADDRESS).content.decode()
    assert page.index("榕树下的会") < page.index("=内部的一篇") < page.index("灯塔")
    assert "共 182 次" in page
    assert "怎样计数" in page
    assert all(text in page for _, text in reads.DEFINITION)
    assert str(counted["older"].issue) in editor.get(f"{ADDRESS}?by=issue&days=365").content.decode()
    today = timezone.localdate()
    assert f"{today.year}年{today.month}月" in editor.get(f"{ADDRESS}?by=month&days=0").content.decode()
    for query in ("?by=person", "?days=8", "?days="):
        assert editor.get(ADDRESS + query).status_code == 404
    assert editor.post(ADDRESS).status_code == 405
    assert signed_in(cast.contributor).get(ADDRESS, follow=True).status_code == 403


def test_the_sheet_holds_everything_and_no_formula(cast, counted):
    response = signed_in(cast.editor).get(f"{ADDRESS}export/?by=article&days=0")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["文章", "各期", "各月", "怎样计数"]
    rows = {row[0].value: row for row in book["文章"].iter_rows(min_row=2)}
    assert rows["=内部的一篇"][0].data_type == "s"
    assert rows["灯塔"][3].value == 59
    assert sum(row[1].value for row in book["各期"].iter_rows(min_row=2)) == 232


def test_an_office_without_readings_is_told_what_to_expect(cast, db):
    assert "还没有人读" in signed_in(cast.editor).get(ADDRESS).content.decode()
