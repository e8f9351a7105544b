"""What an attached file is, judged by its first bytes and only then by its name."""

from enum import StrEnum
from pathlib import PurePath


class FileKind(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    ARCHIVE = "archive"
    SHEET = "sheet"
    PDF = "pdf"
    OTHER = "other"


LABELS = {
    FileKind.TEXT: "文字稿",
    FileKind.PHOTO: "照片",
    FileKind.ARCHIVE: "压缩包",
    FileKind.SHEET: "表格",
    FileKind.PDF: "PDF",
    FileKind.OTHER: "其他文件",
}
_PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_HEIF_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"hevc", b"msf1", b"avif")
_TEXT_SUFFIXES = (".docx", ".doc", ".wps", ".wpt", ".txt", ".htm", ".html", ".rtf", ".md", ".odt", ".dotx", ".docm")
_SHEET_SUFFIXES = (".xls", ".xlsx", ".et", ".csv", ".ppt", ".pptx")
_ARCHIVE_STARTS = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_WORD_STREAM = "WordDocument".encode("utf-16-le")


def kind_of(name: str, data: bytes) -> FileKind:
    """Word files are told from other packages by the part they hold, whatever their name ends in."""
    suffix = PurePath(name).suffix.lower()
    if data.startswith(_PHOTO_STARTS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return FileKind.PHOTO
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return FileKind.PHOTO
    if data.startswith(b"%PDF"):
        return FileKind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _package_kind(data, suffix)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound_kind(data, suffix)
    if data.startswith(_ARCHIVE_STARTS):
        return FileKind.ARCHIVE
    if suffix in _SHEET_SUFFIXES:
        return FileKind.SHEET
    if suffix in _TEXT_SUFFIXES and (b"\0" not in data[:4096] or data[:2] in (b"\xff\xfe", b"\xfe\xff")):
        return FileKind.TEXT
    return FileKind.OTHER


def _package_kind(data: bytes, suffix: str) -> FileKind:
    if b"word/document" in data or suffix == ".odt":
        return FileKind.TEXT
    if b"xl/workbook" in data or b"ppt/presentation" in data:
        return FileKind.SHEET
    return FileKind.TEXT if suffix in (".docx", ".docm") else FileKind.ARCHIVE


def _compound_kind(data: bytes, suffix: str) -> FileKind:
    if suffix in _SHEET_SUFFIXES:
        return FileKind.SHEET
    return FileKind.TEXT if suffix in _TEXT_SUFFIXES or _WORD_STREAM in data else FileKind.OTHER
