"""The exported site opened from a disk: reading, going on, searching without a server."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

pytestmark = pytest.mark.rendering


@pytest.fixture
def site(transactional_db, make_issue, make_article, publish, tmp_path):
    issue = make_issue()
    make_article("榕树下的会", issue=issue, html="<p>村里的事大家议，议事桌搬到树下。</p>", bylines=["何为"])
    make_article("码头夜话", issue=issue, html="<p>说到议事，老渔民来了党建App的劲头。</p>", bylines=["沈秋帆"])
    make_article("议而不决", issue=issue, html="<p>大家议。事后再说。</p>")
    publish(issue)
    call_command("export_site", str(tmp_path / "site"), "--base", "https://dj.example.cn")
    return (tmp_path / "site").as_uri()


ASKED = {
    "议事": ["榕树下的会", "码头夜话"],
    "榕树": ["榕树下的会"],
    "议事 老渔民": ["码头夜话"],
    "议事 -老渔民": ["榕树下的会"],
    "“议事桌搬到树下”": ["榕树下的会"],
    "\uff21\uff30\uff30": ["码头夜话"],  # full width
    "何为": ["榕树下的会"],
    "原子": [],
}


def test_it_is_read_and_searched_from_a_disk(site, phone):
    for query, titles in ASKED.items():
        phone.goto(f"{site}/search/index.html")
        phone.fill("#q", query)
        phone.keyboard.press("Enter")
        expect(phone.locator("[data-count]")).to_contain_text("共" if titles else "没有找到")
        assert sorted(phone.locator(".hit .title").all_inner_texts()) == sorted(titles), query
    phone.goto(f"{site}/index.html")
    phone.get_by_role("link", name="榕树下的会").first.click()
    expect(phone.locator("h1")).to_contain_text("榕树下的会")
    assert phone.evaluate("getComputedStyle(document.body).fontFamily").count(",") > 1
    phone.get_by_role("link", name="检索", exact=True).first.click()
    expect(phone.locator("#q")).to_be_visible()
