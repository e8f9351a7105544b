"""What arrives, in Chromium: pasted and cleaned, taken back; a Word file read into the form."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from submissions.models import Submission
from tests.browser.test_contributor import ready, wait_saved
from tests.submissions.docx_builder import official, to_bytes

pytestmark = pytest.mark.django_db(transaction=True)

DIRTY = "村里開會,大家都說好。\n會(huì)上定了三件事,當(dāng)場辦(bàn)。"
PASTED = """<html><head><style>p{color:red}</style></head><body><!--StartFragment--><h2>一次议事</h2>
<p>村里的<b>老榕树</b>下坐满了人。<ruby>議<rp>(</rp><rt>yì</rt><rp>)</rp></ruby>事開始了</p><ul><li>先听</li><li>后答</li></ul>
<ol><li>office 记下来</li></ol><table><tr><td>事</td><td>人</td></tr><tr><td>修路</td><td>老林</td></tr></table>
<img src="http://127.0.0.1:1/x.png"><p style="display:none">藏着的</p><script>document.title = "x"</script><!--EndFragment--></body></html>"""


def paste(page: Page, **kinds: str) -> None:
    """The event a browser gives: Chromium allows no test to read a real clipboard without asking."""
    page.locator("#id_body").evaluate(
        """(field, kinds) => {
            const data = new DataTransfer();
            for (const [kind, words] of Object.entries(kinds)) data.setData(`text/${kind}`, words);
            field.focus();
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            if (field.dispatchEvent(event) && kinds.plain) document.execCommand("insertText", false, kinds.plain);
        }""",
        kinds,
    )


def test_pasted_cleaned_one_taken_back_then_all(any_page, sign_in, cast, call, axe):
    page = any_page
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    paste(page, html=PASTED, plain="别的")
    body = page.locator("#id_body")
    assert body.input_value() == (
        "## 一次议事\n村里的老榕树下坐满了人。議事開始了\n- 先听\n- 后答\n1. office 记下来\n事\t人\n修路\t老林"
    )
    told = page.locator("[data-pasted]")
    for words in ("已去掉格式", "1 处注音", "1 处隐藏", "1 张图没有粘进来"):
        expect(told).to_contain_text(words)
    body.press("Control+z")
    assert body.input_value() == ""
    paste(page, plain=DIRTY)
    expect(told).to_have_text("")
    assert body.input_value() == DIRTY
    page.get_by_label("标题", exact=True).fill("榕树下的“板凳会”")
    page.get_by_role("button", name="可以整理").click()
    ready(page, "clean")
    axe(page)
    boxes = page.locator("input[name=place]")
    count = boxes.count()
    expect(page.locator("[data-ticked]")).to_have_text(f"勾了 {count} 处")
    boxes.first.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-ticked]")).to_have_text(f"勾了 {count - 1} 处")
    page.keyboard.press("Space")
    page.get_by_role("button", name="采用勾选的").click()
    expect(page.locator(".made-list li")).to_have_count(count)
    axe(page)
    assert "(huì)" not in Submission.objects.get().body
    page.locator(".made-list .link").first.click()
    expect(page.locator(".made-list li")).to_have_count(count - 1)
    page.get_by_role("button", name="全部撤销").click()
    expect(page.locator(".messages")).to_contain_text("全部撤销了")
    assert Submission.objects.get().body == DIRTY
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="返回写稿").click()
    ready(page)
    assert page.locator("#id_body").input_value() == DIRTY
    expect(page.locator("[data-notice=copy]")).to_have_count(0)


@pytest.mark.expects_console("422")
def test_a_word_file_fills_the_form_and_a_bad_one_changes_nothing(desktop, sign_in, cast, call, tmp_path, axe):
    page = desktop
    sign_in(page, cast.contributor)
    good, bad = tmp_path / "来稿.docx", tmp_path / "坏的.docx"
    good.write_bytes(to_bytes(official()))
    bad.write_bytes(b"%PDF-1.7")
    page.goto(reverse("new_text"))
    ready(page)
    page.locator("#id_word").set_input_files(bad)
    expect(page.locator("[data-word-problem]")).to_contain_text("“坏的.docx”")
    page.locator("#id_word").set_input_files(good)
    expect(page.locator(".messages")).to_contain_text("已从“来稿.docx”读入标题")
    ready(page)
    axe(page)
    title = page.get_by_label("标题", exact=True)
    assert title.input_value().startswith("关于榕岭村")
    title.fill("我自己的标题")
    wait_saved(page)
    page.locator("#id_word").set_input_files(good)
    page.wait_for_url("**/word/*/")
    axe(page)
    expect(page.locator("main")).to_contain_text("您写的是：我自己的标题")
    page.get_by_role("button", name="接在后面").click()
    ready(page)
    assert page.get_by_label("标题", exact=True).input_value() == "我自己的标题"
    assert page.locator("#id_body").input_value().count("一、会开到树下") == 2
    page.get_by_role("button", name="下一步：核对").click()
    ready(page, "check")
