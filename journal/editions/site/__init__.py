"""The public site as files: the pages that the server gives anonymous readers, for a CDN, a plain web server or a disk.

Starts at the sitemap and follows what the pages name, so that nothing is left out that a reader can reach. A page differs
from the server's in its links alone (links.py): they lead to files; where only a server can answer (signing in, handing
in), to the server given, or nowhere. Searching is done in the browser (search_index.py). A second run writes what
changed and removes what is gone; files that no run wrote are left alone.
"""

import hashlib
import json
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse

from journal import feeds, search
from journal.models import Section

from . import links, search_index
from .visitor import Visitor, visiting

RECORD = ".export.json"  # what the last run wrote: file → SHA-256


class Refused(Exception):
    """The folder or the address cannot be used; the message says why and what to do."""


@dataclass
class Exported:
    """Numbers of pages and files, and addresses that pages name but the server does not give to everybody."""

    pages: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def files(self) -> int:
        return self.written + self.unchanged


def export(
    folder: Path, *, base: str, server: str = "", relative: bool = True, progress: Callable[[int, int, str], None]
) -> Exported:
    """Write the site into `folder`.

    base: where it will stand, `https://host` (canonical links, feeds, QR codes). server: of signing in and handing in;
    "" for none. relative: links that work from any folder and from a disk; else they begin with /.
    Raises Refused for a folder with other content in it, OSError where it cannot be written.
    """
    started = time.monotonic()
    before = _record_of(folder)
    result = Exported()
    store = _Store(folder, before, result)
    site = links.Site(base=base, server=server, relative=relative)
    with visiting(base) as visitor:
        _export_pages(visitor, site, store, progress)
        _export_search(visitor, site, store)
    store.finish()
    result.seconds = round(time.monotonic() - started, 1)
    return result


def _record_of(folder: Path) -> dict[str, str]:
    record = folder / RECORD
    if record.is_file():
        return json.loads(record.read_text("utf-8"))
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} 里有别的文件，又不是以前导出的网站。请换一个空文件夹。")
    return {}


class _Store:
    """The folder: whole files or none, only where their content changed."""

    def __init__(self, folder: Path, before: dict[str, str], result: Exported):
        self.folder, self.before, self.result = folder, before, result
        self.after: dict[str, str] = {}

    def put(self, name: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        path = self.folder / name
        self.after[name] = digest
        self.result.pages += name.endswith(".html")
        if self.before.get(name) == digest and path.is_file():
            self.result.unchanged += 1
            return
        _replace(path, data)
        self.result.written += 1

    def finish(self) -> None:
        """Remove what is gone, and note what is there."""
        for name in set(self.before) - set(self.after):
            path = self.folder / name
            path.unlink(missing_ok=True)
            self.result.removed += 1
            for parent in path.parents:
                if parent == self.folder or not parent.is_dir() or any(parent.iterdir()):
                    break
                parent.rmdir()
        _replace(self.folder / RECORD, json.dumps(self.after, indent=0, sort_keys=True).encode())


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(draft).chmod(0o644)
    Path(draft).replace(path)


def _export_pages(visitor: Visitor, site: links.Site, store: _Store, progress) -> None:
    waiting = deque(_beginnings())
    seen = set(waiting)
    done = 0
    while waiting:
        address = waiting.popleft()
        done += 1
        answer = visitor.get(address)
        progress(done, done + len(waiting), address)
        if answer.status_code != 200:
            store.result.problems.append(f"{address}：{answer.status_code}")
            continue
        data, named = links.rewritten(answer, address, site)
        store.put(links.file_of(address), data)
        fresh = [one for one in named if one not in seen]
        seen.update(fresh)
        waiting.extend(fresh)


def _beginnings() -> Iterator[str]:
    yield from dict.fromkeys(line.path for line in feeds.addresses())
    yield from (reverse("feed"), reverse("sitemap_index"), reverse("robots"))
    public = search.readable_by(AnonymousUser()).values("section")
    for section in Section.objects.filter(pk__in=public):
        yield reverse("section_feed", args=[section.pk])


def _export_search(visitor: Visitor, site: links.Site, store: _Store) -> None:
    """The search page of this edition, and its index."""
    address = reverse("search")
    html = render_to_string("journal/static_search.html", request=visitor.request(address))
    data, named = links.rewritten(visitor.as_page(html), address, site)
    store.put(links.file_of(address), data)
    for asset in named:
        if links.file_of(asset) not in store.after:
            store.put(links.file_of(asset), visitor.get(asset).content)
    for name, text in search_index.files(lambda path: links.led_to(path, address, site)):
        store.put(f"search/{name}", text.encode())
