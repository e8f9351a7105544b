"""The reader's pages in Chromium: accessibility, narrow screens, keyboard, dark mode, text size, search."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.rendering

LONG = "<p>村里的事大家议，议定的事大家办，办得好不好大家评。</p>" * 6


@pytest.mark.expects_console("status of 40[34]")
def test_every_page_is_accessible_and_fits(any_page: Page, shelf, axe):
    for name, address in shelf.items():
        any_page.goto(address)
        axe(any_page)
        width, seen = any_page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= seen, name


@pytest.mark.expects_console("status of 40[34]")
def test_nothing_sticks_out_of_the_narrowest_screen(open_page, shelf):
    page = open_page(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    for name, address in shelf.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.expects_console("status of 40[34]")
def test_dark_pages_are_accessible_too(open_page, shelf, axe):
    page = open_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    for address in shelf.values():
        page.goto(address)
        axe(page)


def test_the_first_key_leads_past_the_masthead(desktop: Page, shelf):
    desktop.goto(shelf["article"])
    desktop.keyboard.press("Tab")
    skip = desktop.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    desktop.keyboard.press("Enter")
    assert desktop.evaluate("document.activeElement.id") == "content"


def test_the_choice_of_dark_and_large_stays(any_page: Page, shelf):
    any_page.goto(shelf["article"])
    body = any_page.locator(".body").first
    light = any_page.evaluate("getComputedStyle(document.body).backgroundColor")
    medium = body.evaluate("node => getComputedStyle(node).fontSize")
    any_page.get_by_role("button", name="大字号").click()
    any_page.get_by_role("button", name="夜间").click()
    for address in (shelf["article"], shelf["other"]):
        any_page.goto(address)
        expect(any_page.get_by_role("button", name="大字号")).to_have_attribute("aria-pressed", "true")
        expect(any_page.get_by_role("button", name="夜间")).to_have_attribute("aria-pressed", "true")
        assert body.evaluate("node => getComputedStyle(node).fontSize") == "21px" != medium
        assert any_page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    any_page.get_by_role("button", name="中字号").click()
    any_page.get_by_role("button", name="夜间").click()
    any_page.reload()
    assert body.evaluate("node => getComputedStyle(node).fontSize") == medium
    assert any_page.evaluate("getComputedStyle(document.body).backgroundColor") == light


def test_the_citation_can_be_copied_on_plain_http(desktop: Page, shelf):
    desktop.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    desktop.goto(shelf["article"])
    first, second = desktop.locator(".cite [data-cite]").all()
    first.get_by_role("button").click()
    expect(first.locator("[data-copied]")).to_contain_text("已")
    assert "何为" in desktop.evaluate("getSelection().toString()")
    second.get_by_role("button", name="复制引文，GB/T 7714—2015").click()
    expect(second.locator("[data-copied]")).to_contain_text("已")
    assert "2026(3)" in desktop.evaluate("getSelection().toString()")


def test_a_reader_goes_from_the_first_page_to_the_next_article(any_page: Page, shelf):
    any_page.goto("/")
    any_page.get_by_role("article").first.get_by_role("link", name="网格连心桥").click()
    expect(any_page.get_by_role("heading", level=1)).to_contain_text("五分钟服务圈")
    any_page.locator("a[rel=next]").click()
    expect(any_page.get_by_role("heading", level=1)).to_have_text("聚焦换届")


def test_searching_finds_and_marks(any_page: Page, shelf):
    any_page.goto("/")
    any_page.get_by_role("link", name="检索").click()
    any_page.get_by_role("combobox", name="要查的词").fill("网格 居民")
    any_page.get_by_role("button", name="检索").click()
    expect(any_page.locator("mark").first).to_have_text("网格")
    any_page.locator(".hit h2 a").first.click()
    expect(any_page.get_by_role("heading", level=1)).to_contain_text("网格连心桥")


def test_everything_can_be_read_without_scripts(open_page, shelf):
    page = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(shelf["article"])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[data-theme]")).to_be_hidden()
    page.goto(shelf["search"])
    page.locator("select[name=section]").select_option(index=1)
    page.get_by_role("button", name="检索").click()
    expect(page.locator(".hit")).to_have_count(1)


@pytest.fixture
def essay(transactional_db, make_issue, make_article, make_picture, publish):
    """Three photographs, the last one upright and without a caption."""
    sizes = [((2000, 1500), "退潮"), ((1600, 900), "晒网"), ((900, 1350), "")]
    pictures = [make_picture(size, caption=caption) for size, caption in sizes]
    figures = "".join(f'<figure data-picture="{picture.pk}"></figure>' for picture in pictures)
    article = make_article("渔港的一天", issue=make_issue(), html=f"{LONG}{figures}{LONG}")
    publish(article.issue)
    return article.get_absolute_url()


def test_photographs_open_over_the_page_by_keyboard(any_page: Page, essay, axe):
    any_page.goto(essay)
    dialog = any_page.get_by_role("dialog", name="大图")
    first, second, third = any_page.locator("[data-enlarge]").all()
    first.focus()
    any_page.keyboard.press("Enter")
    expect(dialog).to_contain_text("退潮")
    expect(dialog.get_by_role("status")).to_have_text("第 1 张，共 3 张")
    axe(any_page)
    any_page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("晒网")
    any_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(second).to_be_focused()
    first.click()
    any_page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_role("status")).to_have_text("第 3 张，共 3 张")
    box = dialog.locator("img").bounding_box()
    assert box["width"] <= any_page.viewport_size["width"]
    assert box["height"] <= any_page.viewport_size["height"]
    dialog.get_by_role("button", name="关闭").click()
    expect(third).to_be_focused()


# Chromium lays out a picture opened by itself with inline styles of its own, which our policy refuses.
@pytest.mark.expects_console("favicon|status of 404|Applying inline style")
def test_a_photograph_is_a_link_without_scripts(open_page, essay):
    page = open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(essay)
    page.locator("[data-enlarge]").first.click()
    page.wait_for_url("**/pictures/*/1600.jpg")


def test_printing_leaves_the_tools_out(desktop: Page, shelf):
    desktop.goto(shelf["article"])
    desktop.emulate_media(media="print")
    for selector in (".tools", ".nav", ".colophon", ".neighbours"):
        expect(desktop.locator(selector)).to_be_hidden()
    expect(desktop.get_by_role("heading", level=1)).to_be_visible()
