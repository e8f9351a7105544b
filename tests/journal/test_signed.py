"""Scans of signed sheets: what is taken, what is refused and why, who may fetch them."""

import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from journal import signed
from journal.models import SignedSheet

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str, size=(300, 400)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).save(out, kind)
    return out.getvalue()


def store(data: bytes, name="审签单.pdf", by=None):
    return signed.store_sheet(ContentFile(data), name, by)


@pytest.mark.parametrize("data", [PDF, picture("JPEG"), picture("PNG")], ids=["pdf", "jpeg", "png"])
def test_a_whole_scan_is_kept_byte_for_byte(data, cast):
    sheet = store(data, r"C:\扫描\审签单（周）.pdf", cast.editor)
    with sheet.file.open("rb") as file:
        assert file.read() == data
    assert (sheet.name, sheet.size, sheet.added_by) == ("审签单（周）.pdf", len(data), cast.editor)
    assert sheet.file.name == f"sheets/{sheet.sha256[:2]}/{sheet.sha256}"


def test_equal_files_share_one_place_and_keep_their_own_names(cast):
    one, two = store(PDF, "甲.pdf", cast.editor), store(PDF, "乙.pdf", cast.liaison)
    assert one.file.name == two.file.name
    assert (one.name, two.name) == ("甲.pdf", "乙.pdf")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "是空文件"),
        (b"<html>sheet</html>", "不是 PDF、JPG 或 PNG"),
        (b"GIF89a" + b"\0" * 60, "不是 PDF、JPG 或 PNG"),
        (PDF[:40], "不完整"),
        (picture("JPEG")[:900], "打不开"),
        (picture("PNG")[:900], "打不开"),
        (PDF + b"\0" * signed.MAX_SHEET_BYTES, "超过 20 MB"),
    ],
    ids=["empty", "page", "gif", "cut pdf", "cut jpeg", "cut png", "too large"],
)
def test_what_is_no_scan_is_refused_with_its_name_and_leaves_nothing(db, data, told):
    with pytest.raises(signed.SheetRefused, match=told) as refusal:
        store(data, "单子.pdf")
    assert "“单子.pdf”" in str(refusal.value)
    assert not SignedSheet.objects.exists()


def test_a_picture_called_pdf_is_downloaded_under_what_it_is(client, cast):
    sheet = store(picture("PNG"), "审签单.pdf", cast.liaison)
    client.force_login(cast.liaison)
    response = client.get(reverse("sheet", args=[sheet.pk]))
    b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Disposition"].endswith(".pdf.png")
    assert "no-store" in response["Cache-Control"]


def test_a_long_name_is_shortened_and_keeps_its_suffix():
    name = signed.shown_name("长" * 400 + ".pdf")
    assert len(name) <= 255
    assert name.endswith(".pdf")
