"""Whole pages from the cache: what a hit costs, who goes past it, what never enters it, and what makes it stale."""

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from journal import site_revision
from journal.models import Access, Author, BoardMember, Issue, Journal, Section
from journal.page_cache import PageCacheMiddleware

MOST_QUERIES_ON_A_MISS = 8


@pytest.fixture(autouse=True)
def _page_cache(settings):
    settings.PAGE_CACHE = True


@pytest.fixture
def article(make_issue, make_article, publish):
    issue = make_issue()
    article = make_article("榕树下的会", issue=issue, bylines=["何为"], html="<p>议事。</p>" * 200)
    make_article("第二篇", issue=issue)
    publish(issue)
    site_revision._settle()  # the test's own transaction is never committed
    return article


@pytest.fixture
def pages(article):
    return {
        "home": "/",
        "archive": "/issues/",
        "issue": article.issue.get_absolute_url(),
        "article": article.get_absolute_url(),
        "sections": "/sections/",
        "section": f"/sections/{article.section_id}/",
        "author": Author.objects.get(name="何为").get_absolute_url(),
        "about": "/about/",
        "accessibility": "/accessibility/",
        "search": "/search/?q=议事",
        "cover": reverse("cover", args=[article.issue.year, article.issue.number]),
        "qr": reverse("article_qr", args=[article.pk]),
    }


def queries(client, address: str, **headers) -> tuple[int, object]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(address, headers=headers)
    return len(captured), response


def heads(response) -> dict[str, str]:
    """All but the number that each request has."""
    return {name: value for name, value in response.items() if name != "X-Request-ID"}


def test_a_hit_asks_the_database_nothing_and_says_the_same(client, pages):
    client.get("/nothing-here/")
    for name, address in pages.items():
        cost, first = queries(client, address)
        assert cost <= MOST_QUERIES_ON_A_MISS, name
        again, second = queries(client, address)
        assert again == 0, name
        assert second.content == first.content
        assert heads(second) == heads(first)
        assert "default-src" in second["Content-Security-Policy"]


def test_another_worker_takes_the_page_from_the_shared_cache(client, pages):
    first = client.get(pages["article"])
    cost, second = queries(Client(), pages["article"])
    assert cost == 0
    assert second.content == first.content


@pytest.mark.parametrize(
    ("accepts", "compressed"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, br", False),
        ("br", False),
        ("", False),
    ],
)
def test_a_page_is_kept_compressed(client, pages, accepts, compressed):
    for response in [client.get(pages["article"], headers={"accept-encoding": accepts}) for _ in range(2)]:
        assert response.get("Content-Encoding") == ("gzip" if compressed else None)
        assert int(response["Content-Length"]) == len(response.content)
        body = gzip.decompress(response.content) if compressed else response.content
        assert "榕树下的会" in body.decode()
        assert {"Cookie", "Accept-Encoding"} <= {name.strip() for name in response["Vary"].split(",")}


def test_who_has_the_page_gets_a_304(client, pages):
    etag = client.get(pages["article"])["ETag"]
    for known in (etag, f'"other", {etag}', etag.removeprefix("W/")):
        cost, response = queries(client, pages["article"], if_none_match=known)
        assert (cost, response.status_code, response.content) == (0, 304, b"")
        assert response["ETag"] == etag
        assert response["Cache-Control"] == "public, no-cache"
    assert client.get(pages["article"], headers={"if-none-match": '"other"'}).status_code == 200


def test_head_is_answered_without_a_body(client, pages):
    assert client.head(pages["article"]).status_code == 200
    whole = client.get(pages["article"])
    with CaptureQueriesContext(
        connection,
    ) as captured:
        head = client.head(pages["article"])
    assert len(captured) == 0
    assert head.content == b""
    assert heads(head) == heads(whole)


def test_a_kept_page_names_nobody_and_holds_no_token(client, cast, pages):
    member = Client()
    member.force_login(cast.reader, backend="django.contrib.auth.backends.ModelBackend")
    for address in pages.values():
        own = member.get(address)
        assert own["Cache-Control"] == (
            "public, max-age=86400, s-maxage=300" if "svg" in address else "private, no-store"
        )
        kept = client.get(address).content.decode()
        assert "csrfmiddlewaretoken" not in kept
        assert cast.reader.name not in kept
        assert "我的账号" not in kept
        assert own.content.decode() == member.get(address).content.decode()
    assert "我的账号" in member.get(pages["home"]).content.decode()
    assert "登录" in client.get(pages["home"]).content.decode()


def test_a_waiting_message_goes_past_the_cache(client, pages):
    client.get(pages["home"])
    client.cookies["messages"] = "x"
    assert queries(client, pages["home"])[0] > 0


def test_refusals_previews_and_internal_pages_are_not_kept(client, cast, make_issue, make_article, publish):
    hidden, making = make_issue(), make_issue()
    internal, draft = make_article(issue=hidden), make_article(issue=making)
    publish(hidden, Access.INTERNAL)
    site_revision._settle()
    member, editor = Client(), Client()
    member.force_login(cast.reader, backend="django.contrib.auth.backends.ModelBackend")
    editor.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    assert member.get(internal.get_absolute_url()).status_code == 200
    assert editor.get(draft.get_absolute_url()).status_code == 200
    for address, status in (
        (internal.get_absolute_url(), 403),
        (draft.get_absolute_url(), 404),
        ("/articles/999999/", 404),
    ):
        for _ in range(2):
            cost, response = queries(client, address)
            assert response.status_code == status
            assert cost > 0
            assert response.get("Cache-Control") in (None, "private, no-store")


