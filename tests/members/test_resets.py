"""A forgotten password: link or code, once, and nothing that tells who has an account."""

import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from members import resets
from members.models import Event, PrivacyNotice, User
from members.resets import ResetCode
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Xin-mima-2026"
TWICE = {"password": NEW, "again": NEW}


@pytest.fixture(autouse=True)
def by_mail(settings, monkeypatch):
    """Letters go out, in the test's own thread."""
    settings.LETTERS_BY_EMAIL = True

    class AtOnce:
        def __init__(self, target, args, name):
            self.start = lambda: target(*args)

    monkeypatch.setattr("members.mail.threading.Thread", AtOnce)


@pytest.fixture
def person(cast):
    cast.contributor.email = "lin@example.cn"
    cast.contributor.save()
    return cast.contributor


def ask(client, login_name, **extra):
    return client.post(reverse("forgotten"), {"login_name": login_name}, follow=True, **extra)


def link() -> str:
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def test_a_link_makes_one_new_password(client, person):
    client.force_login(person)
    elsewhere = client.session.session_key
    client.cookies.clear()
    ask(client, person.login_name)
    assert mail.outbox[0].to == ["lin@example.cn"]
    address = link()
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": "abc", "again": "abc"}).status_code == 422
    assert client.post(address, {"password": NEW, "again": "Andere-2026"}).status_code == 422
    assert client.post(address, TWICE).url == reverse("sign_in")
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert client.get(address).status_code == client.post(address, TWICE).status_code == 410
    assert not type(client.session)().exists(elsewhere)
    assert Event.objects.get(verb="重设密码").note == "凭邮件里的链接"


def test_known_and_unknown_get_the_same(client, person, cast):
    pages = [ask(client, name) for name in (person.login_name, "13799999999", cast.reader.login_name, "没有的")]
    assert len({page.redirect_chain[0] for page in pages}) == 1
    assert len({re.sub(r'value="\S+"', "", page.content.decode()) for page in pages}) == 1
    assert [letter.to for letter in mail.outbox] == [["lin@example.cn"]]


def test_the_answer_does_not_wait_for_the_mail_server(person, client, monkeypatch):
    started = []

    class Held:
        def __init__(self, target, args, name):
            started.append(args)

        def start(self):
            pass

    monkeypatch.setattr("members.mail.threading.Thread", Held)
    assert ask(client, person.login_name).status_code == 200
    assert len(started) == 1
    assert not mail.outbox


def test_who_left_or_waits_gets_no_link(client, person, cast):
    User.objects.filter(pk=person.pk).update(is_active=False)
    User.objects.filter(pk=cast.pending.pk).update(email="p@example.cn")
    for one in (person, cast.pending):
        ask(client, one.login_name)
    assert not mail.outbox


def test_a_link_lasts_an_hour_and_cannot_be_forged(client, person, monkeypatch):
    ask(client, person.login_name)
    address = link()
    for wrong in (
        f"{address[:-2]}{'1' if address[-2] == '0' else '0'}/",
        reverse("reset_by_link", args=["!", "x"]),
        reverse("reset_by_link", args=["OTk5", "x"]),
    ):
        assert client.get(wrong).status_code == 410
    later = timezone.localtime().replace(tzinfo=None) + timedelta(minutes=61)
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: later)
    assert client.post(address, TWICE).status_code == 410
    assert person.check_password(PASSWORD)


def test_nobody_is_flooded_with_letters(client, person):
    for _ in range(6):
        ask(client, person.login_name)
    assert len(mail.outbox) == 3


def test_a_mail_server_that_refuses_tells_the_asker_nothing(client, person, monkeypatch):
    def refuse(self):
        raise OSError("no")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert "如果这个账号登记了邮箱" in ask(client, person.login_name).content.decode()


def test_without_a_mail_server_the_page_says_whom_to_call(client, settings, db):
    settings.LETTERS_BY_EMAIL = False
    page = client.get(reverse("forgotten")).content.decode()
    assert "发重设链接" not in page
    assert "我有重设码" in page


