"""Near-duplicates among 20,000 texts of article length, cut from a corpus of laws (DEPENDENCIES.md, near-duplicates).

Filling takes some minutes; BENCH_PIECES=2000 gives a first idea. The corpus holds some laws in several dated versions:
the older ones are in the index, the newest is asked about.
"""

import gzip
import json
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from html import escape
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from journal import duplicates
from journal.models import Content, Text, TextVersion
from journal.text.fingerprint import DUPLICATE, Shingled, compare

from .harness import Measured, bench, milliseconds

PIECES = int(os.environ.get("BENCH_PIECES", "20000"))
LENGTH = 2000  # characters of an article
STEP = 270  # the corpus is smaller than 20,000 articles: the pieces overlap, so each has several to be told from
ASKED = 100
ADDED = 500


class Cut(NamedTuple):
    """A stretch of a law."""

    law: str
    title: str
    text: str


@bench
def near_duplicates() -> Iterator[Measured]:
    """Times of one check and of adding one text, and how many known duplicates are missed."""
    if settings.CORPUS_DIR is None:
        return
    archive, newest = _cuts(settings.CORPUS_DIR / "laws.jsonl.gz")
    random.Random(2021).shuffle(newest)  # noqa: S311
    filled = _fill(archive)
    place, limit = ("SQLite", 50) if connection.vendor == "sqlite" else ("PostgreSQL", 150)
    asked = newest[:ASKED]
    times, found = _ask(asked)
    yield Measured(f"查重一次（{place}，{len(archive):,} 篇，中位数）", limit, statistics.median(times))
    yield Measured("　其中第 95 百分位", limit, sorted(times)[int(len(times) * 0.95)])
    added = _add(newest[-ADDED:])
    yield Measured(f"加入一篇（{place}，中位数）", 10, statistics.median(added))
    yield Measured("　平均，含成批写入", 10, statistics.mean(added))
    yield Measured("　从头编入全库，平均每篇，含各级合并", 10, filled / max(len(archive), 1))
    missed, known = _missed(archive, asked, found)
    yield Measured(f"旧版法律漏查（{known} 段确有重复）", 1, 100 * missed / max(known, 1), "%")


def _cuts(path: Path) -> tuple[list[Cut], list[Cut]]:
    """Overlapping pieces for the archive, laws with several versions first, and the pieces of their newest versions."""
    versions: dict[str, list[dict]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for law in map(json.loads, lines):
            versions[law["title"]].append(law)
    newest, older = [], []
    for laws in sorted(versions.values(), key=len, reverse=True):
        laws.sort(key=lambda law: law["date"] or "")
        if len({law["date"] for law in laws}) > 1:
            newest.append(laws.pop())
        older += laws
    archive = islice((cut for law in older for cut in _pieces(law, STEP)), PIECES)
    return list(archive), [cut for law in newest for cut in _pieces(law, LENGTH)]


def _pieces(law: dict, step: int) -> Iterator[Cut]:
    text = law["text"]
    for number, start in enumerate(range(0, max(len(text) - LENGTH, 0) + 1, step), 1):
        yield Cut(law["title"], f"{law['title'][:150]}（{law['date']}）{number}", text[start : start + LENGTH])


def _fill(archive: list[Cut]) -> float:
    """The archive as texts, and the milliseconds of indexing them. Rows are written straight: saving them one by one is
    not what is measured."""
    texts = Text.objects.bulk_create((Text() for _ in archive), batch_size=1000)
    TextVersion.objects.bulk_create(
        (
            TextVersion(
                text=text, number=1, title=cut.title, html=_html(cut.text), words=LENGTH, created_at=timezone.now()
            )
            for text, cut in zip(texts, archive, strict=True)
        ),
        batch_size=500,
    )
    current = dict(TextVersion.objects.values_list("text_id", "pk"))
    for text in texts:
        text.current_id = current[text.pk]
    Text.objects.bulk_update(texts, ["current"], batch_size=500)
    start = time.perf_counter()
    duplicates.update_index()
    taken = (time.perf_counter() - start) * 1000
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return taken


def _html(text: str) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n") if line.strip())


def _ask(asked: list[Cut]) -> tuple[list[float], list[list[duplicates.Match]]]:
    """Milliseconds of each check, and what it found."""
    times, found = [], []
    for cut in asked:
        content = Content(title=cut.title, html=_html(cut.text))
        times.append(milliseconds(partial(duplicates.query, content), times=3))
        found.append(duplicates.query(content))
    return times, found


def _add(cuts: list[Cut]) -> list[float]:
    times = []
    for cut in cuts:
        text = Text.objects.create()
        text.save_version(Content(title=cut.title, html=_html(cut.text)), None, "录入")
        start = time.perf_counter()
        duplicates.index_text(text)
        times.append((time.perf_counter() - start) * 1000)
    return times


def _missed(archive: list[Cut], asked: list[Cut], found: list[list[duplicates.Match]]) -> tuple[int, int]:
    """Of the pieces that are duplicates of an older version when compared with all of it: how many no check found."""
    by_law: dict[str, list[Shingled]] = defaultdict(list)
    laws = {cut.law for cut in asked}
    for cut in archive:
        if cut.law in laws:
            by_law[cut.law].append(Shingled(cut.text))
    missed = known = 0
    for cut, matches in zip(asked, found, strict=True):
        piece = Shingled(cut.text)
        if any(compare(piece, older).kind == DUPLICATE for older in by_law[cut.law]):
            known += 1
            missed += all(match.kind != DUPLICATE for match in matches)
    return missed, known
