"""An uploaded file → a verified photograph, judged by its content and never by its name (RULES.md 6, DESIGN.md 12)."""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import IFD, Base

from journal.models import Picture
from journal.models.picture import original_path
from submissions.checks.image import largest_passing

from .dpi import resolution_tags

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
# Opened only to be named in the refusal.
_KNOWN = (*FORMATS, "GIF", "BMP")
_TURNED = {5, 6, 7, 8}
_DECODED_SIDE = 1000
JPEG_QUALITY = 95


class PhotoRefused(Exception):
    """The file cannot be taken as a photograph; the message tells why and what to do."""


@dataclass(frozen=True)
class Photo:
    """What a file says of itself. Width and height in pixels as seen, after EXIF orientation."""

    format: str
    width: int
    height: int
    orientation: int
    mode: str
    dpi: dict[str, list[float] | None]
    has_gps: bool
    has_camera_data: bool
    size: int
    sha256: str

    def details(self) -> dict:
        """What Picture.details keeps beside its own columns."""
        kept = ("orientation", "mode", "dpi", "has_gps", "has_camera_data")
        return {name: getattr(self, name) for name in kept}


def read_photo(file: BinaryIO, name: str = "") -> Photo:
    """Verify one file. Header first: a picture that claims too many pixels is refused before it is decoded.

    Raises PhotoRefused.
    """
    label = f"“{PurePath(name).name}”" if name else "这个文件"
    sha256, size = _digest(file)
    if size == 0:
        raise PhotoRefused(f"{label}是空的（0 字节），可能没有传完。请重新选一次。")
    if size > settings.MAX_PICTURE_BYTES:
        limit = settings.MAX_PICTURE_BYTES // 1024 // 1024
        raise PhotoRefused(f"{label}有 {size / 1024 / 1024:.0f} MB，最大能收 {limit} MB。请另存为 JPEG 再传。")
    file.seek(0)
    _refuse_known(file.read(16), label)
    file.seek(0)
    with warnings.catch_warnings():
        # Our own limit, below, speaks Chinese; a damaged EXIF block is not worth a warning.
        warnings.simplefilter("ignore")
        return _inspect(file, label, size, sha256)


def _digest(file: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _refuse_known(head: bytes, label: str) -> None:
    """What people upload by mistake gets its own advice."""
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heif", b"mif1", b"hevc", b"msf1"):
        raise PhotoRefused(
            f"{label}是苹果手机的 HEIC 格式，暂时不能收。请在手机“设置－相机－格式”里选“兼容性最佳”再拍，或导出为 JPEG 再传。"
        )
    for start, what in (
        (b"MZ", "一个程序"),
        (b"%PDF", "PDF 文件"),
        (b"PK\x03\x04", "压缩包或 Word 文件"),
        (b"\xd0\xcf\x11\xe0", "Word 文件"),
        (b"<", "网页或代码"),
    ):
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise PhotoRefused(f"{label}不是照片，是{what}。照片请传 JPEG；文字请粘贴到正文里。")


def _inspect(file: BinaryIO, label: str, size: int, sha256: str) -> Photo:
    try:
        image = Image.open(file, formats=_KNOWN)
    except Image.DecompressionBombError:
        raise PhotoRefused(_too_many_pixels(label)) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise PhotoRefused(f"{label}打不开，不是照片或已经损坏。请检查后换一张 JPEG 照片。") from None
    if image.width * image.height > settings.MAX_PICTURE_PIXELS:
        raise PhotoRefused(f"{_too_many_pixels(label)}（{image.width}×{image.height}）")
    # MPO is a JPEG with a second frame from a phone camera; its first frame is the photograph.
    actual = "JPEG" if image.format == "MPO" else image.format
    if actual not in FORMATS:
        raise PhotoRefused(f"{label}是 {actual} 图，不适合印刷。请换成相机或手机拍的 JPEG 照片。")
    stored, orientation, facts = image.size, 1, {}
    try:
        exif = image.getexif()
        orientation = exif.get(Base.Orientation, 1)
        facts = {"has_gps": bool(exif.get_ifd(IFD.GPSInfo)), "has_camera_data": _has_camera_data(exif)}
        dpi = resolution_tags(image)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error, OSError):
        # A damaged EXIF block says nothing; the pixels may still be whole.
        facts, dpi = {"has_gps": False, "has_camera_data": False}, {"jfif": None, "exif": None, "photoshop": None}
    mode = image.mode
    _decode(image, label)
    orientation = orientation if orientation in range(1, 9) else 1
    width, height = reversed(stored) if orientation in _TURNED else stored
    return Photo(actual, width, height, orientation, mode, dpi, size=size, sha256=sha256, **facts)


def _has_camera_data(exif: Image.Exif) -> bool:
    return any(exif.get(tag) for tag in (Base.Make, Base.Model, Base.DateTime))


def _decode(image: Image.Image, label: str) -> None:
    """Read every pixel once, a JPEG at a fraction of its size: only so is a file cut in the middle found out."""
    try:
        image.draft(image.mode, (_DECODED_SIDE, _DECODED_SIDE))
        image.load()
    except (OSError, SyntaxError, ValueError, IndexError, struct.error):
        raise PhotoRefused(f"{label}不完整，可能传到一半断了。请重新上传；还不行，请换一张。") from None


def _too_many_pixels(label: str) -> str:
    limit = settings.MAX_PICTURE_PIXELS // 10_000
    return f"{label}的像素太多，最多能收 {limit:,} 万像素。请在看图软件里缩小后再传。"


def store_photo(file: File, name: str, uploaded_by, *, dpi_limit: int = 300, **fields) -> Picture:
    """Verify and keep one upload; the largest print size that passes is chosen. Raises PhotoRefused.

    The file is written under its hash before its row: a crash leaves an orphan file, never a row without file.
    """
    photo = read_photo(file, name)
    best = largest_passing(photo.width, photo.height, dpi_limit) or Picture.PrintWidth.PORTRAIT
    picture = Picture(
        sha256=photo.sha256,
        original_name=PurePath(name.replace("\\", "/")).name[-200:] or "照片",
        format=photo.format,
        size=photo.size,
        width=photo.width,
        height=photo.height,
        details=photo.details(),
        uploaded_by=uploaded_by,
        print_width_mm=best,
        **fields,
    )
    _write(picture, file)
    picture.save()
    return picture


def _write(picture: Picture, file: File) -> None:
    """The same content already stored is not stored again."""
    path = original_path(picture, "")
    storage = picture.file.storage
    file.seek(0)
    picture.file.name = path if storage.exists(path) else storage.save(path, File(file))


def as_jpeg(picture: Picture, uploaded_by) -> Picture:
    """A JPEG of a PNG, TIFF or WebP photograph at its full size; the original row and file stay."""
    buffer = io.BytesIO()
    with picture.file.open("rb") as original, Image.open(original, formats=FORMATS) as image:
        upright = ImageOps.exif_transpose(image)
        profile = upright.info.get("icc_profile")
        if upright.mode not in ("RGB", "L", "CMYK"):
            layer = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
        upright.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0, icc_profile=profile)
    name = f"{PurePath(picture.original_name).stem}.jpg"
    kept = ("caption", "photographer", "taken_on", "category")
    converted = store_photo(
        ContentFile(buffer.getvalue()), name, uploaded_by, **{field: getattr(picture, field) for field in kept}
    )
    converted.print_width_mm = picture.print_width_mm
    converted.details = picture.details | {"converted_from": picture.pk}
    converted.save(update_fields=["print_width_mm", "details"])
    return converted
