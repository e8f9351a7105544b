"""What leaves the office, in a real browser: the 公众号 copy with its looks, a compilation shown masked before it goes."""

import io

import docx
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_wechat_copy_keeps_its_looks_on_plain_http(desktop, sign_in, axe, make_article, cast):
    article = make_article("榕树下", html="<h2>一、会开到树下</h2><p>群众先说，<strong>干部</strong>后答。</p>")
    # As on plain http: no clipboard interface.
    desktop.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    sign_in(desktop, cast.editor)
    desktop.goto(f"/admin/journal/article/{article.pk}/wechat/")
    axe(desktop)
    desktop.get_by_role("button", name="复制正文").click()
    expect(desktop.locator("[data-copied]")).to_have_text("正文已复制，请到公众号里粘贴。")
    desktop.evaluate(
        """() => {
            const editor = document.createElement("div");
            editor.contentEditable = "true";
            editor.id = "editor";
            document.body.append(editor);
            editor.focus();
        }"""
    )
    desktop.keyboard.press("Control+V")
    pasted = desktop.locator("#editor")
    expect(pasted).to_contain_text("群众先说，干部后答。")
    assert "rgb(150, 32, 27)" in pasted.inner_html() or "#96201b" in pasted.inner_html()
    desktop.get_by_role("button", name="复制标题").click()
    expect(desktop.locator("[data-copied]")).to_have_text("标题已复制，请到公众号里粘贴。")


def test_a_compilation_is_shown_masked_before_it_goes(desktop, sign_in, axe, make_article, make_issue, section, cast):
    issue = make_issue()
    make_article("渡口", issue=issue, section=section, html="<p>林晓舟和陈望潮说。</p>", bylines=["林晓舟", "陈望潮"])
    make_article("灯塔", issue=issue, section=section, html="<p>灯亮了。</p>")
    sign_in(desktop, cast.editor)
    desktop.goto("/admin/journal/article/compilation/")
    desktop.get_by_label("栏目").select_option(label=section.name)
    desktop.get_by_role("button", name="查找").click()
    desktop.get_by_label("灯塔").uncheck()
    desktop.get_by_label("脱敏：").check()
    desktop.get_by_role("button", name="下载 Word").click()
    expect(desktop.locator("[data-report]")).to_contain_text("【林晓舟】")
    axe(desktop)
    desktop.get_by_label("陈望潮").uncheck()
    with desktop.expect_download() as taken:
        desktop.get_by_role("button", name="下载 Word").click()
    assert taken.value.suggested_filename == "基层党建文章汇编（脱敏）.docx"
    with open(taken.value.path(), "rb") as file:
        words = "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(file.read())).paragraphs)
    assert "××和陈望潮说。" in words
    assert "灯亮了" not in words
