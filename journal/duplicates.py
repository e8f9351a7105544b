"""Near-duplicates among all texts the office has: archive, pool and what waits for review (RULES.md 9).

Each of them is a Text, so this looks at texts alone and never upward. Call `index_text` where a version is saved;
`update_index` catches up with whatever was missed.
"""

import json
import re
from array import array
from dataclasses import dataclass
from html import unescape

from django.db import connection, transaction
from django.db.models import QuerySet

from journal.models import Content, Fingerprint, FingerprintSegment, IndexedText, Text, TextVersion
from journal.models.fingerprint import outdated_texts
from journal.text.blocks import plain_text
from journal.text.fingerprint import Comparison, Shingled, compare, marked, passages, title_key

_TAG = re.compile("<[^>]+>")
_NEAREST = 100  # texts with most hashes in common, of which those with a share worth it are
_CANDIDATES = 8  # compared in full
_SHARE = 0.05  # of the kept hashes of the smaller text: far enough below 0.15, for the sample is small
_BATCH = 50  # fresh texts: asked one by one, then written together as a segment
_FAN = 8  # segments of a level that become one of the next
_TOP = 2  # level of the largest segments, _BATCH * _FAN**_TOP texts: merging these would keep a person waiting

# The written order of the join is the order SQLite must take: 444 look-ups in each segment, not a walk over all of it.
_FIND = """
WITH asked(hash) AS MATERIALIZED ({values}),
found AS (
    SELECT f.version, count(*) AS shared
    FROM journal_fingerprintsegment s CROSS JOIN asked CROSS JOIN journal_fingerprint f
    WHERE f.segment = s.id AND f.hash = asked.hash
    GROUP BY f.version
)
SELECT i.text_id, shared FROM found JOIN journal_indexedtext i ON i.version_id = found.version
WHERE i.fresh IS NULL AND i.text_id <> %s AND shared >= %s * CASE WHEN i.size < %s THEN i.size ELSE %s END
ORDER BY shared DESC LIMIT %s
"""
_MERGE = """
INSERT INTO journal_fingerprint(segment, hash, version)
SELECT DISTINCT {into}, f.hash, f.version FROM journal_fingerprint f
WHERE f.segment IN ({merged}) AND EXISTS (SELECT 1 FROM journal_indexedtext i WHERE i.version_id = f.version)
ORDER BY f.hash, f.version
"""


@dataclass(frozen=True)
class Match:
    """A text that shares words or its title with the one asked about. forward is the share of the asked text found
    in it, backward the share of it found in the asked text, containment the one that counts."""

    text: Text
    version: TextVersion
    comparison: Comparison

    @property
    def title(self) -> str:
        return self.version.title

    @property
    def kind(self) -> str:
        return self.comparison.kind or ""

    @property
    def containment(self) -> float:
        return self.comparison.containment


def index_text(text: Text) -> None:
    """Put the current version of a text into the index, in place of the one that was there."""
    version = text.current
    if version is None:
        remove(text)
        return
    if IndexedText.objects.filter(text=text, version=version).exists():
        return
    hashes = _shingled(version).hashes
    row = {
        "version": version,
        "title_key": _key(version.title),
        "size": len(hashes),
        "fresh": array("q", sorted(hashes)).tobytes(),
    }
    with transaction.atomic():
        IndexedText.objects.update_or_create(text=text, defaults=row)
        if _fresh().count() >= _BATCH:
            _write_segment()


def remove(text: Text) -> None:
    """Take a text out of the index."""
    IndexedText.objects.filter(text=text).delete()


def update_index() -> int:
    """Index every text whose current version is not in the index; how many there were."""
    missing = list(outdated_texts().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(missing), _BATCH):
        with transaction.atomic():
            for text in Text.objects.filter(pk__in=missing[start : start + _BATCH]).select_related("current"):
                index_text(text)
    return len(missing)


def rebuild() -> int:
    """Make the whole index again; how many texts it holds."""
    with transaction.atomic():
        Fingerprint.objects.all().delete()
        FingerprintSegment.objects.all().delete()
        IndexedText.objects.all().delete()
    return update_index()


def query(content: Content, exclude_text: Text | None = None) -> list[Match]:
    """The texts in the index that share words with this one or bear its title, the closest first."""
    return find(Shingled(_body(content.html)), content.title, exclude_text)


