"""来信: taken in once, then confirmed, merged or discarded by one editor."""

import json
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection

from submissions import mailbox
from submissions.arrivals import InboundMail
from submissions.intake.refused import FileRefused
from submissions.mailbox import BODY, Piece
from submissions.models import Submission
from submissions.states import State
from submissions.workflow import Refused
from tests.submissions.docx_builder import careless, to_bytes
from tests.submissions.mail_builder import attachment, message, multipart, part, word

TEXT = "板凳会开到树下\n村里把议事桌搬到榕树下，大家商量着办事。\n定下来的事贴在墙上，办完一件划掉一件。"


@pytest.fixture
def jpeg(make_picture):
    with make_picture().file.open("rb") as file:
        return file.read()


@pytest.fixture
def letter(jpeg):
    """A message with a text file, a second one and a photograph."""

    def make(**fields) -> bytes:
        fields = {"subject": word("报送稿件", "gbk"), "from": word("林晓舟", "gbk") + b" <lin@example.com>"} | fields
        return multipart(
            part("请查收附件。\n\n-- \n林晓舟".encode(), b"text/plain; charset=utf-8"),
            attachment(TEXT.encode("gbk"), b"attachment; filename=" + word("板凳会.txt", "gbk")),
            attachment(("第二篇\n" + TEXT).encode(), b"attachment; filename=" + word("第二篇.txt", "utf-8")),
            attachment(jpeg, b"attachment; filename=" + word("树下.jpg", "gbk"), b"image/jpeg"),
            **fields,
        )

    return make


@pytest.fixture
def mail(letter, cast):
    cast.contributor.email = "Lin@Example.com"
    cast.contributor.save()
    return mailbox.take_in(letter()).mail


def original(mail, name: str):
    return mail.originals.get(name=name)


def test_a_mail_waits_with_what_it_holds(mail, cast):
    assert (mail.state, mail.subject, mail.sender_name) == ("waiting", "报送稿件", "林晓舟")
    assert [one.name for one in mail.originals.all()] == ["板凳会.txt", "第二篇.txt", "树下.jpg"]
    assert (mail.member, mail.unit) == (cast.contributor, cast.contributor.unit)
    assert Submission.objects.count() == 0
    with mail.raw.open("rb") as raw:
        assert raw.read().startswith(b"From")


def test_the_same_mail_is_one_row_however_often_it_comes(mail, letter):
    assert mailbox.take_in(letter()) == (mailbox.TakenIn(mail, new=False))
    # The same message under other transport fields, as another folder or server gives it.
    assert not mailbox.take_in(b"Received: by x\r\n" + letter()).new
    assert InboundMail.objects.count() == 1


def test_a_repeated_message_id_with_other_content_is_another_mail(mail, letter):
    assert mailbox.take_in(letter(subject=word("报送另一篇", "gbk"))).new
    assert InboundMail.objects.filter(message_id=mail.message_id).count() == 2


def test_messages_without_an_id_are_told_apart_by_content(db):
    first = mailbox.take_in(message(b"one", message_id=None))
    assert not mailbox.take_in(message(b"one", message_id=None)).new
    assert mailbox.take_in(message(b"two", message_id=None)).new
    assert first.mail.message_id == ""


class TestMatching:
    def test_a_name_alone_is_only_proposed(self, letter, cast):
        mail = mailbox.take_in(letter()).mail
        (match,) = mailbox.matches(mail)
        assert (match.person, match.certain) == (cast.contributor, False)
        assert "姓名相同" in match.ground
        assert mail.member is None

    def test_an_address_two_accounts_hold_is_not_certain(self, letter, cast):
        for person in (cast.contributor, cast.other):
            person.email = "lin@example.com"
            person.save()
        mail = mailbox.take_in(letter()).mail
        assert [match.certain for match in mailbox.matches(mail)] == [False, False]
        assert mail.member is None

    def test_a_phone_number_as_address_and_a_units_name_propose(self, letter, cast):
        number = cast.other.login_name
        mail = mailbox.take_in(
            letter(**{"from": word(str(cast.liaison.unit.name), "gbk") + f" <{number}@139.com>".encode()})
        ).mail
        found = {match.person: match.ground for match in mailbox.matches(mail)}
        assert number in found[cast.other]
        assert "单位" in found[cast.liaison]
        assert not any(match.certain for match in mailbox.matches(mail))

    def test_an_unknown_sender_matches_nobody(self, db):
        assert mailbox.matches(mailbox.take_in(message()).mail) == []


