"""Photographs as they arrive: judged by content, measured in print centimetres, refused in plain words."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from PIL.ExifTags import Base

from journal.models import Picture
from journal.pictures import derivative
from submissions.checks.image import dpi_at, largest_passing, picture_findings, print_cm
from submissions.intake.photo import PhotoRefused, as_jpeg, read_photo, store_photo
from tests.submissions.photo_builder import encoded, with_xmp

Width = Picture.PrintWidth


def photo_bytes(size=(1200, 800), file_format="JPEG", mode="RGB", exif=None, **options) -> bytes:
    buffer = io.BytesIO()
    if exif is not None:
        options["exif"] = exif
    Image.new(mode, size, (180, 60, 50) if mode == "RGB" else 0).save(buffer, file_format, **options)
    return buffer.getvalue()


def exif_of(**tags) -> Image.Exif:
    exif = Image.Exif()
    for name, value in tags.items():
        exif[getattr(Base, name)] = value
    return exif


def read(data: bytes, name="照片.jpg"):
    return read_photo(io.BytesIO(data), name)


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for chunk in (b"IHDR" + header, b"IDAT" + zlib.compress(b"")):
        data += struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data


def test_width_and_height_are_as_seen():
    photo = read(photo_bytes((1200, 800), exif=exif_of(Orientation=6)))
    assert (photo.width, photo.height, photo.orientation) == (800, 1200, 6)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"dpi": (72, 72)}, {"jfif": [72, 72], "exif": None, "photoshop": None}),
        (
            {"exif": exif_of(XResolution=118.11, YResolution=118.11, ResolutionUnit=3)},
            {"jfif": None, "exif": [300, 300], "photoshop": None},
        ),
        ({}, {"jfif": None, "exif": None, "photoshop": None}),
    ],
)
def test_every_tag_is_shown(options, expected):
    found = read(photo_bytes(**options)).dpi
    assert {name: value and [round(number) for number in value] for name, value in found.items()} == expected


def test_jfif_in_dots_per_centimetre():
    data = bytearray(photo_bytes(dpi=(118, 118)))
    place = data.index(b"JFIF\x00")
    data[place + 7] = 2
    assert read(bytes(data)).dpi["jfif"] == [299.72, 299.72]


def test_photoshop_resolution():
    resource = struct.pack(">iHHiHH", 300 << 16, 1, 1, 300 << 16, 1, 1)
    block = b"8BIM" + struct.pack(">HBBI", 0x03ED, 0, 0, len(resource)) + resource
    payload = b"Photoshop 3.0\x00" + block
    data = photo_bytes()
    data = data[:2] + b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload + data[2:]
    assert read(data).dpi["photoshop"] == [300, 300]


def test_place_of_taking_is_noticed():
    exif = exif_of(Make="相机")
    exif.get_ifd(0x8825)[1] = "N"
    photo = read(photo_bytes(exif=exif))
    assert (photo.has_gps, photo.has_camera_data) == (True, True)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 字节"),
        (photo_bytes()[:2000], "不完整"),
        (b"MZ\x90\x00" + b"\x00" * 200, "一个程序"),
        (b"<html><script>alert(1)</script></html>", "网页或代码"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04" + b"\x00" * 60, "Word 文件"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 60, "打不开"),
        (b"not a picture at all", "打不开"),
        (photo_bytes(file_format="GIF", mode="P"), "GIF"),
        (png_claiming(60000, 60000), "像素太多"),
        (png_claiming(12000, 12000), "像素太多"),
    ],
    ids=["empty", "cut", "exe", "html", "pdf", "docx", "heic", "noise", "gif", "bomb", "large"],
)
def test_what_is_no_photograph_is_refused_in_plain_words(data, words):
    with pytest.raises(PhotoRefused, match=words) as refusal:
        read(data, "村口.jpg")
    assert "村口.jpg" in str(refusal.value)


def test_a_file_over_the_limit_is_refused_before_it_is_opened(settings):
    settings.MAX_PICTURE_BYTES = 1000
    with pytest.raises(PhotoRefused, match="最大能收"):
        read(photo_bytes())


def test_progressive_cmyk_and_png_named_jpg_are_photographs():
    assert read(photo_bytes(progressive=True)).format == "JPEG"
    assert read(photo_bytes(mode="CMYK")).mode == "CMYK"
    assert read(photo_bytes(file_format="PNG"), "村口.jpg").format == "PNG"


@pytest.mark.parametrize(
    ("size", "best"),
    [
        ((2481, 3367), Width.PAGE),
        ((2481, 3366), Width.TYPE_AREA),
        ((2504, 1665), Width.TYPE_AREA),
        ((2008, 500), Width.TYPE_AREA),
        ((2007, 500), Width.COLUMN),
        ((957, 500), Width.COLUMN),
        ((956, 500), Width.PORTRAIT),
        ((296, 414), Width.PORTRAIT),
        ((295, 414), None),
    ],
)
def test_largest_size_that_passes(size, best):
    assert largest_passing(*size) == best


def test_centimetres_are_never_promised_too_large():
    assert print_cm(2504, 1665) == (21.2, 14.0)
    assert print_cm(640, 480) == (5.4, 4.0)
    assert dpi_at(2008, 170) == 300


@pytest.mark.parametrize(
    ("pixels", "tag", "level"),
    [(957, 72, None), (956, 300, "warning"), (638, 300, "warning"), (637, 300, "error"), (6000, 72, None)],
)
def test_the_tag_neither_passes_nor_fails_a_photograph(pixels, tag, level):
    picture = Picture(width=pixels, height=pixels, format="JPEG", print_width_mm=Width.COLUMN, details={"tag": tag})
    levels = [finding.level for finding in picture_findings(picture) if finding.code == "picture.resolution"]
    assert levels == ([level] if level else [])


def test_too_small_is_no_dead_end():
    picture = Picture(width=640, height=480, format="JPEG", print_width_mm=Width.TYPE_AREA)
    finding = next(iter(picture_findings(picture)))
    assert "人像 2.5 厘米宽" in finding.message
    assert "换成原图" in finding.message


@pytest.mark.django_db
def test_stored_under_its_hash_with_the_largest_size_chosen(cast):
    data = photo_bytes((2100, 1400))
    picture = store_photo(ContentFile(data), "C:\\照片\\树下.jpg", cast.contributor)
    again = store_photo(ContentFile(data), "同一张.jpg", cast.contributor)
    assert picture.file.name == again.file.name == f"pictures/{picture.sha256[:2]}/{picture.sha256}.jpeg"
    with picture.file.open("rb") as stored:
        assert stored.read() == data
    assert (picture.original_name, picture.print_width_mm) == ("树下.jpg", Width.TYPE_AREA)
    assert picture.details["dpi"]["jfif"] is None


@pytest.mark.django_db
def test_conversion_keeps_the_original_and_what_was_written_about_it(cast):
    picture = store_photo(
        ContentFile(photo_bytes((900, 600), "PNG", "RGBA")), "树下.png", cast.contributor, caption="树下"
    )
    converted = as_jpeg(picture, cast.contributor)
    assert (converted.format, converted.original_name, converted.caption) == ("JPEG", "树下.jpg", "树下")
    assert (converted.width, converted.height) == (900, 600)
    assert Picture.objects.filter(pk=picture.pk, format="PNG").exists()
    with converted.file.open("rb") as stored, Image.open(stored) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def test_a_tiff_is_turned_once():
    photo = read(photo_bytes((300, 200), "TIFF", tiffinfo={Base.Orientation: 6}), "村口.tif")
    assert (photo.width, photo.height, photo.orientation) == (200, 300, 6)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('tiff:XResolution="3000000/10000" tiff:YResolution="300/1" tiff:ResolutionUnit="2"', [300, 300]),
        ('tiff:XResolution="100/1" tiff:ResolutionUnit="3"', [254, 254]),
        ('tiff:XResolution="300/0"', None),
        ('tiff:XResolution="0/1"', None),
        ('tiff:XResolution="300" tiff:ResolutionUnit="1"', None),
    ],
)
def test_xmp_resolution(attributes, expected):
    assert read(with_xmp(photo_bytes(), attributes)).dpi.get("xmp") == expected


def test_a_png_tells_its_resolution_in_its_header():
    assert read(photo_bytes(file_format="PNG", dpi=(300, 300))).dpi["header"] == [300, 300]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG 矢量图"),
        (b"8BPS" + b"\x00" * 40, "Photoshop 文件"),
        (b"II*\x00\x10\x00\x00\x00CR" + b"\x00" * 40, "RAW"),
        (photo_bytes((300, 200), "TIFF", tiffinfo={254: 1}), "RAW"),
        (photo_bytes((60, 40), "WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40))]), "会动的图"),
        (photo_bytes((60, 40), "PNG", save_all=True, append_images=[Image.new("RGB", (60, 40))]), "会动的图"),
    ],
    ids=["svg", "psd", "cr2", "nef", "webp", "apng"],
)
def test_what_cannot_be_printed_is_named(data, words):
    with pytest.raises(PhotoRefused, match=words):
        read(data)


def test_of_a_phone_s_two_frames_the_first_is_the_photograph():
    photo = read(photo_bytes((400, 300), "MPO", save_all=True, append_images=[Image.new("RGB", (100, 100))]))
    assert (photo.format, photo.width, photo.height) == ("JPEG", 400, 300)


def grey16(file_format: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("I;16", (60, 40), 0x8000).save(buffer, file_format)
    return buffer.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "mode", "pixel"),
    [
        (grey16("PNG"), "L", 128),
        (grey16("TIFF"), "L", 128),
        (photo_bytes((60, 40), "BMP"), "RGB", (181, 60, 51)),
        (photo_bytes((60, 40), "PNG", "P", transparency=0), "RGB", (255, 255, 255)),
        (photo_bytes((60, 40), "TIFF", "CMYK"), "CMYK", (0, 0, 0, 0)),
        (photo_bytes((60, 40), "TIFF", "LAB"), "RGB", None),
        (photo_bytes((60, 40), "TIFF", "F"), "L", 0),
        (photo_bytes((60, 40), "PNG", "1"), "RGB", (0, 0, 0)),
    ],
    ids=["png16", "tiff16", "bmp", "palette", "cmyk", "lab", "float", "bits"],
)
def test_other_formats_and_colours_become_a_jpeg_and_a_picture_for_readers(data, mode, pixel, cast):
    picture = store_photo(ContentFile(data), "树下", cast.contributor)
    assert derivative(picture, 480).stat().st_size > 0
    with as_jpeg(picture, cast.contributor).file.open("rb") as stored, Image.open(stored) as image:
        assert (image.mode, image.size) == (mode, (60, 40))
        assert pixel is None or image.getpixel((9, 9)) == pixel


@pytest.mark.django_db
def test_a_stored_file_that_is_gone_bad_is_not_converted(cast):
    picture = store_photo(ContentFile(photo_bytes((90, 60), "PNG")), "树下.png", cast.contributor)
    with picture.file.storage.open(picture.file.name, "wb") as file:
        file.write(b"gone")
    with pytest.raises(PhotoRefused, match="转不成 JPEG"):
        as_jpeg(picture, cast.contributor)


@pytest.mark.django_db
def test_a_jpeg_too_large_to_keep_is_made_in_a_lower_quality(cast, settings):
    picture = store_photo(
        ContentFile(encoded(Image.effect_noise((600, 400), 90).convert("RGB"), "PNG")), "树下.png", cast.contributor
    )
    settings.MAX_PICTURE_BYTES = 300_000
    assert as_jpeg(picture, cast.contributor).size <= 300_000
