"""Chromium against a live server: a desktop and a phone page, watched for console errors and outside requests.

CHROMIUM names the program where it is not on the path. A failed test leaves its trace in var/traces/.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from journal.models import Access, Author, Highlight, IssueMatter, Section
from members.models import Unit

# Playwright's loop runs in the test's own thread, so Django takes every database call there for an async one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "tests/vendor/axe-core/axe.min.js").read_text("utf-8")
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LOCAL = {"127.0.0.1", "localhost"}


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.stash[FAILED] = report.failed


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("本机没有 Chromium，浏览器测试不运行（可用 CHROMIUM 指定程序）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """Collects what a page must not do: errors in the console, requests that leave this machine."""

    def __init__(self, context: BrowserContext, expected: list[str]) -> None:
        self.problems: list[str] = []
        self.expected = [re.compile(pattern) for pattern in expected]
        context.on("console", self.console)
        context.on("weberror", lambda error: self.report(f"uncaught: {error.error}"))
        context.on("request", self.request)

    def report(self, problem: str) -> None:
        if not any(pattern.search(problem) for pattern in self.expected):
            self.problems.append(problem)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.report(f"console: {message.text} ({message.location.get('url', '')})")

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in LOCAL:
            self.report(f"request leaves this machine: {request.url}")


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A function that opens a page in a context of its own: ``open_page(**context_options)``.

    Relative addresses start at the live server. Every context is watched until the test ends.
    """
    expected = [mark.args[0] for mark in request.node.iter_markers("expects_console")]
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_page(**options) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        context.set_default_timeout(15_000)
        context.tracing.start(snapshots=True)
        contexts.append(context)
        watches.append(Watch(context, expected))
        return context.new_page()

    yield open_page
    failed = request.node.stash.get(FAILED, True)
    for number, context in enumerate(contexts):
        name = re.sub(r"[^\w.-]+", "_", request.node.nodeid)
        keep = ROOT / "var" / "traces" / f"{name}-{number}.zip"
        context.tracing.stop(path=keep if failed else None)
        context.close()
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


@pytest.fixture
def desktop(open_page) -> Page:
    """A page 1280×900 pixels large."""
    return open_page(**DESKTOP)


@pytest.fixture
def phone(open_page) -> Page:
    """A page 390×844 pixels large that is touched, not clicked."""
    return open_page(**PHONE)


@pytest.fixture(params=["desktop", "phone"])
def any_page(request: pytest.FixtureRequest, open_page) -> Page:
    """The same test once at desktop and once at phone width."""
    return open_page(**(DESKTOP if request.param == "desktop" else PHONE))


@pytest.fixture
def sign_in(live_server) -> Callable[[Page, AbstractBaseUser], None]:
    """``sign_in(page, user)``: give the page's context the user's session, without the sign-in form."""

    def sign_in(page: Page, user: AbstractBaseUser) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in


def serious(violation: dict) -> bool:
    return violation["impact"] in {"serious", "critical"}


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """``axe(page)``: fail on what axe-core calls serious or critical, with the rule and the elements."""

    def axe(page: Page) -> None:
        # Evaluated, not inserted as a script element: the page's own content security policy stays in force.
        page.evaluate(f"() => {{ {AXE} }}" if not page.evaluate("() => 'axe' in window") else "() => null")
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        lines = [
            f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
            for violation in filter(serious, found["violations"])
            for node in violation["nodes"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return axe


LONG = "<p>村里的事大家议，议定的事大家办，办得好不好大家评。</p>" * 6


@pytest.fixture
def shelf(transactional_db, make_issue, make_article, publish, make_picture):
    """A public issue with photographs, a table and a composite, and an older 内部 one."""
    unit = Unit.objects.create(name="望海区委组织部", short_name="望海组织部")
    picture = make_picture(photographer="林晓舟")
    issue = make_issue(year=2026, number=3, theme="家门口的服务")
    sections = list(Section.objects.all())
    html = (
        f'{LONG}<h2>一、把支部建在网格上</h2>{LONG}<figure data-picture="{picture.pk}"></figure>'
        f"<h2>二、让清单由居民来列</h2>{LONG}<table><thead><tr><th>社区</th><th>网格</th></tr></thead>"
        f"<tbody><tr><td>榕岭</td><td>12</td></tr></tbody></table><h3>（一）先问住在里面的人</h3>{LONG}"
    )
    article = make_article(
        "网格连心桥：“五分钟服务圈”是怎样建成的",
        issue=issue,
        section=sections[3],
        html=html,
        bylines=["何为"],
        subtitle="来自三个社区的实践与启示",
        start_page=23,
        end_page=26,
    )
    article.bylines.create(kind="unit", name=unit.name, unit=unit, position=2)
    other = make_article("守灯人", issue=issue, section=sections[11], bylines=["沈秋帆"], start_page=67)
    whole = make_article("聚焦换届", issue=issue, section=sections[7], html="", start_page=54)
    make_article("海边区新篇", issue=issue, section=sections[7], parent=whole, bylines=["何为"])
    Highlight.objects.create(issue=issue, text=article.title, article=article)
    IssueMatter.objects.create(issue=issue, kind="preface", title="把门打开", html="<p>新的一年。</p>")
    publish(issue)
    internal = make_issue(year=2025, number=4)
    hidden = make_article("内部文章", issue=internal)
    publish(internal, Access.INTERNAL)
    return {
        "home": "/",
        "archive": "/issues/",
        "issue": issue.get_absolute_url(),
        "article": article.get_absolute_url(),
        "composite": whole.get_absolute_url(),
        "other": other.get_absolute_url(),
        "sections": "/sections/",
        "section": sections[3].get_absolute_url(),
        "unit": f"/units/{unit.pk}/",
        "author": Author.objects.get(name="何为").get_absolute_url(),
        "search": "/search/?q=网格",
        "search start": "/search/",
        "search without a hit": "/search/?q=原子",
        "about": "/about/",
        "accessibility": "/accessibility/",
        "internal": hidden.get_absolute_url(),
        "missing": "/articles/999999/",
    }
