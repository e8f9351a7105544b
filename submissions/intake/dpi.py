"""The resolution tags of a photograph: programs disagree on which wins, so all are shown and none trusted.

RULES.md section 6: JFIF APP0, EXIF 0x011A/011B with 0x0128, Photoshop resource 0x03ED, XMP.
"""

import re
from fractions import Fraction

from PIL import Image
from PIL.ExifTags import Base

from .traces import xmp_of

Dpi = list[float] | None
PHOTOSHOP_RESOLUTION = 0x03ED
NAMES = {"jfif": "JFIF", "exif": "EXIF", "photoshop": "Photoshop", "xmp": "XMP", "header": "文件头"}
_PER_INCH = {2: 1.0, 3: 2.54}
# tiff:XResolution="3000000/10000", or the same as an element.
_XMP_VALUE = r"tiff:%s(?:\s*=\s*[\"']|\s*>)\s*(\d{1,12}(?:/0*[1-9]\d{0,11})?)(?![\d/])"


def resolution_tags(image: Image.Image) -> dict[str, Dpi]:
    """{"jfif": …, "exif": …, "photoshop": …}: each [x, y] in dots per inch, or None where the file does not say.

    "xmp" and "header" (PNG, BMP) are there only where the file has them.
    """
    found = {"jfif": _jfif(image), "exif": _exif(image), "photoshop": _photoshop(image)}
    return found | {name: pair for name, pair in (("xmp", _xmp(image)), ("header", _header(image))) if pair}


def told(tags: dict[str, Dpi]) -> str:
    """JFIF 72、EXIF 300: the tags as people read them, the vertical one only where it differs."""
    parts = []
    for name, label in NAMES.items():
        if pair := tags.get(name):
            parts.append(f"{label} {pair[0]:g}" if pair[0] == pair[1] else f"{label} {pair[0]:g}×{pair[1]:g}")
    return "、".join(parts)


def _jfif(image: Image.Image) -> Dpi:
    """Unit 0 gives only the shape of a pixel; 1 is dots per inch, 2 dots per centimetre."""
    factor = {1: 1.0, 2: 2.54}.get(image.info.get("jfif_unit"))
    density = image.info.get("jfif_density")
    return _pair(density[0], density[1], factor) if factor and density else None


def _exif(image: Image.Image) -> Dpi:
    tags = image.getexif()
    factor = _PER_INCH.get(tags.get(Base.ResolutionUnit, 2))
    x, y = tags.get(Base.XResolution), tags.get(Base.YResolution)
    return _pair(x, y if y is not None else x, factor) if factor and x is not None else None


def _photoshop(image: Image.Image) -> Dpi:
    """Kept in dots per inch, whatever unit the program displayed."""
    resource = (image.info.get("photoshop") or {}).get(PHOTOSHOP_RESOLUTION)
    if not isinstance(resource, dict):
        return None
    return _pair(resource.get("XResolution"), resource.get("YResolution"), 1.0)


def _xmp(image: Image.Image) -> Dpi:
    packet = xmp_of(image).decode("utf-8", "replace")
    found = (re.search(_XMP_VALUE % name, packet) for name in ("XResolution", "YResolution", "ResolutionUnit"))
    x, y, unit = (match[1] if match else None for match in found)
    factor = _PER_INCH.get(int(unit)) if unit and unit.isdecimal() else 1.0
    return _pair(Fraction(x), Fraction(y or x), factor) if x and factor else None


def _header(image: Image.Image) -> Dpi:
    """A PNG's pHYs chunk and a BMP's header, turned into dots per inch by Pillow."""
    pair = image.info.get("dpi") if image.format in ("PNG", "BMP") else None
    return _pair(pair[0], pair[1], 1.0) if pair else None


def _pair(x, y, factor: float) -> Dpi:
    """None for what is no positive number: tags are written by anybody."""
    try:
        pair = [round(float(x) * factor, 2), round(float(y) * factor, 2)]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return pair if all(0 < value < 1e6 for value in pair) else None
