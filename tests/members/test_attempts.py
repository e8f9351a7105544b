"""Guessing passwords: locked for who guesses, never for the owner, whatever headers are forged."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from members import attempts
from members.attempts import Attempt, Limit
from members.models import Event
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
WRONG = "Cuowu-2026"


def sign_in(client, login_name, password=WRONG, *, at="203.0.113.9", **headers):
    fields = {"username": login_name, "password": password}
    return client.post(reverse("sign_in"), fields, REMOTE_ADDR=at, headers=headers)


def is_locked(answer) -> bool:
    return answer.status_code == 200 and "先停 15 分钟" in answer.content.decode()


def test_forged_proxy_headers_open_no_second_try(client, cast):
    name = cast.contributor.login_name
    for number in range(5):
        sign_in(client, name, **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert is_locked(sign_in(client, name, PASSWORD, **{"X-Forwarded-For": "198.51.100.77"}))


def test_behind_a_trusted_proxy_the_word_nearest_to_it_counts(client, cast, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    name = cast.contributor.login_name
    for number in range(5):
        sign_in(client, name, at="10.0.0.2", **{"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.1"})
    assert is_locked(sign_in(client, name, PASSWORD, at="10.0.0.2", **{"X-Forwarded-For": "198.51.100.1"}))
    assert sign_in(client, name, PASSWORD, at="10.0.0.2", **{"X-Forwarded-For": "198.51.100.2"}).status_code == 302


def test_a_stranger_locks_nobody_out(client, cast):
    name = cast.contributor.login_name
    for _ in range(7):
        sign_in(client, name, at="198.51.100.66")
    assert sign_in(client, name, PASSWORD).status_code == 302


def test_a_name_tried_from_everywhere_stays_open_where_its_owner_works(client, cast, monkeypatch):
    monkeypatch.setattr(attempts, "NAME", Limit("sign-in-name", 4, 15))
    name = cast.contributor.login_name
    sign_in(client, name, PASSWORD, at="203.0.113.9")
    client.post(reverse("sign_out"))
    for number in range(5):
        sign_in(client, name, at=f"198.51.100.{number}")
    assert is_locked(sign_in(client, name, PASSWORD, at="198.51.100.200"))
    assert sign_in(client, name, PASSWORD, at="203.0.113.9").status_code == 302


def test_many_names_from_one_address_are_slowed(client, cast, monkeypatch):
    monkeypatch.setattr(attempts, "ADDRESS", Limit("sign-in-address", 4, 15))
    for number in range(4):
        sign_in(client, f"1370000000{number}")
    assert is_locked(sign_in(client, cast.contributor.login_name, PASSWORD))
    assert sign_in(client, cast.contributor.login_name, PASSWORD, at="203.0.113.10").status_code == 302


def test_the_lock_lasts_from_the_last_failure_and_further_tries_do_not_lengthen_it(client, cast):
    name = cast.contributor.login_name
    for _ in range(4):
        sign_in(client, name)
    Attempt.objects.update(since=timezone.now() - timedelta(minutes=14))
    sign_in(client, name)
    started = Attempt.objects.get(count=5, since__gt=timezone.now() - timedelta(minutes=1)).since
    assert is_locked(sign_in(client, name, PASSWORD))
    assert Attempt.objects.filter(since=started).exists()
    Attempt.objects.update(since=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client, name, PASSWORD).status_code == 302


def test_what_is_kept_names_nobody_and_is_swept(client, cast):
    sign_in(client, cast.contributor.login_name)
    assert all(len(row.key) == 64 for row in Attempt.objects.all())
    Attempt.objects.update(since=timezone.now() - timedelta(days=2))
    sign_in(client, "13700000001")
    assert not Attempt.objects.filter(since__lt=timezone.now() - timedelta(days=1)).exists()


def test_waiting_for_approval_is_no_failure(client, cast):
    for _ in range(7):
        answer = sign_in(client, cast.pending.login_name, PASSWORD)
    assert "等编辑部批准" in answer.content.decode()


def test_the_session_gets_a_new_key_and_nothing_of_the_old_one_opens(client, cast):
    client.get(reverse("sign_in"))
    session = client.session
    session["planted"] = "by who knows the key"
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert sign_in(client, cast.contributor.login_name, PASSWORD).status_code == 302
    assert client.session.session_key != session.session_key
    assert not type(session)(session.session_key).exists(session.session_key)
    assert Event.objects.filter(verb="登录", actor=cast.contributor).count() == 1


def test_the_office_hears_of_a_new_address(client, cast, settings, monkeypatch):
    settings.LETTERS_BY_EMAIL = True
    sent = []
    monkeypatch.setattr("members.mail.send_beside", lambda person, subject, body: sent.append((person, body)))
    for person in (cast.editor, cast.contributor):
        person.email = "x@example.cn"
        person.save()
        for address in ("203.0.113.9", "203.0.113.9", "198.51.100.7", "198.51.100.7"):
            sign_in(client, person.login_name, PASSWORD, at=address)
            client.post(reverse("sign_out"))
    event = Event.objects.get(verb="从新地址登录")
    assert (event.actor, event.address) == (cast.editor, "198.51.100.7")
    assert [person for person, _ in sent] == [cast.editor]
    assert "198.51.100.7" in sent[0][1]
