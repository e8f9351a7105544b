"""Where one is signed in, ending it here and there, and what happens when nobody is there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Event
from members.sessions import SignedIn, device_words
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WECHAT = "Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/120 MicroMessenger/8.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120.0"


def signed_in(person, agent=EDGE) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post(reverse("sign_in"), {"username": person.login_name, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (WECHAT, "安卓手机，微信"),
        (EDGE, "Windows 电脑，Edge 浏览器"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
            "苹果手机，Safari 浏览器",
        ),
        ("Mozilla/5.0 (X11; Linux aarch64; Kylin) Firefox/115.0", "Linux 电脑，火狐浏览器"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) HuaweiBrowser/5", "鸿蒙设备，华为浏览器"),
        ("<script>", "不认识的设备"),
        ("", "不认识的设备"),
    ],
)
def test_a_device_in_plain_words(agent, words):
    assert device_words(agent) == words


def test_the_list_tells_device_address_and_which_one_is_here(cast):
    signed_in(cast.contributor, WECHAT)
    page = signed_in(cast.contributor).get(reverse("devices")).content.decode()
    assert page.index("Windows 电脑") < page.index("安卓手机，微信")
    assert page.count("现在这台") == 1
    assert "127.0.0.1" in page


def test_one_device_is_signed_out(cast):
    there, here = signed_in(cast.contributor, WECHAT), signed_in(cast.contributor)
    row = SignedIn.objects.get(device="安卓手机，微信")
    here.post(reverse("device_end", args=[row.pk]))
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200
    assert Event.objects.get(verb="退出一台设备").note == "安卓手机，微信"


def test_one_s_own_device_is_left_by_its_own_button(cast):
    here = signed_in(cast.contributor)
    page = here.post(reverse("device_end", args=[SignedIn.objects.get().pk]), follow=True)
    assert "这是您现在用的设备" in page.content.decode()
    assert here.get(reverse("account")).status_code == 200


def test_everywhere_else(cast):
    others, here = [signed_in(cast.contributor) for _ in range(2)], signed_in(cast.contributor)
    stranger = signed_in(cast.other)
    assert "别处 2 台设备已退出" in here.post(reverse("devices_end"), follow=True).content.decode()
    assert [one.get(reverse("account")).status_code for one in others] == [302, 302]
    assert stranger.get(reverse("account")).status_code == 200
    assert Event.objects.get(verb="在别处全部退出").note == "2 台设备"


def test_another_person_s_device_does_not_exist(cast):
    signed_in(cast.contributor)
    row, stranger = SignedIn.objects.get(), signed_in(cast.other)
    assert stranger.post(reverse("device_end", args=[row.pk])).status_code == 404
    assert stranger.post(reverse("device_end", args=[99999])).status_code == 404
    assert SignedIn.objects.filter(pk=row.pk).exists()
    assert stranger.get(reverse("device_end", args=[row.pk])).status_code == 405
    assert stranger.get(reverse("devices_end")).status_code == 405


@pytest.mark.parametrize(("name", "method"), [("devices", "get"), ("devices_end", "post")])
def test_for_who_is_signed_in(name, method, client, db):
    assert getattr(client, method)(reverse(name)).url.startswith(reverse("sign_in"))


def test_a_changed_password_ends_the_others_and_keeps_this_one(cast):
    there, here = signed_in(cast.contributor, WECHAT), signed_in(cast.contributor)
    new = "Xin-mima-2026"
    here.post(reverse("password_change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert there.get(reverse("account")).status_code == 302
    assert [row.device for row in SignedIn.objects.all()] == ["Windows 电脑，Edge 浏览器"]
    assert "现在这台" in here.get(reverse("devices")).content.decode()


def test_signing_out_takes_the_device_off_the_list(cast):
    signed_in(cast.contributor).post(reverse("sign_out"))
    assert not SignedIn.objects.exists()


def test_the_list_asks_the_same_for_many(cast):
    here = signed_in(cast.contributor)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            here.get(reverse("devices"))
        return len(queries)

    few = asked()
    for number in range(5):
        SignedIn.objects.create(user=cast.contributor, session_key=f"k{number}", device="苹果手机")
    assert asked() == few


def long_unused(client, minutes=31):
    session = client.session
    session["seen"] = (timezone.now() - timedelta(minutes=minutes)).timestamp()
    session.save()


def test_an_unattended_office_session_ends_and_says_so(cast):
    client = signed_in(cast.editor)
    long_unused(client)
    page = client.get(reverse("admin:index"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("sign_in"))
    assert "30 分钟没有操作，已经自动退出" in page.content.decode()
    assert Event.objects.get(verb="退出").actor == cast.editor
    assert not SignedIn.objects.exists()


@pytest.mark.parametrize(
    ("person", "minutes", "setting"), [("contributor", 300, 30), ("editor", 29, 30), ("editor", 300, 0)]
)
def test_others_stay_signed_in(person, minutes, setting, cast, settings):
    settings.IDLE_MINUTES = setting
    client = signed_in(getattr(cast, person))
    long_unused(client, minutes)
    assert client.get(reverse("account")).status_code == 200


def test_a_page_that_asks_by_itself_is_nobody_and_typing_is_somebody(cast):
    client = signed_in(cast.editor)
    long_unused(client, 20)
    address = reverse("session")
    assert 500 < client.get(address, headers={"X-Background": "1"}).json()["left"] <= 600
    assert client.get(address, headers={"X-Background": "1"}).json()["left"] <= 600
    assert client.post(address, headers={"X-Background": "1"}).json()["left"] > 1700
    long_unused(client)
    assert client.get(address).json() | {"token": ""} == {"left": 0, "signed_in": False, "token": ""}


def test_a_text_sent_after_the_session_ended_is_kept(cast, call, make_draft):
    draft = make_draft(cast.contributor)
    client = signed_in(cast.contributor)
    SignedIn.objects.all().end()
    page = client.post(reverse("draft", args=[draft.pk]), {"title": "新的题目", "body": "写了很久的话。"})
    assert page.status_code == 401
    assert "写了很久的话。" in page.content.decode()
