"""An uploaded file → a verified photograph, judged by its content and never by its name (RULES.md 6, DESIGN.md 12)."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps
from PIL.ExifTags import Base

from journal.models import Picture
from journal.models.picture import original_path
from journal.picture_files import (
    DAMAGED,
    FORMATS,
    HEIC,
    FileCut,
    TooManyPixels,
    bare,
    grey_heif,
    open_picture,
    plain_colours,
)
from submissions.checks.image import largest_passing

from .dpi import Dpi, resolution_tags
from .likeness import likeness
from .sharpness import SIDE, sharpness
from .traces import PLACE, traces

# Opened only to be named in the refusal.
_KNOWN = (*FORMATS, "GIF")
# As people call them: MPO is a JPEG with a second frame from a phone camera, its first frame is the photograph.
_CALLED = {"MPO": "JPEG", "HEIF": HEIC}
_MOVING = ("PNG", "WEBP", "AVIF")
# libheif and Pillow's TIFF reader give size and pixels as seen.
_TURNED_ON_OPENING = (HEIC, "TIFF")
_TURNED = {5, 6, 7, 8}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_REDUCED_WITHOUT_COPY = ("L", "RGB", "CMYK")
_NEW_SUBFILE_TYPE, _DNG_VERSION = 254, 50706
JPEG_QUALITIES = (95, 90, 80)


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
    dpi: dict[str, Dpi]
    has_camera_data: bool
    traces: list[str]
    sharpness: float | None
    likeness: str | None
    size: int
    sha256: str

    @property
    def has_gps(self) -> bool:
        return PLACE in self.traces

    def details(self) -> dict:
        """What Picture.details keeps beside its own columns."""
        kept = ("orientation", "mode", "dpi", "has_gps", "has_camera_data", "traces", "sharpness", "likeness")
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
    _refuse_known(file.read(1000), label)
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


_MISTAKES = (
    (b"MZ", "一个程序"),
    (b"%PDF", "PDF 文件"),
    (b"PK\x03\x04", "压缩包或 Word 文件"),
    (b"\xd0\xcf\x11\xe0", "Word 文件"),
    (b"8BPS", "Photoshop 文件"),
    (b"<", "网页或代码"),
)
_RAW = (b"FUJIFILMCCD-RAW", b"IIU\x00", b"IIRO", b"IIRS", b"MMOR", b"II*\x00\x10\x00\x00\x00CR")
_FILMS = (b"qt  ", b"mp4", b"isom", b"iso2", b"M4V", b"3gp", b"avc1")


def _refuse_known(head: bytes, label: str) -> None:
    """What people upload by mistake gets its own advice."""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if head[4:8] == b"ftyp" and head[8:12].startswith(_FILMS):
        raise PhotoRefused(f"{label}是视频，不是照片。请从视频里截一张清楚的画面，存为 JPEG 再传。")
    if head.startswith(_RAW) or head[4:12] == b"ftypcrx ":
        raise PhotoRefused(_is_raw(label))
    if start.startswith((b"<svg", b"<?xml")) and b"<svg" in start:
        raise PhotoRefused(f"{label}是 SVG 矢量图，不是照片。请在画图软件里导出为 JPEG 再传。")
    for beginning, what in _MISTAKES:
        if start.startswith(beginning):
            raise PhotoRefused(f"{label}不是照片，是{what}。照片请传 JPEG；文字请粘贴到正文里。")


def _is_raw(label: str) -> str:
    return f"{label}是相机的 RAW 原始文件，各家相机不一样，读不准。请用相机自带的软件导出为 JPEG 再传。"


def _inspect(file: BinaryIO, label: str, size: int, sha256: str) -> Photo:
    try:
        image = open_picture(file, _KNOWN)
    except TooManyPixels as error:
        raise PhotoRefused(_too_many_pixels(label, error.size)) from None
    except FileCut:
        raise PhotoRefused(_is_cut(label)) from None
    except DAMAGED:
        raise PhotoRefused(f"{label}打不开，不是照片或已经损坏。请检查后换一张 JPEG 照片。") from None
    called = _CALLED.get(image.format or "", image.format or "")
    _refuse_unfit(image, called, label)
    size_stored, mode = image.size, image.mode
    orientation, has_camera_data = _orientation(image)
    if called == HEIC:  # ISO/IEC 23008-12: irot and imir count, whatever EXIF says
        orientation = 1
    upright = called in _TURNED_ON_OPENING
    dpi, found = _dpi(image), traces(image)
    grey = _working_copy(image, file, label)
    if orientation in _UPRIGHT and not upright:
        grey = grey.transpose(_UPRIGHT[orientation])
    width, height = reversed(size_stored) if orientation in _TURNED and not upright else size_stored
    return Photo(
        format=called,
        width=width,
        height=height,
        orientation=orientation,
        mode=mode,
        dpi=dpi,
        has_camera_data=has_camera_data,
        traces=found,
        sharpness=sharpness(grey),
        likeness=likeness(grey),
        size=size,
        sha256=sha256,
    )


def _is_cut(label: str) -> str:
    return f"{label}不完整，可能传到一半断了。请重新上传；还不行，请换一张。"


def _refuse_unfit(image: Image.Image, called: str, label: str) -> None:
    if called == "GIF":
        raise PhotoRefused(f"{label}是 GIF 图，不适合印刷。请换成相机或手机拍的 JPEG 照片。")
    if called in _MOVING and getattr(image, "n_frames", 1) > 1:
        raise PhotoRefused(f"{label}是会动的图，印不出来。请换成一张不动的 JPEG 照片。")
    tags = getattr(image, "tag_v2", {})
    # A TIFF that begins with a reduced picture is how Nikon, Sony and others keep their raw data.
    if called == "TIFF" and (_DNG_VERSION in tags or tags.get(_NEW_SUBFILE_TYPE, 0) & 1):
        raise PhotoRefused(_is_raw(label))


def _orientation(image: Image.Image) -> tuple[int, bool]:
    """(EXIF orientation 1 to 8, whether a camera wrote its data). A damaged block says nothing; the pixels may be whole."""
    try:
        exif = image.getexif()
        orientation = exif.get(Base.Orientation, 1)
        by_camera = any(exif.get(tag) for tag in (Base.Make, Base.Model, Base.DateTime))
    except DAMAGED:
        return 1, False
    return (orientation if orientation in range(1, 9) else 1), by_camera


def _dpi(image: Image.Image) -> dict[str, Dpi]:
    try:
        return resolution_tags(image)
    except DAMAGED:
        return {"jfif": None, "exif": None, "photoshop": None}


def _working_copy(image: Image.Image, file: BinaryIO, label: str) -> Image.Image:
    """Every pixel read once, a JPEG at a fraction of its size: only so is a file cut in the middle found out.

    In mode L, one to four times SIDE on the longer side, where the photograph is that large.
    """
    try:
        if image.format == "HEIF":
            return grey_heif(file, _factor(image))
        if image.format in ("JPEG", "MPO"):
            image.draft("L", (SIDE, SIDE))
        image.load()
        return _reduced(image)
    except DAMAGED:
        raise PhotoRefused(_is_cut(label)) from None


def _factor(image: Image.Image) -> int:
    return max(1, max(image.size) // (2 * SIDE))


def _reduced(image: Image.Image) -> Image.Image:
    factor = _factor(image)
    if factor > 1:
        # Other modes would be copied whole before they are reduced: every n-th pixel tells enough.
        size = (max(1, image.width // factor), max(1, image.height // factor))
        whole = image.mode in _REDUCED_WITHOUT_COPY
        image = image.reduce(factor) if whole else image.resize(size, Image.Resampling.NEAREST)
    return plain_colours(image).convert("L")


def _too_many_pixels(label: str, size: tuple[int, int] | None) -> str:
    claimed = f"（{size[0]}×{size[1]}）" if size else ""
    limit = settings.MAX_PICTURE_PIXELS // 10_000
    return f"{label}的像素太多{claimed}，最多能收 {limit:,} 万像素。请在看图软件里缩小后再传。"


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
    """A JPEG of a photograph in another format at its full size; the original row and file stay. Raises PhotoRefused."""
    label = f"“{picture.original_name}”"
    try:
        with picture.file.open("rb") as original, open_picture(original) as image:
            profile = image.info.get("icc_profile")
            # LAB is not what a profile of the file would describe any more.
            profile = profile if image.mode in ("RGB", "RGBA", "L", "CMYK") else None
            upright = bare(plain_colours(ImageOps.exif_transpose(image)))
    except (TooManyPixels, *DAMAGED):
        raise PhotoRefused(f"{label}转不成 JPEG，文件可能坏了。请在看图软件里另存为 JPEG 再传。") from None
    kept = ("caption", "photographer", "taken_on", "category")
    converted = store_photo(
        ContentFile(_encoded(upright, profile)),
        f"{PurePath(picture.original_name).stem}.jpg",
        uploaded_by,
        **{field: getattr(picture, field) for field in kept},
    )
    converted.print_width_mm = picture.print_width_mm
    # The camera's data stayed with the original: without them the JPEG would look as if a messenger had shrunk it.
    converted.details |= {
        "converted_from": picture.pk,
        "has_camera_data": picture.details.get("has_camera_data", False),
    }
    converted.save(update_fields=["print_width_mm", "details"])
    return converted


def _encoded(image: Image.Image, profile: bytes | None) -> bytes:
    """In the best quality that may be kept: a scan of a hundred megapixels is over the limit in the very best."""
    data = b""
    for quality in JPEG_QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, subsampling=0, icc_profile=profile)
        data = buffer.getvalue()
        if len(data) <= settings.MAX_PICTURE_BYTES:
            break
    return data
