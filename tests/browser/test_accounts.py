"""Accounts in Chromium: join by an invitation on a phone, set up the second factor, sign out everywhere, stay a while."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import Page, expect

from members import resets
from members.models import Event, User
from members.sessions import SignedIn
from tests.browser.conftest import DESKTOP, PHONE
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "Xin-mima-2026"


def give(page: Page, login_name: str, password: str) -> None:
    page.goto(reverse("sign_in"))
    page.get_by_label("手机号或邮箱").fill(login_name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.expects_console(r"422")
def test_a_liaison_invites_and_a_colleague_joins_on_the_phone(open_page, sign_in, cast, axe):
    liaison, phone = open_page(**PHONE), open_page(**PHONE)
    sign_in(liaison, cast.liaison)
    liaison.goto(reverse("unit_invitations"))
    axe(liaison)
    liaison.get_by_role("button", name="做邀请").click()
    expect(liaison.locator("img.qr")).to_be_visible()
    axe(liaison)
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", liaison.locator("[data-letter]").inner_text())[0]

    phone.goto(reverse("sign_in"))
    phone.get_by_role("link", name="我有邀请码").click()
    axe(phone)
    phone.get_by_label("邀请码").fill(code.lower())
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("榕岭村党总支")
    phone.get_by_label("姓名").fill("何苇")
    phone.get_by_label("手机号或邮箱").fill("138 1234 5678")
    phone.get_by_label("密码").fill(NEW)
    phone.get_by_role("button", name="注册").click()
    expect(phone.get_by_text("还没有同意个人信息处理说明")).to_be_visible()
    expect(phone.get_by_label("姓名")).to_have_value("何苇")
    axe(phone)
    phone.get_by_label("密码").fill(NEW)
    phone.get_by_label("我看过并同意").check()
    phone.get_by_role("button", name="注册").click()
    expect(phone.get_by_text("账号好了，请登录")).to_be_visible()
    give(phone, "13812345678", NEW)
    expect(phone.get_by_role("heading", name="我的稿件")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert User.objects.get(login_name="13812345678").unit == cast.liaison.unit


@pytest.mark.expects_console(r"422")
def test_an_editor_must_set_up_the_second_factor_and_signs_in_with_it(phone: Page, cast, axe, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    page = phone
    give(page, cast.editor.login_name, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("设置两步验证")
    page.get_by_text("扫不了，手工输入密钥").click()
    secret = "".join(page.locator(".secret span").all_inner_texts())
    axe(page)
    page.get_by_label("验证码").fill("000000")
    page.get_by_role("button", name="设好，看恢复码").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    at = int(time.time()) // 30
    page.get_by_label("验证码").fill(format_hotp_value(hotp_value(secret, at)))
    page.get_by_role("button", name="设好，看恢复码").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    axe(page)
    recovery = page.locator(".recovery li").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载成文件").click()
    assert download.value.suggested_filename == "恢复码.txt"
    page.get_by_role("button", name="已经收好，继续").click()
    expect(page).to_have_url(re.compile(r"/admin/$"))
    page.get_by_role("button", name="退出").click()
    give(page, cast.editor.login_name, PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")
    axe(page)
    page.get_by_label("验证码").fill(recovery)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(re.compile(r"/admin/$"))
    assert Event.objects.filter(verb="用恢复码登录").exists()


def test_signing_out_everywhere_but_here(open_page, cast, axe):
    here, there = open_page(**PHONE), open_page(**DESKTOP)
    for page in (there, here):
        give(page, cast.contributor.login_name, PASSWORD)
        expect(page.get_by_role("heading", name="我的稿件")).to_be_visible()
    here.goto(reverse("devices"))
    expect(here.locator(".devices li")).to_have_count(2)
    axe(here)
    here.get_by_role("button", name="别处全部退出").click()
    expect(here.locator(".devices li")).to_have_count(1)
    there.goto(reverse("account"))
    expect(there.get_by_role("heading", level=1)).to_contain_text("登录")
    here.goto(reverse("account"))
    axe(here)
    here.goto(reverse("my_data"))
    axe(here)


def test_a_forgotten_password_by_the_office_s_code(phone: Page, cast, axe):
    code = resets.issue_code(cast.contributor, cast.editor)
    phone.goto(reverse("sign_in"))
    phone.get_by_role("link", name="忘了密码").click()
    axe(phone)
    phone.get_by_role("link", name="我有重设码").click()
    phone.get_by_label("手机号或邮箱").fill(cast.contributor.login_name)
    phone.get_by_label("重设码").fill(code)
    phone.get_by_label("新密码", exact=True).fill(NEW)
    phone.get_by_label("再输一次新密码").fill(NEW)
    axe(phone)
    phone.get_by_role("button", name="设成新密码").click()
    expect(phone.get_by_text("新密码设好了")).to_be_visible()
    give(phone, cast.contributor.login_name, NEW)
    expect(phone.get_by_role("heading", name="我的稿件")).to_be_visible()


def test_before_an_unattended_session_ends_one_may_stay(desktop: Page, sign_in, cast, settings):
    settings.IDLE_MINUTES = 2
    sign_in(desktop, cast.editor)
    desktop.goto(reverse("account"))
    note = desktop.locator("[data-idle]")
    expect(note.get_by_text("好一会儿没有操作")).to_be_visible()
    # Signed out on another device meanwhile: the page says so and keeps what was typed.
    desktop.get_by_label("职务").fill("副部长")
    SignedIn.objects.filter(user=cast.editor).end()
    note.get_by_role("button", name="我还在").click()
    expect(note.get_by_text("已经自动退出")).to_be_visible()
    expect(desktop.get_by_label("职务")).to_have_value("副部长")
    sign_in(desktop, cast.editor)
    settings.IDLE_MINUTES = 30
    desktop.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(note).to_be_hidden()
    desktop.get_by_role("button", name="保存联系方式").click()
    expect(desktop.get_by_text("联系方式已保存")).to_be_visible()
