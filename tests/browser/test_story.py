"""The whole way in one browser: a contributor's form, three reviews, a place in an issue, publishing, a reader."""

import re
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from journal.models import Article, Imprint, Issue, Journal
from submissions.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = "潮水退去好看礁"
BODY = """滩涂上的网格长姓海，大家叫他老海。每天退潮前后，他要走三里滩。
一、先看水，再看人
近300余户渔民住在滩边，潮水什么时候来，他比手机知道得早。
【照片1】
二、把事记在船帮上
谁家缺网，谁家船漏，他都记在船帮上，办完一件刮掉一件。"""


@pytest.fixture
def photograph(tmp_path):
    """A real JPEG of 2,400 × 1,600 pixels: prints 20.3 cm wide at 300 dpi."""
    path = tmp_path / "退潮.jpg"
    Image.linear_gradient("L").resize((2400, 1600)).convert("RGB").save(path, "JPEG", dpi=(72, 72))
    return path


@pytest.fixture
def fresh_database(transactional_db):
    """Journal, sections and roles as after migrate: earlier transactional tests have flushed them."""
    call_command("migrate", verbosity=0)


@pytest.fixture
def issue(fresh_database, make_issue):
    issue = make_issue(year=2026, number=4, deadline=date(2026, 12, 5))
    imprint = Imprint.from_journal(issue, Journal.objects.current())
    imprint.print_house, imprint.printed_on, imprint.print_run = "演示印刷厂", date(2026, 12, 20), 300
    imprint.compiler = "三亚市党建研究所"
    imprint.save()
    return issue


def write_and_submit(page, photograph) -> str:
    """From the call to the receipt; gives the receipt number back."""
    page.goto("/call/")
    page.get_by_role("link", name="我要投稿").first.click()
    page.get_by_label("标题", exact=True).fill(TITLE)
    page.get_by_label("正文", exact=True).fill(BODY)
    page.get_by_label("投到哪个栏目").select_option(label="基层党建")
    page.get_by_label("署名", exact=True).fill("林晓舟")
    page.set_input_files("#id_photos", photograph)
    expect(page.locator("[data-photo='1']")).to_contain_text("可印")
    page.locator("[data-photo='1'] .photo-field.caption input").fill("退潮后的滩涂")
    for wording in ("不涉密", "署名无争议", "版权由作者负责"):
        page.get_by_label(wording).check()
    expect(page.locator("p[data-saved]")).to_contain_text("已保存")
    page.get_by_role("button", name="下一步：核对").click()

    expect(page.get_by_text("概数")).to_be_visible()
    page.locator(".note-card.warning, .note-card").get_by_role("button", name=re.compile("近300")).first.click()
    page.get_by_role("button", name="提交稿件").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"\d{4}-\d{4}"))
    return re.search(r"\d{4}-\d{4}", page.locator("main").inner_text()).group()


def decide(page, receipt: str, button: str) -> None:
    """A reviewer opens the manuscript from the desk and passes the stage that is theirs."""
    page.goto("/admin/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("[data-review]")).to_contain_text(receipt)
    page.locator("input[name=decision][value=pass]").check(force=True)
    page.get_by_label("意见", exact=True).fill(f"{button}：例子实，可用。")
    page.locator("[data-submit]").click()
    page.wait_for_load_state()


def review_secrecy(page, receipt: str) -> None:
    """保密审查 from the manuscript's page; acceptance asks for it."""
    page.goto("/admin/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="作保密审查").click()
    page.locator("input[name=conclusion][value=public]").check()
    page.get_by_label("依据").fill("单位保密审查表")
    page.get_by_role("button", name="登记保密审查").click()
    expect(page.locator("[data-review]")).to_contain_text("可公开")


def test_from_form_to_reader(any_page, open_page, sign_in, cast, call, issue, photograph):
    page = any_page
    sign_in(page, cast.contributor)
    receipt = write_and_submit(page, photograph)
    submission = Submission.objects.get(receipt_number=receipt)
    assert "近300户" in submission.text.current.html or "300余户" in submission.text.current.html

    for person, stage in ((cast.editor, "初审"), (cast.managing, "复审"), (cast.chief, "终审")):
        desk = open_page(viewport={"width": 1280, "height": 900})
        sign_in(desk, person)
        if stage == "复审":
            review_secrecy(desk, receipt)
        decide(desk, receipt, stage)
    article = Article.objects.unplaced().get()

    desk.goto(f"/admin/journal/issue/{issue.pk}/board/")
    desk.get_by_role("link", name=f"编入…：{TITLE}").click()
    desk.get_by_role("dialog").get_by_role("button", name="编入").click()
    expect(desk.locator(f"tr#article-{article.pk}")).to_contain_text(TITLE)

    desk.goto(f"/admin/journal/issue/{issue.pk}/close/")
    # The journal's co-organisers are a matter of judgement: somebody answers for them by name.
    desk.get_by_label(re.compile("^保留的理由")).fill("主管部门已同意署名方式")
    desk.get_by_role("button", name="已核对，保留").click()
    expect(desk.locator("[data-checklist]")).to_contain_text("✓ 已核对")
    desk.get_by_role("button", name="定稿，不再改动").click()
    desk.goto(f"/admin/journal/issue/{issue.pk}/publish/")
    desk.locator("input[name=access][value=public]").check(force=True)
    desk.get_by_label("批准人").fill("部务会")
    desk.get_by_label("批准日期").fill(str(timezone.localdate()))
    desk.get_by_label("依据").fill("2026年第3次部务会纪要")
    desk.locator("input[name=confirmed]").check(force=True)
    desk.get_by_role("button", name=re.compile("^刊发")).click()
    desk.wait_for_load_state()
    assert Issue.objects.get(pk=issue.pk).is_published

    page.goto(f"/submit/{submission.pk}/status/")
    expect(page.locator("main")).to_contain_text("2026年第4期")

    reader = open_page(viewport=page.viewport_size)
    reader.goto("/")
    reader.get_by_role("link", name=TITLE).first.click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text(TITLE)
    expect(reader.locator("article")).to_contain_text("先看水，再看人")
    expect(reader.locator("article figure img")).to_be_visible()
    reader.locator("article figure img").scroll_into_view_if_needed()
    expect(reader.locator("article figure img")).not_to_have_js_property("naturalWidth", 0)
    reader.goto("/search/?q=滩涂")
    expect(reader.get_by_role("link", name=TITLE)).to_be_visible()
    assert reader.context.cookies() == []
