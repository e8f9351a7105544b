"""An issue as one file: each format is a function from the issue to what it wrote."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from journal.models import Issue

from . import epub, pdf, text, wechat

# format → function of (issue, path): writes the file, returns its number of pages or None where it has none.
FORMATS = {"epub": epub.write, "pdf": pdf.write, "txt": text.write, "wechat": wechat.write}


@dataclass(frozen=True)
class Built:
    """The file made; pages is None for a format without pages; seconds it took."""

    path: Path
    pages: int | None
    seconds: float


def build(issue: Issue, form: str, path: Path) -> Built:
    """Write an edition to path, whole or not at all. Raises OSError where path cannot be written, KeyError for a form
    that is not in FORMATS."""
    write = FORMATS[form]
    started = time.perf_counter()
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        pages = write(issue, Path(unfinished))
        Path(unfinished).chmod(0o644)
        Path(unfinished).replace(path)
    finally:
        Path(unfinished).unlink(missing_ok=True)
    return Built(path, pages, round(time.perf_counter() - started, 3))
