"""The office in a real browser: reviewing, editing, assembling, publishing; and what axe thinks of its pages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from journal.models import Article, Issue, Journal, Section, Text
from submissions import workflow
from submissions.commissions import Commission
from submissions.models import Letter, ReturnPoint, Submission
from submissions.states import State
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db(transaction=True)


def review_page(submission):
    return f"/admin/submissions/submission/{submission.pk}/change/"


def board_page(issue):
    return f"/admin/journal/issue/{issue.pk}/board/"


def select_words(page, words):
    """Select a passage of the manuscript as a mouse would."""
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector('[data-body]'), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + words.length);
                getSelection().removeAllRanges();
                getSelection().addRange(range);
                return;
            }
            throw new Error('not in the text: ' + words);
        }""",
        words,
    )


def test_review_with_points_and_take_it_back(desktop, sign_in, make_submission, cast):
    Journal.objects.update(hold_minutes=30)
    submission = make_submission("submitted")
    sign_in(desktop, cast.editor)
    desktop.goto("/admin/")
    desktop.get_by_role("link", name=re.compile("^写初审意见：榕树下")).click()
    expect(desktop.locator("[data-review][data-ready]")).to_be_visible()
    desktop.get_by_label("退回修改").check()
    select_words(desktop, "每月两次")
    desktop.get_by_role("button", name="引用，加一处").click()
    quotes, words = desktop.locator("[name=point_quote]"), desktop.locator("[name=point_words]")
    expect(quotes).to_have_value("每月两次")
    expect(words).to_be_focused()
    desktop.keyboard.type("次数请核对")
    letter = desktop.locator("#id_letter")
    expect(letter).to_have_value(re.compile("1. “每月两次”：次数请核对"))
    desktop.get_by_role("button", name="加一处").press("Enter")
    expect(quotes.nth(1)).to_be_focused()
    words.nth(1).fill("结尾太急")
    expect(letter).to_have_value(re.compile("2. 结尾太急"))
    # Enter in a passage neither sends the form nor removes a point.
    quotes.nth(0).press("Enter")
    expect(words).to_have_count(2)
    # Points are kept on this computer like the opinion.
    expect(desktop.locator("[data-saved]")).to_have_text("意见已存在这台电脑上")
    desktop.reload()
    expect(words.nth(1)).to_have_value("结尾太急")
    desktop.get_by_role("button", name=re.compile(r"移除\s*第 2 处")).click()
    expect(words).to_have_count(1)
    expect(letter).not_to_have_value(re.compile("结尾太急"))
    letter.fill("林晓舟同志：\n请核对次数，改好交回。")
    words.press_sequentially("。")
    expect(letter).to_have_value("林晓舟同志：\n请核对次数，改好交回。")
    desktop.get_by_role("button", name="决定退回，发通知").click()
    expect(desktop.locator(".messagelist")).to_contain_text("在那以前可以撤回")
    submission.refresh_from_db()
    assert submission.state == State.RETURNED
    assert list(ReturnPoint.objects.values_list("quote", "words")) == [("每月两次", "次数请核对。")]
    assert submission.letters.get(kind=Letter.Kind.RETURN).body == "林晓舟同志：\n请核对次数，改好交回。"
    expect(desktop.locator("[data-refusal]")).to_contain_text("退给作者修改中")
    desktop.get_by_role("button", name="撤回决定").click()
    expect(desktop.locator(".messagelist")).to_contain_text("决定已撤回，现在待初审")
    assert submission.letters.get(kind=Letter.Kind.RETURN).delivery == Letter.Delivery.RECALLED


