"""Files no row names: put aside first, removed later, put back where a row names them again."""

import hashlib
import json
import os
import uuid
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from journal.signed import store_sheet
from operations import stored, sweeping
from submissions import registering
from submissions.intake.taking import keep_original
from tests.journal.test_signed import PDF

pytestmark = pytest.mark.django_db

TEXT = "村里把议事桌搬到榕树下，大家商量着办事。".encode()


def age(path: str, days: int) -> None:
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(path), (then, then))


def put(data: bytes, *, days: int, folder="originals") -> str:
    digest = hashlib.sha256(data).hexdigest()
    path = default_storage.save(f"{folder}/{digest[:2]}/{digest}", ContentFile(data))
    age(path, days)
    return path


def swept(days=7, *, after=0, dry_run=False) -> sweeping.Swept:
    return sweeping.sweep(days, dry_run=dry_run, at=timezone.now() + timedelta(days=after))


def test_put_aside_then_removed_and_neither_before_its_time():
    path = put(TEXT, days=6)
    assert swept().aside == {}
    age(path, 8)
    assert swept().aside == {path: len(TEXT)}
    (place,) = stored.paths()
    assert place == f"swept/{timezone.localdate():%Y-%m-%d}/{path}"
    assert swept(after=6).removed == {}
    told = swept(after=7)
    assert (told.removed, told.freed) == ({path: len(TEXT)}, len(TEXT))
    assert list(stored.paths()) == []


def test_a_dry_run_tells_the_same_and_moves_nothing():
    path = put(TEXT, days=8)
    assert swept(dry_run=True).aside == {path: len(TEXT)}
    assert list(stored.paths()) == [path]


def test_what_a_row_names_stays_whatever_column_it_is(make_submission, make_picture, cast):
    submission = make_submission("submitted")
    make_picture()
    store_sheet(ContentFile(PDF), "审签单.pdf", cast.editor)
    keep_original(TEXT, "来稿.txt", added_by=cast.contributor, submission=submission)
    kept = list(stored.paths())
    assert len(kept) == 3
    for path in kept:
        age(path, 99)
    assert swept().aside == {}
    assert list(stored.paths()) == kept


def test_a_parcel_keeps_its_files_until_it_is_dropped(call, cast):
    named = {"channel": "post", "received_on": timezone.localdate(), "call": call}
    upload = registering.Upload("来稿.txt", BytesIO(TEXT))
    parcel = registering.open_parcel(uuid.uuid4(), cast.editor, uploads=[upload], **named)
    (path,) = stored.paths()
    age(path, 99)
    assert swept().aside == {}
    registering.drop(parcel, cast.editor)
    assert swept().aside == {path: len(TEXT)}


def test_what_is_named_again_comes_back(make_submission, cast):
    path = put(TEXT, days=8)
    swept()
    submission = make_submission("submitted")
    original = keep_original(TEXT, "来稿.txt", added_by=cast.contributor, submission=submission)
    default_storage.delete(path)  # as though its writer had found the file in its place just before it was moved
    told = swept(after=30)
    assert (told.back, told.removed) == ({path: len(TEXT)}, {})
    with original.file.open() as file:
        assert file.read() == TEXT


def test_a_row_that_comes_during_the_sweep_keeps_its_file(make_submission, cast, monkeypatch):
    path = put(TEXT, days=8)
    submission = make_submission("submitted")
    asked = []

    def named_files():
        if asked:
            # Its writer saw the file in its place before the sweep moved it, and commits now.
            submission.originals.create(file=path, name="来稿.txt", sha256=path[-64:], size=len(TEXT))
        asked.append(True)
        return iter([path] if len(asked) > 1 else [])

    monkeypatch.setattr(sweeping, "named_files", named_files)
    told = swept()
    assert (told.aside, told.back) == ({}, {path: len(TEXT)})
    assert list(stored.paths()) == [path]


def test_files_of_others_are_left_alone():
    names = ["notes/read-me.txt", "originals/ab/short", f"originals/ab/{'c' * 64}"]
    for name in names:
        default_storage.save(name, ContentFile(b"x"))
        age(name, 99)
    assert swept().aside == {}
    assert list(stored.paths()) == sorted(names)


def test_the_command_lists_and_refuses():
    path = put(TEXT, days=8)
    out = StringIO()
    call_command("sweep_files", "--dry-run", stdout=out)
    assert f"会移到 swept/：{path}" in out.getvalue()
    assert "会移走 1 个，删去 0 个" in out.getvalue()
    out = StringIO()
    call_command("sweep_files", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["aside"] == [{"path": path, "size": len(TEXT)}]
    assert (told["bytes_freed"], told["dry_run"]) == (0, False)
    err = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("sweep_files", "--days", "0", stderr=err)
    assert stopped.value.code == 2
    assert "至少是 1" in err.getvalue()
