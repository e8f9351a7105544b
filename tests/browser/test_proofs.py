"""A proof in Chromium: chosen by mouse and by key, handed in, put right by the editor."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from journal.models import Article, ProofMark

pytestmark = pytest.mark.django_db(transaction=True)

CHOOSE = """([quote]) => {
  const walk = document.createTreeWalker(document.querySelector("[data-body]"), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.lastIndexOf(quote);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + quote.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
}"""


def test_marked_by_key_and_by_button_handed_in_and_put_right(open_page, sign_in, cast, make_article, make_issue):
    html = "<p>群众先说，干部后答，群众再说。</p><p>议事卓搬到树下，群众围坐。</p>"
    article = make_article("榕树下", html=html, issue=make_issue())
    address = reverse("admin:journal_proofmark_article", args=[article.pk])
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in(page, cast.proofreader)
    page.goto(address)
    expect(page.locator("[data-proof]")).to_have_attribute("data-ready", "yes")

    page.evaluate(CHOOSE, ["议事卓"])
    page.keyboard.press("m")
    expect(page.locator("#id_quote")).to_have_value("议事卓")
    page.locator("#id_replacement").fill("议事桌")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-drafts]")).to_contain_text("议事桌")

    # The words stand three times, and a number stands before the last: its place is kept all the same.
    page.evaluate(CHOOSE, ["群众"])
    page.locator("[data-mark-selection]").click()
    page.locator("#id_replacement").fill("大家")
    page.get_by_role("button", name="标上").click()
    expect(page.locator("[data-drafts] li")).to_have_count(2)
    assert list(ProofMark.objects.order_by("pk").values_list("block", "offset")) == [(1, 0), (1, 8)]
    page.get_by_role("button", name="校完了，交 2 处").click()
    expect(page.locator(".messagelist")).to_contain_text("一校已交，共 2 处")

    desk = open_page(viewport={"width": 1280, "height": 900})
    sign_in(desk, cast.editor)
    desk.goto(address)
    desk.get_by_role("button", name="全部照改").click()
    expect(desk.locator("#correction")).to_contain_text("议事桌")
    text = Article.objects.get(pk=article.pk).text.current.html
    assert text == "<p>群众先说，干部后答，群众再说。</p>\n<p>议事桌搬到树下，大家围坐。</p>"
