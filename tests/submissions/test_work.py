"""`work` and `publish_due`: one round of each does what is due, and says so."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from journal import publishing, schedule
from journal.models import Edition, Issue
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(make_issue, make_article, cast):
    issue = make_issue()
    make_article("甲", issue=issue)
    fill_imprint(issue)
    publishing.close(issue, cast.chief)
    now = timezone.now()
    schedule.plan(issue, cast.chief, now - timedelta(minutes=1), access="internal", at=now - timedelta(hours=1))
    return issue


def test_work_publishes_builds_and_sends(planned, settings, capsys, monkeypatch, django_capture_on_commit_callbacks):
    # Both close what has been idle, and here that is the test's own connection.
    for module in ("submissions.management.commands.work", "django_tasks_db.management.commands.db_worker"):
        monkeypatch.setattr(f"{module}.close_old_connections", lambda: None)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with django_capture_on_commit_callbacks(execute=True):
        call_command("work", "--once")
    assert "已按安排刊发" in capsys.readouterr().out
    planned.refresh_from_db()
    assert planned.state == Issue.State.PUBLISHED
    assert set(planned.editions.values_list("state", flat=True)) == {"stale"}
    call_command("work", "--once")
    assert set(planned.editions.values_list("state", flat=True)) == {"fresh"}
    assert Edition.objects.filter(progress=100).count() == 2


def test_publish_due_tells_what_it_did(planned, capsys):
    call_command("publish_due", "--json")
    assert json.loads(capsys.readouterr().out) == {"published": [str(planned)], "stopped": []}
    call_command("publish_due")
    assert capsys.readouterr().out.strip() == "没有到时间的。"
