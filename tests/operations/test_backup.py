"""A backup holds everything as at one moment, tells when it is damaged, and comes back on either database."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import psycopg2
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from members.models import Event, Unit
from operations import archive, backing_up, restoring, rows, schema
from scripts.run_tests import POSTGRES_URL, postgres_missing

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ROOT = Path(__file__).resolve().parents[2]
OWN_VERBS = ("('verb', '备份')", "('verb', '恢复备份')")


def rewrite(path: Path, change) -> None:
    """Write the archive again with `change(name, data)` for the data of each entry (None leaves it out)."""
    with zipfile.ZipFile(path) as source:
        entries = [(entry.filename, source.read(entry)) for entry in source.infolist()]
    with zipfile.ZipFile(path, "w") as target:
        for name, data in entries:
            if (changed := change(name, data)) is not None:
                target.writestr(name, changed)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_in_it_and_nobody_waits(tmp_path, cast):
    """The writer finishes while the backup is half-way: had it to wait, the callback would never return."""
    written = []

    def write():
        unit = Unit.objects.create(name="中途建的单位")
        Event.objects.record(cast.editor, "中途", unit)
        connection.close()

    def half_way(number, total, name):
        if name == "members.Unit" and not written:
            thread = threading.Thread(target=write)
            thread.start()
            thread.join(10)
            assert not thread.is_alive()
            written.append(name)

    before = Unit.objects.count(), Event.objects.count()
    manifest = backing_up.back_up(tmp_path / "a.zip", half_way)
    assert written
    assert (manifest.tables["members.Unit"].rows, manifest.tables["members.Event"].rows) == before
    assert Unit.objects.filter(name="中途建的单位").exists()


@pytest.mark.django_db(transaction=True)
class TestReading:
    @pytest.fixture
    def backup(self, tmp_path, make_submission, make_picture):
        make_submission("submitted")
        self.picture = make_picture()
        path = tmp_path / "a.zip"
        backing_up.back_up(path)
        return path

    def test_a_whole_one_is_whole(self, backup):
        manifest = restoring.check(backup)
        assert manifest.rows > 100
        assert self.picture.file.name in manifest.files
        assert not manifest.missing

    def test_it_is_for_its_owner_alone(self, backup):
        assert backup.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("name", ["rows/members.Unit.jsonl", "files/", "manifest.json"])
    def test_a_change_anywhere_is_found(self, backup, name):
        rewrite(backup, lambda entry, data: data[:-3] + b"xyz" if entry.startswith(name) else data)
        with pytest.raises(archive.Damaged):
            restoring.check(backup)

    @pytest.mark.parametrize("name", ["rows/members.User.jsonl", "files/", "manifest.json"])
    def test_what_is_left_out_is_missed(self, backup, name):
        rewrite(backup, lambda entry, data: None if entry.startswith(name) else data)
        with pytest.raises(archive.Damaged):
            restoring.check(backup)

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
    def test_one_not_carried_over_whole_is_no_backup(self, backup, share):
        data = backup.read_bytes()
        backup.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(archive.Damaged):
            restoring.check(backup)

    def test_a_flipped_bit_inside_is_found(self, backup):
        with zipfile.ZipFile(backup) as source:
            photograph = source.getinfo(f"files/{self.picture.file.name}")
        data = bytearray(backup.read_bytes())
        data[photograph.header_offset + 500] ^= 4
        backup.write_bytes(data)
        with pytest.raises(archive.Damaged):
            restoring.check(backup)

    def test_a_newer_programs_is_refused(self, backup):
        def newer(entry, data):
            return (
                data.replace(b'"members": [', b'"members": ["9999_from_tomorrow",')
                if entry == "manifest.json"
                else data
            )

        rewrite(backup, newer)
        with pytest.raises(schema.NewerProgram, match="9999_from_tomorrow"):
            restoring.restore(backup, overwrite=True)

    def test_a_database_with_content_is_left_alone(self, backup):
        before = Unit.objects.count()
        errors = StringIO()
        with pytest.raises(SystemExit) as exit_code:
            call_command("restore", str(backup), stderr=errors)
        assert exit_code.value.code == 2
        assert "数据库里已有内容" in errors.getvalue()
        assert Unit.objects.count() == before

    def test_a_file_that_a_row_names_and_nobody_has_is_told(self, tmp_path, backup):
        default_storage.delete(self.picture.file.name)
        assert backing_up.back_up(tmp_path / "b.zip").missing == [self.picture.file.name]


@pytest.mark.django_db(transaction=True)
def test_a_folder_keeps_the_newest_and_touches_nothing_else(tmp_path):
    for name in ("backup-20250101-020000.zip", "backup-20250102-020000.zip", "backup-mine.zip", "letter.zip"):
        (tmp_path / name).write_bytes(b"x")
    path, _, removed = backing_up.back_up_into(tmp_path, keep=2)
    assert [one.name for one in removed] == ["backup-20250101-020000.zip"]
    assert {one.name for one in tmp_path.iterdir()} == {
        path.name,
        "backup-20250102-020000.zip",
        "backup-mine.zip",
        "letter.zip",
    }


@pytest.mark.django_db(transaction=True)
def test_a_failure_leaves_the_older_one(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    backing_up.back_up(path)
    before = path.read_bytes()
    monkeypatch.setattr(backing_up.stored, "paths", lambda: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(SystemExit):
        call_command("backup", str(path), stderr=StringIO())
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "partial" in one.name] == []


def test_every_kind_of_value_keeps_each_digit():
    moment = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
    line = rows.encode(
        (1, "字“”\n", None, True, moment, date(2026, 3, 1), Decimal("2.50"), {"b": 1, "a": [2]}, b"\0\xff")
    )
    assert json.loads(line) == [
        *(1, "字“”\n", None, True, "2026-03-01T08:30:00.123456+00:00", "2026-03-01", "2.50"),
        *({"a": [2], "b": 1}, "AP8="),
    ]
    assert line.count(b"\n") == 0
    with pytest.raises(TypeError, match="object"):
        rows.encode((object(),))


# --- From one kind of database to the other and back, with the demonstration's rows and files ---


def manage(data_dir: Path, url: str, *arguments: str) -> dict:
    environment = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in arguments else {}


def _plain(value):
    """A column's value as either driver gives it, made alike: times in UTC, numbers for truth, JSON in one order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, int | float | Decimal):
        return float(value)
    return value if isinstance(value, bytes | type(None)) else _text(str(value))


