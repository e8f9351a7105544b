"""What an attachment of a mail is worth, told beside it: a text as read, a photograph as printable.

Reading takes time (a .doc goes through LibreOffice): the verdict on a file is kept by its hash.
"""

from dataclasses import dataclass
from io import BytesIO

from django.core.cache import cache

from journal.models import Picture
from journal.text.count import count_words

from ..arrivals import Original
from ..checks.image import largest_passing
from ..intake.any_file import read_file
from ..intake.mail import LABELS, FileKind, kind_of
from ..intake.photo import PhotoRefused, read_photo
from ..intake.refused import FileRefused
from .pictures import verdict_of

KEPT_SECONDS = 30 * 24 * 3600
_VERSION = 1


@dataclass(frozen=True)
class Judged:
    """kind as FileKind; tint and mark as the badges have them; title as read, of a text."""

    kind: str
    tint: str
    mark: str
    text: str
    detail: str = ""
    title: str = ""

    @property
    def label(self) -> str:
        return LABELS[FileKind(self.kind)]


def judge(original: Original) -> Judged:
    key = f"mail-file:{_VERSION}:{original.sha256}:{original.name.rpartition('.')[2][:10].encode().hex()}"
    known = cache.get(key)
    if known is None:
        with original.file.open("rb") as file:
            known = _judged(file.read(), original.name)
        cache.set(key, known, KEPT_SECONDS)
    return known


def _judged(data: bytes, name: str) -> Judged:
    kind = kind_of(name, data)
    if kind is FileKind.TEXT:
        return _text(data, name)
    if kind is FileKind.PHOTO:
        return _photo(data, name)
    if kind is FileKind.ARCHIVE:
        return Judged(kind, "warn", "!", "压缩包要先打开", "请下载，再到“代录来稿”里上传：压缩包可以整个传。")
    return Judged(kind, "tip", "i", "不能直接作稿件", "会作为原件保存；可以下载查看。")


def _text(data: bytes, name: str) -> Judged:
    try:
        read = read_file(data, name)
    except FileRefused as refusal:
        return Judged(FileKind.TEXT, "err", "✕", "读不了", str(refusal))
    pictures = f"，文中照片 {len(read.pictures)} 张" if read.pictures else ""
    words = f"读到 {count_words(read.body):,} 字{pictures}"
    return Judged(FileKind.TEXT, "ok", "✓", words, "　".join(read.remarks), read.title)


def _photo(data: bytes, name: str) -> Judged:
    try:
        photo = read_photo(BytesIO(data), name)
    except PhotoRefused as refusal:
        return Judged(FileKind.PHOTO, "err", "✕", "不能作照片", str(refusal))
    best = largest_passing(photo.width, photo.height, 300) or Picture.PrintWidth.PORTRAIT
    verdict = verdict_of(Picture(width=photo.width, height=photo.height, print_width_mm=best))
    return Judged(FileKind.PHOTO, verdict.tint, verdict.mark, verdict.text, verdict.detail)
