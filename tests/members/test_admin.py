"""Accounts in the admin: approving, roles, passwords, and who may not."""

import re

import pytest
from django.urls import reverse

from members.models import Event, Unit, UnitAlias, User
from members.roles import Role

pytestmark = pytest.mark.django_db

PASSWORD = "Xinmima-2026"
OFFICE_ROLES = ["editor", "managing_editor", "chief_editor", "proofreader", "administrator"]


def page_of(person):
    return reverse("admin:members_user_change", args=[person.pk])


def fields_of(person, **changes):
    fields = {
        "login_name": person.login_name,
        "name": person.name,
        "unit": person.unit_id or "",
        "post": person.post,
        "phone": person.phone,
        "email": person.email,
        "granted": [role.value for role in Role if person.groups.filter(name=role.label).exists()],
    }
    if person.is_active:
        fields["is_active"] = "on"
    return fields | changes


def roles(person):
    return frozenset(User.objects.get(pk=person.pk).roles)


@pytest.fixture
def as_(client, cast):
    def sign_in(person):
        client.force_login(getattr(cast, person))
        return client

    return sign_in


@pytest.mark.parametrize("person", ["editor", "managing", "chief", "administrator"])
def test_an_applicant_is_approved_with_unit_and_role(person, as_, cast, unit):
    fields = fields_of(cast.pending, unit=unit.pk, granted=["liaison"], _approve="1")
    answer = as_(person).post(page_of(cast.pending), fields)
    assert answer.status_code == 302
    assert roles(cast.pending) == {Role.LIAISON}
    approved = User.objects.get(pk=cast.pending.pk)
    assert approved.approved_by == getattr(cast, person)
    assert set(Event.objects.about(approved).values_list("verb", flat=True)) == {"批准账号", "改身份"}


def test_saving_alone_does_not_approve(as_, cast, unit):
    as_("editor").post(page_of(cast.pending), fields_of(cast.pending, unit=unit.pk))
    assert roles(cast.pending) == frozenset()


def test_a_sender_needs_a_unit(as_, cast):
    page = as_("editor").post(page_of(cast.pending), fields_of(cast.pending, _approve="1")).content.decode()
    assert "投稿人和通讯员要有单位" in page
    assert roles(cast.pending) == frozenset()


def test_approval_needs_a_role(as_, cast, unit):
    fields = fields_of(cast.pending, unit=unit.pk, granted=[], _approve="1")
    assert "至少勾选一个身份" in as_("editor").post(page_of(cast.pending), fields).content.decode()


@pytest.mark.parametrize("actor", ["editor", "managing"])
@pytest.mark.parametrize("role", OFFICE_ROLES)
def test_editors_make_no_editors(actor, role, as_, cast, unit):
    client = as_(actor)
    for person in (cast.pending, cast.contributor):
        before = roles(person)
        answer = client.post(page_of(person), fields_of(person, unit=unit.pk, granted=[role], _approve="1"))
        assert "您不能给人这个身份" in answer.content.decode()
        assert roles(person) == before


@pytest.mark.parametrize("actor", ["editor", "managing"])
def test_nobody_lifts_oneself(actor, as_, cast):
    person = getattr(cast, actor)
    answer = as_(actor).post(page_of(person), fields_of(person, granted=OFFICE_ROLES))
    assert answer.status_code == 403
    assert len(roles(person)) == 1


@pytest.mark.parametrize("actor", ["chief", "administrator"])
def test_own_roles_stay_even_for_those_who_assign_them(actor, as_, cast):
    person = getattr(cast, actor)
    before = roles(person)
    as_(actor).post(page_of(person), fields_of(person, post="副部长", granted=OFFICE_ROLES))
    assert roles(person) == before
    assert User.objects.get(pk=person.pk).post == "副部长"
    assert User.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize("actor", ["chief", "administrator"])
@pytest.mark.parametrize("role", OFFICE_ROLES)
def test_chief_and_administrator_assign_editorial_roles(actor, role, as_, cast):
    as_(actor).post(page_of(cast.contributor), fields_of(cast.contributor, granted=[role]))
    assert roles(cast.contributor) == {Role(role)}


