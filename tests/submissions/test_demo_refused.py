"""The demonstration keeps its hands off a database with other content."""

import pytest
from django.core.management import call_command

from members.models import Event, Unit, User
from members.roles import Role
from submissions.demo.build import ForeignContent, load


@pytest.mark.django_db
def test_a_database_with_other_content_is_refused_in_one_line(make_user, capsys):
    make_user("有人", Role.READER)
    with pytest.raises(ForeignContent):
        load()
    with pytest.raises(SystemExit) as stop:
        call_command("demo")
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert User.objects.count() == 1
    assert not Unit.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_site_in_earnest_gets_no_accounts_with_a_known_password(settings, capsys):
    settings.HTTPS = True
    with pytest.raises(SystemExit) as stop:
        call_command("demo")
    assert stop.value.code == 2
    assert "HTTPS=1" in capsys.readouterr().err
    assert not User.objects.exists()
