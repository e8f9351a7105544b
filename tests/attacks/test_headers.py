"""What every kind of page says to the browser: nothing inline, nothing foreign, no feature, no name of a program."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
INLINE = re.compile(
    rb"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>|<style[\s>]|\sstyle=\"|\son[a-z]+=\"|javascript:",
    re.I,
)
OUTSIDE = re.compile(
    rb"<(?:script|link|img|iframe|source)[^>]+(?:src|href|srcset)=\"(?:https?:)?//(?!testserver)", re.I
)


@pytest.fixture
def kinds(cast, make_issue, make_article, make_picture, publish, make_submission, section, unit):
    """One address of each kind of page of the public site, with who opens it."""
    picture = make_picture()
    issue = make_issue()
    html = f'<p>正文。</p><figure data-picture="{picture.pk}"></figure>'
    article = make_article("一篇", issue=issue, html=html, section=section)
    publish(issue)
    sent = make_submission("submitted")
    draft = make_submission("draft")
    numbers = [issue.year, issue.number]
    visitor = [
        *map(
            reverse, ("home", "archive", "sections", "search", "about", "call", "sign_in", "sign_up", "privacy", "feed")
        ),
        *map(reverse, ("forgotten", "join_code", "robots", "sitemap_index", "healthz")),
        *(reverse(name, args=numbers) for name in ("issue", "cover")),
        *(reverse(name, args=[article.pk]) for name in ("article", "article_qr")),
        reverse("section", args=[section.pk]),
        reverse("unit", args=[unit.pk]),
        reverse("picture", args=[picture.pk, 480]),
        reverse("search") + "?q=正文",
        "/no-such-page/",
    ]
    contributor = [
        *map(
            reverse, ("submit", "my_submissions", "letters", "account", "devices", "my_data", "rules", "format_check")
        ),
        *(reverse(name, args=[draft.pk]) for name in ("draft", "review_draft", "pieces", "clean_draft")),
        reverse("submission", args=[sent.pk]),
    ]
    return {None: visitor, cast.contributor: contributor}


def policy(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


def test_every_kind_of_page_outside_the_office(client, kinds):
    for person, addresses in kinds.items():
        if person:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for address in addresses:
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE, address
            assert "camera=()" in answer.headers["Permissions-Policy"], address
            said = policy(answer)
            assert said["default-src"] == ["'none'"], address
            assert said["script-src"] == said["style-src"] == ["'self'"], address
            assert said["frame-ancestors"] == said["base-uri"] == ["'none'"], address
            assert not {"Server", "X-Powered-By", "X-Django-Version"} & set(answer.headers), address
            if answer.headers["Content-Type"].startswith("text/html"):
                assert not INLINE.search(body), f"{address}: {INLINE.search(body)}"
                assert not OUTSIDE.search(body), f"{address}: {OUTSIDE.search(body)}"


def test_a_page_that_was_kept_says_the_same(client, kinds, settings):
    settings.PAGE_CACHE = True
    made, kept = client.get(reverse("home")), client.get(reverse("home"))
    names = [*EVERYWHERE, "Content-Security-Policy", "Permissions-Policy"]
    assert [kept.headers.get(name) for name in names] == [made.headers.get(name) for name in names]


def test_the_office_s_editor_gets_its_scripts_and_nothing_else(client, cast, kinds):
    client.force_login(cast.chief)
    answer = client.get(reverse("admin:index"))
    said = policy(answer)
    assert said["script-src"] == ["'self'", "'unsafe-inline'", "'unsafe-eval'"]
    assert said["default-src"] == said["base-uri"] == said["frame-ancestors"] == ["'none'"]
    assert said["connect-src"] == said["form-action"] == ["'self'"]
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.parametrize("https", [True, False])
def test_cookies_are_for_our_own_pages_alone(https, client, cast, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = https
    client.get(reverse("sign_in"))
    client.post(reverse("sign_in"), {"username": cast.contributor.login_name, "password": "Ceshi-2026"})
    session, csrf = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert session["httponly"] is True
    for cookie in (session, csrf):
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) is https


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil.example", "testserver\r\nX: 1"]
)
def test_another_host_is_refused(host, client, db, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = client.get(reverse("forgotten"), headers={"Host": host})
    assert answer.status_code == 400
    assert b"evil" not in answer.content


@pytest.mark.parametrize(
    "away",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "http:///evil.example",
        "https:evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(away, client, cast):
    data = {"username": cast.contributor.login_name, "password": "Ceshi-2026", "next": away}
    answer = client.post(reverse("sign_in"), data)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]