def test_points_are_added_without_javascript(open_page, sign_in, make_submission, cast):
    submission = make_submission("submitted")
    page = open_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    sign_in(page, cast.editor)
    page.goto(review_page(submission))
    page.get_by_label("退回修改").check()
    page.get_by_label("要改什么").fill("次数请核对")
    page.get_by_role("button", name="加一处").click()
    page.get_by_label("要改什么").nth(1).fill("结尾太急")
    page.get_by_role("button", name="写好了，按这个决定办").click()
    expect(page.locator(".messagelist")).to_contain_text("已退回修改")
    assert list(ReturnPoint.objects.values_list("words", flat=True)) == ["次数请核对", "结尾太急"]


def test_a_triple_click_on_the_last_paragraph_quotes_it_whole(desktop, sign_in, make_submission, cast):
    # The selection ends behind the paragraph, outside the text; marks inside the quotation become single ones.
    submission = make_submission("submitted", body="第一段。\n大家叫它“板凳会”。")
    sign_in(desktop, cast.editor)
    desktop.goto(review_page(submission))
    expect(desktop.locator("[data-review][data-ready]")).to_be_visible()
    desktop.get_by_label("退回修改").check()
    desktop.locator("[data-body] p").last.click(click_count=3)
    desktop.get_by_role("button", name="引用，加一处").click()
    expect(desktop.locator("[name=point_quote]")).to_have_value("大家叫它“板凳会”。")
    expect(desktop.locator("#id_letter")).to_have_value(re.compile("“大家叫它‘板凳会’。”"))


def test_an_opinion_outlives_a_closed_tab_and_a_faster_colleague(desktop, sign_in, make_submission, cast):
    submission = make_submission("submitted")
    sign_in(desktop, cast.editor)
    desktop.goto(review_page(submission))
    desktop.get_by_label("意见", exact=True).fill("写了很久的意见。")
    expect(desktop.locator("[data-saved]")).to_have_text("意见已存在这台电脑上")
    desktop.goto("/admin/")
    desktop.goto(review_page(submission))
    expect(desktop.get_by_label("意见", exact=True)).to_have_value("写了很久的意见。")
    desktop.get_by_label("通过，转复审").check()
    workflow.pass_review(Submission.objects.get(pk=submission.pk), cast.second_editor, opinion="可用。")
    desktop.get_by_role("button", name="通过，存下意见").click()
    expect(desktop.locator(".messagelist")).to_contain_text("已被他人处理")
    expect(desktop.locator("[data-kept]")).to_have_value("写了很久的意见。")


def test_opening_and_saving_in_the_editor_changes_nothing(desktop, sign_in, make_article, make_picture, cast):
    picture = make_picture()
    html = (
        "<h2>一、看物业</h2><p>大家<strong>商量</strong>着办，“引号”与 A&amp;B。</p>"
        f'<figure data-picture="{picture.pk}"><figcaption>村民在树下议事</figcaption></figure>'
        "<ul><li>一条</li><li>两条</li></ul><p>完。</p>"
    )
    article = make_article("夜航灯", html=html, bylines=["何小满"])
    before = article.text.current
    sign_in(desktop, cast.editor)
    desktop.goto(f"/admin/journal/article/{article.pk}/change/")
    inside = desktop.frame_locator("iframe.cke_wysiwyg_frame")
    expect(inside.locator(f"figure[data-picture='{picture.pk}'] img")).to_be_visible()
    desktop.get_by_role("button", name="保存并继续编辑").click()
    expect(desktop.locator(".messagelist")).to_contain_text("夜航灯")
    text = Text.objects.get(pk=article.text_id)
    assert (text.versions.count(), text.current.digest) == (1, before.digest)

    inside.locator("p", has_text="完。").click()
    desktop.keyboard.press("End")
    desktop.keyboard.type("又及。")
    desktop.get_by_role("button", name="保存并继续编辑").click()
    desktop.get_by_label("校样改动").check()
    desktop.get_by_role("button", name="保存", exact=True).click()
    expect(desktop.locator("[data-versions]")).to_contain_text("第 2 版")
    text.refresh_from_db()
    assert text.current.html == before.html.replace("完。", "完。又及。")
    assert list(text.current.pictures.all()) == [picture]


