"""The first account of a new site: once, with a password nobody else knows."""

import json

import pytest
from django.core.management import call_command

from members.models import Event, User
from members.roles import Role

pytestmark = pytest.mark.django_db


def test_it_can_sign_in_and_is_told_in_the_audit_trail(capsys, client):
    call_command("first_administrator", "138 0013 8000", "罗小川", "--json")
    told = json.loads(capsys.readouterr().out)
    user = User.objects.get(login_name="13800138000")
    assert user.roles == {Role.ADMINISTRATOR}
    assert user.check_password(told["password"])
    assert Event.objects.about(user).filter(verb="建第一个管理员").exists()


def test_a_second_one_is_refused(capsys, cast):
    with pytest.raises(SystemExit) as code:
        call_command("first_administrator", "13800138000", "罗小川")
    assert code.value.code == 2
    assert "已经有管理员了" in capsys.readouterr().err
    assert not User.objects.filter(login_name="13800138000").exists()


@pytest.mark.parametrize(("login_name", "why"), [("abc", "不是 11 位手机号"), ("13900000001", "已有人用")])
def test_what_cannot_be_a_login_name_is_refused(capsys, make_user, login_name, why):
    make_user("先来的", login="13900000001")
    with pytest.raises(SystemExit):
        call_command("first_administrator", login_name, "罗小川")
    assert why in capsys.readouterr().err