class TestConfirm:
    def test_two_texts_and_a_photograph_become_two_registered_manuscripts(self, mail, cast, call, section):
        photo = original(mail, "树下.jpg").pk
        pieces = [
            Piece(original(mail, "板凳会.txt").pk, (photo,)),
            Piece(original(mail, "第二篇.txt").pk, title="自拟标题"),
        ]
        done = mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=pieces, section=section)
        first, second = done.submissions
        assert (first.state, first.channel, first.mail, first.registered_by) == (
            State.SUBMITTED,
            "mail",
            mail,
            cast.editor,
        )
        assert first.contributor == cast.contributor
        assert first.attachments.count() == 1
        assert {one.name for one in first.originals.all()} == {"板凳会.txt", "树下.jpg"}
        assert second.title == "自拟标题"
        assert first.receipt_number != second.receipt_number
        # Each gets its receipt.
        assert [one.letters.get().kind for one in done.submissions] == ["receipt", "receipt"]
        mail.refresh_from_db()
        assert (mail.state, mail.handled_by) == ("confirmed", cast.editor)

    def test_the_body_as_the_text_without_signature(self, mail, cast, call):
        done = mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=[Piece(BODY)])
        (submission,) = done.submissions
        assert "请查收附件" in submission.body
        assert "林晓舟" not in submission.body
        assert submission.title == "报送稿件"
        assert any("签名" in remark for remark in done.remarks)

    def test_an_inline_image_stands_where_it_stood(self, cast, call, jpeg):
        page = '<p>第一段</p><img src="cid:p1"><p>第二段</p>'.encode()
        raw = multipart(
            part(page, b"text/html; charset=utf-8"),
            attachment(jpeg, b"inline; filename=a.jpg", b"image/jpeg\r\nContent-ID: <p1>"),
            kind=b"related",
        )
        mail = mailbox.take_in(raw).mail
        piece = Piece(BODY, (mail.originals.get().pk,))
        (submission,) = mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=[piece]).submissions
        assert submission.body.split() == ["第一段", "【照片1】", "第二段"]

    def test_photographs_alone_are_an_image_submission(self, mail, cast, call):
        piece = Piece(None, (original(mail, "树下.jpg").pk,))
        (submission,) = mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=[piece]).submissions
        assert (submission.kind, submission.attachments.count()) == ("image", 1)

    def test_a_file_that_cannot_be_read_stops_it_and_changes_nothing(self, cast, call):
        raw = multipart(attachment(b"\xd0\xcf\x11\xe0broken", b"attachment; filename=a.doc"))
        mail = mailbox.take_in(raw).mail
        with pytest.raises(FileRefused, match="a"):
            mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=[Piece(mail.originals.get().pk)])
        mail.refresh_from_db()
        assert mail.state == "waiting"
        assert Submission.objects.count() == 0

    def test_nothing_chosen_is_refused(self, mail, cast, call):
        with pytest.raises(Refused, match="还没有选"):
            mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=[])

    @pytest.mark.parametrize("who", ["contributor", "proofreader", "chief", "reader"])
    def test_only_those_who_register_do_it(self, mail, cast, call, who):
        for act in (
            lambda actor: mailbox.confirm(mail, actor, person=cast.contributor, pieces=[Piece(BODY)]),
            lambda actor: mailbox.discard(mail, actor, reason="广告"),
            lambda actor: mailbox.merge(mail, actor, Submission()),
            lambda actor: mailbox.restore(mail, actor),
        ):
            with pytest.raises(PermissionDenied):
                act(getattr(cast, who))

    def test_the_second_editor_is_told_and_nothing_is_doubled(self, mail, cast, call):
        stale = InboundMail.objects.get(pk=mail.pk)
        mailbox.confirm(mail, cast.editor, person=cast.contributor, pieces=[Piece(BODY)])
        with pytest.raises(mailbox.Handled, match="周予安已经办了"):
            mailbox.confirm(stale, cast.second_editor, person=cast.contributor, pieces=[Piece(BODY)])
        with pytest.raises(mailbox.Handled):
            mailbox.discard(stale, cast.second_editor, reason="广告")
        assert Submission.objects.count() == 1