@pytest.fixture
def code(client, cast, person):
    """Made by an editor on the account's page, as shown there."""
    client.force_login(cast.editor)
    page = client.post(reverse("admin:auth_user_password_change", args=[person.pk])).content.decode()
    client.logout()
    return re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)[0]


def redeem(client, login_name, code, **extra):
    return client.post(reverse("reset_by_code"), {"login_name": login_name, "code": code} | TWICE, **extra)


def test_a_code_makes_one_new_password_and_signs_nobody_in(client, person, code):
    assert person.check_password(PASSWORD)
    assert redeem(client, person.login_name, code.lower().replace("-", " ")).url == reverse("sign_in")
    assert "_auth_user_id" not in client.session
    assert User.objects.get(pk=person.pk).check_password(NEW)
    assert redeem(client, person.login_name, code).status_code == 422
    assert Event.objects.get(verb="发重设码").actor.name == "周予安"
    assert Event.objects.get(verb="重设密码").note == "凭编辑部给的重设码"


def test_wrong_old_and_unknown_get_the_same_words(client, person, cast, code):
    assert code not in str(ResetCode.objects.values())
    wrong = redeem(client, person.login_name, "AAAA-BBBB-CCCC").context["form"].non_field_errors()
    unknown = redeem(client, "13799999999", code).context["form"].non_field_errors()
    other = redeem(client, cast.other.login_name, code).context["form"].non_field_errors()
    ResetCode.objects.update(expires_at=timezone.now())
    old = redeem(client, person.login_name, code).context["form"].non_field_errors()
    assert wrong == unknown == other == old
    assert person.check_password(PASSWORD)


def test_a_new_code_voids_the_old_one(client, person, cast, code):
    newer = resets.issue_code(person, cast.editor)
    assert redeem(client, person.login_name, code).status_code == 422
    assert redeem(client, person.login_name, newer).status_code == 302


def test_guessing_a_code_is_slowed(client, person, code):
    for _ in range(5):
        redeem(client, person.login_name, "AAAA-BBBB-CCCC", headers={"X-Forwarded-For": str(time.time())})
    assert redeem(client, person.login_name, code).status_code == 422
    assert redeem(client, person.login_name, code, REMOTE_ADDR="203.0.113.5").status_code == 302


def test_codes_are_made_by_the_form(client, cast, person):
    client.force_login(cast.editor)
    assert client.get(reverse("admin:auth_user_password_change", args=[person.pk])).status_code == 200
    assert client.get(reverse("admin:auth_user_password_change", args=[99999])).status_code == 404
    assert not ResetCode.objects.exists()
    assert client.put(reverse("forgotten")).status_code == client.put(reverse("reset_by_code")).status_code == 405


def test_sign_up_hashes_a_password_for_a_taken_name_too(client, cast, monkeypatch):
    hashed = []
    monkeypatch.setattr("members.forms.make_password", lambda password: hashed.append(password) or "!")
    fields = {"name": "何苇", "unit_claimed": "某单位", "password": NEW, "agreed": "on"}
    for name in (cast.other.login_name, "13812345678"):
        client.post(reverse("sign_up"), fields | {"login_name": name})
    assert hashed == [NEW, NEW]


def test_the_notice_is_shown_with_its_version_and_agreed_to_once(client, cast):
    assert "第1版" in client.get(reverse("privacy")).content.decode()
    assert client.post(reverse("privacy")).url == reverse("sign_in")
    client.force_login(cast.contributor)
    for _ in range(2):
        client.post(reverse("privacy"))
    assert cast.contributor.agreements.count() == 1
    assert "同意。" in client.get(reverse("privacy")).content.decode()


def test_what_was_agreed_to_is_not_rewritten(client, cast):
    notice = PrivacyNotice.objects.get()
    page = reverse("admin:members_privacynotice_change", args=[notice.pk])
    client.force_login(cast.chief)
    fields = {"version": "第1版", "text": "改过的正文", "in_force_from_0": "2026-01-01", "in_force_from_1": "00:00"}
    assert client.post(page, fields).status_code == 302
    client.post(reverse("privacy"))
    assert client.post(page, fields | {"text": "又改"}).status_code == 403
    client.force_login(cast.editor)
    assert client.get(page).status_code == 200
    assert client.post(page, fields).status_code == 403
