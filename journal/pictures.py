"""Pictures as readers get them: upright, sRGB, re-encoded without metadata, in three widths (DESIGN.md 12)."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files import locks
from django.db.models import Exists, OuterRef
from PIL import Image, ImageCms, ImageOps

from .models import Issue, Picture, TextVersion
from .picture_files import DAMAGED, TooManyPixels, bare, open_picture, plain_colours

WIDTHS = (480, 960, 1600)
KINDS = {"jpg": "image/jpeg", "webp": "image/webp"}
QUALITY = 84
WEBP_QUALITY = 80  # looks like JPEG at 84, a third smaller


class Unreadable(Exception):
    """The stored original is missing or cannot be decoded."""


def in_the_office():
    """Pictures that reached the office: in a submitted or edited text, or on a cover. Drafts' own stay private."""
    in_text = TextVersion.pictures.through.objects.filter(picture=OuterRef("pk"))
    on_cover = Issue.objects.filter(cover=OuterRef("pk"))
    return Picture.objects.filter(Exists(in_text) | Exists(on_cover))


def derivative(picture: Picture, width: int, kind: str = "jpg") -> Path:
    """The picture at most `width` pixels wide (one of WIDTHS), made on first use; never enlarged. kind: one of KINDS.

    Raises ValueError on another width or kind, Unreadable where the original cannot be read.
    """
    if width not in WIDTHS:
        raise ValueError(f"width must be one of {WIDTHS}, not {width}")
    return copy_at(picture, width, kind)


def copy_at(picture: Picture, width: int, kind: str = "jpg") -> Path:
    """As `derivative`, at any width: what print asks for. Made once, however many ask at a time. Raises Unreadable."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind}")
    path = Path(settings.DERIVATIVES_DIR) / picture.sha256[:2] / f"{picture.sha256}-{width}.{kind}"
    if path.exists():
        return path
    with _alone(picture.sha256[:2]):
        if not path.exists():
            _write(path, _encoded(picture, width, kind))
    return path


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process and thread at a time, of those that name the same: decoding an original takes much memory."""
    folder = Path(settings.DERIVATIVES_DIR) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        try:
            yield
        finally:
            locks.unlock(file)


def etag(picture: Picture, width: int, kind: str) -> str:
    """A picture's file never changes: its hash names every copy of it."""
    return f'"{picture.sha256[:32]}-{width}-{kind}"'


def sources(picture: Picture) -> list[tuple[int, int]]:
    """(address width, real width in pixels) of each derivative that differs from the next smaller one."""
    real = [(width, min(width, picture.width)) for width in WIDTHS]
    return [pair for place, pair in enumerate(real) if place == 0 or pair[1] > real[place - 1][1]]


def _encoded(picture: Picture, width: int, kind: str) -> bytes:
    try:
        with picture.file.open("rb") as original, open_picture(original) as image:
            # JPEG can be decoded at a fraction of its size; twice the wanted width keeps the reduction clean.
            image.draft(image.mode, (width * 2, width * 2))
            upright = _srgb(ImageOps.exif_transpose(image))
    except TooManyPixels as error:
        raise Unreadable(f"picture {picture.pk}: {error} is more than is allowed") from error
    except DAMAGED as error:
        raise Unreadable(f"picture {picture.pk}: {error}") from error
    if upright.width > width:
        height = max(1, round(upright.height * width / upright.width))
        upright = upright.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    if kind == "webp":
        upright.save(buffer, "WEBP", quality=WEBP_QUALITY, method=4)
    else:
        upright.save(buffer, "JPEG", quality=QUALITY, progressive=True, optimize=True)
    return buffer.getvalue()


def _srgb(image: Image.Image) -> Image.Image:
    """Colours as meant: the embedded profile (CMYK of a print house, P3 of a phone) applied, then left out."""
    profile = image.info.get("icc_profile")
    image = plain_colours(image)
    if profile:
        try:
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), target, outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            # A damaged profile says nothing of the colours: taken as if there were none.
            converted = None
        if converted is not None:
            return bare(converted)
    return bare(image.convert("RGB"))


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: another worker may be reading or making the same file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(draft).replace(path)