class TestMerge:
    def test_files_and_words_are_added_and_what_is_typed_stays(self, mail, cast, make_submission):
        submission = make_submission("returned")
        typed = submission.body
        mailbox.merge(mail, cast.editor, submission, photos=[original(mail, "树下.jpg").pk])
        submission.refresh_from_db()
        assert submission.body == typed
        assert submission.mail == mail
        assert submission.originals.count() == 3
        assert submission.attachments.count() == 1
        said = submission.messages.get()
        assert (said.from_office, said.author) == (False, cast.contributor)
        assert "请查收附件" in said.body

    def test_photographs_stay_originals_once_the_text_is_in_review(self, mail, cast, make_submission):
        submission = make_submission("submitted")
        remarks = mailbox.merge(mail, cast.editor, submission, photos=[original(mail, "树下.jpg").pk])
        assert submission.attachments.count() == 0
        assert submission.originals.count() == 3
        assert "原件" in remarks[0]

    def test_not_into_one_taken_back(self, mail, cast, make_submission):
        with pytest.raises(Refused, match="不能再并入"):
            mailbox.merge(mail, cast.editor, make_submission("withdrawn"))


def test_a_discarded_mail_keeps_its_reason_and_can_come_back(mail, cast):
    with pytest.raises(Refused, match="为什么"):
        mailbox.discard(mail, cast.editor, reason="  ")
    mailbox.discard(mail, cast.editor, reason="广告")
    assert (mail.state, mail.reason) == ("discarded", "广告")
    mailbox.restore(mail, cast.second_editor)
    assert (mail.state, mail.handled_at, mail.reason) == ("waiting", None, "")


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_the_same_moment_make_one_manuscript(letter, cast, call):
    mail = mailbox.take_in(letter()).mail
    start, outcomes = threading.Barrier(2), []

    def act(editor):
        try:
            start.wait(10)
            mailbox.confirm(InboundMail.objects.get(pk=mail.pk), editor, person=cast.contributor, pieces=[Piece(BODY)])
            outcomes.append("done")
        except mailbox.Handled:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(editor,)) for editor in (cast.editor, cast.second_editor)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["done", "told"]
    assert Submission.objects.count() == 1


class TestCommand:
    def run(self, path, capsys) -> dict:
        call_command("import_mail", str(path), "--json")
        return json.loads(capsys.readouterr().out)

    def test_a_message(self, tmp_path, letter, capsys, db):
        path = tmp_path / "来信.eml"
        path.write_bytes(letter())
        told = self.run(path, capsys)
        assert (told["subject"], told["sender"], told["new"]) == ("报送稿件", "林晓舟 <lin@example.com>", True)
        assert [(one["name"], one["kind"]) for one in told["attachments"]] == [
            ("板凳会.txt", "text"),
            ("第二篇.txt", "text"),
            ("树下.jpg", "photo"),
        ]
        assert told["attachments"][0]["size"] == len(TEXT.encode("gbk"))
        assert told["inbound"] == InboundMail.objects.get().pk
        assert told["problems"] == []
        assert self.run(path, capsys)["new"] is False

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", None])
    def test_what_cannot_be_read_is_one_line_and_exit_2(self, data, tmp_path, capsys, db):
        path = tmp_path / "坏信.eml"
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(SystemExit) as leaving:
            call_command("import_mail", str(path))
        assert leaving.value.code == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "坏信.eml" in captured.err
        assert captured.err.count("\n") == 1
        assert InboundMail.objects.count() == 0

    def test_one_too_large_is_refused_before_it_is_read(self, tmp_path, settings, letter, capsys, db):
        settings.MAX_MAIL_BYTES = 100
        path = tmp_path / "大信.eml"
        path.write_bytes(letter())
        with pytest.raises(SystemExit):
            call_command("import_mail", str(path))
        assert "大信.eml" in capsys.readouterr().err


def test_names_from_outside_reach_no_path(db, settings):
    mail = mailbox.take_in(multipart(attachment(b"x", b'attachment; filename="../../../x.docx"'))).mail
    kept = mail.originals.get()
    assert kept.name == "x.docx"
    assert kept.file.name.startswith("originals/")
    assert sorted(path.parent.parent.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()) == [
        "mail",
        "originals",
    ]


def test_word_files_are_read_by_the_same_reader(cast, call):
    data = to_bytes(careless(["村里议事。"], "板凳会", "林晓舟"))
    mail = mailbox.take_in(multipart(attachment(data, b"attachment; filename=a.docx"))).mail
    (submission,) = mailbox.confirm(
        mail, cast.editor, person=cast.contributor, pieces=[Piece(mail.originals.get().pk)]
    ).submissions
    assert "村里议事" in submission.body
