"""我的稿件 in Chromium: points ticked, more time, a message, a letter copied; a liaison with a signed sheet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from journal.models import Journal
from members.models import Unit
from submissions import endorsing, messaging, workflow
from submissions.conversation import Message, ReturnPoint
from submissions.models import Submission
from submissions.points import Point
from tests.journal.test_signed import PDF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def returned(cast, make_submission):
    Journal.objects.update(hold_minutes=0)
    submission = make_submission("submitted")
    points = [Point("每月两次", "请核对次数。"), Point("", "请补一个例子。")]
    workflow.return_for_changes(submission, cast.editor, opinion="拟用，请改两处。", points=points)
    return submission


def test_a_return_is_answered_and_goes_back(phone: Page, sign_in, cast, returned, axe):
    page = phone
    sign_in(page, cast.contributor)
    page.goto(reverse("submission", args=[returned.pk]))
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="去改稿").click()
    expect(page.locator("html[data-ready=write]")).to_be_attached()
    page.get_by_label("请核对次数。").check()
    page.get_by_label("回复（没有改，请写原因），第 1 处").fill("按记录本改了。")
    expect(page.locator("html")).to_have_attribute("data-dirty", "no", timeout=15_000)
    assert ReturnPoint.objects.get(position=1).reply == "按记录本改了。"

    page.goto(reverse("submission", args=[returned.pk]))
    expect(page.locator(".turn")).to_contain_text("已勾 1 处，还剩 1 处。")
    page.get_by_role("button", name="核对并交回修改稿").click()
    expect(page.locator(".alert.err")).to_contain_text("还有 1 处退修意见没有回复")
    page.get_by_label("回复（没有改，请写原因），第 2 处").fill("没有合适的例子。")
    page.get_by_role("button", name="核对并交回修改稿").click()
    page.get_by_role("button", name="交回修改稿").click()
    expect(page.locator(".turn")).to_contain_text("编辑部正在初审")
    returned.refresh_from_db()
    assert returned.state == "in_review"


def test_more_time_a_message_and_a_letter_for_wechat(desktop: Page, sign_in, cast, returned, axe):
    page = desktop
    sign_in(page, cast.contributor)
    # Plain http has no clipboard: what is selected and copied the old way is pasted into a field.
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(reverse("submission", args=[returned.pk]))
    page.locator(".letter-fold", has_text="退修通知").get_by_role("button", name="复制到微信").click()
    expect(page.locator("[data-copied]").first).to_have_text("已复制，到微信里粘贴。")
    page.get_by_role("link", name="给编辑留言").first.click()
    page.locator("#message").press("Control+v")
    assert "拟用，请改两处。" in page.locator("#message").input_value()
    page.locator("#message").fill("第二处指哪一段？")
    page.get_by_role("button", name="发给编辑").last.click()
    expect(page.locator(".talk-list")).to_contain_text("第二处指哪一段？")

    page.get_by_role("link", name="请求延期").click()
    until = returned.due_on + timedelta(days=3)
    page.get_by_label("想延到哪一天").fill(f"{until}")
    page.get_by_label("为什么要延期").fill("下乡，周末才回。")
    page.locator("#more-time").get_by_role("button", name="发给编辑").click()
    expect(page.locator("#more-time")).to_contain_text("等编辑答复")
    axe(page)
    assert Message.objects.unanswered().count() == 2


def test_a_liaison_endorses_and_the_office_opens_the_sheet(phone: Page, sign_in, cast, unit, make_submission, axe):
    Unit.objects.filter(pk=unit.pk).update(endorsement_required=True)
    submission = Submission.objects.get(pk=make_submission("submitted").pk)
    page = phone
    sign_in(page, cast.liaison)
    page.goto(reverse("endorsements"))
    axe(page)
    page.get_by_role("link", name="看稿、报送").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("签字领导").fill("周望山，支部书记")
    page.get_by_label("签字日期").fill("2026-01-05")
    page.get_by_label("审签单").set_input_files({"name": "审签单.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="同意报送").click()
    expect(page.locator(".alert.ok")).to_contain_text("已同意报送")
    assert endorsing.endorsement_of(submission).signer == "周望山，支部书记"


def test_what_is_said_of_a_manuscript_does_not_overlap(any_page: Page, sign_in, cast, make_submission):
    submission = make_submission("submitted")
    messaging.write(submission, cast.editor, "请问照片是谁拍的？")
    sign_in(any_page, cast.contributor)
    any_page.goto(reverse("my_submissions"))
    lines = [line.bounding_box() for line in any_page.locator(".manuscripts .state").all()]
    assert len(lines) == 2
    assert lines[0]["y"] + lines[0]["height"] <= lines[1]["y"]
