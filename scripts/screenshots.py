"""Take the README's pictures from a running demonstration: ``python scripts/screenshots.py http://127.0.0.1:8000``."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PASSWORD = "Yanshi-2026"  # noqa: S105  (the demonstration prints it)
CONTRIBUTOR, EDITOR = "13800000002", "13800000005"
MANUSCRIPT = """渔村的夜校设在晒网场边上，来上课的近300余人次，学完一课就记一笔。
一、先学认字,再学算账
老师是村里的会计，黑板是一块船板。"""


def sign_in(page: Page, login_name: str) -> None:
    page.goto("/account/sign-in/")
    page.fill("input[name=username]", login_name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def check_page(page: Page) -> None:
    """A short manuscript with two findings, brought to 核对."""
    sign_in(page, CONTRIBUTOR)
    page.goto("/submit/text/")
    page.fill("input[name=title]", "晒网场上的夜校（演示）")
    page.fill("textarea[name=body]", MANUSCRIPT)
    page.select_option("select[name=section]", index=5)
    page.click("button[name=then][value=check]:visible")


def review_page(page: Page) -> None:
    sign_in(page, EDITOR)
    page.goto("/admin/")
    page.locator("a", has_text="网格员的电动车后座").first.click()


def article_page(page: Page) -> None:
    page.goto("/")
    page.locator("a", has_text="网格连心桥").first.click()


PICTURES = {
    "home-1280": (1280, 900, lambda page: page.goto("/")),
    "article-390": (390, 844, article_page),
    "check-1280": (1280, 900, check_page),
    "review-1280": (1280, 900, review_page),
}


def take(browser: Browser, base: str) -> None:
    for name, (width, height, go) in PICTURES.items():
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=base, locale="zh-CN")
        page = context.new_page()
        go(page)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png")
        context.close()
        print(FOLDER / f"{name}.png")


def main() -> int:
    if len(sys.argv) != 2:
        print("用法：python scripts/screenshots.py 演示网站的地址", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(browser, sys.argv[1])
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
