"""Photographs through the form: each bad one gets clear words, the good ones and the text stay."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import encode_multipart
from django.urls import reverse

from journal.models import Picture
from submissions import workflow
from submissions.models import Submission
from tests.conftest import ALL_DECLARED
from tests.submissions.test_photo import photo_bytes, png_claiming

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def draft(make_draft, cast):
    return make_draft(cast.contributor)


@pytest.fixture
def writer(client, cast):
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(client, draft, *files, **changes):
    draft.refresh_from_db()
    data = {"title": draft.title, "body": draft.body, "byline": draft.byline, "section": draft.section_id}
    data |= {"draft_number": draft.draft_number, "origin": "original", "photos": list(files)} | changes
    return client.post(reverse("upload", args=[draft.pk]), data, headers=FETCH)


def file(data=None, name="树下.jpg", **options):
    return SimpleUploadedFile(name, photo_bytes(**options) if data is None else data, "image/jpeg")


BAD = {
    "empty": (b"", "0 字节|没有收到"),
    "cut": (photo_bytes()[:1500], "不完整"),
    "bomb": (png_claiming(60000, 60000), "像素太多"),
    "program": (b"MZ" + b"\0" * 500, "程序"),
    "page": (b"<!DOCTYPE html><script>alert(1)</script>", "网页"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_named_and_the_good_one_beside_it_taken(kind, writer, draft):
    import re

    data, words = BAD[kind]
    answer = upload(writer, draft, file(data, "坏的.jpg"), file(size=(2100, 1400)), body="一边传一边写的。")
    assert answer.status_code == 422
    assert re.search(words, answer.json()["refused"][0])
    draft.refresh_from_db()
    assert draft.attachments.count() == 1
    assert draft.body == "一边传一边写的。"


def test_without_scripts_a_refusal_is_what_the_page_opens_at(writer, draft):
    data = {"title": draft.title, "draft_number": draft.draft_number, "photos": [file(b"", "空的.jpg")]}
    answer = writer.post(reverse("upload", args=[draft.pk]), data, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("draft", args=[draft.pk])
    assert "“空的.jpg”" in answer.content.decode()


def test_a_png_named_jpg_is_kept_warned_of_and_converted(writer, draft):
    state = upload(writer, draft, file(file_format="PNG", size=(2100, 1400))).json()
    assert "转成 JPEG" in state["html"]
    assert state["counts"]["warning"] == 2
    attachment = draft.attachments.get()
    address = reverse("change_photo", args=[draft.pk, attachment.pk, "convert"])
    draft.refresh_from_db()
    writer.post(address, {"title": draft.title, "draft_number": draft.draft_number, "byline": "林晓舟"})
    attachment.refresh_from_db()
    assert attachment.picture.format == "JPEG"
    assert Picture.objects.filter(format="PNG").exists()


def test_only_so_many_photographs(writer, draft, monkeypatch):
    monkeypatch.setattr("submissions.drafts.MOST_PHOTOS", 1)
    state = upload(writer, draft, file(), file(size=(1300, 900), name="第二张.jpg")).json()
    assert "“第二张.jpg”没有收" in state["refused"][0]
    assert draft.attachments.count() == 1


def test_an_upload_cut_off_in_the_middle_leaves_the_draft_and_no_photograph(client, draft, cast):
    """The connection ends inside the file: the part that did not end is left out, the text stays."""
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    parts = {"title": draft.title, "body": "传到一半。", "draft_number": 0, "photos": file(size=(2100, 1400))}
    whole = encode_multipart("cut", parts)
    answer = client.generic(
        "POST",
        reverse("upload", args=[draft.pk]),
        whole[: len(whole) // 2],
        content_type="multipart/form-data; boundary=cut",
        headers=FETCH,
    )
    assert answer.status_code == 422
    assert "传到一半断了" in answer.json()["refused"][0]
    draft.refresh_from_db()
    assert (draft.body, draft.attachments.count()) == ("传到一半。", 0)


def test_order_changes_take_the_marks_in_the_text_along(writer, draft):
    upload(writer, draft, *(file(size=(1000 + n, 800), name=f"{n}.jpg") for n in range(3)))
    first, second, third = draft.attachments.all()

    def act(attachment, verb):
        draft.refresh_from_db()
        data = {"title": draft.title, "body": draft.body, "draft_number": draft.draft_number}
        return writer.post(reverse("change_photo", args=[draft.pk, attachment.pk, verb]), data, headers=FETCH)

    Submission.objects.filter(pk=draft.pk).update(body="甲\n【照片1】\n乙\n【照片2】\n丙\n【照片3】")
    act(first, "down")
    assert list(draft.attachments.all()) == [second, first, third]
    draft.refresh_from_db()
    assert draft.body == "甲\n【照片2】\n乙\n【照片1】\n丙\n【照片3】"
    act(second, "remove")
    draft.refresh_from_db()
    assert draft.body == "甲\n【照片1】\n乙\n\n丙\n【照片2】"
    act(first, "up")
    assert list(draft.attachments.all()) == [first, third]


def test_replacing_keeps_what_was_written_about_it(writer, draft):
    upload(writer, draft, file(size=(640, 480)))
    attachment = draft.attachments.get()
    prefix = f"photo-{attachment.pk}"
    draft.refresh_from_db()
    data = {"title": draft.title, "draft_number": draft.draft_number, f"{prefix}-caption": "村民议事"}
    data |= {f"{prefix}-print_width_mm": 170, f"replace-{attachment.pk}": file(size=(2100, 1400), name="原图.jpg")}
    state = writer.post(reverse("change_photo", args=[draft.pk, attachment.pk, "replace"]), data, headers=FETCH).json()
    attachment.refresh_from_db()
    assert (attachment.picture.width, attachment.picture.caption) == (2100, "村民议事")
    assert state["photos"][0]["level"] == "ok"


def test_a_caption_too_long_is_told_at_its_field_and_the_text_is_saved(writer, draft):
    upload(writer, draft, file())
    attachment = draft.attachments.get()
    draft.refresh_from_db()
    prefix = f"photo-{attachment.pk}"
    data = {"title": "照存", "draft_number": draft.draft_number, f"{prefix}-caption": "长" * 201}
    data[f"{prefix}-print_width_mm"] = 81
    answer = writer.post(reverse("autosave", args=[draft.pk]), data, headers=FETCH)
    assert answer.status_code == 422
    assert f"{prefix}-caption" in answer.json()["errors"]
    page = writer.post(reverse("draft", args=[draft.pk]), data | {"draft_number": draft.draft_number + 1})
    assert page.status_code == 422
    assert "长" * 201 in page.content.decode()
    draft.refresh_from_db()
    assert draft.title == "照存"


def test_nothing_is_added_to_a_manuscript_that_was_handed_in(writer, draft, cast):
    workflow.submit(draft, cast.contributor, declared=ALL_DECLARED)
    assert upload(writer, draft, file()).status_code == 404
    assert draft.attachments.count() == 0


def test_own_photographs_only(writer, client, draft, cast):
    upload(writer, draft, file())
    address = reverse("photo", args=[draft.pk, draft.attachments.get().pk])
    answer = writer.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.getvalue().startswith(b"\xff\xd8")
    client.force_login(cast.other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404
    assert client.post(reverse("change_photo", args=[draft.pk, 1, "remove"])).status_code == 404
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    draft.refresh_from_db()
    data = {"title": draft.title, "draft_number": draft.draft_number}
    assert client.post(reverse("change_photo", args=[draft.pk, 999999, "remove"]), data).status_code == 404


def test_a_mark_without_its_photograph_is_told(writer, draft):
    Submission.objects.filter(pk=draft.pk).update(body="甲。\n【照片1】")
    notes = writer.get(reverse("review_draft", args=[draft.pk])).context["reading"].notes
    assert [note.finding.code for note in notes] == ["photo.mark"]
    upload(writer, draft, file(size=(2100, 1400)))
    codes = [
        note.finding.code for note in writer.get(reverse("review_draft", args=[draft.pk])).context["reading"].notes
    ]
    assert codes == ["picture.caption", "picture.photographer"]
