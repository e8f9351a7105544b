"""约稿 in a real browser: topics pasted, a letter copied for WeChat, the link opened on a phone starts the manuscript."""

import pytest
from playwright.sync_api import expect

from submissions.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_a_pasted_plan_to_a_begun_manuscript(desktop, phone, sign_in, axe, cast, call, make_issue):
    make_issue()
    sign_in(desktop, cast.editor)
    desktop.goto("/admin/submissions/commission/")
    desktop.get_by_role("link", name="一次添加多个选题").click()
    desktop.get_by_label("交稿期限").fill("2030-12-05")
    desktop.get_by_label("选题", exact=True).fill("夜校一年记\t基层党建\t许渡\n码头新事\t没有的栏目")
    desktop.get_by_role("button", name="看一遍再添加").click()
    expect(desktop.get_by_text("没有“没有的栏目”这个栏目")).to_be_visible()
    axe(desktop)
    desktop.get_by_label("选题", exact=True).fill("夜校一年记\t基层党建\t许渡")
    desktop.get_by_role("button", name="看一遍再添加").click()
    desktop.get_by_role("button", name="添加 1 个选题").click()
    desktop.get_by_role("link", name="发约稿信").click()
    desktop.get_by_role("button", name="复制到微信").click()
    expect(desktop.locator("[data-copied=letter-body]")).to_have_text("已复制，到微信里粘贴。")
    axe(desktop)
    link = desktop.locator("#invitation").inner_text()
    desktop.get_by_role("button", name="微信已发，记下来").click()
    expect(desktop.get_by_role("cell", name="已约")).to_be_visible()

    phone.goto(link)
    expect(phone.get_by_role("link", name="登录，开始写")).to_be_visible()
    axe(phone)
    sign_in(phone, cast.contributor)
    phone.goto(link)
    phone.get_by_role("button", name="开始写文字稿").click()
    expect(phone.get_by_label("标题", exact=True)).to_have_value("夜校一年记")
    assert Submission.objects.get().section.name == "基层党建"
