"""The audit trail: where an act comes from, what is told, that nobody changes it, how long it is kept."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.audit import FAILURES_TOLD, client_address
from members.models import Event, Unit, User
from members.roles import Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PROXY = ["10.0.0.0/8"]


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "expected"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", PROXY, "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", PROXY, "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1, 10.0.0.7", PROXY, "198.51.100.1"),
        ("10.0.0.2", "<script>, unknown", PROXY, "10.0.0.2"),
        ("10.0.0.2", "", PROXY, "10.0.0.2"),
        ("::1", "2001:db8::5", ["::1"], "2001:db8::5"),
        ("::ffff:203.0.113.9", "", [], "203.0.113.9"),
        ("", "198.51.100.1", PROXY, None),
        ("a socket", "", [], None),
    ],
)
def test_only_a_trusted_proxy_is_believed(remote, forwarded, trusted, expected):
    assert client_address(remote, forwarded, trusted) == expected


def test_an_act_is_told_with_its_address_and_the_program_s_own_without(client, cast, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    client.post(
        reverse("sign_in"),
        {"username": cast.editor.login_name, "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.7"},
    )
    assert Event.objects.get(verb="登录").address == "198.51.100.7"
    Event.objects.record(None, "清理", cast.editor)
    assert Event.objects.get(verb="清理").address is None


def failed(client, name):
    return client.post(reverse("sign_in"), {"username": name, "password": "Buduile-2026"})


def test_failed_sign_ins_are_told_without_the_password(client, cast):
    failed(client, cast.editor.login_name)
    failed(client, "13755550000")
    failed(client, PASSWORD)
    events = list(Event.objects.filter(verb="登录失败").order_by("pk"))
    assert [event.actor for event in events] == [None] * 3
    assert events[0].subject_id == str(cast.editor.pk)
    assert events[1].subject_label == "没有的账号 13755550000"
    assert events[2].subject_label == "（不像登录名，不记）"
    assert all(event.address == "127.0.0.1" for event in events)
    assert not any(PASSWORD in str(vars(event)) for event in events)


def test_a_flood_of_failures_does_not_fill_the_trail(client, cast):
    for number in range(FAILURES_TOLD + 5):
        failed(client, f"1375555{number:04d}")
    events = Event.objects.filter(verb="登录失败")
    assert events.count() == FAILURES_TOLD
    assert "不再逐条记录" in events.order_by("pk").last().note


def test_signing_out_is_told(client, cast):
    client.force_login(cast.reader)
    client.post(reverse("sign_out"))
    assert Event.objects.get(verb="退出").actor == cast.reader


def test_nothing_changes_or_deletes_an_event(cast):
    event = Event.objects.record(cast.editor, "试", cast.editor)
    attempts = [
        lambda: Event.objects.filter(pk=event.pk).update(verb="改"),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.bulk_update([event], ["verb"]),
        event.delete,
        event.save,
    ]
    for attempt in attempts:
        with pytest.raises(TypeError):
            attempt()
    assert Event.objects.get(pk=event.pk).verb == "试"


def test_not_even_a_superuser_may(client, cast):
    root = User.objects.create_superuser("13900009999", PASSWORD, name="超级", approved_at=timezone.now())
    event = Event.objects.record(cast.editor, "试", cast.editor)
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("admin:members_event_change", args=[event.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"verb": "改"}).status_code == 403
    assert client.post(reverse("admin:members_event_delete", args=[event.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:members_event_add")).status_code == 403
    assert Event.objects.get(pk=event.pk).verb == "试"


def test_changes_of_lists_are_told_once(client, cast, unit):
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    fields = {"name": unit.name, "short_name": "榕岭村", "is_active": "on"}
    fields |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    assert client.post(reverse("admin:members_unit_change", args=[unit.pk]), fields).status_code == 302
    told = Event.objects.about(Unit.objects.get(pk=unit.pk))
    assert [(event.verb, event.address) for event in told] == [("修改单位", "127.0.0.1")]
    person = cast.contributor
    fields = {"name": "林晓舟", "login_name": person.login_name, "unit": unit.pk, "post": "宣传干事", "is_active": "on"}
    fields |= {"granted": [Role.CONTRIBUTOR.value]}
    assert client.post(reverse("admin:members_user_change", args=[person.pk]), fields).status_code == 302
    assert "职务" in Event.objects.about(person).get().note


def test_a_deletion_in_the_admin_is_told(client, cast):
    from submissions.models import PreferredTerm

    term = PreferredTerm.objects.create(wrong="榕树下", right="木棉下")
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("admin:submissions_preferredterm_delete", args=[term.pk]), {"post": "yes"})
    assert Event.objects.filter(verb__startswith="删除", subject_id=str(term.pk)).count() == 1


def test_the_trail_is_filtered_and_exported_and_the_export_told(client, cast):
    Event.objects.record(cast.editor, "改稿", cast.editor, note="=cmd|' /C calc'!A0")
    Event.objects.record(cast.chief, "刊发", cast.chief)
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    listed = reverse("admin:members_event_changelist")
    page = client.get(listed, {"person": cast.editor.pk})
    assert [event.verb for event in page.context["cl"].result_list] == ["改稿"]
    assert "export.xlsx?person=" in page.content.decode()
    for bad in ({"person": "²"}, {"subject": "no.such"}, {"verb": "没有"}):
        assert client.get(listed, bad).status_code == 200
    answer = client.get(reverse("admin:members_event_export", args=["xlsx"]), {"person": cast.editor.pk})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][1:3] == ("周予安", "改稿")
    assert sheet.cell(2, 8).data_type == "s"
    answer = client.get(reverse("admin:members_event_export", args=["csv"]), {"verb": "改稿"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=cmd" in text
    assert "刊发" not in text
    exports = Event.objects.filter(verb="导出操作记录")
    assert exports.count() == 2
    assert "1 条，xlsx" in exports.order_by("pk").first().note
    assert client.get(reverse("admin:members_event_export", args=["exe"])).status_code == 404
    assert client.post(reverse("admin:members_event_export", args=["csv"])).status_code == 405
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:members_event_export", args=["csv"])).status_code == 302


def test_old_events_go_by_the_command_alone(cast, capsys):
    now = timezone.now()
    for days in (100, 189, 191, 400):
        Event.objects.record(cast.editor, f"{days} 天前", cast.editor, at=now - timedelta(days=days))
    with pytest.raises(SystemExit) as refused:
        call_command("prune_events", "--days", "30")
    assert refused.value.code == 2
    assert "至少保留 190 天" in capsys.readouterr().err
    with pytest.raises(ValueError, match="190"):
        Event.objects.all().prune(189)
    assert Event.objects.filter(verb__endswith="天前").count() == 4
    call_command("prune_events", "--days", "190", "--json")
    assert json.loads(capsys.readouterr().out) == {"days": 190, "deleted": 2}
    assert set(Event.objects.filter(verb__endswith="天前").values_list("verb", flat=True)) == {"100 天前", "189 天前"}
    assert "清理 2 条" in Event.objects.get(verb="清理操作记录").note
