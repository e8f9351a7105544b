"""Accounts: sign in by any spelling, say nothing about who exists, apply and wait, keep the own contact."""

import pytest
from django.urls import reverse
from django.utils import timezone

from members.models import Event, User
from members.roles import Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "Xin-mima-2026"


def sign_in(client, login_name, password=PASSWORD, **extra):
    return client.post(reverse("sign_in"), {"username": login_name, "password": password} | extra)


@pytest.mark.parametrize("spelling", ["13912345678", "139 1234 5678", "139-1234-5678", "+86 139 1234 5678"])
def test_a_phone_number_in_any_spelling(spelling, client, make_user):
    make_user("林晓舟", Role.CONTRIBUTOR, login="13912345678")
    assert sign_in(client, spelling).url == reverse("my_submissions")


def test_an_address_in_any_case(client, make_user):
    make_user("林晓舟", Role.CONTRIBUTOR, login="Lin@Example.cn")
    assert sign_in(client, " lin@EXAMPLE.cn ").url == reverse("my_submissions")


def test_where_work_begins(client, cast):
    for person, page in ((cast.editor, "admin:index"), (cast.reader, "home"), (cast.liaison, "my_submissions")):
        assert sign_in(client, person.login_name).url == reverse(page)
        client.post(reverse("sign_out"))


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_stays_on_this_site(address, client, cast):
    assert sign_in(client, cast.contributor.login_name, next=address).url == reverse("my_submissions")


def test_next_is_followed(client, cast, call):
    page = client.get(f"{reverse('sign_in')}?next={reverse('new_text')}").content.decode()
    assert reverse("new_text") in page
    assert sign_in(client, cast.contributor.login_name, next=reverse("new_text")).url == reverse("new_text")


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(client, cast):
    known = sign_in(client, cast.contributor.login_name, "Cuowu-2026").context["form"].non_field_errors()
    unknown = sign_in(client, "13700000000", "Cuowu-2026").context["form"].non_field_errors()
    assert known == unknown
    assert "请检查" in known[0]


def test_a_person_who_left_gets_the_same_words(client, cast):
    cast.contributor.is_active = False
    cast.contributor.save()
    assert "请检查" in sign_in(client, cast.contributor.login_name).context["form"].non_field_errors()[0]


def test_waiting_for_approval_is_said_only_to_who_knows_the_password(client, cast):
    assert "等编辑部批准" in sign_in(client, cast.pending.login_name).content.decode()
    assert "等编辑部批准" not in sign_in(client, cast.pending.login_name, "Cuowu-2026").content.decode()


def test_five_wrong_passwords_lock_the_name_in_every_spelling(client, cast):
    name = cast.contributor.login_name
    for _ in range(5):
        sign_in(client, name, "Cuowu-2026")
    spaced = f"{name[:3]} {name[3:7]} {name[7:]}"
    assert "先停 15 分钟" in sign_in(client, spaced).content.decode()
    assert sign_in(client, cast.other.login_name).status_code == 302


def test_a_right_password_forgets_the_failures(client, cast):
    for _ in range(4):
        sign_in(client, cast.contributor.login_name, "Cuowu-2026")
    sign_in(client, cast.contributor.login_name)
    client.post(reverse("sign_out"))
    for _ in range(4):
        sign_in(client, cast.contributor.login_name, "Cuowu-2026")
    assert sign_in(client, cast.contributor.login_name).status_code == 302


def test_signing_out_is_posted(client, cast):
    sign_in(client, cast.contributor.login_name)
    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).url == reverse("home")
    assert "_auth_user_id" not in client.session


APPLICATION = {
    "name": "何苇",
    "login_name": "138 1234 5678",
    "unit_claimed": "临港镇渔业支部",
    "password": NEW_PASSWORD,
    "agreed": "on",
}


def test_an_application_waits_for_an_editor(client, db):
    assert client.post(reverse("sign_up"), APPLICATION).url == reverse("sign_up_done")
    user = User.objects.get(login_name="13812345678")
    assert (user.approved_at, user.phone, user.unit_claimed) == (None, "13812345678", "临港镇渔业支部")
    assert user.roles == frozenset()
    assert Event.objects.about(user).get().verb == "申请账号"
    assert "等编辑部批准" in sign_in(client, "13812345678", NEW_PASSWORD).content.decode()
    User.objects.filter(pk=user.pk).update(approved_at=timezone.now())
    assert sign_in(client, "13812345678", NEW_PASSWORD).url == reverse("my_submissions")


