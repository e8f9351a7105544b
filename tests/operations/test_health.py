"""What a proxy and whoever looks after the site are told of it."""

import shutil
from collections import namedtuple

import pytest
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from members.roles import Role
from operations import health
from operations.starting import demonstration_accounts, refuse_demonstration
from submissions.demo.people import ACCOUNTS, PASSWORD


def test_living_asks_nothing_of_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
class TestReady:
    def test_all_is_there(self, client):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"database": "ok", "cache": "ok", "data": "ok"})

    def test_a_database_that_does_not_answer(self, client, monkeypatch):
        def away(*_):
            raise DatabaseError("password authentication failed for user")

        monkeypatch.setattr(health, "MigrationExecutor", away)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "away")
        assert "password" not in answer.text

    def test_a_database_behind_the_program(self, client):
        MigrationRecorder.Migration.objects.filter(app="members").latest("id").delete()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "not migrated")

    def test_a_cache_that_forgets(self, client, settings):
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        assert client.get("/readyz").json()["cache"] == "away"

    def test_a_full_disk(self, client, monkeypatch):
        usage = namedtuple("usage", "total used free")
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12, 1000))
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["data"]) == (503, "full")

    @pytest.mark.parametrize("address", ["/healthz", "/readyz"])
    def test_nothing_can_be_sent_to_them(self, client, address):
        assert client.post(address).status_code == 405


@pytest.mark.django_db
class TestDemonstration:
    @pytest.fixture
    def known_to_all(self, django_user_model):
        account = ACCOUNTS[0]
        return django_user_model.objects.create_user(account.login_name, PASSWORD, name="演示", roles=[Role.READER])

    def test_a_site_in_earnest_does_not_start_with_its_accounts(self, settings, known_to_all):
        settings.PRODUCTION = True
        with pytest.raises(Exception, match=known_to_all.login_name):
            refuse_demonstration()

    def test_another_password_or_no_entrance_is_fine(self, settings, known_to_all):
        settings.PRODUCTION = True
        known_to_all.is_active = False
        known_to_all.save()
        refuse_demonstration()
        known_to_all.is_active = True
        known_to_all.set_password("Bieren-4711")
        known_to_all.save()
        refuse_demonstration()

    def test_a_demonstration_starts(self, settings, known_to_all):
        settings.PRODUCTION = False
        assert demonstration_accounts() == [known_to_all.login_name]
        refuse_demonstration()

    def test_a_database_that_is_away_does_not_keep_it_from_starting(self, settings, monkeypatch, caplog):
        settings.PRODUCTION = True

        def away():
            raise DatabaseError("gone")

        monkeypatch.setattr("operations.starting.demonstration_accounts", away)
        refuse_demonstration()
        assert "not looked for" in caplog.text