def _text(value: str):
    for shape in ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(value, shape).replace(tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        except ValueError:
            continue
    if value[:1] in ("[", "{"):
        try:
            return json.dumps(json.loads(value), sort_keys=True, ensure_ascii=False)
        except ValueError:
            return value
    return value.replace("-", "") if UUID.fullmatch(value) else value


def everything(connection, names: set[str]) -> dict[str, list]:
    """Every row of the tables, column by column, read by the bare driver; without what each command tells of itself."""
    cursor, found = connection.cursor(), {}
    for name in sorted(names):
        cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 (names from the database itself)
        columns = [column[0] for column in cursor.description]
        order = sorted(range(len(columns)), key=columns.__getitem__)
        rows_read = (repr([(columns[place], _plain(row[place])) for place in order]) for row in cursor)
        found[name] = sorted(row for row in rows_read if not any(verb in row for verb in OWN_VERBS))
    return found


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def postgres_database():
    """An empty database on the test server, dropped afterwards."""
    if missing := postgres_missing():
        pytest.skip(f"PostgreSQL 连接不上（{missing}）")
    server, name = POSTGRES_URL.rpartition("/")[0], f"restored_{os.getpid()}"
    admin = psycopg2.connect(f"{server}/postgres")
    admin.autocommit = True
    admin.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
    admin.cursor().execute(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """The demonstration in a folder of its own on SQLite, its backup, and what the command said of it."""
    folder = tmp_path_factory.mktemp("demonstration")
    manage(folder, "", "migrate", "--verbosity", "0")
    manage(folder, "", "demo")
    path = folder / "one.zip"
    return folder, path, manage(folder, "", "backup", str(path), "--json")


def test_every_row_and_file_on_the_other_database_and_back(tmp_path, postgres_database, demonstration):
    first, one, told = demonstration
    second, third = tmp_path / "second", tmp_path / "third"
    assert told["missing"] == []
    there = manage(second, postgres_database, "restore", str(one), "--json")
    assert (there["rows"], there["files"]) == (told["rows"], told["files"])

    manage(second, postgres_database, "backup", str(tmp_path / "two.zip"), "--json")
    # What was there is kept under another name.
    third.mkdir()
    shutil.copy(first / "db.sqlite3", third)
    again = manage(third, "", "restore", str(tmp_path / "two.zip"), "--overwrite", "--json")
    assert Path(again["kept_as"]).read_bytes() == (first / "db.sqlite3").read_bytes()

    at_first = sqlite3.connect(first / "db.sqlite3")
    tables = at_first.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    left_out = ("journal_search", "sqlite_", "django_session", "django_migrations")
    names = {name for (name,) in tables if not name.startswith(left_out)}
    with psycopg2.connect(postgres_database) as in_between:
        wanted = everything(at_first, names)
        assert everything(in_between, names) == wanted
    in_between.close()
    assert everything(sqlite3.connect(third / "db.sqlite3"), names) == wanted
    assert sum(map(len, wanted.values())) == told["rows"]
    assert files_below(first / "media") == files_below(second / "media") == files_below(third / "media")
    told_of = "SELECT count(*) FROM members_event WHERE verb IN ('备份', '恢复备份')"
    # One backup, brought back and backed up again, brought back once more: whole copies are told of in the trail.
    assert sqlite3.connect(first / "db.sqlite3").execute(told_of).fetchone() == (1,)
    assert sqlite3.connect(third / "db.sqlite3").execute(told_of).fetchone() == (2,)
    # The index of the search is no table of rows: it is made anew.
    for folder, url in ((second, postgres_database), (third, "")):
        assert manage(folder, url, "search", "网格", "--json")["total"] > 3


def test_a_row_that_points_nowhere_is_refused_and_the_old_database_stays(tmp_path, demonstration):
    folder, whole, _ = demonstration
    path = Path(shutil.copy(whole, tmp_path))
    told = json.loads(zipfile.ZipFile(path).read("manifest.json"))
    number = len(told["tables"]["auth.Permission"]["columns"])
    assert number == 4
    name = "rows/auth.Permission.jsonl"
    lines = zipfile.ZipFile(path).read(name).splitlines(keepends=True)
    lines[0] = rows.encode((*json.loads(lines[0])[:2], 987654, "nobody")) + b"\n"
    digest = rows.Digest()
    for line in lines:
        digest.add(line.removesuffix(b"\n"))
    told["tables"]["auth.Permission"]["digest"] = digest.value
    changes = {name: b"".join(lines), "manifest.json": json.dumps(told).encode()}
    rewrite(path, lambda entry, data: changes.get(entry, data))

    before = (folder / "db.sqlite3").read_bytes()
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "restore", str(path), "--overwrite"],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "已退回原样" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "db.sqlite3").read_bytes() == before


@pytest.mark.django_db(transaction=True)
def test_files_of_the_same_name_and_other_content_give_way(tmp_path, make_picture):
    picture = make_picture()
    name = picture.file.name
    with picture.file.open() as file:
        wanted = file.read()
    path = tmp_path / "a.zip"
    backing_up.back_up(path)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"something else"))
    with archive.opened(path) as (source, manifest):
        restoring._put_files(source, manifest, lambda *_: None)
    with default_storage.open(name) as file:
        assert file.read() == wanted
