"""Who may open what: visitor, waiting account, reader, editor × in the making, 内部, 公开, withdrawn."""

import pytest
from django.urls import reverse
from django.utils import timezone

from journal.models import Access, Article, Author, Issue, Picture

VISITORS = ("visitor", "pending", "reader", "editor")


@pytest.fixture
def opened(client, cast):
    """`opened(who, address)`: the response that person gets."""

    def open_as(who: str, address: str):
        client.logout()
        if who != "visitor":
            client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address)

    return open_as


@pytest.fixture
def shelf(make_issue, make_article, publish, make_picture, cast):
    """One issue in each condition, with one article and one picture each, by name."""
    shelf = {}
    for name in ("draft", "internal", "public", "withdrawn"):
        picture = make_picture(caption=f"{name} 照片", by=cast.contributor)
        issue = make_issue()
        html = f'<p>正文。</p><figure data-picture="{picture.pk}"></figure>'
        article = make_article(f"{name} 的文章", issue=issue, html=html, bylines=[f"{name}作者"])
        if name != "draft":
            publish(issue, Access.INTERNAL if name == "internal" else Access.PUBLIC)
        if name == "withdrawn":
            Article.objects.filter(pk=article.pk).update(withdrawn_at=timezone.now(), withdrawn_reason="数字有误")
        shelf[name] = article
    return shelf


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [
        ("draft", (404, 404, 404, 200)),
        ("internal", (403, 403, 200, 200)),
        ("public", (200, 200, 200, 200)),
        ("withdrawn", (410, 410, 410, 200)),
    ],
)
def test_an_article_opens_for_who_may(opened, shelf, condition, statuses):
    article = shelf[condition]
    for who, status in zip(VISITORS, statuses, strict=True):
        for address in (reverse("article", args=[article.pk]), reverse("article_qr", args=[article.pk])):
            response = opened(who, address)
            assert response.status_code == status, (who, address)
            if status in (403, 404, 410):
                assert article.title not in response.content.decode()


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [("draft", (404, 404, 404, 200)), ("internal", (403, 403, 200, 200)), ("public", (200, 200, 200, 200))],
)
def test_an_issue_and_its_cover_open_for_who_may(opened, shelf, condition, statuses):
    issue = shelf[condition].issue
    for who, status in zip(VISITORS, statuses, strict=True):
        assert opened(who, issue.get_absolute_url()).status_code == status
        assert opened(who, reverse("cover", args=[issue.year, issue.number])).status_code == status


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [("draft", (404, 404, 404, 200)), ("internal", (404, 404, 200, 200)), ("public", (200, 200, 200, 200))],
)
def test_a_picture_opens_for_who_may(opened, shelf, condition, statuses):
    picture = Picture.objects.get(caption=f"{condition} 照片")
    for who, status in zip(VISITORS, statuses, strict=True):
        assert opened(who, reverse("picture", args=[picture.pk, 480])).status_code == status
    assert opened("contributor", reverse("picture", args=[picture.pk, 480])).status_code == 200


def test_lists_show_only_what_may_be_read(opened, shelf, section):
    addresses = ["/", "/issues/", "/sections/", f"/sections/{shelf['public'].section_id}/", "/search/?q=文章"]
    seen = {"visitor": {"public"}, "pending": {"public"}, "reader": {"public", "internal"}}
    for who, readable in seen.items():
        pages = "".join(opened(who, address).content.decode() for address in addresses)
        for condition, article in shelf.items():
            assert (f'href="/articles/{article.pk}/"' in pages) == (condition in readable), (who, condition)


def test_an_author_whom_one_may_not_read_is_unknown(opened, shelf):
    hidden, known = Author.objects.get(name="internal作者"), Author.objects.get(name="public作者")
    assert opened("visitor", hidden.get_absolute_url()).status_code == 404
    assert opened("reader", hidden.get_absolute_url()).status_code == 200
    assert opened("visitor", known.get_absolute_url()).status_code == 200


def test_refusals_give_object_reason_and_next_step(opened, shelf):
    internal = opened("visitor", shelf["internal"].get_absolute_url()).content.decode()
    assert "这篇文章限内部阅读" in internal
    assert "请登录后再看" in internal
    assert "还在等编辑部批准" in opened("pending", shelf["internal"].get_absolute_url()).content.decode()
    gone = opened("visitor", shelf["withdrawn"].get_absolute_url()).content.decode()
    assert "这篇文章已经撤下" in gone
    assert "数字有误" in gone
    assert "没有这一页" in opened("visitor", "/articles/999999/").content.decode()


def test_a_withdrawn_internal_article_does_not_tell_its_reason(opened, shelf):
    Article.objects.filter(pk=shelf["internal"].pk).update(withdrawn_at=timezone.now(), withdrawn_reason="人事变动")
    response = opened("visitor", shelf["internal"].get_absolute_url())
    assert response.status_code == 403
    assert "人事变动" not in response.content.decode()
    assert opened("reader", shelf["internal"].get_absolute_url()).status_code == 410


def test_a_withdrawn_issue_is_gone(opened, shelf):
    issue = shelf["public"].issue
    Issue.objects.filter(pk=issue.pk).update(
        state=Issue.State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawn_reason="全期重新核对"
    )
    assert opened("visitor", issue.get_absolute_url()).status_code == 410