def test_a_reminder_is_copied_and_a_list_is_as_it_was_left(desktop, sign_in, make_submission, make_issue, cast, unit):
    make_submission("submitted", title="待初审的一篇")
    make_submission("second", title="待复审的一篇")
    commission = Commission.objects.create(
        issue=make_issue(),
        section=Section.objects.get(name="基层党建"),
        unit=unit,
        topic="港口支部怎么建",
        due_on=timezone.localdate() - timedelta(days=1),
        state=Commission.State.INVITED,
    )
    sign_in(desktop, cast.editor)
    desktop.goto("/admin/")
    panel = desktop.locator("[data-commissions]")
    expect(panel).to_contain_text("过期 1 天")
    panel.get_by_role("button", name="复制到微信：港口支部怎么建").click()
    expect(panel.get_by_role("status")).to_have_text("已复制，到微信里粘贴。")
    desktop.locator("[data-tile=first]").click()
    expect(desktop.locator("[data-list]")).to_contain_text("待初审的一篇")
    expect(desktop.locator("[data-list]")).not_to_contain_text("港口支部怎么建")
    desktop.get_by_role("link", name="在列表里看").click()
    expect(desktop.locator("#result_list tbody tr")).to_have_count(1)
    desktop.get_by_role("link", name="首页").click()
    desktop.get_by_role("link", name="看全部来稿").click()
    expect(desktop.locator("#result_list tbody tr")).to_have_count(1)
    desktop.locator("#changelist-filter-clear a, #changelist-filter-extra-actions a").last.click()
    expect(desktop.locator("#result_list tbody tr")).to_have_count(2)
    desktop.goto("/admin/")
    desktop.locator("[data-commissions]").get_by_role("link", name="发催稿信：港口支部怎么建").click()
    expect(desktop.locator("#letter-body")).to_have_value(re.compile(commission.get_absolute_url()))


@pytest.fixture
def board(make_issue, make_article):
    issue = make_issue(deadline=timezone.localdate())
    section = Section.objects.get(name="理论研究")
    for title in ("甲", "乙"):
        make_article(title, issue=issue, section=section, bylines=["何小满"])
    make_article("待编的一篇", section=section, bylines=["林晓舟"])
    make_article("别的栏目", section=Section.objects.get(name="基层党建"))
    return issue


def order(issue):
    return list(issue.articles.order_by("section__position", "position").values_list("title", flat=True))


def test_place_and_sort_by_dragging(desktop, sign_in, board, cast):
    sign_in(desktop, cast.editor)
    desktop.goto(board_page(board))
    card = desktop.locator("[data-pool] [data-article]", has_text="待编的一篇")
    row = desktop.locator("tr[data-article]", has_text="乙")
    card.drag_to(row, target_position={"x": 60, "y": 4})
    expect(desktop.locator(".messagelist")).to_contain_text("《待编的一篇》已编入“理论研究”第 2 篇")
    assert order(board) == ["甲", "待编的一篇", "乙"]
    first = desktop.locator("tr[data-article]", has_text="甲")
    last = desktop.locator("tr[data-article]", has_text="乙")
    box = last.bounding_box()
    first.drag_to(last, target_position={"x": 60, "y": box["height"] - 4})
    expect(desktop.locator(".messagelist")).to_contain_text("《甲》已移到“理论研究”第 3 篇")
    assert order(board) == ["待编的一篇", "乙", "甲"]


