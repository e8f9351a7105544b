"""fetch_mail against a real IMAP server: once each, without a trace, however it is interrupted."""

import json
import os
import signal
import socket
import subprocess
import sys
import uuid
from dataclasses import asdict

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from submissions import fetching, mailbox
from submissions.arrivals import InboundMail, Mailbox
from submissions.intake.imap import Account, MailboxRefused, modified_utf7, quoted
from tests.submissions.imap_server import MISSING, PASSWORD, ImapServer, program
from tests.submissions.mail_builder import attachment, message, multipart, part, word


@pytest.fixture(scope="module")
def server():
    if program() is None:
        pytest.skip(MISSING)
    with ImapServer() as server:
        yield server


@pytest.fixture
def user() -> str:
    return f"office-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def account(server, user) -> Account:
    return Account("localhost", user, PASSWORD, server.port, ca_file=str(server.certificate), timeout=20)


@pytest.fixture
def office(settings, monkeypatch, server, user):
    """The settings of the mailbox, as an office has them."""
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_USER = "localhost", server.port, user
    settings.IMAP_CA_FILE = str(server.certificate)
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    return settings


def letter(number: int, **fields) -> bytes:
    return message(
        f"第 {number} 封".encode("gbk"),
        message_id=b"<%d@x>" % number,
        subject=word(f"来稿{number}", "gbk"),
        content_type=b"text/plain; charset=gb2312",
        **fields,
    )


def subjects() -> list[str]:
    return list(InboundMail.objects.order_by("pk").values_list("subject", flat=True))


def fetch(account) -> list[str]:
    return [one.taken.mail.subject for one in fetching.fetch(account) if one.taken.new]


def run(capsys) -> dict:
    call_command("fetch_mail", "--json")
    return json.loads(capsys.readouterr().out)


def test_new_messages_come_once_and_stay_unread(server, user, office, capsys, db):
    server.put(
        user, letter(1), multipart(part(b"x"), attachment(b"y", b"attachment; filename=a.docx"), message_id=b"<2@x>")
    )
    told = run(capsys)
    assert told["new"] == 2
    assert [mail["subject"] for mail in told["mails"]] == ["来稿1", "subject"]
    assert [one["name"] for one in told["mails"][1]["attachments"]] == ["a.docx"]
    assert len(server.flags(user)) == 2
    assert all(b"\\Seen" not in line for line in server.flags(user))
    assert run(capsys) == {"mails": [], "new": 0, "problems": []}
    server.put(user, letter(3))
    assert run(capsys)["new"] == 1
    assert subjects() == ["来稿1", "subject", "来稿3"]


def test_the_name_is_told_before_the_folder_is_opened(server, user, account, db):
    server.put(user, letter(1))
    fetch(account)
    assert "name=quarterly" in server.log()


# Killed inside the transaction of the third message: its rows are written, not committed.
DYING = """
import json, os, signal, sys
import django
django.setup()
from submissions import fetching, mailbox
from submissions.intake.imap import Account
taken = mailbox.take_in
def die_at_the_third(raw, **options):
    result = taken(raw, **options)
    if result.mail.subject == "来稿3":
        os.kill(os.getpid(), signal.SIGKILL)
    return result
mailbox.take_in = die_at_the_third
list(fetching.fetch(Account(**json.loads(sys.argv[1]))))
"""


