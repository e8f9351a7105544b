"""The demonstration is a living journal, made by the real verbs, invented throughout, loaded once."""

import io
import json
import re
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from PIL import Image

from journal.models import Access, Approval, Article, Issue, Picture
from journal.proof_progress import in_proof
from members.models import Event, User
from members.roles import Role
from submissions.admin.desk import desk_of
from submissions.arrivals import InboundMail
from submissions.commissions import Commission
from submissions.demo import desk
from submissions.demo.backdrops import SCENES
from submissions.demo.build import load
from submissions.demo.numbers import Quarter
from submissions.demo.people import PASSWORD
from submissions.demo.photographs import photograph
from submissions.demo.reading import read
from submissions.endorsing import awaiting_endorsement
from submissions.models import Acknowledgement, Call, Letter, Submission
from submissions.states import AWAITING_REVIEW, Action, Stage, State

# Loading takes seconds: one worker does it for all of this module.
FILES = ("issue-doorstep", "issue-fields", "manuscripts")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, loaded once for this module and rolled back after it; one scene stands for all."""
    files = {small: photograph("calm", small=small) for small in (True, False)}
    settings = override_settings(
        MEDIA_ROOT=tmp_path_factory.mktemp("media"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    with pytest.MonkeyPatch.context() as patch, settings, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(desk, "photograph", lambda scene, *, small=False: files[small])
        assert load() is True
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(demo, db):
    return


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (User, Submission, Article, Issue, Event, Picture)}


def test_there_is_a_manuscript_in_every_state_stage_kind_origin_and_way(loaded):
    submissions = Submission.objects.all()
    assert {s.state for s in submissions} == set(State.values)
    assert {s.stage for s in submissions if s.state in AWAITING_REVIEW} == set(Stage.values)
    assert {(s.kind, s.origin) for s in submissions} == {
        ("text", "original"),
        ("text", "recommended"),
        ("image", "original"),
    }
    assert submissions.filter(registered_by__isnull=False).exclude(channel="web").count() >= 3
    assert submissions.filter(registered_by__isnull=True, channel="web").count() >= 12


def test_two_issues_are_out_with_their_access_decided(loaded):
    fresh, older = Issue.objects.published()
    assert (fresh.access, older.access) == (Access.PUBLIC, Access.INTERNAL)
    assert fresh.access_approved_by
    assert fresh.access_basis
    assert fresh.access_approved_on < fresh.published_at.date()
    assert not older.access_approved_by
    for issue in (fresh, older):
        assert 9 <= issue.sections.count() <= 12
        assert issue.articles.toplevel().count() >= 16
        assert issue.highlights.count() >= 3
        assert issue.matters.get(kind="preface").html
        assert issue.board.filter(role="委员").count() >= 5
        assert issue.imprint.print_run
        assert issue.imprint.printed_on
        assert "虚构" in issue.imprint.online_note


def test_pages_of_articles_and_columns_run_through_without_holes(loaded):
    for issue in Issue.objects.published():
        expected = 1
        for column in issue.sections.order_by("position"):
            assert column.start_page == expected
            for article in issue.articles.toplevel().filter(section=column.section).order_by("position"):
                assert article.start_page == expected
                expected = article.end_page + 1
            assert column.end_page == expected - 1
        assert issue.pages == expected - 1


def test_one_issue_is_in_the_making_with_accepted_manuscripts_waiting_and_its_call_open(loaded):
    making = Issue.objects.in_the_making().get()
    assert making.articles.count() >= 4
    assert Article.objects.unplaced().count() >= 3
    call = Call.objects.current()
    assert call.issue == making
    assert call.days_left > 7


def test_strangers_read_the_public_issue_only(loaded):
    from django.contrib.auth.models import AnonymousUser

    seen = Article.objects.visible_to(AnonymousUser())
    assert {article.issue.access for article in seen} == {Access.PUBLIC}
    reader = User.objects.get(name__startswith="覃小雨")
    assert Article.objects.visible_to(reader).count() > seen.count()


def test_a_composite_has_its_parts_with_bylines_of_their_own(loaded):
    lead = Article.objects.get(parts__isnull=False, title__startswith="集市上的开放日", parts__position=1)
    assert [part.bylines.get().name for part in lead.parts.order_by("position")] == [
        "临港镇党委",
        "青屿镇党委",
        "椰塘街道党工委",
        "白鹭洲街道党工委",
    ]


def test_every_accepted_manuscript_went_through_three_hands_on_its_present_text(loaded):
    for submission in Submission.objects.filter(state=State.ACCEPTED).select_related("text__current"):
        kinds = [*Approval.REVIEWS, Approval.Kind.SECRECY]
        approvals = Approval.objects.on(submission.text).passed().filter(kind__in=kinds)
        assert sorted(approvals.values_list("kind", flat=True)) == ["final", "first", "second", "secrecy"]
        assert len(set(approvals.values_list("person", flat=True))) == 3
        assert set(approvals.values_list("version", flat=True)) == {submission.text.current.pk}


def test_receipt_numbers_follow_the_days(loaded):
    sent = Submission.objects.sent().order_by("submitted_at").values_list("receipt_number", flat=True)
    assert list(sent) == sorted(sent)


def test_histories_are_in_order_and_nothing_happens_tomorrow(loaded):
    assert Event.objects.filter(at__gt=timezone.now()).count() == 0
    assert Letter.objects.filter(at__gt=timezone.now()).count() == 0
    assert Submission.objects.filter(saved_at__gt=timezone.now()).count() == 0
    for submission in Submission.objects.sent():
        history = list(Event.objects.about(submission).order_by("pk"))
        assert [event.at for event in history] == sorted(event.at for event in history)
        moved = [event for event in history if event.verb in Action.labels]
        assert moved[-1].after == submission.label


def test_every_tile_of_the_desk_has_something_to_walk_through(loaded):
    """For somebody of the office; a closed issue and an overdue return come by themselves, and would be one more."""
    found = {}
    for user in User.objects.exclude(approved_at=None):
        for tile in desk_of(user).tiles if user.is_editorial else ():
            found[tile.key] = max(found.get(tile.key, 0), tile.count, len(tile.rows()))
    assert {key for key, count in found.items() if not count} == {"closed", "returned"}
    assert set(found) == {
        *("first", "second", "final", "secrecy", "messages", "proofs", "marks", "mails", "commissions", "returned"),
        *("accounts", "closed", "given", "endorse", "pool", "letters", "remarks", "remarks_given"),
    }


def test_commissions_mails_and_proofs_stand_in_every_state(loaded):
    assert {commission.standing for commission in Commission.objects.all()} == set(Commission.State)
    assert {mail.state for mail in InboundMail.objects.all()} == {"waiting", "discarded"}
    found = in_proof()
    assert {row.pending for row in found} == {None, *Approval.PROOFS}
    assert sum(row.read_through is not None for row in found) == 1
    assert sum(row.awaits_editor for row in found) == 1
    assert sum(bool(row.at_work) for row in found) == 1


def test_the_liaison_has_a_manuscript_to_endorse(loaded):
    liaison = next(user for user in User.objects.all() if Role.LIAISON in user.roles)
    assert awaiting_endorsement(liaison).count() == 1


def test_letters_carry_the_day_they_were_written(loaded):
    old = Letter.objects.order_by("at").first()
    day = timezone.localdate(old.at)
    assert f"{day.year}年{day.month}月{day.day}日" in old.body
    assert old.read_at


def test_a_warning_was_kept_with_a_reason(loaded):
    assert Acknowledgement.objects.exclude(reason="").exists()


def test_there_is_an_account_for_each_role_and_all_say_demonstration(loaded):
    assert User.objects.get(approved_at=None).unit_claimed
    users = User.objects.exclude(approved_at=None)
    assert {role for user in users for role in user.roles} == set(Role)
    assert all(user.name.endswith("（演示）") and user.check_password(PASSWORD) for user in users)


def test_what_readers_see_is_marked_as_invented(loaded):
    published = Article.objects.published().select_related("text__current")
    assert all("虚构" in article.credits for article in published if article.parent_id is None)
    assert all("演示" in issue.theme for issue in Issue.objects.all())
    assert all("演示" in picture.caption for picture in Picture.objects.all())


def test_loading_again_changes_nothing(loaded, capsys):
    before = counts()
    call_command("demo")
    assert counts() == before
    assert "13800000001" in capsys.readouterr().out
    call_command("demo", as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert printed["loaded"] is False
    assert len(printed["accounts"]) == 10


def test_texts_keep_the_words_internal_material_must_not_use_out():
    for name in FILES:
        number = read(name)
        pieces = [*number.pieces, *(part for piece in number.pieces for part in piece.parts)]
        pieces += [number.preface] if number.preface else []
        assert pieces
        for piece in pieces:
            assert not re.search("本刊|本报|记者|杂志社|期刊社", piece.title + piece.body), piece.title
            assert all(photo.scene in SCENES and photo.caption for photo in piece.photos)


@pytest.mark.parametrize(
    ("day", "quarter", "serial", "last_day"),
    [
        (date(2021, 8, 1), Quarter(2021, 3), 4, date(2021, 9, 30)),
        (date(2026, 12, 31), Quarter(2026, 4), 25, date(2026, 12, 31)),
        (date(2027, 1, 1), Quarter(2027, 1), 26, date(2027, 3, 31)),
    ],
)
def test_quarters(day, quarter, serial, last_day):
    assert Quarter.of(day) == quarter
    assert quarter.serial_number == serial
    assert quarter.last_day == last_day


def test_the_quarter_before_the_first_of_a_year():
    assert Quarter(2027, 1).before() == Quarter(2026, 4)
    assert Quarter(2027, 1).before(2) == Quarter(2026, 3)


@pytest.mark.parametrize(
    ("scene", "small", "size"),
    [("calm", False, (2400, 1600)), ("tower", False, (2000, 3000)), ("school", True, (960, 720))],
)
def test_photographs_are_real_jpegs_and_come_out_the_same(scene, small, size):
    data = photograph(scene, small=small)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == ("JPEG", size)
    assert photograph(scene, small=small) == data


def test_last_month_is_named_also_in_january():
    piece = read("issue-doorstep").pieces[12]
    assert "{上月}" in piece.body
    assert piece.written_on(date(2027, 1, 9)).startswith("十二月上旬")
    assert piece.written_on(date(2027, 10, 9)).startswith("九月上旬")


def test_no_mark_is_left_in_what_people_read(loaded):
    assert not Submission.objects.filter(body__contains="{").exists()
    assert not Article.objects.filter(text__current__html__contains="{").exists()