def test_place_and_sort_by_keyboard_and_undo(desktop, sign_in, board, cast):
    sign_in(desktop, cast.editor)
    desktop.goto(board_page(board))
    desktop.get_by_role("link", name="编入…：别的栏目").press("Enter")
    form = desktop.get_by_role("dialog")
    form.get_by_label("栏目").select_option(label="理论研究")
    form.get_by_label("第几篇").fill("1")
    form.get_by_role("button", name="编入").press("Enter")
    expect(desktop.locator(".messagelist")).to_contain_text("《别的栏目》已编入“理论研究”第 1 篇")
    down = desktop.get_by_role("button", name="下移：别的栏目")
    down.press("Enter")
    expect(desktop.locator(".messagelist")).to_contain_text("第 2 篇")
    # The focus stays on the same button of the same row, so that pressing on goes on moving it.
    expect(desktop.get_by_role("button", name="下移：别的栏目")).to_be_focused()
    desktop.keyboard.press("Enter")
    expect(desktop.locator(".messagelist")).to_contain_text("第 3 篇")
    assert order(board) == ["甲", "乙", "别的栏目"]
    desktop.get_by_role("button", name="撤销上一步").press("Enter")
    expect(desktop.locator(".messagelist")).to_contain_text("已撤销")
    assert order(board) == ["甲", "别的栏目", "乙"]


def test_a_stale_drag_is_told_and_the_board_is_fresh(desktop, sign_in, board, cast):
    from journal import assembly

    sign_in(desktop, cast.editor)
    desktop.goto(board_page(board))
    assembly.place(Article.objects.get(title="别的栏目"), board, cast.second_editor)
    desktop.get_by_role("button", name="下移：甲").click()
    expect(desktop.locator(".messagelist")).to_contain_text("同事刚刚调整了这一期的顺序")
    expect(desktop.locator("tr[data-article]", has_text="别的栏目")).to_be_visible()
    desktop.get_by_role("button", name="下移：甲").click()
    expect(desktop.locator(".messagelist")).to_contain_text("《甲》现在是")


def test_close_and_publish(desktop, sign_in, board, cast, open_page):
    fill_imprint(board)
    sign_in(desktop, cast.chief)
    desktop.goto(board_page(board))
    desktop.get_by_role("link", name="检查，定稿…").click()
    desktop.get_by_role("button", name="定稿，不再改动").click()
    desktop.get_by_role("link", name="刊发…").click()
    desktop.get_by_label("公开").check()
    desktop.get_by_label("批准人").fill("部务会")
    desktop.get_by_label("批准日期").fill(timezone.localdate().isoformat())
    desktop.get_by_label("依据").fill("第3次部务会纪要")
    desktop.get_by_label("我已看过每篇文章的阅读范围，确认刊发").check()
    desktop.get_by_role("button", name=re.compile("^刊发")).click()
    expect(desktop.locator(".messagelist")).to_contain_text("已刊发")
    reader = open_page()
    reader.goto(Issue.objects.get(pk=board.pk).get_absolute_url())
    expect(reader.get_by_role("link", name="甲", exact=True)).to_be_visible()


@pytest.mark.expects_console(r"403 \(Forbidden\)")
def test_no_serious_violation_on_the_desk(any_page, sign_in, board, make_submission, make_picture, cast, axe):
    submission = make_submission("submitted")
    make_submission("returned")
    sign_in(any_page, cast.editor)
    for address in ("/admin/", "/admin/?show=returned", review_page(submission), board_page(board)):
        any_page.goto(address)
        axe(any_page)
        width = any_page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{address} is {width} pixels wider than the screen"
    any_page.context.clear_cookies()
    sign_in(any_page, cast.chief)
    for name in ("close", "publish", "reopen"):
        any_page.goto(f"/admin/journal/issue/{board.pk}/{name}/")
        axe(any_page)
    Issue.objects.filter(pk=board.pk).update(state="closed")
    any_page.goto(f"/admin/journal/issue/{board.pk}/publish/")
    axe(any_page)
    any_page.context.clear_cookies()
    sign_in(any_page, cast.contributor)
    any_page.goto("/admin/")
    axe(any_page)


def test_no_serious_violation_in_the_dark(open_page, sign_in, board, make_submission, cast, axe):
    page = open_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    sign_in(page, cast.editor)
    for address in ("/admin/", review_page(make_submission("submitted")), board_page(board)):
        page.goto(address)
        axe(page)