def test_parameters_nobody_reads_lead_to_the_same_page(client, pages):
    plain = client.get(pages["section"])
    cost, tracked = queries(client, pages["section"] + "?from=wechat&isappinstalled=0")
    assert cost == 0
    assert tracked.content == plain.content
    assert "wechat" not in client.get(pages["issue"] + "?from=wechat").content.decode()
    page = client.get(pages["section"] + "?x=1&page=1")
    assert queries(client, pages["section"] + "?page=1")[0] == 0
    assert page.status_code == 200


def test_every_query_of_the_search_is_a_page_of_its_own(client, pages):
    assert "榕树" in client.get("/search/?q=榕树").content.decode()
    other = client.get("/search/?q=码头").content.decode()
    assert "榕树下的会" not in other


def test_hosts_do_not_share_pages(client, pages, settings):
    settings.ALLOWED_HOSTS = ["a.example", "b.example"]
    one, other = (client.get(pages["qr"], headers={"host": host}).content for host in ("a.example", "b.example"))
    assert one != other
    assert client.get(pages["qr"], headers={"host": "c.example"}).status_code == 400


def test_a_lost_cache_costs_time_and_brings_nothing_back(client, pages, article):
    client.get(pages["article"])
    old = caches["pages"].get(site_revision.KEY)
    type(article).objects.filter(pk=article.pk).update(title="另一个题目")
    caches["pages"].delete(site_revision.KEY)  # what culling may do to any entry
    assert "另一个题目" in client.get(pages["article"]).content.decode()
    assert caches["pages"].get(site_revision.KEY) not in (old, None)


def test_nothing_is_kept_while_a_change_is_being_written(client, pages, article):
    client.get(pages["article"])
    with transaction.atomic():
        site_revision.raise_site_revision()
        assert site_revision.site_revision() == site_revision.UNSETTLED
        type(article).objects.filter(pk=article.pk).update(title="另一个题目")
        for _ in range(2):
            assert queries(client, pages["article"])[0] > 0


@pytest.mark.parametrize("change", ["journal", "section", "board", "issue", "article", "byline", "author"])
def test_what_readers_see_makes_pages_stale_when_it_is_saved(article, change):
    row = {
        "journal": lambda: Journal.objects.current(),
        "section": lambda: Section.objects.first(),
        "board": lambda: BoardMember(issue=article.issue, name="何为", role="主编", position=1),
        "issue": lambda: article.issue,
        "article": lambda: article,
        "byline": lambda: article.bylines.get(),
        "author": lambda: Author.objects.get(name="何为"),
    }[change]()
    site_revision._settle()
    row.save()
    assert site_revision.site_revision() == site_revision.UNSETTLED


def test_what_only_the_office_sees_leaves_the_pages_alone(make_issue, make_article, make_picture):
    issue = make_issue()
    article = make_article(issue=issue, bylines=["何为"])
    site_revision._settle()
    before = site_revision.site_revision()
    article.save()
    article.bylines.get().save()
    issue.save()
    make_picture()
    assert site_revision.site_revision() == before


def test_the_revision_ends_when_the_next_issue_is_due_and_at_midnight(article, make_issue):
    now = timezone.now()
    midnight = site_revision.next_change(now)
    assert timezone.localtime(midnight).hour == 0
    assert now < midnight <= now + timedelta(days=1)
    due = now + (midnight - now) / 2
    Issue.objects.filter(pk=article.issue_id).update(published_at=due)
    assert site_revision.next_change(now) == due


def test_an_issue_appears_when_it_is_due(client, article):
    due = timezone.now() + timedelta(seconds=1)
    Issue.objects.filter(pk=article.issue_id).update(published_at=due)
    site_revision._settle()
    before = client.get("/").content.decode()
    assert "榕树下的会" not in before or timezone.now() > due
    while timezone.now() <= due:
        threading.Event().wait(0.05)
    assert "榕树下的会" in client.get("/").content.decode()


def test_one_visit_makes_the_page_and_the_others_wait(rf, db):
    from django.http import HttpResponse

    made, ready = [], threading.Event()

    def view(request):
        made.append(1)
        ready.wait(5)
        response = HttpResponse("页" * 500)
        response["Cache-Control"] = "public, no-cache"
        return response

    view.cached_parameters = ()
    site_revision.site_revision()

    def inner(request):
        return middleware.process_view(request, view, (), {}) or view(request)

    middleware = PageCacheMiddleware(inner)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(middleware, rf.get("/x/")) for _ in range(8)]
        while not made:
            threading.Event().wait(0.01)
        ready.set()
        bodies = {answer.result().content for answer in answers}
    assert bodies == {("页" * 500).encode()}
    assert len(made) == 1


def test_a_failing_view_lets_those_who_wait_go_on(rf, db):
    def view(request):
        raise RuntimeError("broken")

    view.cached_parameters = ()
    site_revision.site_revision()
    middleware = PageCacheMiddleware(lambda request: middleware.process_view(request, view, (), {}) or view(request))
    for _ in range(2):
        with pytest.raises(RuntimeError):
            middleware(rf.get("/x/"))
    assert not middleware.making