def test_a_taken_name_gets_the_same_answer_and_changes_nothing(client, cast):
    taken = APPLICATION | {"login_name": cast.contributor.login_name}
    assert client.post(reverse("sign_up"), taken).url == reverse("sign_up_done")
    cast.contributor.refresh_from_db()
    assert cast.contributor.name == "林晓舟"
    assert cast.contributor.check_password(PASSWORD)
    assert "请直接登录" in client.get(reverse("sign_up_done")).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"login_name": "没有这样的"}, "既不是 11 位手机号，也不是邮箱"),
        ({"password": "abcdefgh"}, "三种"),
        ({"password": "Ab1-"}, "8 个字符"),
        ({"unit_claimed": " "}, "还没有写单位"),
        ({"name": ""}, "还没有写姓名。请写上。"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(changes, words, client, db):
    import re

    page = client.post(reverse("sign_up"), APPLICATION | changes)
    assert page.status_code == 422
    assert re.search(words, page.content.decode())
    assert User.objects.count() == 0
    if "unit_claimed" not in changes:
        assert "临港镇渔业支部" in page.content.decode()


def test_a_weak_password_is_told_once_and_in_chinese(client, db):
    form = client.post(reverse("sign_up"), APPLICATION | {"password": "123"}).context["form"]
    assert form.errors["password"] == [
        "这个密码太短或太简单。请按上面说的要求换一个。",
        "这个密码用的人太多，容易被猜到。请换一个。",
    ]


def test_a_weak_new_password_is_told_where_the_rule_stands(client, cast):
    sign_in(client, cast.contributor.login_name)
    data = {"old_password": PASSWORD, "new_password1": "kxzqv", "new_password2": "kxzqv"}
    form = client.post(reverse("password_change"), data).context["form"]
    assert form.errors == {"new_password1": ["这个密码太短或太简单。请按上面说的要求换一个。"]}


def test_a_known_unit_is_chosen(client, unit):
    client.post(reverse("sign_up"), APPLICATION | {"unit": unit.pk, "unit_claimed": ""})
    assert User.objects.get().unit == unit


def test_own_contact_only(client, cast):
    sign_in(client, cast.contributor.login_name)
    data = {"phone": "13999999999", "email": "lin@example.cn", "post": "组织委员", "password": PASSWORD}
    client.post(reverse("account"), data | {"name": "别人", "unit": "", "approved_by": cast.chief.pk})
    cast.contributor.refresh_from_db()
    assert (cast.contributor.phone, cast.contributor.email) == ("13999999999", "lin@example.cn")
    assert cast.contributor.name == "林晓舟"
    wrong = client.post(reverse("account"), data | {"email": "不是邮箱"})
    assert wrong.status_code == 422
    assert "不是邮箱" in wrong.content.decode()
    form = client.post(reverse("account"), data | {"phone": "没有电话"}).context["form"]
    assert "带区号的电话" in form.errors["phone"][0]
    assert client.post(reverse("account"), data | {"phone": "0898-88270000"}).status_code == 302


def test_a_new_address_for_reset_links_asks_for_the_password(client, cast):
    sign_in(client, cast.contributor.login_name)
    data = {"phone": "13999999999", "email": "x@example.cn"}
    for password in ("", "Cuowu-2026"):
        page = client.post(reverse("account"), data | {"password": password})
        assert page.status_code == 422
        assert "改邮箱要填您现在的密码" in page.content.decode()
    assert User.objects.get(pk=cast.contributor.pk).email == ""
    assert client.post(reverse("account"), data | {"password": PASSWORD}).status_code == 302
    assert client.post(reverse("account"), data | {"post": "委员"}).status_code == 302
    assert client.post(reverse("account"), data | {"email": ""}).status_code == 302


def test_a_new_password(client, cast):
    sign_in(client, cast.contributor.login_name)
    address = reverse("password_change")
    new = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert "现在的密码不对" in client.post(address, new | {"old_password": "错"}).content.decode()
    assert client.post(address, new | {"old_password": PASSWORD}).url == reverse("account")
    assert client.get(reverse("account")).status_code == 200
    client.post(reverse("sign_out"))
    assert sign_in(client, cast.contributor.login_name, NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize("name", ["account", "password_change"])
def test_the_account_is_for_who_is_signed_in(name, client, db):
    assert client.get(reverse(name)).url.startswith(reverse("sign_in"))
    assert client.post(reverse(name)).url.startswith(reverse("sign_in"))
    assert client.put(reverse(name)).status_code in (302, 405)
