"""Accounts: the last place of an invitation, the last try, one code, one link, asked for at the same moment."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

from members import attempts, invitations, resets, second_factor
from members.forms import JoinForm
from members.invitations import NotOpen, UnitInvitation
from members.models import User
from tests.test_races import _a_database_threads_share, at_once  # noqa: F401  (the fixture is used by its name)

pytestmark = pytest.mark.django_db(transaction=True)


def joining(number: int) -> JoinForm:
    fields = {"name": f"第{number}人", "login_name": f"1381234000{number}", "password": "Xin-mima-2026", "agreed": "on"}
    form = JoinForm(fields)
    assert form.is_valid(), form.errors
    return form


def test_two_take_the_last_place_of_an_invitation(cast, unit):
    invitation = invitations.invite(unit, cast.liaison, uses=1, days=7)
    outcome = at_once(*(lambda number=number: joining(number).join(invitation) for number in range(2)))
    assert {type(one) for one in outcome} == {User, NotOpen}
    assert UnitInvitation.objects.get().used == 1
    assert User.objects.filter(name__startswith="第").count() == 1


def test_eight_tries_at_once_are_five(db):
    outcome = at_once(*(lambda: attempts.take(attempts.PAIR, "13812345678", "203.0.113.9") for _ in range(8)))
    assert sorted(outcome) == [False] * 3 + [True] * 5


def test_one_code_opens_one_of_two_sign_ins(cast, monkeypatch):
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: 1_800_000_000)
    # As with a cache that each worker has for itself, or that forgot.
    monkeypatch.setattr(TOTP, "_mark_code_used", lambda self, code: True)
    secret = generate_totp_secret()
    TOTP.activate(cast.editor, secret)
    code = format_hotp_value(hotp_value(secret, 1_800_000_000 // 30))
    outcome = at_once(*(lambda: second_factor.check(cast.editor, code) for _ in range(2)))
    assert [one for one in outcome if one is None] == [None]
    assert [type(one) for one in outcome if one is not None] == [second_factor.CodeRefused]


def test_one_link_serves_one_of_two(cast):
    *_, uid, token, _ = resets.link_path(cast.contributor).split("/")
    outcome = at_once(
        *(lambda word=word: resets.change_by_link(uid, token, word) for word in ("Diyige-2026", "Dierge-2026"))
    )
    assert [type(one) for one in outcome if one is not None] == [resets.Invalid]
    kept = User.objects.get(pk=cast.contributor.pk)
    assert kept.check_password("Diyige-2026") != kept.check_password("Dierge-2026")
