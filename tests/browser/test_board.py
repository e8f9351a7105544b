"""The assembly board in Chromium: dragged by mouse and by finger, moved by keys, two editors at once, pages after each."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from journal import page_plan
from journal.models import Article, Section

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sections(db):
    return list(Section.objects.all()[:2])


@pytest.fixture
def issue(make_issue, make_article, sections):
    issue = make_issue(pages=8)
    for title, section in (("甲", 0), ("乙", 0), ("丙", 1)):
        html = "<p>" + "村里议事。" * 220 + "</p>"
        make_article(title, issue=issue, section=sections[section], html=html, bylines=["何小满"])
    make_article("榕树下", section=sections[0], html="<p>" + "板凳会。" * 700 + "</p>", bylines=["林晓舟"])
    return issue


@pytest.fixture
def open_board(open_page, sign_in, issue):
    """The board as the person sees it, its pages told."""

    def open_board(person, **options) -> Page:
        page = open_page(**({"viewport": {"width": 1280, "height": 900}} | options))
        sign_in(page, person)
        page.goto(reverse("admin:journal_issue_board", args=[issue.pk]))
        ready(page)
        return page

    return open_board


def ready(page: Page) -> None:
    expect(page.locator("[data-board]")).to_have_attribute("data-pages-ready", "yes")


def row(page: Page, title: str):
    return page.locator(f"[data-title='{title}']")


def order() -> list[str]:
    placed = Article.objects.filter(issue__isnull=False).order_by("issue__sections__position", "section", "position")
    return list(dict.fromkeys(placed.values_list("title", flat=True)))


def middle(locator) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_dragged_from_the_pool_and_back_by_undo(open_board, axe, cast):
    page = open_board(cast.editor)
    axe(page)
    before = page.locator("[data-bar]").get_attribute("data-numbered")
    row(page, "榕树下").locator("[data-grip]").hover()
    page.mouse.down()
    x, y = middle(row(page, "乙").locator("[data-grip]"))
    page.mouse.move(x, y - 4, steps=6)
    sign = page.locator(".b-drop-row")
    expect(sign).to_contain_text("松手放在这里：榕树下 → 约第")
    expect(sign).to_contain_text("后面各篇顺延 2 页")
    expect(page.locator("[data-forecast]")).to_contain_text(f"共约 {int(before) + 2} 页")
    page.mouse.up()
    expect(page.locator("tr[data-title='榕树下']")).to_be_visible()
    ready(page)
    assert order() == ["甲", "榕树下", "乙", "丙"]
    expect(row(page, "榕树下").locator("[data-page-cell]")).to_contain_text("—")
    # Only exceptions have a word, and lead to where they are mended.
    placed = Article.objects.get(title="榕树下")
    reviews = reverse("admin:journal_article_reviews", args=[placed.pk])
    expect(row(page, "榕树下").get_by_role("link", name="待初审")).to_have_attribute("href", reviews)
    page.get_by_role("button", name="撤销上一步").click()
    expect(page.locator("article[data-title='榕树下']")).to_be_visible()
    assert order() == ["甲", "乙", "丙"]


def test_dragged_by_a_finger(open_board, cast):
    page = open_board(cast.editor, viewport={"width": 820, "height": 1180}, has_touch=True)
    touch = page.context.new_cdp_session(page)
    row(page, "乙").scroll_into_view_if_needed()
    start = middle(row(page, "甲").locator("[data-grip]"))

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    send("touchStart", start)
    send("touchMove", (start[0], start[1] + 10))
    # The row that tells the place moves the others down: aim anew below the middle of the second.
    for _ in range(2):
        box = row(page, "乙").bounding_box()
        send("touchMove", (start[0], box["y"] + box["height"] - 4))
    expect(page.locator(".b-drop-row")).to_contain_text("松手放在这里：甲")
    send("touchEnd")
    expect(page.locator("tr[data-article] .d-title").first).to_have_text("乙")
    assert order() == ["乙", "甲", "丙"]


def test_moved_by_keys_alone(open_board, axe, cast, sections):
    page = open_board(cast.editor)
    page.get_by_role("link", name="移动…：丙").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("栏目")).to_be_focused()
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="移动…：丙")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_label("栏目").select_option(str(sections[0].pk))
    dialog.get_by_label("第几篇").fill("2")
    expect(dialog.locator("[data-where]")).to_contain_text("排在《乙》前面，约第")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="移动…：丙")).to_be_focused()
    assert order() == ["甲", "丙", "乙"]
    page.get_by_role("button", name="下移：丙").press("Enter")
    expect(page.get_by_role("button", name="上移：丙")).to_be_focused()
    assert order() == ["甲", "乙", "丙"]


def test_two_editors_lose_nothing(open_board, cast):
    first, second = open_board(cast.editor), open_board(cast.second_editor)
    first.get_by_role("button", name="下移：甲").click()
    expect(first.locator("tr[data-article] .d-title").first).to_have_text("乙")
    second.get_by_role("link", name="编入…：榕树下").click()
    second.get_by_label("第几篇").fill("1")
    second.get_by_role("button", name="编入", exact=True).click()
    late = second.locator("[data-late]")
    expect(late).to_contain_text("把《榕树下》编入")
    expect(late).to_contain_text("排在《乙》前面")
    expect(late).to_contain_text("周予安")
    assert order() == ["乙", "甲", "丙"]
    expect(late.get_by_role("button", name="仍然这样做")).to_be_focused()
    second.keyboard.press("Enter")
    expect(second.locator("tr[data-article] .d-title").first).to_have_text("榕树下")
    assert order() == ["榕树下", "乙", "甲", "丙"]
    # The first one's page follows by itself at its next question, and names who is here.
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(first.locator("tr[data-article] .d-title").first).to_have_text("榕树下")
    expect(first.locator("[data-others]")).to_contain_text("顾南乔 也在编这一期")
    expect(first.get_by_role("button", name="撤销上一步")).to_be_disabled()


def test_folded_columns_and_a_narrow_page(open_board, axe, cast, issue):
    page = open_board(cast.editor, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="收起各栏").click()
    expect(row(page, "甲")).to_be_hidden()
    page.reload()
    expect(row(page, "甲")).to_be_hidden()
    axe(page)
    page.get_by_role("button", name="展开各栏").click()
    expect(row(page, "甲")).to_be_visible()
    assert page_plan.cached(issue).numbered > 0
