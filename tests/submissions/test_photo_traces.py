"""Places, serial numbers and names in a file: named to the writer, kept out of every picture made of it."""

import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from PIL.ExifTags import Base
from PIL.PngImagePlugin import PngInfo

from journal import pictures
from submissions import drafts
from submissions.intake.photo import as_jpeg, read_photo, store_photo
from submissions.photo_cards import photo_cards
from tests.submissions.photo_builder import (
    encoded,
    exif_with_canon_note,
    exif_with_nikon_note,
    heic,
    scene,
    with_iptc,
    with_xmp,
)

SECRETS = (b"SN-7788", b"LENS-5566", b"Lin Xiaozhou", b"Haikou", b"http://ns.adobe.com", b"Exif\x00\x00", b"8BIM")


def telling_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Artist], exif[Base.Orientation] = "Kamera", "Lin Xiaozhou", 6
    inner = exif.get_ifd(0x8769)
    inner[Base.BodySerialNumber], inner[Base.LensSerialNumber] = "SN-7788", "LENS-5566"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (18.0, 15.0, 9.0)
    return exif


def kinds(data: bytes) -> list[str]:
    return read_photo(io.BytesIO(data), "村口.jpg").traces


def jpeg(**options) -> bytes:
    return encoded(scene(), **options)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (jpeg(), []),
        (jpeg(exif=telling_exif()), ["place", "body_serial", "lens_serial", "owner"]),
        (heic(scene(), exif=telling_exif().tobytes()), ["place", "body_serial", "lens_serial", "owner"]),
        (with_xmp(jpeg(), 'aux:SerialNumber="SN-7788" exif:GPSLatitude="18,15.1N"'), ["place", "body_serial"]),
        (with_xmp(jpeg(), elements="<aux:LensSerialNumber>LENS-5566</aux:LensSerialNumber>"), ["lens_serial"]),
        (with_xmp(jpeg(), 'aux:SerialNumber=""', "<aux:OwnerName></aux:OwnerName>"), []),
        (with_iptc(jpeg(), 90, b"Haikou"), ["place"]),
        (with_iptc(jpeg(), 80, b"Lin Xiaozhou"), ["owner"]),
        (with_iptc(jpeg(), 105, b"Headline"), []),
        (jpeg(exif=exif_with_canon_note(b"Lin Xiaozhou\x00")), ["owner"]),
        (jpeg(exif=exif_with_canon_note(b"\x00" * 32)), []),
        (jpeg(exif=exif_with_nikon_note(b"SN-7788\x00")), ["body_serial"]),
    ],
    ids=["none", "exif", "heic", "xmp", "element", "empty", "city", "by-line", "headline", "canon", "blank", "nikon"],
)
def test_each_kind_is_named(data, expected):
    assert kinds(data) == expected


def test_a_maker_note_that_points_outside_says_nothing():
    data = bytearray(jpeg(exif=exif_with_canon_note(b"Lin Xiaozhou\x00")))
    place = data.index(b"\x00\x01\x00\x09\x00\x02") + 10
    data[place : place + 4] = b"\x7f\xff\xff\xff"
    assert kinds(bytes(data)) == []


def png_with_text() -> bytes:
    text = PngInfo()
    text.add_text("comment", "Lin Xiaozhou SN-7788")
    return encoded(scene(), "PNG", pnginfo=text, exif=telling_exif().tobytes())


def telling_jpeg() -> bytes:
    return with_iptc(
        with_xmp(jpeg(exif=telling_exif(), comment=b"SN-7788"), 'aux:SerialNumber="SN-7788"'), 90, b"Haikou"
    )


def tiff() -> bytes:
    """Pillow writes the main directory alone: what the inner ones would tell is written there, as a DNG does."""
    exif = telling_exif()
    return encoded(
        scene(),
        "TIFF",
        tiffinfo={Base.Artist: "Lin Xiaozhou", 0xC62F: "SN-7788", Base.Orientation: exif[Base.Orientation]},
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [telling_jpeg(), png_with_text(), heic(scene(), exif=telling_exif().tobytes()),
     encoded(scene(), "WEBP", exif=telling_exif().tobytes()), tiff()],
    ids=["jpeg", "png", "heic", "webp", "tiff"],
)  # fmt: skip
def test_nothing_of_it_is_in_what_readers_get_or_in_a_converted_file(data, cast):
    picture = store_photo(ContentFile(data), "村口.jpg", cast.contributor)
    assert "body_serial" in picture.details["traces"]
    assert (picture.width, picture.height) == (800, 1200)
    made = [pictures.derivative(picture, width).read_bytes() for width in pictures.WIDTHS]
    if picture.format != "JPEG":
        converted = as_jpeg(picture, cast.contributor)
        assert (converted.width, converted.height) == (picture.width, picture.height)
        assert (converted.details["traces"], converted.details["orientation"]) == ([], 1)
        with converted.file.open("rb") as file:
            made.append(file.read())
    for one in made:
        assert not [secret for secret in SECRETS if secret in one]
        with Image.open(io.BytesIO(one)) as image:
            assert not image.getexif()
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }


@pytest.mark.django_db
def test_the_form_names_kinds_and_resolutions_and_no_value(client, cast, make_draft):
    draft = make_draft(cast.contributor)
    data = with_xmp(jpeg(exif=telling_exif(), dpi=(72, 72)), 'tiff:XResolution="300/1" tiff:YResolution="300/1"')
    drafts.attach(draft, store_photo(ContentFile(data), "村口.jpg", cast.contributor))
    client.force_login(cast.contributor)
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert "文件里记着拍摄地点、相机序列号、镜头序列号、机主或作者的姓名，读者看到的图里没有。" in page
    assert "JFIF 72、XMP 300" in page
    assert "SN-7788" not in page


@pytest.mark.django_db
def test_a_photograph_taken_in_before_kinds_were_kept_still_names_its_place(cast, make_draft, make_picture):
    draft = make_draft(cast.contributor)
    drafts.attach(draft, make_picture(details={"has_gps": True}))
    (card,) = photo_cards(draft)
    assert (card.traces, card.resolutions) == ("拍摄地点", "")
