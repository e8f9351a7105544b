"""A unit's invitation: made by who may, used so often as was said, a member of the unit at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from members import invitations
from members.invitations import UnitInvitation
from members.models import Event, Unit, User
from members.privacy import PrivacyNotice
from members.roles import Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
PERSON = {"name": "何苇", "login_name": "138 1234 5678", "password": "Xin-mima-2026", "agreed": "on"}


@pytest.fixture
def invitation(cast, unit):
    return invitations.invite(unit, cast.liaison, uses=2, days=7)


def test_who_comes_by_it_is_a_member_at_once(client, cast, unit, invitation):
    page = client.post(invitation.get_absolute_url(), PERSON, follow=True)
    assert "账号好了，请登录" in page.content.decode()
    made = User.objects.get(login_name="13812345678")
    assert (made.unit, made.roles, made.approved_by) == (unit, {Role.CONTRIBUTOR}, cast.liaison)
    fields = {"username": "13812345678", "password": PERSON["password"]}
    assert client.post(reverse("sign_in"), fields).url == reverse("my_submissions")
    assert UnitInvitation.objects.get().used == 1
    assert invitation.shown_code in Event.objects.get(verb="凭邀请加入").note
    assert made.agreements.get().notice == PrivacyNotice.objects.current()


def test_a_name_that_is_taken_gets_the_same_answer_and_uses_nothing_up(client, cast, invitation):
    taken = client.post(invitation.get_absolute_url(), PERSON | {"login_name": cast.other.login_name}, follow=True)
    fresh = client.post(invitation.get_absolute_url(), PERSON, follow=True)
    assert taken.redirect_chain == fresh.redirect_chain
    assert "账号好了，请登录" in taken.content.decode()
    assert UnitInvitation.objects.get().used == 1
    assert User.objects.get(pk=cast.other.pk).unit != invitation.unit
    assert cast.other.check_password(PASSWORD)


def test_a_closed_one_takes_nobody_and_says_why(client, unit, invitation):
    now = timezone.now()
    later = now + timedelta(days=1)
    for change, words in (
        ({"revoked_at": now}, "已经作废"),
        ({"revoked_at": None, "expires_at": now - timedelta(seconds=1)}, "已经过期"),
        ({"expires_at": later, "used": 2}, "已经用完"),
    ):
        UnitInvitation.objects.update(**change)
        for answer in (client.get(invitation.get_absolute_url()), client.post(invitation.get_absolute_url(), PERSON)):
            assert answer.status_code == 410
            assert words in answer.content.decode()
    UnitInvitation.objects.update(used=0)
    assert client.get(invitation.get_absolute_url()).status_code == 200
    Unit.objects.filter(pk=unit.pk).update(is_active=False)
    assert client.post(invitation.get_absolute_url(), PERSON).status_code == 410
    assert not User.objects.filter(name="何苇").exists()


def test_what_is_missing_is_said_and_stays(client, invitation):
    page = client.post(invitation.get_absolute_url(), PERSON | {"password": "abc", "agreed": ""})
    assert page.status_code == 422
    assert "还没有同意个人信息处理说明" in page.content.decode()
    assert "138 1234 5678" in page.content.decode()


def test_the_code_may_be_typed_in_any_way(client, invitation):
    typed = f" {invitation.shown_code.lower()} "
    assert client.post(reverse("join_code"), {"code": typed}).url == invitation.get_absolute_url()
    assert client.post(reverse("join_code"), {"code": "WRNG-CDE2"}).status_code == 422
    assert client.get(reverse("join", args=["WRNGCDE2"])).status_code == 404
    assert client.put(reverse("join_code")).status_code == 405


def test_guessing_codes_is_slowed(client, invitation):
    for number in range(10):
        client.get(reverse("join", args=[f"AAAAAAA{number}"]))
    assert client.get(invitation.get_absolute_url()).status_code == 404
    assert client.get(invitation.get_absolute_url(), REMOTE_ADDR="203.0.113.5").status_code == 200


def test_who_is_signed_in_is_told_so(client, cast, invitation):
    client.force_login(cast.other)
    assert "不用再注册" in client.get(invitation.get_absolute_url()).content.decode()
    client.post(invitation.get_absolute_url(), PERSON)
    assert UnitInvitation.objects.get().used == 0


def test_office_and_liaison_make_them(client, cast, unit):
    for person in (cast.editor, cast.managing, cast.chief, cast.administrator, cast.liaison):
        client.force_login(person)
        answer = client.post(reverse("unit_invitations"), {"unit": unit.pk, "uses": 5, "days": 3})
        made = UnitInvitation.objects.get(created_by=person)
        assert answer.url == reverse("unit_invitation", args=[made.pk])
    page = client.get(answer.url).content.decode()
    assert made.shown_code in page
    assert f"http://testserver{made.get_absolute_url()}" in page
    assert "data:image/svg+xml" in page
    assert Event.objects.get(verb="发出邀请", actor=cast.liaison).note == "5 人，3 天"


def test_the_unit_s_page_leads_there_with_the_unit_chosen(client, cast, unit):
    client.force_login(cast.editor)
    address = f"{reverse('unit_invitations')}?unit={unit.pk}"
    assert address in client.get(reverse("admin:members_unit_change", args=[unit.pk])).content.decode()
    assert f'<option value="{unit.pk}" selected>' in client.get(address).content.decode()
    assert client.get(reverse("unit_invitations"), {"unit": "<b>"}).status_code == 200


def test_a_liaison_invites_for_the_own_unit_alone(client, cast):
    strange = Unit.objects.get(name="临港镇机关支部")
    client.force_login(cast.liaison)
    assert client.post(reverse("unit_invitations"), {"unit": strange.pk, "uses": 1, "days": 1}).status_code == 422
    with pytest.raises(PermissionDenied):
        invitations.invite(strange, cast.liaison, uses=1, days=1)
    theirs = invitations.invite(strange, cast.editor, uses=1, days=1)
    assert client.get(reverse("unit_invitation", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("unit_invitation_revoke", args=[theirs.pk])).status_code == 404
    assert theirs.shown_code not in client.get(reverse("unit_invitations")).content.decode()


def test_nobody_else_does(client, cast, invitation):
    for person in (cast.contributor, cast.reader, cast.proofreader):
        client.force_login(person)
        assert client.get(reverse("unit_invitations")).status_code == 403, person
        assert client.get(reverse("unit_invitation", args=[invitation.pk])).status_code == 404, person
        assert client.post(reverse("unit_invitation_revoke", args=[invitation.pk])).status_code == 404, person
    client.logout()
    assert client.get(reverse("unit_invitations")).url.startswith(reverse("sign_in"))


def test_it_is_limited_in_use_and_time(client, cast, unit):
    client.force_login(cast.liaison)
    for uses, days in ((0, 7), (201, 7), (1, 0), (1, 91), ("x", 7)):
        page = client.post(reverse("unit_invitations"), {"unit": unit.pk, "uses": uses, "days": days})
        assert page.status_code == 422, (uses, days)
        assert "之间的整数" in page.content.decode()


def test_revoking(client, cast, invitation):
    client.force_login(cast.liaison)
    address = reverse("unit_invitation_revoke", args=[invitation.pk])
    assert client.get(address).status_code == 405
    assert "邀请已作废" in client.post(address, follow=True).content.decode()
    assert "早已作废" in client.post(address, follow=True).content.decode()
    assert Event.objects.filter(verb="作废邀请").count() == 1


def test_the_list_asks_the_same_for_many(client, cast, unit, invitation, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.editor)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("unit_invitations"))
    for _ in range(4):
        invitations.invite(unit, cast.chief, uses=1, days=1)
    with django_assert_num_queries(len(few)):
        client.get(reverse("unit_invitations"))
