"""Opening a .docx from a stranger: a zip of XML that may lie about everything (DESIGN.md 12).

All limits are checked before python-docx sees the file: sizes and entries from the zip's own directory, markup by
counting bytes before a tree is built. Nothing is fetched: document type declarations are refused outright (the
packaging standard forbids them, ECMA-376 part 2), and links are never followed.
"""

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import BinaryIO

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.exceptions import InvalidXmlError
from docx.oxml.ns import qn
from lxml import etree

from .refused import FileRefused

MAX_FILE_BYTES = 40 * 1024 * 1024
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_XML_BYTES = 16 * 1024 * 1024  # all XML parts together; a 67,000-character issue has about 4 MB
MAX_MARKUP = 300_000  # tags and attributes, in any one part 250,000: about 60 MB as a tree
MAX_PART_MARKUP = 250_000
MAX_ENTRIES = 1_000
MAX_PARAGRAPHS = 10_000  # in a whole issue there are about 1,500

SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为“Word 文档（*.docx）”后再试"
_CHUNK = 256 * 1024
_ENTRY_MARK = b"PK\x01\x02"
_DOCTYPE = ("<!DOCTYPE", "<!ENTITY")
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.-]+)["']""")
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_BROKEN_DOCX = (
    *_BROKEN_ZIP,
    PackageNotFoundError,
    InvalidXmlError,
    etree.XMLSyntaxError,
    KeyError,
    AttributeError,
    TypeError,
    IndexError,
)


def open_docx(source: bytes | Path, name: str = "", *, pictures: bool = True) -> Document:
    """A verified python-docx Document. name is what the sender called the file (default: the path's name).
    Without pictures their bytes are left in the zip, for those who only read the words and the formatting.

    Raises FileRefused for anything that is not a sound, harmless .docx within the limits above.
    """
    name = name or (source.name if isinstance(source, Path) else "文件")
    try:
        size = source.stat().st_size if isinstance(source, Path) else len(source)
    except OSError as error:
        raise FileRefused(name, "打不开，可能不存在或没有读取权限", "请核对路径") from error
    if size > MAX_FILE_BYTES:
        raise FileRefused(
            name,
            f"有 {size // 1048576} MB，超过 {MAX_FILE_BYTES // 1048576} MB",
            "请把照片另行上传，正文单独成一个文件",
        )
    data = source.read_bytes() if isinstance(source, Path) else source
    refuse_other_formats(data, name)
    document = _parse(_verified(data, name), name)
    _refuse_odd_body(document, name)
    if pictures:
        _fill(document, data, name)
    return document


def refuse_other_formats(data: bytes, name: str) -> None:
    """Raise FileRefused, naming what it really is, unless the bytes begin like a zip file."""
    if data.startswith(b"PK\x03\x04"):
        return
    if not data:
        raise FileRefused(name, "是空文件（0 字节）", "请重新选择文件，或重新发送")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        refuse_encrypted(data, name)
        raise FileRefused(name, "是旧版 Word（.doc）或 WPS 文字（.wps）文件", SAVE_AS_DOCX)
    if head.startswith((b"<!doctype html", b"<html", b"mime-version")) or b"<html" in head:
        raise FileRefused(name, "其实是网页（HTML）", SAVE_AS_DOCX)
    refuse_no_text(data, name)
    raise FileRefused(name, "不是 Word 文档（.docx）", SAVE_AS_DOCX)


def refuse_no_text(data: bytes, name: str) -> None:
    """Raise FileRefused for formats that hold text or pictures, but not in a way we read, whatever they are called."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"{\\rtf"):
        raise FileRefused(name, "其实是 RTF 文件", SAVE_AS_DOCX)
    if head.startswith(b"%pdf"):
        raise FileRefused(name, "其实是 PDF", "请发送排版前的 Word 文档（*.docx）")
    if head.startswith(b"<?xml") and b"<html" not in head:
        raise FileRefused(name, "其实是 XML 文件", SAVE_AS_DOCX)
    if head.startswith((b"\xff\xd8\xff", b"\x89png", b"gif8", b"ii*\0", b"mm\0*", b"bm")) and b"\0" in data[:64]:
        raise FileRefused(name, "其实是图片", "文字请放进 Word 文档（*.docx），图片请在照片一栏上传")
    if data.startswith((b"Rar!", b"7z\xbc\xaf")):
        raise FileRefused(name, "其实是压缩包", "请解压后发送里面的 Word 文档（*.docx）")


def refuse_encrypted(data: bytes, name: str) -> None:
    """Raise FileRefused for a new Word file that a password has wrapped into an old container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise FileRefused(name, "设了打开密码，读不出内容", "请在 Word 或 WPS 中取消密码后另存，再试一次")


