"""The second factor: set up with the phone's code, asked for at sign-in, once a code, reset by an administrator."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from members import second_factor
from members.models import Event
from members.sessions import SignedIn
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The phone and the server agree; `clock(30)` lets half a minute pass."""
    now = [time.time()]
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now[0])

    def forward(seconds):
        now[0] += seconds

    forward.now = lambda: now[0]
    return forward


def code_of(secret: str, at: float) -> str:
    return format_hotp_value(hotp_value(secret, int(at) // 30))


def give_password(client, person, **extra):
    return client.post(reverse("sign_in"), {"username": person.login_name, "password": PASSWORD} | extra)


@pytest.fixture
def set_up(clock):
    """A client signed in with a second factor just set up, and its secret."""

    def set_up(person) -> tuple[Client, str]:
        client = Client()
        give_password(client, person)
        client.get(reverse("second_factor_setup"))
        secret = client.session["second_factor_secret"]
        client.post(reverse("second_factor_setup"), {"code": code_of(secret, clock.now())})
        clock(60)
        return client, secret

    return set_up


def test_setting_up_shows_the_codes_once(cast, clock):
    client = Client()
    give_password(client, cast.editor)
    page = client.get(reverse("second_factor_setup")).content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = client.session["second_factor_secret"]
    client.get(reverse("second_factor_setup"))
    assert client.session["second_factor_secret"] == secret
    wrong = client.post(reverse("second_factor_setup"), {"code": "000000"})
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.content.decode()
    answer = client.post(reverse("second_factor_setup"), {"code": code_of(secret, clock.now())})
    assert answer.url == reverse("second_factor_codes")
    codes = re.findall(r"<li>(\d{8})</li>", client.get(answer.url).content.decode())
    assert len(set(codes)) == 10
    text = client.get(answer.url + "?download")
    assert "attachment" in text["Content-Disposition"]
    assert all(code in text.content.decode() for code in codes)
    client.post(answer.url)
    assert client.get(answer.url).status_code == 404
    assert Event.objects.filter(verb="设置两步验证", actor=cast.editor).count() == 1
    assert not Event.objects.filter(note__contains=codes[0]).exists()


def test_the_code_is_owed_before_anything_opens(cast, clock, set_up):
    _, secret = set_up(cast.editor)
    client = Client()
    before = client.session.session_key
    answer = give_password(client, cast.editor, next=reverse("account"))
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("account")).status_code == 302
    page = client.get(answer.url).content.decode()
    assert "密码对了" in page
    assert not Event.objects.filter(verb="登录", actor=cast.editor)[1:].exists()
    held = client.session.session_key
    fields = {"otp": code_of(secret, clock.now()), "next": reverse("account")}
    assert client.post(reverse("sign_in"), fields).url == reverse("account")
    assert len({before, held, client.session.session_key}) == 3
    assert client.get(reverse("account")).status_code == 200


def test_a_code_serves_once_even_where_the_cache_forgets(cast, clock, set_up):
    _, secret = set_up(cast.editor)
    code = code_of(secret, clock.now())
    for turn, status in ((1, 302), (2, 200)):
        client = Client()
        give_password(client, cast.editor)
        assert client.post(reverse("sign_in"), {"otp": code}).status_code == status, turn
        cache.clear()
    assert "_auth_user_id" not in client.session


def test_an_old_and_a_future_code_do_not_open(cast, clock, set_up):
    _, secret = set_up(cast.editor)
    client = Client()
    give_password(client, cast.editor)
    for shift in (-120, 120):
        page = client.post(reverse("sign_in"), {"otp": code_of(secret, clock.now() + shift)})
        assert "验证码不对" in page.content.decode()


def test_five_wrong_codes_lock_the_second_step(cast, clock, set_up):
    _, secret = set_up(cast.editor)
    client = Client()
    give_password(client, cast.editor)
    for number in range(5):
        client.post(reverse("sign_in"), {"otp": f"00000{number}"})
    right = {"otp": code_of(secret, clock.now())}
    assert "先停 15 分钟" in client.post(reverse("sign_in"), right).content.decode()
    again = Client()
    give_password(again, cast.editor)
    assert "先停 15 分钟" in again.post(reverse("sign_in"), right).content.decode()


def test_a_recovery_code_serves_once_and_is_told(cast, set_up):
    first, _ = set_up(cast.editor)
    code = re.findall(r"<li>(\d{8})</li>", first.get(reverse("second_factor_codes")).content.decode())[3]
    for expected in (302, 200):
        client = Client()
        give_password(client, cast.editor)
        assert client.post(reverse("sign_in"), {"otp": code}).status_code == expected
    assert Event.objects.get(verb="用恢复码登录").note == "还剩 9 个"


def test_new_codes_make_the_old_ones_void(cast, clock, set_up):
    client, secret = set_up(cast.editor)
    old = client.get(reverse("second_factor_codes")).context["codes"]
    client.post(reverse("second_factor_codes"))
    assert client.post(reverse("second_factor"), {"code": "12"}).status_code == 422
    client.post(reverse("second_factor"), {"code": code_of(secret, clock.now())})
    assert not set(old) & set(client.get(reverse("second_factor_codes")).context["codes"])


def test_the_password_given_is_forgotten_after_a_while_and_by_who_is_somebody_else(cast, set_up, monkeypatch):
    set_up(cast.editor)
    client = Client()
    give_password(client, cast.editor)
    client.post(reverse("sign_in"), {"again": "1"})
    assert "输入验证码" not in client.get(reverse("sign_in")).content.decode()
    give_password(client, cast.editor)
    later = time.time() + second_factor.PENDING_SECONDS + 1
    monkeypatch.setattr("members.second_factor.time.time", lambda: later)
    assert "输入验证码" not in client.get(reverse("sign_in")).content.decode()


def test_a_changed_password_ends_the_half_way_sign_in(cast, clock, set_up):
    _, secret = set_up(cast.editor)
    client = Client()
    give_password(client, cast.editor)
    cast.editor.set_password("Xin-mima-2026")
    cast.editor.save()
    client.post(reverse("sign_in"), {"otp": code_of(secret, clock.now())})
    assert "_auth_user_id" not in client.session


def test_the_page_that_keeps_a_text_asks_for_the_code_too(cast, clock, set_up, make_draft):
    _, secret = set_up(cast.contributor)
    address = reverse("draft", args=[make_draft(cast.contributor).pk])
    client, typed = Client(), {"title": "新的题目", "body": "写了很久的话。", "code": "kept"}
    page = client.post(address, typed | {"username": cast.contributor.login_name, "password": PASSWORD})
    assert page.status_code == 401
    assert "写了很久的话。" in page.content.decode()
    assert 'name="otp"' in page.content.decode()
    assert 'name="code" value="kept"' in page.content.decode()
    assert "_auth_user_id" not in client.session
    assert client.post(address, typed | {"otp": code_of(secret, clock.now())}).status_code != 401
    assert "_auth_user_id" in client.session


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def test_the_office_is_led_to_setting_it_up_before_anything_else(cast, clock, required):
    client = Client()
    give_password(client, cast.editor)
    for name in ("admin:index", "account", "home", "my_submissions"):
        assert client.get(reverse(name)).url.startswith(reverse("second_factor_setup")), name
    kept = client.get(reverse("admin:index")).url
    assert client.post(reverse("account"), headers={"X-Requested-With": "fetch"}).status_code == 403
    page = client.get(kept).content.decode()
    assert "编辑部的账号要用两步验证" in page
    secret = client.session["second_factor_secret"]
    fields = {"code": code_of(secret, clock.now()), "next": reverse("admin:index")}
    codes = client.post(reverse("second_factor_setup"), fields)
    assert client.post(codes.url).url == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200


def test_signing_out_stays_possible_and_contributors_are_asked_nothing(cast, client, required):
    give_password(client, cast.contributor)
    assert client.get(reverse("account")).status_code == 200
    client.post(reverse("sign_out"))
    give_password(client, cast.editor)
    assert client.post(reverse("sign_out")).url == reverse("home")


def test_a_session_from_before_there_was_a_list_is_led_there_too(cast, client, required):
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    SignedIn.objects.all().delete()
    session = client.session
    del session["editorial"]
    session.save()
    assert client.get(reverse("admin:index")).url.startswith(reverse("second_factor_setup"))
    assert SignedIn.objects.get().user == cast.editor


def test_a_session_from_before_the_rule_signs_in_again_with_the_code(cast, set_up, settings):
    set_up(cast.editor)
    client = Client()
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get(reverse("admin:index")).url.startswith(reverse("sign_in"))
    assert "_auth_user_id" not in client.session


def test_next_stays_on_this_site_through_both_steps(cast, clock, set_up):
    _, secret = set_up(cast.editor)
    for address in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        client = Client()
        assert give_password(client, cast.editor, next=address).url == reverse("sign_in")
        answer = client.post(reverse("sign_in"), {"otp": code_of(secret, clock.now()), "next": address})
        assert answer.url == reverse("admin:index"), address
        clock(60)


def reset_of(person) -> str:
    return reverse("admin:members_user_second_factor", args=[person.pk])


def test_an_administrator_resets_it_with_a_reason(cast, client, set_up):
    theirs, _ = set_up(cast.editor)
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:members_user_change", args=[cast.editor.pk])).content.decode()
    assert reset_of(cast.editor) in page
    assert "还没有写原因" in client.post(reset_of(cast.editor), {"reason": " "}).content.decode()
    assert second_factor.is_set_up(cast.editor)
    assert client.post(reset_of(cast.editor), {"reason": "手机丢了，电话核实过本人"}).status_code == 302
    assert not Authenticator.objects.exists()
    assert Event.objects.get(verb="重置两步验证").note == "手机丢了，电话核实过本人"
    assert theirs.get(reverse("account")).status_code == 302
    assert not SignedIn.objects.filter(user=cast.editor).exists()


def test_nobody_else_does(cast, client, set_up):
    set_up(cast.second_editor)
    for person, status in ((cast.editor, 403), (cast.chief, 403), (cast.proofreader, 403), (cast.contributor, 302)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(reset_of(cast.second_editor), {"reason": "试试"}).status_code == status, person
    assert second_factor.is_set_up(cast.second_editor)


def test_not_one_s_own_not_an_unknown_one_and_only_by_the_form(cast, client, set_up):
    set_up(cast.administrator)
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reset_of(cast.administrator), {"reason": "试试"}).status_code == 403
    assert client.post(reverse("admin:members_user_second_factor", args=[99999])).status_code == 404
    assert client.delete(reset_of(cast.editor)).status_code == 405
