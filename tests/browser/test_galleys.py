"""A round in Chromium: frozen by a click, a remark led to its article by the page, put right, ticked off, signed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from journal import galleys, print_approval
from journal.models import GalleyTask
from tests.journal.test_galleys import change, quickly

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_remark_from_the_galley_to_the_signature(
    open_page, sign_in, axe, cast, make_article, make_issue, section, monkeypatch
):
    monkeypatch.setattr(galleys, "typeset", quickly)
    monkeypatch.setattr(print_approval, "checks", lambda issue, digest="": [])
    issue = make_issue()
    first, second = (make_article(title, issue=issue, section=section) for title in ("榕树下", "渔港边"))
    page = open_page(viewport={"width": 1280, "height": 900})
    sign_in(page, cast.editor)
    page.goto(reverse("admin:journal_galleyround_issue", args=[issue.pk]))
    page.get_by_role("button", name="出一次清样").click()
    expect(page.locator("[data-round='1']")).to_contain_text("第一次清样")

    form = page.locator("[data-remark]")
    expect(form).to_have_attribute("data-ready", "yes")
    form.get_by_label("页码").fill("4")
    expect(form.locator("[data-suggested]")).to_contain_text("第 4 页有 2 篇：《榕树下》《渔港边》")
    form.get_by_label("页码").fill("3")
    expect(form.get_by_label("文章")).to_have_value(str(first.pk))
    form.locator("[name=instruction]").fill("“大家议”改成“大家商量”。")
    form.get_by_label("批示人").fill("顾部长")
    form.get_by_label("批示人").press("Enter")
    task = page.locator("[data-task]")
    expect(task).to_contain_text("大家商量")
    # The next remark is typed without the mouse: the cursor waits in its page number, the name is there.
    expect(form.get_by_label("页码")).to_be_focused()
    expect(form.get_by_label("批示人")).to_have_value("顾部长")
    axe(page)

    change(first, cast.editor, "<p>巷子里的事大家商量。</p>")
    page.reload()
    task.locator("summary", has_text="已改").focus()
    page.keyboard.press("Enter")
    task.get_by_role("button", name="记为已改").click()
    expect(page.locator("#tasks")).to_contain_text("没有未办的批示")
    assert GalleyTask.objects.get().version.number == 2
    page.get_by_role("button", name="出一次清样").click()
    page.get_by_role("link", name="与上次比").click()
    expect(page.locator("[data-diff]")).to_contain_text("商量")
    axe(page)

    desk = open_page(viewport={"width": 390, "height": 844})
    sign_in(desk, cast.chief)
    desk.goto(reverse("admin:journal_galleyround_print", args=[issue.pk]))
    desk.get_by_role("button", name="同意付印").click()
    expect(desk.locator("[data-standing]")).to_contain_text("已付印")
    change(second, cast.editor)
    desk.reload()
    expect(desk.locator("[data-lapsed]")).to_contain_text("改动 1 篇")
    axe(desk)
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
