"""One's own data: downloaded, and an account closed after a time to think, with the record kept under no name."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from journal.models import Picture
from members import departing
from members.departures import Departure
from members.models import Event, User
from members.sessions import SignedIn
from submissions.commissions import Commission
from submissions.intake.taking import keep_original
from submissions.models import Attachment, Letter, Original, Submission
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def as_(client, person):
    client.force_login(person)
    return client


def downloaded(client) -> dict[str, str]:
    answer = client.post(reverse("my_data_download"))
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_the_archive_holds_the_own_data_and_texts_and_nobody_else_s(client, cast, make_submission, make_draft):
    sent = make_submission("submitted", title="榕树下的/“板凳会”")
    make_draft(cast.contributor, title="没写完的", body="只写了一句。")
    make_draft(cast.other, title="别人的题目")
    files = downloaded(as_(client, cast.contributor))
    facts = json.loads(files["个人信息.json"])
    assert facts["账号"]["登录名"] == cast.contributor.login_name
    assert facts["账号"]["身份"] == "投稿人"
    assert {one["收稿号"] for one in facts["稿件"]} == {"", sent.receipt_number}
    assert "收稿回执" in files["个人信息.txt"]
    assert any("只写了一句。" in text for name, text in files.items() if "没写完的" in name)
    assert any(sent.receipt_number in name and name.count("/") == 1 for name in files)
    assert "别人的题目" not in "".join(files) + "".join(files.values())
    assert Event.objects.get(verb="下载个人信息").actor == cast.contributor


def test_a_decision_that_is_held_back_is_not_in_it(client, cast, make_submission, journal):
    from submissions import workflow

    type(journal).objects.update(hold_minutes=30)
    submission = make_submission("submitted")
    workflow.reject(submission, cast.editor, opinion="题材已经用过。")
    text = downloaded(as_(client, cast.contributor))["个人信息.txt"]
    assert "题材已经用过" not in text
    assert "未采用" not in text


def test_asking_needs_the_password_and_can_be_taken_back(client, cast):
    as_(client, cast.contributor)
    assert "密码不对" in client.post(reverse("close_account"), {"password": "Cuowu-2026"}).content.decode()
    assert not Departure.objects.exists()
    client.post(reverse("close_account"), {"password": PASSWORD})
    assert "撤回，继续用这个账号" in client.get(reverse("my_data")).content.decode()
    client.post(reverse("stay"))
    assert not Departure.objects.exists()
    assert "没有待办的注销申请" in client.post(reverse("stay"), follow=True).content.decode()
    assert set(Event.objects.about(cast.contributor).values_list("verb", flat=True)) == {"申请注销", "撤回注销"}


def test_the_password_is_not_guessed_here_either(client, cast):
    as_(client, cast.contributor)
    for _ in range(5):
        client.post(reverse("close_account"), {"password": "Cuowu-2026"})
    assert "先停 15 分钟" in client.post(reverse("close_account"), {"password": PASSWORD}).content.decode()
    assert not Departure.objects.exists()


@pytest.mark.parametrize("name", ["my_data_download", "close_account", "stay"])
def test_these_are_posted_by_who_is_signed_in(name, client, cast):
    assert client.post(reverse(name)).url.startswith(reverse("sign_in"))
    assert as_(client, cast.reader).get(reverse(name)).status_code == 405


def due() -> list[str]:
    return departing.erase_due(timezone.now() + timedelta(days=departing.COOLING_DAYS, minutes=1))


def test_nothing_happens_before_the_time_is_up(cast):
    departing.ask(cast.contributor)
    assert departing.erase_due() == []
    assert User.objects.get(pk=cast.contributor.pk).name == "林晓舟"


def test_what_must_stay_stays_without_a_name_and_the_rest_goes(
    client, cast, unit, make_submission, make_draft, make_picture, settings
):
    person = cast.contributor
    as_(client, person)
    rejected = make_submission("rejected", byline="林晓舟")
    Letter.objects.filter(recipient=person).update(body="林晓舟同志：\n稿件已经收到。")
    draft = make_draft(person, title="没写完的")
    picture = make_picture(by=person)
    Attachment.objects.create(submission=draft, picture=picture)
    keep_original("来稿。".encode(), "来稿.txt", added_by=person, submission=draft)
    asked = Commission.objects.create(
        issue=rejected.call.issue or _issue(), section=draft.section, topic="夜校", unit=unit, due_on="2026-12-31"
    )
    Commission.objects.filter(pk=asked.pk).update(state="started", submission=draft)
    departing.ask(person)
    assert due() == [f"已注销用户{person.pk}"]

    gone = User.objects.get(pk=person.pk)
    assert (gone.phone, gone.email, gone.post, gone.unit, gone.is_active) == ("", "", "", None, False)
    assert "林晓舟" not in f"{gone.name}{gone.login_name}"
    assert not gone.has_usable_password()
    assert gone.roles == frozenset()
    assert not SignedIn.objects.filter(user=person).exists()
    assert client.get(reverse("account")).status_code == 302
    assert not Submission.objects.filter(pk=draft.pk).exists()
    assert not Picture.objects.filter(pk=picture.pk).exists()
    assert not picture.file.storage.exists(picture.file.name)
    assert not Original.objects.exists()
    assert Commission.objects.get(pk=asked.pk).state == "invited"
    kept = Submission.objects.get(pk=rejected.pk)
    assert (kept.contributor, kept.byline, kept.unit) == (gone, "林晓舟", unit)
    assert Letter.objects.filter(recipient=person).first().body.startswith(gone.name)
    for event in Event.objects.filter(actor=person) | Event.objects.about(gone):
        assert "林晓舟" not in f"{event.actor_name}{event.subject_label}"
    assert Event.objects.get(verb="注销账号").actor is None
    assert client.login(username="13900000001", password=PASSWORD) is False
    assert due() == []


def _issue():
    from journal.models import Issue

    return Issue.objects.create(year=2027, number=1, serial_number=99)


def test_the_freed_phone_number_can_sign_up_again(client, cast):
    departing.ask(cast.reader)
    login_name = cast.reader.login_name
    due()
    fields = {"name": "新人", "login_name": login_name, "unit_claimed": "某单位", "password": "Xin-mima-2026"}
    client.post(reverse("sign_up"), fields | {"agreed": "on"})
    assert User.objects.get(login_name=login_name).name == "新人"


def test_a_published_byline_stays_as_printed(client, cast, make_article, make_issue, publish):
    issue = make_issue()
    article = make_article(issue=issue, bylines=["林晓舟"])
    publish(issue)
    departing.ask(cast.contributor)
    due()
    assert "林晓舟" in client.get(reverse("article", args=[article.pk])).content.decode()


def confirm_address(departure):
    return reverse("admin:members_departure_confirm", args=[departure.pk])


def test_with_manuscripts_under_way_an_editor_agrees_first(client, cast, make_submission):
    make_submission("submitted")
    departure = departing.ask(cast.contributor)
    assert "1 篇稿件在办" in Event.objects.get(verb="申请注销").note
    assert due() == []
    as_(client, cast.editor)
    page = client.get(reverse("admin:members_departure_change", args=[departure.pk])).content.decode()
    assert "同意注销" in page
    client.post(confirm_address(departure))
    assert "已经有人办过" in client.post(confirm_address(departure), follow=True).content.decode()
    assert Event.objects.filter(verb="同意注销").count() == 1
    assert len(due()) == 1


@pytest.mark.parametrize(
    ("person", "status"), [("proofreader", 403), ("contributor", 302), ("editor", 302), ("administrator", 302)]
)
def test_who_agrees_for_contributors(person, status, client, cast, make_submission):
    make_submission("submitted")
    departure = departing.ask(cast.contributor)
    assert as_(client, getattr(cast, person)).post(confirm_address(departure)).status_code == status
    agreed = Departure.objects.get().confirmed_by
    assert (agreed == getattr(cast, person)) == (person in ("editor", "administrator"))


def test_for_members_of_the_office_an_administrator_agrees(client, cast):
    departure = departing.ask(cast.editor)
    assert due() == []
    for person in (cast.editor, cast.chief):
        assert as_(client, person).post(confirm_address(departure)).status_code == 403
    assert as_(client, cast.administrator).post(confirm_address(departure)).status_code == 302
    assert client.get(confirm_address(departure)).status_code == 405
    assert client.post(reverse("admin:members_departure_confirm", args=[9999])).status_code == 404
    assert len(due()) == 1


def test_the_owner_of_the_site_is_not_closed_so(client, db):
    root = User.objects.create_superuser("root@example.com", PASSWORD)
    page = as_(client, root).post(reverse("close_account"), {"password": PASSWORD})
    assert page.status_code == 422
    assert "不能自己注销" in page.content.decode()


def test_the_command_says_what_it_did(cast, capsys):
    departing.ask(cast.reader)
    Departure.objects.update(due_at=timezone.now())
    call_command("erase_accounts", "--json")
    assert json.loads(capsys.readouterr().out) == {"erased": [f"已注销用户{cast.reader.pk}"]}