@pytest.mark.parametrize("actor", ["editor", "managing", "proofreader"])
@pytest.mark.parametrize("target", ["chief", "administrator", "second_editor"])
def test_office_accounts_are_out_of_editors_reach(actor, target, as_, cast):
    person = getattr(cast, target)
    client = as_(actor)
    assert client.post(page_of(person), fields_of(person, login_name="13911112222")).status_code == 403
    reset = reverse("admin:auth_user_password_change", args=[person.pk])
    assert client.post(reset, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403
    unchanged = User.objects.get(pk=person.pk)
    assert unchanged.login_name == person.login_name
    assert unchanged.password == person.password


def test_a_locked_account_shows_why_and_no_password(as_, cast):
    page = as_("editor").get(page_of(cast.chief)).content.decode()
    assert "只有主编或管理员能改" in page
    assert "重设密码" not in page
    assert cast.chief.password not in page
    assert "主编（终审）" in page


@pytest.mark.parametrize("actor", ["editor", "chief", "administrator"])
def test_superusers_are_out_of_everybodys_reach(actor, as_, db):
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    client = as_(actor)
    assert client.post(page_of(root), fields_of(root, is_active="")).status_code == 403
    reset = reverse("admin:auth_user_password_change", args=[root.pk])
    assert client.post(reset, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403


def test_the_choice_of_one_request_does_not_leak_into_the_next(as_, client, cast, unit):
    as_("chief").get(page_of(cast.contributor))
    page = as_("editor").get(page_of(cast.contributor)).content.decode()
    assert 'value="chief_editor"' not in page
    as_("chief")
    assert 'value="chief_editor"' in client.get(page_of(cast.contributor)).content.decode()


def test_a_password_is_reset_by_a_code_that_no_editor_chooses(as_, cast):
    reset = reverse("admin:auth_user_password_change", args=[cast.contributor.pk])
    client = as_("editor")
    assert reset in client.get(page_of(cast.contributor)).content.decode()
    assert client.get(reset).status_code == 200
    page = client.post(reset, {"password1": PASSWORD, "password2": PASSWORD}).content.decode()
    assert "只显示这一次" in page
    assert not User.objects.get(pk=cast.contributor.pk).check_password(PASSWORD)
    assert Event.objects.about(cast.contributor).get().verb == "发重设码"


NEW = {"name": "何小满"}


def test_an_account_made_by_the_office_has_no_password_until_its_owner_chooses_one(as_, client, cast, unit):
    fields = NEW | {"login_name": "138 0000 1111", "unit": unit.pk, "granted": ["contributor"]}
    page = as_("editor").post(reverse("admin:members_user_add"), fields).content.decode()
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page)[0]
    made = User.objects.get(login_name="13800001111")
    assert made.roles == {Role.CONTRIBUTOR}
    assert made.approved_by == cast.editor
    assert not made.has_usable_password()
    client.logout()
    own = {"login_name": "13800001111", "code": code, "password": PASSWORD, "again": PASSWORD}
    client.post(reverse("reset_by_code"), own)
    assert client.login(username="13800001111", password=PASSWORD)


@pytest.mark.parametrize(
    ("login", "message"),
    [("不是号码", "既不是 11 位手机号"), ("13900000001", "已存在"), ("", "必填")],
)
def test_a_wrong_login_name_is_explained(login, message, as_, unit):
    fields = NEW | {"login_name": login, "unit": unit.pk, "granted": ["contributor"]}
    page = as_("editor").post(reverse("admin:members_user_add"), fields).content.decode()
    assert message in page
    assert not User.objects.filter(name="何小满").exists()


def test_editors_add_no_editors(as_, unit):
    fields = NEW | {"login_name": "13800001111", "unit": unit.pk, "granted": ["chief_editor"]}
    as_("editor").post(reverse("admin:members_user_add"), fields)
    assert not User.objects.filter(login_name="13800001111").exists()


def test_switching_off_is_written_down(as_, cast):
    as_("administrator").post(page_of(cast.editor), fields_of(cast.editor) | {"is_active": ""})
    assert not User.objects.get(pk=cast.editor.pk).is_active
    assert Event.objects.about(cast.editor).get().verb == "停用账号"


@pytest.mark.parametrize("person", ["contributor", "reader", "liaison", "pending", "proofreader"])
def test_others_change_no_account(person, as_, cast, unit):
    answer = as_(person).post(page_of(cast.other), fields_of(cast.other, name="改名", granted=["reader"]))
    assert answer.status_code in (302, 403)
    assert User.objects.get(pk=cast.other.pk).name == cast.other.name


def test_anonymous_and_unknown_ids(client, as_, cast):
    assert client.get(page_of(cast.other)).status_code == 302
    assert as_("chief").get(reverse("admin:members_user_change", args=[99999])).status_code == 302


def test_nobody_deletes_people(as_, cast):
    assert as_("administrator").post(reverse("admin:members_user_delete", args=[cast.other.pk])).status_code == 403


def listing_queries(client, counter, url):
    client.get(url)
    with counter() as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_asks_the_same_for_many(as_, make_user, cast, unit, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, url = as_("chief"), reverse("admin:members_user_changelist")
    few = listing_queries(client, lambda: CaptureQueriesContext(connection), url)
    for number in range(30):
        make_user(f"第{number}人", Role.CONTRIBUTOR, login=f"n{number}@example.com", unit=unit)
    assert listing_queries(client, lambda: CaptureQueriesContext(connection), url) == few


def test_a_unit_with_its_aliases(as_, cast):
    fields = {
        "name": "望海区委组织部",
        "short_name": "望海组织部",
        "is_active": "on",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-name": "望海区组织部",
    }
    assert as_("editor").post(reverse("admin:members_unit_add"), fields).status_code == 302
    made = Unit.objects.get(name="望海区委组织部")
    assert UnitAlias.objects.get(name="望海区组织部").unit == made
    assert Event.objects.about(made).get().verb == "新建单位"


def test_a_unit_is_not_its_own_superior(as_, unit):
    below = Unit.objects.create(name="第一党支部", parent=unit)
    fields = {"name": unit.name, "parent": below.pk, "aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}
    page = as_("editor").post(reverse("admin:members_unit_change", args=[unit.pk]), fields).content.decode()
    assert "已经是本单位的下级" in page


def test_events_are_read_only(as_, cast):
    event = Event.objects.record(cast.editor, "试", cast.other)
    client = as_("administrator")
    page = reverse("admin:members_event_change", args=[event.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"verb": "改"}).status_code == 403
    assert client.post(reverse("admin:members_event_delete", args=[event.pk])).status_code == 403


def test_what_the_stock_pages_change_is_in_the_audit_trail(as_, cast, unit):
    fields = {"name": unit.name, "short_name": "榕岭", "is_active": "on"}
    fields |= {"aliases-TOTAL_FORMS": "0", "aliases-INITIAL_FORMS": "0"}
    as_("editor").post(reverse("admin:members_unit_change", args=[unit.pk]), fields)
    event = Event.objects.about(unit).get()
    assert (event.verb, event.actor) == ("修改单位", cast.editor)
    assert "简称" in event.note


def test_the_page_for_a_new_account_speaks_chinese(as_):
    page = as_("chief").get(reverse("admin:members_user_add")).content.decode()
    assert "不设初始密码" in page
    assert "created a user" not in page