def _verified(data: bytes, name: str) -> BinaryIO:
    """The package with its limits checked, pictures emptied, and no relationship to a part it does not hold."""
    if data.count(_ENTRY_MARK) > MAX_ENTRIES:
        raise FileRefused(name, f"里面的条目超过 {MAX_ENTRIES} 个，不像一篇稿件", SAVE_AS_DOCX)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _refuse_bad_entries(package.infolist(), name)
            relationships = _checked_parts(package, name)
            _refuse_strict(relationships, name)
            replaced = _without_dangling(relationships, set(package.namelist()))
            replaced |= {entry.filename: b"" for entry in package.infolist() if not _is_xml(entry)}
            return _rewritten(package, replaced) if replaced else BytesIO(data)
    except _BROKEN_ZIP as error:
        raise FileRefused(name, "不完整或已损坏，可能没有传完", "请重新发送；还不行，" + SAVE_AS_DOCX) from error


def _refuse_bad_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    names = [entry.filename.lower().lstrip("/") for entry in entries]
    if len(names) != len(set(names)):
        raise FileRefused(name, "里面有重名的部件，看到的和读出的可能不是同一篇", SAVE_AS_DOCX)
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused(name, "加了压缩密码，读不出内容", SAVE_AS_DOCX)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise FileRefused(
            name, f"解开后超过 {MAX_UNPACKED_BYTES // 1048576} MB", "请把照片另行上传，正文单独成一个文件"
        )
    if "word/document.xml" in names:
        return
    for folder, kind in (("xl/", "Excel 表格"), ("ppt/", "PowerPoint 演示文稿")):
        if any(entry.startswith(folder) for entry in names):
            raise FileRefused(name, f"其实是 {kind}", "请把正文放进 Word 文档（*.docx）")
    if "content.xml" in names:
        raise FileRefused(name, "其实是 OpenDocument 文件（.odt）", SAVE_AS_DOCX)
    if "[content_types].xml" not in names:
        raise FileRefused(name, "其实是压缩包", "请解压后发送里面的 Word 文档（*.docx）")