def database_url() -> str:
    """Of the test database, for a process of its own."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


def test_a_kill_between_two_messages_loses_and_doubles_nothing(server, user, account, transactional_db, tmp_path):
    server.put(user, *(letter(number) for number in range(1, 5)))
    environment = os.environ | {"DATABASE_URL": database_url(), "DATA_DIR": str(tmp_path), "PYTHONUTF8": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    killed = subprocess.run(
        [sys.executable, "-c", DYING, json.dumps(asdict(account))], cwd=settings.BASE_DIR, env=environment, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert subjects() == ["来稿1", "来稿2"]
    assert fetch(account) == ["来稿3", "来稿4"]
    assert fetch(account) == []


def test_a_changed_uidvalidity_reads_again_and_doubles_nothing(server, user, db):
    folder = "投稿"
    coded = modified_utf7(folder)
    account = Account("localhost", user, PASSWORD, server.port, folder, str(server.certificate), 20)

    def fill(*messages):
        with server.client(user) as connection:
            connection.create(quoted(coded))
        server.put(user, *messages, folder=quoted(coded))

    fill(letter(1), letter(2))
    assert fetch(account) == ["来稿1", "来稿2"]
    before = Mailbox.objects.get().uid_validity
    with server.client(user) as connection:
        connection.delete(quoted(coded))
    fill(letter(2), letter(3), letter(1))
    assert fetch(account) == ["来稿3"]
    assert Mailbox.objects.get().uid_validity != before
    assert Mailbox.objects.get().last_uid == 3


def test_one_bad_message_is_kept_with_its_reason_and_stops_nothing(server, user, account, db):
    server.put(user, multipart(*[part(b"x")] * 3000, message_id=b"<bad@x>", subject=word("坏信", "gbk")), letter(2))
    assert fetch(account) == ["坏信", "来稿2"]
    bad = InboundMail.objects.get(message_id="<bad@x>")
    assert "500 个以上的部分" in bad.problems[0]
    with bad.raw.open("rb") as raw:
        assert len(raw.read()) > 3000
    assert fetch(account) == []


def test_a_fault_of_ours_keeps_the_message_too(server, user, account, db, monkeypatch):
    def fail(raw, name):
        raise ValueError("not foreseen")

    server.put(user, letter(1))
    monkeypatch.setattr(mailbox, "read_mail", fail)
    monkeypatch.setattr(mailbox, "read_head", lambda raw: mailbox.ReadMail(("", ""), "信头", "", None, "", ""))
    assert fetch(account) == ["信头"]
    assert "读不出" in InboundMail.objects.get().problems[0]


def test_one_too_large_is_told_and_not_fetched(server, user, account, db, settings):
    settings.MAX_MAIL_BYTES = 2000
    server.put(user, message(b"x" * 5000, subject=word("大信", "gbk")), letter(2))
    assert fetch(account) == ["大信", "来稿2"]
    large = InboundMail.objects.get(subject="大信")
    assert "只收了信头" in large.problems[0]
    assert large.size > 5000
    assert large.raw.size < 1000


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"IMAP_HOST": ""}, "IMAP_HOST"),
        ({"IMAP_USER": ""}, "IMAP_USER"),
        ({"IMAP_CA_FILE": ""}, "证书不受信任"),
        ({"IMAP_CA_FILE": "/nowhere.pem"}, "nowhere.pem"),
        ({"IMAP_FOLDER": "没有的"}, "没有的"),
        ({"IMAP_FOLDER": "a\r\nb"}, "换行"),
        ({"IMAP_HOST": "no-such-host.invalid"}, "连不上"),
        ({"MAIL_PASSWORD": ""}, "MAIL_PASSWORD"),
        ({"MAIL_PASSWORD": "wrong"}, "授权码"),
        ({"MAIL_PASSWORD": "密码"}, "授权码"),
    ],
)
def test_what_stops_it_is_one_line_and_exit_2(change, told, office, monkeypatch, capsys, db):
    for name, value in change.items():
        if name == "MAIL_PASSWORD":
            monkeypatch.setenv(name, value)
        else:
            setattr(office, name, value)
    with pytest.raises(SystemExit) as leaving:
        call_command("fetch_mail")
    captured = capsys.readouterr()
    assert leaving.value.code == 2
    assert told in captured.err
    assert captured.err.count("\n") == 1
    assert PASSWORD not in captured.err


def test_a_server_that_says_nothing_and_a_port_that_is_closed(db):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        with pytest.raises(MailboxRefused, match="没有开这个端口"):
            fetch(Account("127.0.0.1", "a", "b", port))
        silent.listen()
        with pytest.raises(MailboxRefused, match="等了太久"):
            fetch(Account("127.0.0.1", "a", "b", port, timeout=1))


def test_folder_names_as_imap_writes_them():
    assert modified_utf7("投稿") == "&YpV6Pw-"
    assert modified_utf7("A&B") == "A&-B"
