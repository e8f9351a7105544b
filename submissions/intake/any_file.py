"""Every kind of file a manuscript comes in, told apart by its content, never by its name alone (DESIGN.md 12)."""

from dataclasses import dataclass
from pathlib import PurePath

from docx.document import Document

from .arrived import ArrivedText
from .docx_file import MAX_FILE_BYTES, open_docx, refuse_other_formats
from .html_file import is_html, read_html
from .office import as_docx
from .refused import FileRefused
from .text_file import read_text
from .word import arrived_text

SUFFIXES = (".txt", ".docx", ".html", ".htm", ".doc", ".wps")
KINDS = "能收的有 Word（.docx、.doc）、WPS（.wps）、文本（.txt）和网页（.html）"
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKS = ("~$", ".~")


@dataclass(frozen=True)
class OpenedFile:
    """document is the opened Word file, None for other kinds."""

    text: ArrivedText
    document: Document | None = None


def read_file(data: bytes, name: str) -> ArrivedText:
    """The manuscript in a file. name is what its sender called it. Raises FileRefused."""
    return open_file(data, name).text


def open_file(data: bytes, name: str) -> OpenedFile:
    """The manuscript with the Word document it was read from, for the checks that look at the format too.

    Raises FileRefused.
    """
    name = PurePath(name.replace("\\", "/")).name or "文件"
    suffix = PurePath(name).suffix.lower()
    if name.startswith(_LOCKS):
        raise FileRefused(name, "是 Word 打开文件时留下的临时文件，不是稿件", "请选名字里没有“~$”的那一个")
    if not data.strip(b"\0 \t\r\n"):
        raise FileRefused(name, "是空文件（没有内容）" if data else "是空文件（0 字节）", "请重新选择文件，或重新发送")
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused(
            name,
            f"有 {len(data) // 1048576} MB，超过 {MAX_FILE_BYTES // 1048576} MB",
            "请把照片另行上传，正文单独成一个文件",
        )
    if suffix and suffix not in SUFFIXES:
        raise FileRefused(name, f"不是稿件文件（{suffix}）", KINDS)
    return _opened(data, name, suffix)


def _opened(data: bytes, name: str, suffix: str) -> OpenedFile:
    if data.startswith(b"PK\x03\x04"):
        return _word(data, name)
    if data.startswith(_OLE):
        return _word(as_docx(data, name), name)
    if suffix in (".docx", ".doc", ".wps"):
        refuse_other_formats(data, name)
    page = is_html(data) or (suffix in (".html", ".htm") and b"<" in data)
    return OpenedFile(read_html(data, name) if page else read_text(data, name))


def _word(data: bytes, name: str) -> OpenedFile:
    document = open_docx(data, name)
    return OpenedFile(arrived_text(document, name), document)