def _checked_parts(package: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """Count the markup of every XML part before any tree is built; give the relationship parts back."""
    relationships: dict[str, bytes] = {}
    size = markup = 0
    for entry in package.infolist():
        if not _is_xml(entry):
            continue
        size += entry.file_size
        if size > MAX_XML_BYTES:
            raise FileRefused(name, "文字部分解开后过大，不像一篇稿件", "请拆成几个文件")
        part = package.read(entry)  # zipfile never gives more than the declared size, and checks it
        here = part.count(b"<") + part.count(b"=")
        markup += here
        if here > MAX_PART_MARKUP or markup > MAX_MARKUP:
            raise FileRefused(name, "格式标记过多，不像一篇稿件", "请拆成几个文件，或把文字粘贴到新文档里")
        _refuse_declarations(part, name)
        if entry.filename.endswith(".rels"):
            relationships[entry.filename] = part
        if entry.filename == "[Content_Types].xml":
            _refuse_disguised_parts(part, name)
    return relationships


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith((".xml", ".rels"))


def _refuse_disguised_parts(content_types: bytes, name: str) -> None:
    """What python-docx will parse must bear the ending .xml, or the counting would pass it by."""
    for entry in _tree(content_types):
        kind = entry.get("ContentType", "")
        place = entry.get("PartName") or "." + entry.get("Extension", "")
        parsed = kind.startswith("application/vnd.openxml") and kind.endswith("+xml")
        if parsed and not place.lower().endswith((".xml", ".rels")):
            raise FileRefused(name, "里面的部件名称与内容不符", SAVE_AS_DOCX)


def _tree(part: bytes) -> etree._Element:
    """Raises BadZipFile for what is not XML: to a person both are a damaged file."""
    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise zipfile.BadZipFile(str(error)) from error


def _refuse_declarations(part: bytes, name: str) -> None:
    """No document type, hence no entities, and no encoding but Unicode, in which alone the checks above see markup."""
    wide = part.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
    codes = ("utf-16-le", "utf-16-be") if wide else ("utf-8",)
    if any(mark.encode(code) in part for mark in _DOCTYPE for code in codes):
        raise FileRefused(name, "夹带了外部引用声明（DOCTYPE），可能不安全", SAVE_AS_DOCX)
    text = part.removeprefix(b"\xef\xbb\xbf").lstrip()
    encoding = _ENCODING.match(text)
    known = encoding is None or encoding[1].lower() in (b"utf-8", b"us-ascii", b"ascii")
    if not wide and text and not (text.startswith(b"<") and known):
        raise FileRefused(name, "内部编码不合 Word 文档的规定", SAVE_AS_DOCX)


def _refuse_strict(relationships: dict[str, bytes], name: str) -> None:
    """The strict variant uses other namespaces throughout (ISO/IEC 29500-1), which python-docx does not read."""
    if b"purl.oclc.org/ooxml" in relationships.get("_rels/.rels", b""):
        raise FileRefused(name, "存成了“严格的 Open XML 文档”", SAVE_AS_DOCX)


def _without_dangling(relationships: dict[str, bytes], names: set[str]) -> dict[str, bytes]:
    """Relationship parts that name missing parts, mended: Word and WPS leave them behind removed pictures ("NULL")
    and links to a heading ("#_top"). Marked as external they keep their place, and nobody looks for the part."""
    repaired = {}
    for filename, part in relationships.items():
        root = _tree(part)
        base = dirname(dirname(filename))
        dangling = [
            link
            for link in root
            if link.get("TargetMode") != "External"
            and normpath(join("/", base, link.get("Target", ""))).lstrip("/") not in names
        ]
        for link in dangling:
            link.set("TargetMode", "External")
        if dangling:
            repaired[filename] = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return repaired


def _rewritten(package: zipfile.ZipFile, replaced: dict[str, bytes]) -> BinaryIO:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for entry in package.infolist():
            part = replaced.get(entry.filename)
            copy.writestr(entry.filename, package.read(entry) if part is None else part)
    out.seek(0)
    return out


def _fill(document: Document, data: bytes, name: str) -> None:
    """The bytes of pictures and other parts that are no XML. python-docx would hold each three times while reading."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = {entry.filename: entry for entry in package.infolist() if not _is_xml(entry)}
            for part in document.part.package.iter_parts():
                entry = entries.get(str(part.partname).lstrip("/"))
                if entry is not None:
                    part._blob = _content(package, entry)
    except _BROKEN_ZIP as error:
        raise FileRefused(name, "不完整或已损坏，可能没有传完", "请重新发送；还不行，" + SAVE_AS_DOCX) from error


def _content(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with package.open(entry) as file, BytesIO() as out:
        while chunk := file.read(_CHUNK):
            out.write(chunk)
        return out.getvalue()


def _parse(package: BinaryIO, name: str) -> Document:
    try:
        return docx.Document(package)
    except _BROKEN_DOCX as error:
        if "macroEnabled" in str(error):
            raise FileRefused(name, "带有宏（.docm）", SAVE_AS_DOCX) from error
        if "template" in str(error):
            raise FileRefused(name, "其实是 Word 模板（.dotx）", SAVE_AS_DOCX) from error
        raise FileRefused(name, "内部结构已损坏", SAVE_AS_DOCX) from error


def _refuse_odd_body(document: Document, name: str) -> None:
    root = document.element
    body = root.find(qn("w:body"))
    if root.tag != qn("w:document") or body is None:
        raise FileRefused(name, "内部结构已损坏", SAVE_AS_DOCX)
    if sum(1 for _ in body.iter(qn("w:p"))) > MAX_PARAGRAPHS:
        raise FileRefused(name, f"超过 {MAX_PARAGRAPHS} 段，不像一篇稿件", "请拆成几个文件")
