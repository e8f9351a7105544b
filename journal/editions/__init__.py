"""An issue as one file: each kind of edition is a function from the issue to what it wrote."""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from journal.models import Issue

from . import epub, pdf, text, wechat, word
from .columns import Chosen


@dataclass(frozen=True)
class Edition:
    """A kind of edition. write: function of (issue, path, articles or None): writes the file, returns its number of
    pages, or None for a kind without pages; with articles given, nothing but these goes into the file. for_readers:
    may be offered to them; the others hold what only the office handles (original photographs)."""

    kind: str
    label: str
    media_type: str
    suffix: str
    write: Callable[[Issue, Path, Chosen], int | None]
    for_readers: bool = True


EDITIONS: dict[str, Edition] = {
    edition.kind: edition
    for edition in (
        Edition("pdf", "PDF（印刷版式）", "application/pdf", ".pdf", pdf.write),
        Edition("epub", "电子书（EPUB）", "application/epub+zip", ".epub", epub.write),
        Edition("docx", "Word 稿包（给印刷厂，压缩包）", "application/zip", ".zip", word.write, for_readers=False),
        Edition("txt", "纯文本", "text/plain; charset=utf-8", ".txt", text.write),
        Edition("wechat", "公众号文稿（压缩包）", "application/zip", ".zip", wechat.write, for_readers=False),
    )
}


@dataclass(frozen=True)
class Built:
    """The file made; pages is None for a kind without pages; seconds it took."""

    path: Path
    pages: int | None
    seconds: float


def build(issue: Issue, kind: str, path: Path, articles: Chosen = None) -> Built:
    """Write an edition to path, whole or not at all.

    articles: a queryset that narrows what goes in, such as `Article.objects.visible_to(reader)` for an edition without
    the 内部 pieces; None takes all that are not withdrawn. Raises OSError where path cannot be written, KeyError for a
    kind that is not in EDITIONS.
    """
    write = EDITIONS[kind].write
    started = time.perf_counter()
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        pages = write(issue, Path(unfinished), articles)
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    return Built(path, pages, round(time.perf_counter() - started, 3))