def find(asked: Shingled, title: str, exclude_text: Text | None = None) -> list[Match]:
    """As `query`, for a text that is already shingled."""
    exclude = exclude_text.pk if exclude_text else 0
    key = _key(title)
    indexed = IndexedText.objects.select_related("text", "version")
    wanted = {one.pk: one for one in indexed.filter(pk__in=_candidates(asked, exclude))}
    if key:
        namesakes = indexed.filter(title_key=key).exclude(pk=exclude).order_by("-pk")[:_CANDIDATES]
        wanted |= {one.pk: one for one in namesakes}
    matches = (
        Match(one.text, one.version, compare(asked, _shingled(one.version), bool(key) and one.title_key == key))
        for one in wanted.values()
    )
    return sorted((match for match in matches if match.kind), key=lambda match: (-match.containment, match.text.pk))


@dataclass(frozen=True)
class SideBySide:
    """Two texts as plain text in pieces; a piece that both have bears the same number on both sides, others None."""

    left: list[tuple[str, int | None]]
    right: list[tuple[str, int | None]]
    comparison: Comparison


def side_by_side(content: Content, other: Content) -> SideBySide:
    """The common passages of two texts, marked in both as written (offsets count in `plain_text`)."""
    texts = plain_text(content.html), plain_text(other.html)
    one, two = (Shingled(text) for text in texts)
    common = passages(one, two)
    return SideBySide(
        marked(texts[0], [(passage.start, passage.end) for passage in common]),
        marked(texts[1], [(passage.other_start, passage.other_end) for passage in common]),
        compare(one, two, _key(content.title) == _key(other.title)),
    )


def _fresh() -> QuerySet[IndexedText]:
    return IndexedText.objects.filter(fresh__isnull=False)


def _write_segment() -> None:
    """Make a segment of the fresh texts' hashes; what another is just writing stays fresh."""
    rows = list(_fresh().select_for_update(skip_locked=True))
    if not rows:
        return
    segment = FingerprintSegment.objects.create(level=0)
    kept = sorted((number, row.version_id) for row in rows for number in _unpacked(row))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO journal_fingerprint(segment, hash, version) SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])",
                [segment.pk, [number for number, _ in kept], [version for _, version in kept]],
            )
        else:
            cursor.executemany(
                f"INSERT INTO journal_fingerprint(segment, hash, version) VALUES ({segment.pk}, %s, %s)",  # noqa: S608
                kept,
            )
    IndexedText.objects.filter(pk__in=[row.pk for row in rows]).update(fresh=None)
    for level in range(_TOP):
        _merge(level)


def _merge(level: int) -> None:
    """Make one segment of the next level of those of this one, once there are enough that nobody else is merging."""
    segments = FingerprintSegment.objects.filter(level=level).order_by("pk")
    if segments.count() < _FAN:
        return
    merged = [segment.pk for segment in segments.select_for_update(skip_locked=True)]
    if len(merged) < _FAN:
        return
    into = FingerprintSegment.objects.create(level=level + 1)
    with connection.cursor() as cursor:
        # Ids of the database's own making: the planner should see them.
        cursor.execute(_MERGE.format(into=into.pk, merged=", ".join(map(str, merged))))
    Fingerprint.objects.filter(segment__in=merged)._raw_delete(using=connection.alias)
    FingerprintSegment.objects.filter(pk__in=merged).delete()


def _unpacked(row: IndexedText) -> "array[int]":
    hashes = array("q")
    hashes.frombytes(row.fresh)
    return hashes


def _candidates(asked: Shingled, exclude: int) -> list[int]:
    """Ids of the texts that share most kept hashes, and enough of those of the smaller one."""
    hashes = asked.hashes
    if not hashes:
        return []
    size = len(hashes)
    with connection.cursor() as cursor:
        parameters = [_parameter(sorted(hashes)), exclude, _SHARE, size, size, _NEAREST]
        cursor.execute(_FIND.format(values=_values()), parameters)
        shared = dict(cursor.fetchall())
    for row in _fresh().exclude(pk=exclude).only("size", "fresh"):
        common = len(hashes.intersection(_unpacked(row)))
        if common >= max(1, _SHARE * min(size, row.size)):
            shared[row.pk] = common
    return sorted(shared, key=lambda pk: -shared[pk])[:_CANDIDATES]


def _values() -> str:
    """A SELECT that makes rows of the one parameter all hashes are passed in."""
    if connection.vendor == "postgresql":
        return "SELECT unnest(%s::bigint[]) AS hash"
    return "SELECT value AS hash FROM json_each(%s)"


def _parameter(hashes: list[int]) -> list[int] | str:
    return hashes if connection.vendor == "postgresql" else json.dumps(hashes)


def _shingled(version: TextVersion) -> Shingled:
    return Shingled(_body(version.html))


def _body(html: str) -> str:
    """The words of canonical HTML, parted where a tag stands: what is compared knows no blocks, and parsing them takes
    ten times as long."""
    return unescape(_TAG.sub("\n", html))


def _key(title: str) -> str:
    return title_key(title)[: IndexedText._meta.get_field("title_key").max_length]
