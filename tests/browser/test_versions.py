"""Versions in a real browser: edited before acceptance, compared, restored, who else has them open; read by the writer."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from journal import versions
from journal.models import Journal
from submissions import workflow

from .conftest import DESKTOP

pytestmark = pytest.mark.django_db(transaction=True)


def test_compare_restore_and_who_else_is_there(desktop, open_page, sign_in, axe, make_submission, cast):
    article = make_submission("accepted").article
    content = article.text.current.content
    shorter = replace(content, html=content.html.replace("，大家商量着办事", ""))
    versions.edit_article(article, article.text, shorter, cast.second_editor, "压缩开头", substantive=False)
    colleague = open_page(**DESKTOP)
    sign_in(colleague, cast.second_editor)
    with colleague.expect_response(re.compile("/open/$")):
        colleague.goto(f"/admin/journal/article/{article.pk}/versions/")
    sign_in(desktop, cast.editor)
    desktop.goto(f"/admin/journal/article/{article.pk}/versions/")
    expect(desktop.locator("[data-presence]")).to_contain_text("顾南乔 正在看")
    expect(desktop.locator("[data-compare] del", has_text="大家商量着办事").first).to_be_visible()
    axe(desktop)
    desktop.get_by_label("第 2 版作原来的").check()
    desktop.get_by_label("第 1 版作后来的").check()
    desktop.get_by_role("button", name="比较选中的两版").click()
    expect(desktop.locator("[data-compare] ins", has_text="大家商量着办事").first).to_be_visible()
    desktop.get_by_role("link", name=re.compile(r"恢复\s*第 1 版")).click()
    desktop.get_by_label(re.compile("校样改动（")).check()
    desktop.get_by_label("为什么恢复").fill("开头还是要的")
    desktop.get_by_role("button", name="恢复第 1 版").click()
    expect(desktop.locator("[data-versions]")).to_contain_text("恢复第 1 版：开头还是要的")
    article.text.refresh_from_db()
    assert (article.text.current.number, article.text.current.content) == (3, content)


def test_an_edit_before_acceptance_and_what_its_writer_sees(desktop, phone, sign_in, axe, make_submission, cast):
    Journal.objects.update(hold_minutes=0)
    submission = make_submission("second")
    sign_in(desktop, cast.managing)
    desktop.goto(f"/admin/submissions/submission/{submission.pk}/change/")
    desktop.get_by_role("link", name="改稿").click()
    desktop.wait_for_function("window.CKEDITOR?.instances?.id_body?.status === 'ready'")
    # Opened and saved untouched, the real editor gives back the same text.
    desktop.get_by_label(re.compile("实质改动（")).check()
    desktop.get_by_label("改了什么、为什么").fill("补一句")
    desktop.get_by_role("button", name="保存为新的一版").click()
    expect(desktop.locator(".messagelist")).to_contain_text("没有改动")
    desktop.wait_for_function("window.CKEDITOR?.instances?.id_body?.status === 'ready'")
    desktop.evaluate(
        "CKEDITOR.instances.id_body.setData(CKEDITOR.instances.id_body.getData() + '<p>事情就办成了。</p>')"
    )
    desktop.get_by_role("button", name="先看改动").click()
    expect(desktop.locator("[data-look] ins", has_text="事情就办成了。").first).to_be_visible()
    axe(desktop)
    desktop.get_by_role("button", name="保存为新的一版").click()
    expect(desktop.locator(".messagelist")).to_contain_text("存为第 2 版（实质改动）。现在待初审")
    submission.refresh_from_db()
    workflow.return_for_changes(submission, cast.editor, opinion="请补一个例子。")
    sign_in(phone, cast.contributor)
    phone.goto(f"/submit/{submission.pk}/status/")
    phone.get_by_role("link", name="看改了什么").tap()
    expect(phone.locator(".v-both ins", has_text="事情就办成了。")).to_be_visible()
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
