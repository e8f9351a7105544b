"""Sheets somebody signed, as scanned (审签单): told by their content, kept under their hash (DESIGN.md 12).

Whoever takes in a scan calls `store_sheet`; `journal.views.sheets` gives it out to who may read it.
"""

import hashlib
from pathlib import PurePath

from django.core.files.base import File
from django.core.files.storage import Storage

from .models import SignedSheet
from .models.proof import sheet_path
from .picture_files import DAMAGED, TooManyPixels, open_picture

MAX_SHEET_BYTES = 20 * 1024 * 1024
ACCEPT = "application/pdf,image/jpeg,image/png"  # for <input accept>
HELP = "PDF、JPG 或 PNG，不超过 20 MB。手机拍的也可以，请拍全、拍清签字和日期。"
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
_TAIL = 2048  # bytes at a PDF's end that hold its end mark; some programs write a few after it


class SheetRefused(Exception):
    """The file is no scan that can be kept; the message names it, the reason and what to do."""

    def __init__(self, name: str, reason: str, act: str):
        super().__init__(f"“{name}”{reason}。{act}。")


def store_sheet(file: File, name: str, by) -> SignedSheet:
    """Keep a scan: the file is written before its row, equal bytes once. `name` is what its sender called it.

    Raises SheetRefused for what is not a whole PDF, JPEG or PNG, is empty, or larger than MAX_SHEET_BYTES.
    """
    name = shown_name(name)
    kind_of_sheet(file, name)
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    sheet = SignedSheet(name=name, sha256=digest.hexdigest(), size=file.size, added_by=by)
    storage: Storage = sheet.file.storage
    path = sheet_path(sheet, name)
    file.seek(0)
    sheet.file.name = path if storage.exists(path) else storage.save(path, file)
    sheet.save()
    return sheet


def shown_name(name: str) -> str:
    """The last part of a path, short enough to keep; its suffix stays."""
    path = PurePath(name.replace("\\", "/").replace("\0", ""))
    room = (SignedSheet._meta.get_field("name").max_length or 0) - len(path.suffix)
    return (path.stem[:room] + path.suffix) if path.name and len(path.suffix) < 10 else path.name[:200] or "签字件"


def named(name: str, kind: str | None) -> str:
    """The name for a download: with the suffix of what the file is, so that it opens by a double click."""
    suffixes = SUFFIXES.get(kind or "", ("",))
    return name if name.lower().endswith(suffixes) else name + suffixes[0]


def kind_of_sheet(file: File, name: str) -> str:
    """The media type by content, of a file that is whole. Raises SheetRefused."""
    if not file.size:
        raise SheetRefused(name, "是空文件（0 字节）", "请重新选择，或重新扫描")
    if file.size > MAX_SHEET_BYTES:
        size = f"有 {file.size / 1048576:.0f} MB，超过 {MAX_SHEET_BYTES // 1048576} MB"
        raise SheetRefused(name, size, "请把扫描精度调到 200 像素/英寸左右再扫，或分成几个文件")
    kind = kind_by_head(file)
    if kind is not None:
        return _whole_pdf(file, name) if kind == PDF else _whole_picture(file, name)
    raise SheetRefused(name, "不是 PDF、JPG 或 PNG 文件（按内容看，不看扩展名）", "请另存为其中一种，再上传")


def kind_by_head(file: File) -> str | None:
    """The media type its first bytes claim; None where they claim none of the three."""
    file.seek(0)
    head = file.read(1024)
    if b"%PDF-" in head:
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return JPEG if head.startswith(b"\xff\xd8\xff") else None


def _whole_pdf(file: File, name: str) -> str:
    """A PDF ends with its table's place and %%EOF (ISO 32000-1, 7.5.5); a transfer broken off lacks them."""
    file.seek(max(0, file.size - _TAIL))
    tail = file.read(_TAIL)
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise SheetRefused(name, "不完整，可能没有传完", "请在电脑上打开看一遍，再重新上传")
    return PDF


def _whole_picture(file: File, name: str) -> str:
    try:
        image = open_picture(file, ("JPEG", "PNG"))
        # An eighth of a JPEG's pixels tells as well whether all of it is there.
        image.draft("L", (image.width // 8, image.height // 8))
        image.load()
    except TooManyPixels:
        raise SheetRefused(name, "像素太多", "请把扫描精度调到 200 像素/英寸左右再扫") from None
    except DAMAGED:
        raise SheetRefused(name, "打不开，可能没有传完或者坏了", "请重新扫描或拍照，再上传") from None
    return PNG if image.format == "PNG" else JPEG
