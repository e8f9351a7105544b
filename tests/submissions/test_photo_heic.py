"""HEIC of phones: read, turned once, converted with every pixel; hostile files refused from their header."""

import io

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from PIL.ExifTags import Base
from pillow_heif import HeifFile

from journal import pictures
from submissions.intake.photo import PhotoRefused, as_jpeg, read_photo, store_photo
from tests.submissions.photo_builder import claiming, heic, scene

SIZE = (480, 320)


def small(seed: int = 0) -> Image.Image:
    return scene(seed).resize(SIZE)


def read(data: bytes):
    return read_photo(io.BytesIO(data), "村口.heic")


def turned() -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    image = small().copy()
    image.paste((255, 0, 0), (0, 0, SIZE[0] // 2, SIZE[1]))
    return heic(image, exif=exif.tobytes())


def test_read_by_content_and_measured_as_seen():
    photo = read(heic(small()))
    assert (photo.format, photo.width, photo.height, photo.mode) == ("HEIC", *SIZE, "RGB")
    assert photo.sharpness is not None
    assert photo.likeness is not None


def test_the_process_does_not_open_such_files_elsewhere():
    assert "HEIF" not in Image.OPEN


def test_orientation_is_applied_once():
    photo = read(turned())
    assert (photo.width, photo.height, photo.orientation) == (SIZE[1], SIZE[0], 1)


@pytest.mark.django_db
def test_readers_and_the_converted_file_see_it_upright(cast):
    picture = store_photo(ContentFile(turned()), "村口.heic", cast.contributor)
    converted = as_jpeg(picture, cast.contributor)
    assert (converted.format, converted.original_name) == ("JPEG", "村口.jpg")
    assert (converted.width, converted.height) == (picture.width, picture.height) == (SIZE[1], SIZE[0])
    with converted.file.open("rb") as file, Image.open(file) as image:
        whole = image.convert("RGB")
    with Image.open(pictures.derivative(picture, 480)) as image:
        shown = image.convert("RGB")
    for upright in (whole, shown):
        red, _, blue = upright.getpixel((upright.width // 2, upright.height // 10))
        assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (claiming(heic(small()), 60000, 60000), r"像素太多（60000×60000）"),
        (claiming(heic(small()), 12000, 12000), "像素太多"),
        (claiming(heic(small()), 100, 100), "不完整"),
        (heic(small())[:-1000], "不完整"),
        (heic(small(), tile_size=128)[:-2000], "不完整"),
        (heic(small())[:200], "不完整"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 60, "打不开"),
        (b"\x00\x00\x00\x18ftypqt  " + b"\x00" * 60, "视频"),
    ],
    ids=["bomb", "large", "smaller", "cut", "cut tiles", "header alone", "empty", "film"],
)
def test_hostile_and_broken_files_are_refused(data, words):
    with pytest.raises(PhotoRefused, match=words):
        read(data)


def test_of_several_pictures_the_primary_one_is_taken():
    several = HeifFile()
    for image in (small(1).resize((320, 240)), small()):
        several.add_from_pillow(image)
    buffer = io.BytesIO()
    several.save(buffer, primary_index=1)
    photo = read(buffer.getvalue())
    assert (photo.width, photo.height) == SIZE


def test_transparent_and_grey_ones_are_read():
    assert read(heic(small().convert("RGBA"))).mode == "RGBA"
    assert read(heic(small().convert("L"))).format == "HEIC"


@pytest.mark.django_db
def test_a_warning_with_conversion_offered_in_the_form(client, cast, make_draft):
    draft = make_draft(cast.contributor)
    client.force_login(cast.contributor)
    file = ContentFile(heic(small()), "IMG_0001.HEIC")
    client.post(
        reverse("upload", args=[draft.pk]), {"photos": [file], "draft_number": draft.draft_number, "title": "一"}
    )
    attachment = draft.attachments.get()
    page = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert attachment.picture.format == "HEIC"
    assert "转成 JPEG" in page
    draft.refresh_from_db()
    client.post(
        reverse("change_photo", args=[draft.pk, attachment.pk, "convert"]),
        {"draft_number": draft.draft_number, "title": "一"},
    )
    assert draft.attachments.get().picture.format == "JPEG"
