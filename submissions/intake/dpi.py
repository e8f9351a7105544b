"""The resolution tags of a photograph: programs disagree on which wins, so all are shown and none trusted.

RULES.md section 6: JFIF APP0, EXIF 0x011A/011B with 0x0128, Photoshop resource 0x03ED.
"""

from PIL import Image
from PIL.ExifTags import Base

Dpi = list[float] | None
PHOTOSHOP_RESOLUTION = 0x03ED
_PER_INCH = {2: 1.0, 3: 2.54}


def resolution_tags(image: Image.Image) -> dict[str, Dpi]:
    """{"jfif": …, "exif": …, "photoshop": …}: each [x, y] in dots per inch, or None where the file does not say."""
    return {"jfif": _jfif(image), "exif": _exif(image), "photoshop": _photoshop(image)}


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


def _pair(x, y, factor: float) -> Dpi:
    """None for what is no positive number: tags are written by anybody."""
    try:
        pair = [round(float(x) * factor, 2), round(float(y) * factor, 2)]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return pair if all(0 < value < 1e6 for value in pair) else None
