"""Opening a picture by its content, with its limits asked of the header, and making plain colours of any mode."""

import re
import struct
from collections.abc import Sequence
from typing import BinaryIO, cast

from django.conf import settings
from PIL import Image, ImageCms
from pillow_heif import open_heif
from pillow_heif.as_plugin import HeifImageFile

HEIC = "HEIC"
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "AVIF")
# What Pillow and libheif raise on files that are cut, damaged or meant to do harm.
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, RuntimeError, struct.error)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_STRIP = 64  # rows of the smaller picture at a time
_AVIF_BRANDS = re.compile(rb"avi[fs]")
_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")


class TooManyPixels(Exception):
    """The header claims more pixels than settings.MAX_PICTURE_PIXELS; `size` is (width, height) where it is known."""

    def __init__(self, size: tuple[int, int] | None = None):
        super().__init__("too many pixels" if size is None else f"{size[0]}×{size[1]} pixels")
        self.size = size


class FileCut(OSError):
    """The file ends before its content does."""


def open_picture(file: BinaryIO, formats: Sequence[str] = FORMATS) -> Image.Image:
    """The header alone is read: decoding comes with the first use of the pixels.

    `formats` are Pillow's names; HEIC is always among them, through libheif, which is not registered for the whole
    process: nothing else of the site opens such files. Of several pictures in a HEIC file the primary one is given.
    Raises TooManyPixels, FileCut or another of DAMAGED.
    """
    file.seek(0)
    heif = is_heif(file.read(64))
    file.seek(0)
    try:
        image = _open_heif(file) if heif else Image.open(file, formats=formats)
    except Image.DecompressionBombError:
        raise TooManyPixels from None
    if image.width * image.height > settings.MAX_PICTURE_PIXELS:
        raise TooManyPixels(image.size)
    return image


def is_heif(head: bytes) -> bool:
    """By the `ftyp` box (ISO/IEC 23008-12); an AVIF file may name mif1 as well and is Pillow's own."""
    if head[4:8] != b"ftyp":
        return False
    length = min(struct.unpack(">I", head[:4])[0], len(head))
    return head[8:12] in _HEIF_BRANDS and not _AVIF_BRANDS.search(head[8:length])


def _open_heif(file: BinaryIO) -> Image.Image:
    """libheif fills the missing tiles of a file that was cut: the boxes tell whether all of it is there."""
    if _is_cut(file):
        raise FileCut("the file ends within a box")
    file.seek(0)
    return HeifImageFile(file)


def _is_cut(file: BinaryIO) -> bool:
    end = file.seek(0, 2)
    position = 0
    while position < end:
        file.seek(position)
        head = file.read(16)
        if len(head) < 8:
            return True
        size = int.from_bytes(head[:4], "big")
        if size == 0:  # to the end of the file
            return False
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8:
            return True
        position += size
    return position > end


def grey_heif(file: BinaryIO, factor: int) -> Image.Image:
    """The primary picture of a HEIC file in mode L, `factor` times smaller, made strip by strip.

    A photograph of 24 megapixels takes 72 MB as libheif gives it; Pillow's own picture of it would take 96 MB more.
    Raises one of DAMAGED.
    """
    file.seek(0)
    heif = open_heif(file, convert_hdr_to_8bit=True)
    pixels, stride, mode = memoryview(heif.data), heif.stride, heif.mode
    width, height = heif.size
    grey = Image.new("L", (-(-width // factor), -(-height // factor)))
    step = _STRIP * factor
    for top in range(0, height, step):
        rows = min(step, height - top)
        strip = Image.frombuffer(
            mode, (width, rows), pixels[top * stride : (top + rows) * stride], "raw", mode, stride, 1
        )
        grey.paste(plain_colours(strip).convert("L").reduce(factor), (0, top // factor))
    return grey


def plain_colours(image: Image.Image) -> Image.Image:
    """In a mode JPEG has (L, RGB, CMYK), the pixels as seen: 16 bits scaled, transparent parts on white."""
    if image.mode in _SIXTEEN_BITS:
        return image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    if image.mode == "F":
        return _stretched(image)
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _stretched(image: Image.Image) -> Image.Image:
    """Numbers without a known range (mode F): the least becomes black, the greatest white."""
    least, greatest = cast(tuple[float, float], image.getextrema())
    scale = 255 / (greatest - least) if greatest > least else 1.0
    return image.point(lambda value: value * scale + -least * scale).convert("L")


def bare(image: Image.Image) -> Image.Image:
    """Without what came with the pixels: a comment in a PNG would be written into the JPEG made of it."""
    image.info = {}
    return image
