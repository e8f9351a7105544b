"""Checks on photographs: format, and resolution at the intended print size (RULES.md section 6).

The tag in the file says nothing: what counts is pixels ÷ (print millimetres ÷ 25.4).
"""

import re
from collections.abc import Iterator

from journal.models import Picture
from journal.text.blocks import parse

from .findings import ADVICE, ERROR, WARNING, Finding

LEAST_DPI = 200
PAGE_RATIO = 285 / 210  # 大16开 (RULES.md section 6)
SHRUNK_SIDE = 1920
_MARK = re.compile(r"【照片\s*\d{1,2}】")
_CODES = {"mark": "photo.mark", "pixels": "picture.resolution", "format": "picture.format", "shrunk": "picture.shrunk"}


def dpi_at(width_px: int, width_mm: int) -> int:
    return int(width_px / (width_mm / 25.4))


def passing_widths(width: int, height: int, dpi: int) -> list[Picture.PrintWidth]:
    """The print widths at which the pixels suffice, smallest first. A full page asks for its height too."""
    passing = [choice for choice in Picture.PrintWidth if dpi_at(width, choice) >= dpi]
    page = Picture.PrintWidth.PAGE
    if page in passing and dpi_at(height, round(page * PAGE_RATIO)) < dpi:
        passing.remove(page)
    return passing


def largest_passing(width: int, height: int, dpi: int = 300) -> Picture.PrintWidth | None:
    return max(passing_widths(width, height, dpi), default=None)


def print_cm(width: int, height: int, dpi: int = 300) -> tuple[float, float]:
    """Centimetres at `dpi`, rounded down: a promise must not exceed the pixels."""
    return int(width / dpi * 25.4) / 10, int(height / dpi * 25.4) / 10


def resolution_findings(width: int, height: int, print_width_mm: int, dpi: int = 300, name="照片") -> Iterator[Finding]:
    """Error below 200 at the chosen size, warning below the limit; the largest passing size is offered."""
    real = dpi_at(width, print_width_mm)
    if real >= dpi:
        return
    best = largest_passing(width, height, dpi)
    wide, high = print_cm(width, height, dpi)
    offer = f"请改选“{best.label}”，或换成原图。" if best is not None else "请换成更大的原图。"
    yield Finding(
        _CODES["pixels"],
        WARNING if real >= LEAST_DPI else ERROR,
        f"{name}印 {print_width_mm / 10:g} 厘米宽不够清楚，只够印 {wide:g}×{high:g} 厘米。{offer}",
        f"{width}×{height} 像素，印这么宽每英寸只有 {real} 个点，印刷要 {dpi} 个。文件里标的分辨率不作数。",
        quote=f"{name} {width}×{height} 印{print_width_mm}毫米",
    )


def format_findings(file_format: str, name="照片") -> Iterator[Finding]:
    if file_format != "JPEG":
        yield Finding(
            _CODES["format"],
            WARNING,
            f"{name}是 {file_format} 格式，征稿一般用 JPEG。请点“转成 JPEG”，或说明理由照原样交。",
            "按文件内容判断，不看文件名。",
            quote=f"{name} {file_format}",
        )


def shrunk_findings(width: int, height: int, details: dict, name="照片") -> Iterator[Finding]:
    """WeChat shrinks to 1,920 pixels or so and takes the camera's data out."""
    if max(width, height) <= SHRUNK_SIDE and not details.get("has_camera_data"):
        yield Finding(
            _CODES["shrunk"],
            ADVICE,
            f"{name}像是微信压缩过的。要印大一些，请发原图（微信里选“原图”，或从相册直接上传）。",
            "长边不到 1,920 像素，又没有相机信息。",
            quote=f"{name} {width}×{height}",
        )


def picture_findings(picture: Picture, dpi: int = 300, name="照片") -> Iterator[Finding]:
    """Everything on one photograph at the size chosen for it."""
    yield from resolution_findings(picture.width, picture.height, picture.print_width_mm, dpi, name)
    yield from format_findings(picture.format, name)
    yield from shrunk_findings(picture.width, picture.height, picture.details, name)


def check_marks(manuscript) -> Iterator[Finding]:
    """【照片n】 that names no photograph would be printed as it stands."""
    for number, block in enumerate(parse(manuscript.content.html)):
        for match in _MARK.finditer(block.text if block.kind != "figure" else ""):
            yield Finding(
                _CODES["mark"],
                WARNING,
                f"正文里有“{match[0]}”，但没有放成照片。请上传这张照片，让它单独占一行，或删去这几个字。",
                "不处理，这几个字会照样印出来。",
                match[0],
                number,
                match.start(),
                choices=("",),
            )


def check_photographs(manuscript) -> Iterator[Finding]:
    for number, picture in enumerate(manuscript.pictures, 1):
        yield from picture_findings(picture, manuscript.dpi_limit, f"照片 {number} ")