def test_a_preview_wears_its_ribbon_and_is_never_kept(opened, shelf):
    for address in (shelf["draft"].get_absolute_url(), shelf["draft"].issue.get_absolute_url()):
        response = opened("editor", address)
        assert "未刊发预览" in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"
    withdrawn = opened("editor", shelf["withdrawn"].get_absolute_url()).content.decode()
    assert "已撤下（数字有误）" in withdrawn
    assert "data-preview" not in opened("editor", shelf["public"].get_absolute_url()).content.decode()


def test_an_article_without_online_right_is_missing_from_a_public_issue(opened, make_issue, make_article, publish):
    issue = make_issue()
    make_article("自己的文章", issue=issue)
    make_article("转载的文章", issue=issue, online_right="none")
    publish(issue)
    seen = opened("visitor", issue.get_absolute_url()).content.decode()
    assert "自己的文章" in seen
    assert "转载的文章" not in seen
    assert "另有 1 篇限内部阅读" in seen
    assert "转载的文章" in opened("reader", issue.get_absolute_url()).content.decode()


def test_the_newest_internal_issue_gives_way_to_a_public_one_with_a_word(opened, make_issue, make_article, publish):
    for year, access in ((2025, Access.PUBLIC), (2026, Access.INTERNAL)):
        issue = make_issue(year=year, number=1)
        make_article(f"{year}年的文章", issue=issue)
        publish(issue, access)
    visitor = opened("visitor", "/").content.decode()
    assert "2025年的文章" in visitor
    assert "2026年的文章" not in visitor
    assert "data-newer-internal" in visitor
    reader = opened("reader", "/").content.decode()
    assert "2026年的文章" in reader
    assert "data-newer-internal" not in reader


PUBLIC_PAGES = ("/", "/issues/", "/sections/", "/search/", "/search/?q=文章", "/about/", "/accessibility/")


def test_visitors_get_no_session_and_no_cookie_and_write_nothing(
    client, shelf, django_assert_num_queries, django_assert_max_num_queries
):
    article = shelf["public"]
    picture = Picture.objects.get(caption="public 照片")
    addresses = [
        *PUBLIC_PAGES,
        article.get_absolute_url(),
        article.issue.get_absolute_url(),
        f"/sections/{article.section_id}/",
        Author.objects.get(name="public作者").get_absolute_url(),
        reverse("cover", args=[article.issue.year, article.issue.number]),
        reverse("article_qr", args=[article.pk]),
        reverse("picture", args=[picture.pk, 960]),
        "/articles/999999/",
        shelf["internal"].get_absolute_url(),
    ]
    for address in addresses:
        with django_assert_max_num_queries(10) as captured:
            response = client.get(address)
        assert not response.cookies, address
        assert not any(query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE") for query in captured.captured_queries)
        assert "django_session" not in "".join(query["sql"] for query in captured.captured_queries)
    assert not client.cookies


def test_who_may_keep_a_copy(opened, shelf):
    public, internal = shelf["public"], shelf["internal"]
    assert opened("visitor", public.get_absolute_url())["Cache-Control"] == "public, no-cache"
    assert "Cookie" in opened("visitor", public.get_absolute_url())["Vary"]
    for who, address in (
        ("reader", public.get_absolute_url()),
        ("reader", internal.get_absolute_url()),
        ("visitor", internal.get_absolute_url()),
        ("reader", reverse("cover", args=[internal.issue.year, internal.issue.number])),
        ("reader", reverse("picture", args=[Picture.objects.get(caption="internal 照片").pk, 480])),
    ):
        assert opened(who, address)["Cache-Control"] == "private, no-store", address
    # A year for photographs, which never change; caches between may keep neither long, since both may be withdrawn.
    cover = opened("visitor", reverse("cover", args=[public.issue.year, public.issue.number]))
    assert cover["Cache-Control"] == "public, max-age=86400, s-maxage=300"
    photograph = opened("visitor", reverse("picture", args=[Picture.objects.get(caption="public 照片").pk, 480]))
    assert photograph["Cache-Control"] == "public, max-age=31536000, s-maxage=300"


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_pages_are_for_reading_only(client, db, address):
    assert client.post(address).status_code == 405


def test_no_page_holds_inline_script_or_style(opened, shelf):
    for address in (*PUBLIC_PAGES, shelf["public"].get_absolute_url(), shelf["public"].issue.get_absolute_url()):
        html = opened("visitor", address).content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick" not in html
        # A data block is never run, and no script policy asks about it.
        data = html.count('<script type="application/ld+json">')
        assert html.count("<script") == html.count("<script src=") + data


@pytest.mark.parametrize(
    "address",
    [
        "/articles/99999999999999999999/",
        "/articles/99999999999999999999/qr.svg",
        "/issues/99999999999999999999-1/",
        "/issues/2026-99999999999999999999/cover.svg",
        "/pictures/99999999999999999999/480.jpg",
        "/pictures/1/481.jpg",
        "/sections/99999999999999999999/",
        "/units/99999999999999999999/",
        "/authors/99999999999999999999/",
    ],
)
def test_numbers_out_of_reach_are_simply_unknown(client, db, address):
    assert client.get(address).status_code == 404


def test_a_query_with_a_null_character_is_answered(client, db):
    assert client.get("/search/?q=%00网格%00").status_code == 200
