"""Checks on photographs: format, and resolution at the intended print size (RULES.md section 6).

The tag in the file says nothing: what counts is pixels ÷ (print millimetres ÷ 25.4).
"""

import re
from collections.abc import Iterator, Sequence

from journal.models import Picture
from journal.text.blocks import parse
from submissions.intake.likeness import almost_same
from submissions.intake.sharpness import BLURRED_BELOW

from .findings import ADVICE, ERROR, WARNING, Finding

LEAST_DPI = 200
PAGE_RATIO = 285 / 210  # 大16开 (RULES.md section 6)
SHRUNK_SIDE = 1920
_MARK = re.compile(r"【照片\s*\d{1,2}】")
_CODES = {
    "mark": "photo.mark",
    "pixels": "picture.resolution",
    "format": "picture.format",
    "shrunk": "picture.shrunk",
    "blurred": "picture.blurred",
    "alike": "picture.alike",
    "photographer": "picture.photographer",
    "category": "picture.category",
}


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


def blurred_findings(details: dict, name="照片") -> Iterator[Finding]:
    """Advice alone: a program cannot tell mist from a shaken hand."""
    measured = details.get("sharpness")
    if measured is not None and measured < BLURRED_BELOW:
        yield Finding(
            _CODES["blurred"],
            ADVICE,
            f"{name}可能没有对准焦，或拍的时候手动了。请放大看看，不清楚就换一张。",
            "最清楚的几处也没有细节。特意拍成这样的不用换。",
            quote=f"{name} 清晰度",
        )


def alike_findings(pictures: Sequence[tuple[str, str, str | None]]) -> Iterator[tuple[int, Finding]]:
    """(index, finding) of each that is almost the same as an earlier one, told once, of the first it resembles.

    `pictures` are (name, SHA-256, likeness) in order.
    """
    for place, (name, sha256, look) in enumerate(pictures):
        for earlier, other_sha256, other_look in pictures[:place]:
            same = sha256 == other_sha256
            if not (same or almost_same(look, other_look)):
                continue
            told = "是同一个文件" if same else "几乎一样"
            yield (
                place,
                Finding(
                    _CODES["alike"],
                    ADVICE,
                    f"{earlier}和{name}{told}。请留下较好的一张，去掉另一张。",
                    "按画面比较，缩小、另存过的也认得出。有意都用的不用去掉。",
                    quote=f"{name.strip()} {earlier.strip()}",
                ),
            )
            break


def asked_findings(picture: Picture, is_text: bool, name="照片") -> Iterator[Finding]:
    """What the call asks to be said of a photograph beside its caption; an image entry stands by these facts."""
    if not picture.photographer.strip():
        yield Finding(
            _CODES["photographer"],
            ADVICE if is_text else WARNING,
            f"{name}还没有写摄影。请写上拍摄人的姓名。",
            "刊发时署名；不知道是谁拍的，要先问清能不能用。",
            quote=f"{name} 摄影",
        )
    if not is_text and not picture.category:
        yield Finding(
            _CODES["category"],
            WARNING,
            f"{name}还没有选类别。请在新闻图片、工作动态、社会生活、自然风光、书画作品里选一类。",
            "征稿启事：图片按类别征集。",
            quote=f"{name} 类别",
        )


def picture_findings(picture: Picture, dpi: int = 300, name="照片") -> Iterator[Finding]:
    """Everything on one photograph at the size chosen for it."""
    yield from resolution_findings(picture.width, picture.height, picture.print_width_mm, dpi, name)
    yield from format_findings(picture.format, name)
    yield from shrunk_findings(picture.width, picture.height, picture.details, name)
    yield from blurred_findings(picture.details, name)


def looks(pictures: Sequence[Picture]) -> list[tuple[str, str, str | None]]:
    """What alike_findings compares, the photographs named by their place."""
    return [(f"照片 {n} ", one.sha256, one.details.get("likeness")) for n, one in enumerate(pictures, 1)]


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
        name = f"照片 {number} "
        yield from picture_findings(picture, manuscript.dpi_limit, name)
        yield from asked_findings(picture, manuscript.is_text, name)
    yield from (finding for _, finding in alike_findings(looks(manuscript.pictures)))
