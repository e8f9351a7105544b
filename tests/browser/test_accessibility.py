"""What docs/accessibility.md claims, in Chromium: every page and state with axe-core, keyboard, zoom, spacing, colours."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.conftest import PASSWORD

pytestmark = pytest.mark.rendering

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
ZOOMED = {"viewport": {"width": 640, "height": 450}}  # 1280 × 900 at 200 %
NARROW = {"viewport": {"width": 320, "height": 640}}
# WCAG 2.2, 1.4.12: what a reader may set without losing anything.
SPACED = "* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important} p {margin-bottom: 2em !important}"
# Neither in a sentence nor hidden until needed (2.5.8 leaves links in running text out).
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, input, select, summary, textarea')]
  .filter(node => node.getClientRects().length && getComputedStyle(node).display !== 'inline' && !node.matches('.skip'))
  .map(node => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
FOCUSED = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 20), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const shown = style.outlineStyle !== 'none' || getComputedStyle(node.parentNode).boxShadow !== 'none';
  return {page: node === document.body, html: node.outerHTML.slice(0, 90), shown,
    free: Boolean(top) && (node.contains(top) || top.contains(node))};
}"""
# The system's two colours reach everything, the filled button too: nothing is written in its own ground.
LOST_COLOURS = """() => [...document.querySelectorAll('a, button, input, mark, h1, p')].filter(node => {
  const style = getComputedStyle(node);
  return style.forcedColorAdjust === 'none' || style.color === style.backgroundColor;
}).map(node => node.outerHTML.slice(0, 90))"""
CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(node => {
  const style = getComputedStyle(node);
  return style.overflowY === 'hidden' && node.clientHeight > 4 && node.scrollHeight > node.clientHeight + 2;
}).map(node => node.outerHTML.slice(0, 90))"""


@pytest.fixture(params=["light", "dark"])
def scheme(request) -> str:
    return request.param


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """Go on with the Tab key until `wanted` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"{wanted} is not reached by {most} times Tab")


def test_the_office_s_and_contributors_pages(open_page, sign_in, cast, make_submission, make_issue, axe, scheme):
    draft, returned = make_submission("draft"), make_submission("returned")
    waiting = make_submission("submitted")
    issue = make_issue()
    contributor = open_page(**DESKTOP, color_scheme=scheme)
    for address in map(reverse, ("call", "sign_in", "sign_up", "forgotten", "join_code", "privacy")):
        contributor.goto(address)
        axe(contributor)
    sign_in(contributor, cast.contributor)
    own = [
        reverse(name)
        for name in ("submit", "my_submissions", "rules", "format_check", "letters", "account", "my_data", "devices")
    ]
    own += [reverse("draft", args=[draft.pk]), reverse("review_draft", args=[draft.pk])]
    own += [reverse("submission", args=[row.pk]) for row in (returned, waiting)]
    for address in own:
        contributor.goto(address)
        axe(contributor)
    editor = open_page(**DESKTOP, color_scheme=scheme)
    sign_in(editor, cast.editor)
    desk = [reverse("admin:index"), reverse("admin:submissions_submission_changelist")]
    desk += [reverse("admin:journal_issue_changelist"), reverse("admin:journal_issue_change", args=[issue.pk])]
    for address in desk:
        editor.goto(address)
        axe(editor)


def test_the_story_by_keyboard_alone(desktop: Page, shelf, cast):
    page = desktop
    page.goto("/")
    tab_to(page, page.get_by_role("link", name="整期阅读"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("二〇二六年")
    tab_to(page, page.locator("main .line").get_by_role("link", name="网格连心桥"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("网格连心桥")
    tab_to(page, page.locator("[data-enlarge]"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="大图")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-enlarge]")).to_be_focused()
    page.goto("/search/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("守灯")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("守灯人")
    tab_to(page, page.get_by_role("link", name="登录"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("input[name=username]"))
    page.keyboard.type(cast.reader.login_name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="我的账号")).to_be_visible()


@pytest.mark.expects_console("status of 40[34]")
def test_zoomed_and_spaced_pages_lose_nothing(open_page, shelf):
    for size in (ZOOMED, NARROW):
        page = open_page(**size)
        for name, address in shelf.items():
            page.goto(address)
            width = size["viewport"]["width"]
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            page.evaluate(
                "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
                SPACED,
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}, spaced"
            assert page.evaluate(CUT_OFF) == [], name


@pytest.mark.expects_console("status of 40[34]")
def test_forced_colours_and_reduced_motion(open_page, shelf):
    page = open_page(**DESKTOP, forced_colors="active", reduced_motion="reduce")
    for name in ("home", "article", "search", "issue"):
        page.goto(shelf[name])
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate(LOST_COLOURS) == [], name
    page.goto(shelf["article"])
    page.locator("[data-enlarge]").focus()
    assert page.evaluate(FOCUSED)["shown"]


@pytest.mark.expects_console("status of 40[34]")
def test_targets_are_large_enough(open_page, shelf):
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    for name, address in shelf.items():
        page.goto(address)
        assert page.evaluate(SMALL_TARGETS) == [], name


def test_the_focus_is_seen_wherever_it_goes(any_page: Page, shelf):
    for name in ("issue", "article", "search"):
        any_page.goto(shelf[name])
        any_page.evaluate("document.activeElement.blur()")
        for _ in range(60):
            any_page.keyboard.press("Tab")
            focus = any_page.evaluate(FOCUSED)
            if focus["page"]:
                break
            assert focus["shown"], f"{name}: {focus['html']}"
            assert focus["free"], f"{name}: {focus['html']}"


@pytest.mark.expects_console("status of 40[34]")
def test_nothing_moves_while_a_page_comes_up(open_page, shelf):
    page = open_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value; }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for name, address in shelf.items():
        page.goto(address)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("moved") < 0.01, name
