"""The contributor's journey in Chromium: write, photograph, leave and come back, check, hand in, receipt."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from journal.models import Section
from journal.text.count import count_words
from submissions.models import Submission
from tests.conftest import ALL_DECLARED, BODY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "树下.jpg"
    Image.new("RGB", (2100, 1400), (120, 150, 110)).save(path, exif=_camera())
    return path


def _camera() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "相机"
    return exif


def wait_saved(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-dirty", "no", timeout=15_000)


def ready(page: Page, name: str = "write") -> None:
    expect(page.locator(f"html[data-ready={name}]")).to_be_attached(timeout=15_000)


def unfold(page: Page, words: str) -> Locator:
    """The note with these words, opened: only the next one to settle stands open by itself."""
    note = page.locator(".note-card", has_text=words)
    if note.get_attribute("open") is None:
        note.locator("summary.head").click()
    return note


def fill(page: Page, body: str = BODY) -> None:
    page.get_by_label("标题", exact=True).fill("榕树下的“板凳会”")
    page.locator("#id_body").fill(body)
    page.get_by_label("投到哪个栏目").select_option(label="基层党建")
    for kind in ALL_DECLARED:
        page.locator(f"[name=declare][value={kind}]").check()


def test_from_the_call_to_the_receipt(any_page, sign_in, cast, call, photo, axe):
    page = any_page
    sign_in(page, cast.contributor)
    page.goto(reverse("call"))
    axe(page)
    page.get_by_role("link", name="我要投稿").click()
    ready(page)
    axe(page)
    fill(page, BODY + "\n找老林，电话13800138000,夜里也接。\n开“板凳会在树下。")
    wait_saved(page)
    expect(page.locator("[data-outline] li")).to_have_count(2)
    expect(page.locator("[data-count=error]").first).to_have_text("1")
    page.locator("#id_photos").set_input_files(photo)
    expect(page.locator(".photo .chip")).to_contain_text("可印")
    page.get_by_label("图片说明").fill("村民在树下议事")
    page.locator("#id_body").press("Control+Home")
    page.get_by_role("button", name="放到光标处").click()
    assert page.locator("#id_body").input_value().startswith("【照片1】\n")
    wait_saved(page)
    page.reload()
    ready(page)
    assert "【照片1】" in page.locator("#id_body").input_value()
    assert page.get_by_label("图片说明").input_value() == "村民在树下议事"
    axe(page)
    page.get_by_role("button", name="下一步：核对").click()
    ready(page, "check")
    axe(page)
    expect(page.locator(".bar")).to_contain_text("还差 3 处")
    page.get_by_role("link", name="看下一处").click()
    note_in_focus = "document.activeElement.closest('.note-card').id"
    first = page.evaluate(note_in_focus)
    page.keyboard.press("Tab")
    assert page.evaluate(note_in_focus) == first
    page.get_by_role("link", name="看下一处").click()
    assert page.evaluate(note_in_focus) != first
    expect(page.locator("details.note-card[open]")).to_have_count(1)
    unfold(page, "半角").get_by_role("button", name="照此改").click()
    ready(page, "check")
    expect(page.locator(".note-card.done", has_text="已改")).to_have_count(1)
    note = unfold(page, "手机号")
    note.get_by_text("保留原文，说明理由").click()
    note.get_by_label("其他").check()
    note.get_by_role("button", name="保留原文").click()
    expect(page.locator(".messages")).to_contain_text("请选一个理由")
    expect(page.locator(".messages")).to_be_in_viewport()
    note = unfold(page, "手机号")
    note.get_by_text("保留原文，说明理由").click()
    note.get_by_label("本人同意刊登").check()
    axe(page)
    note.get_by_role("button", name="保留原文").click()
    expect(page.locator(".note-card.done", has_text="本人同意刊登")).to_have_count(1)
    unfold(page, "引号缺一半").get_by_role("link", name="我自己改").click()
    ready(page)
    selected = page.evaluate(
        "getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"
    )
    assert selected.startswith("“板凳会")
    body = page.locator("#id_body")
    body.fill(body.input_value().replace("“板凳会在", "“板凳会”在"))
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator(".bar")).to_contain_text("可以提交")
    page.get_by_role("button", name="提交稿件").dblclick()
    expect(page.locator("[data-receipt]")).to_contain_text("-0001")
    axe(page)
    submission = Submission.objects.get()
    assert submission.text.current.pictures.count() == 1
    assert submission.letters.count() == 1
    page.goto(reverse("my_submissions"))
    axe(page)


@pytest.mark.expects_console("422")
def test_images_several_at_once(any_page, sign_in, cast, call, photo, tmp_path, axe):
    page = any_page
    sign_in(page, cast.contributor)
    page.goto(reverse("new_image"))
    ready(page)
    fill(page, "一次巡河。")
    bad = tmp_path / "坏的.jpg"
    bad.write_bytes(b"MZ not a picture")
    small = tmp_path / "小图.jpg"
    Image.new("RGB", (500, 400)).save(small)
    page.locator("#id_photos").set_input_files([photo, bad, small])
    expect(page.locator("li.photo")).to_have_count(2)
    expect(page.locator("[data-photo-problems]")).to_contain_text("“坏的.jpg”不是照片")
    expect(page.locator("li.photo").nth(1).locator(".chip")).to_contain_text("只可印")
    page.locator("li.photo").nth(1).get_by_label("拟印宽度").select_option(label="通栏 17 厘米宽")
    expect(page.locator("li.photo").nth(1).locator(".chip")).to_contain_text("太小")
    page.locator("li.photo").nth(1).get_by_role("button", name="去掉").click()
    expect(page.locator("li.photo")).to_have_count(1)
    page.get_by_label("图片说明").fill("巡河")
    page.get_by_label("摄影").fill("林晓舟")
    page.get_by_label("类别").select_option(label="工作动态")
    page.get_by_label("拍摄日期").fill("2026-11-05")
    axe(page)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator(".bar")).to_contain_text("可以提交")
    page.get_by_role("button", name="提交稿件").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    picture = Submission.objects.get().attachments.get().picture
    assert (picture.category, str(picture.taken_on)) == ("work", "2026-11-05")


def test_a_file_over_the_limit_is_told_before_it_is_sent(desktop, sign_in, cast, call, tmp_path, settings, photo):
    settings.MAX_PICTURE_BYTES = 500_000
    large = tmp_path / "很大.jpg"
    large.write_bytes(b"x" * 600_000)
    sign_in(desktop, cast.contributor)
    desktop.goto(reverse("new_text"))
    ready(desktop)
    desktop.locator("#id_photos").set_input_files([large, photo])
    expect(desktop.locator("li.photo")).to_have_count(1)
    expect(desktop.locator("[data-photo-problems]")).to_contain_text("“很大.jpg”有 1 MB")
    expect(desktop.locator("[data-photo-problems]")).to_be_in_viewport()


def test_taking_a_photograph_with_words_out_is_asked_once_more(desktop, sign_in, make_draft, cast, photo):
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("draft", args=[make_draft(cast.contributor).pk]))
    ready(page)
    page.locator("#id_photos").set_input_files(photo)
    expect(page.locator("li.photo")).to_have_count(1)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("图片说明").fill("村民在树下议事")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="去掉").click()
    wait_saved(page)
    assert page.get_by_label("图片说明").input_value() == "村民在树下议事"
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="去掉").click()
    expect(page.locator("li.photo")).to_have_count(0)


@pytest.mark.expects_console("401")
def test_an_expired_session_keeps_the_text(any_page, sign_in, cast, call, axe):
    page = any_page
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    fill(page)
    wait_saved(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#id_body").fill(BODY + "\n过期以后写的。")
    expect(page.locator("[data-notices]")).to_contain_text("登录过期了")
    axe(page)
    page.get_by_role("link", name="重新登录").click()
    page.get_by_label("手机号或邮箱").fill(cast.contributor.login_name)
    page.get_by_label("密码").fill("Ceshi-2026")
    page.get_by_role("button", name="登录").click()
    ready(page)
    page.get_by_role("button", name="找回那时的文字").click()
    assert "过期以后写的。" in page.locator("#id_body").input_value()
    wait_saved(page)
    assert "过期以后写的。" in Submission.objects.get().body


@pytest.mark.expects_console("401")
def test_an_expired_session_on_the_last_button_keeps_the_text(desktop, sign_in, cast, call, axe):
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    fill(page)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录过期了，您写的没有丢")
    axe(page)
    page.get_by_label("手机号或邮箱").fill(cast.contributor.login_name)
    page.get_by_label("密码").fill("Ceshi-2026")
    page.get_by_role("button", name="登录，接着保存").click()
    expect(page.locator(".bar")).to_contain_text("可以提交")


@pytest.mark.expects_console("409")
def test_two_tabs_keep_both(any_page, sign_in, make_draft, cast, axe):
    first = any_page
    sign_in(first, cast.contributor)
    draft = make_draft(cast.contributor)
    second = first.context.new_page()
    for page in (first, second):
        page.goto(reverse("draft", args=[draft.pk]))
        ready(page)
    first.locator("#id_body").fill("甲窗口写的。")
    wait_saved(first)
    second.locator("#id_body").fill("乙窗口写的。")
    expect(second.locator("[data-notices]")).to_contain_text("两份都留着")
    second.get_by_role("link", name="看两份，选一份").click()
    expect(second.locator("main")).to_contain_text("甲窗口写的。")
    expect(second.locator("main")).to_contain_text("乙窗口写的。")
    axe(second)
    second.get_by_role("button", name="用这一份").click()
    ready(second)
    assert second.locator("#id_body").input_value() == "乙窗口写的。"


@pytest.mark.expects_console("ERR_FAILED|ERR_INTERNET_DISCONNECTED")
def test_without_a_network_nothing_is_lost_and_an_upload_is_tried_again(desktop, sign_in, make_draft, cast, photo):
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("draft", args=[make_draft(cast.contributor).pk]))
    ready(page)
    page.context.set_offline(True)
    page.locator("#id_body").fill("没有网络时写的。")
    expect(page.locator("[data-saved]")).to_contain_text("没有网络")
    page.locator("#id_photos").set_input_files(photo)
    expect(page.locator("[data-uploading]")).to_contain_text("照片没有传完")
    page.context.set_offline(False)
    page.get_by_role("button", name="重试").click()
    expect(page.locator("li.photo")).to_have_count(1)
    assert Submission.objects.get().body == "没有网络时写的。"


@pytest.mark.expects_console("ERR_FAILED|ERR_INTERNET_DISCONNECTED")
def test_a_crashed_browser_gives_the_text_back(desktop, sign_in, cast, call):
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    page.context.set_offline(True)
    page.locator("#id_body").fill("崩溃以前写的。")
    expect(page.locator("[data-saved]")).to_contain_text("没有网络")
    page.close()
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(reverse("new_text"))
    ready(again)
    again.get_by_role("button", name="找回那时的文字").click()
    wait_saved(again)
    assert Submission.objects.get().body == "崩溃以前写的。"


def test_the_page_counts_as_the_server_does(desktop, sign_in, cast, call):
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    page.get_by_label("标题", exact=True).fill("长" * 61)
    expect(page.locator("[data-title-long]")).to_contain_text("标题 61 字")
    texts = ["", "三亚党建", "2021年11月4日", "唯GDP、唯年龄", "10—15户", "①②③", "don’t", "ｱＡ１，𠀀", "a·b “x” … ——"]
    path = settings.CASES_DIR and settings.CASES_DIR / "wordcount.json"
    if path and path.exists():
        texts += [case["text"] for case in json.loads(path.read_text("utf-8"))]
    counted = page.evaluate(
        "async (texts) => { const m = await import('/static/submissions/js/count.js'); return texts.map(m.countWords); }",
        texts,
    )
    assert counted == [count_words(text) for text in texts]
    page.locator("#id_body").fill("一、听\n- 先听**难处**\n# 再说\n" + "党" * 3000)
    shown = page.locator(".words [data-words]").inner_text()
    expect(page.locator("[data-over]")).to_be_visible()
    wait_saved(page)
    page.reload()
    assert page.locator(".words [data-words]").inner_text() == shown


def test_the_form_by_keyboard_alone(desktop, sign_in, cast, call):
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    page.get_by_label("标题", exact=True).focus()
    keys = page.keyboard
    keys.type("树下的会")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("大家商量着办。")
    keys.press("Tab")
    focused = "document.activeElement.id || document.activeElement.name"
    assert page.evaluate(focused) == "id_word"
    keys.press("Tab")
    assert page.evaluate(focused) == "id_photos"
    keys.press("Tab")
    assert page.evaluate(focused) == "id_section"
    keys.press("ArrowDown")
    for name in ("origin", "byline", "affiliation", "author_note"):
        keys.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
    keys.press("Tab")
    for _ in ALL_DECLARED:
        assert page.evaluate("document.activeElement.name") == "declare"
        keys.press("Space")
        keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".bar")).to_contain_text("可以提交")
    page.get_by_role("button", name="提交稿件").focus()
    keys.press("Enter")
    expect(page.locator("[data-receipt]")).to_be_visible()
    assert Submission.objects.get().section == Section.objects.first()


def test_without_scripts_the_whole_way_is_open(open_page, sign_in, cast, call, photo):
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    fill(page, BODY.replace("，", ",", 1))
    page.locator("#id_photos").set_input_files(photo)
    page.get_by_role("button", name="上传选好的照片").click()
    expect(page.locator("li.photo")).to_have_count(1)
    page.get_by_label("图片说明").fill("村民议事")
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="照此改").click()
    page.get_by_role("button", name="提交稿件").click()
    expect(page.locator("[data-receipt]")).to_be_visible()


@pytest.mark.parametrize("state", ["submitted", "returned", "accepted", "rejected", "withdrawn"])
def test_status_and_letters_in_every_state(state, any_page, sign_in, make_submission, cast, axe):
    submission = make_submission(state)
    sign_in(any_page, cast.contributor)
    for name in ("submission", "withdraw"):
        any_page.goto(reverse(name, args=[submission.pk]))
        axe(any_page)
    any_page.goto(reverse("submission", args=[submission.pk]))
    if not submission.letters.exists():
        expect(any_page.locator("#letters")).to_contain_text("还没有通知")
        return
    any_page.get_by_role("button", name="复制到微信").first.click()
    expect(any_page.locator("[data-copied]").first).to_contain_text("复制")


@pytest.mark.parametrize(
    "name", ["sign_in", "sign_up", "sign_up_done", "account", "password_change", "submit", "my_submissions", "letters"]
)
def test_small_pages(name, any_page, sign_in, cast, call, axe):
    if name not in ("sign_in", "sign_up", "sign_up_done"):
        sign_in(any_page, cast.contributor)
    any_page.goto(reverse(name))
    axe(any_page)
    assert any_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_save_on_its_way_comes_before_the_page_that_follows(desktop, sign_in, cast, call):
    """Behind it, it would put back older words, or move the draft on under the page that is opening."""
    page = desktop
    sign_in(page, cast.contributor)
    page.goto(reverse("new_text"))
    ready(page)
    fill(page, BODY + "大家说好,就定了。")
    wait_saved(page)
    title, clean = page.get_by_label("标题", exact=True), page.get_by_role("button", name="可以整理")
    held = []
    page.route("**/autosave/", lambda route: held.append(route))
    with page.expect_request("**/autosave/"):
        title.press_sequentially("甲")
    title.press_sequentially("乙")
    clean.click()
    clean.click()
    assert page.evaluate("document.documentElement.dataset.ready") == "write"
    held.pop().continue_()
    ready(page, "clean")
    assert Submission.objects.get().title.startswith("甲乙")
    page.get_by_role("link", name="返回写稿").click()
    ready(page)
    title.press_sequentially("丙")
    clean.click()
    ready(page, "clean")
    page.get_by_role("button", name="全部采用").click()
    expect(page.locator(".messages")).to_contain_text("整理了")
    assert not held
    assert Submission.objects.get().conflict is None
