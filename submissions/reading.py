"""The 核对 page's matter: a row a block, the passage with its marked places, the notes beside it (look/desk.md, page 2)."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from journal.text.blocks import Block, parse

from .checks import ADVICE, ERROR, WARNING, Finding
from .checks.reasons import ready_reasons
from .manuscript import Manuscript
from .mending import find_record, key_of, places
from .models import Attachment, Submission

_PHOTO = re.compile(r"照片\s*(\d+)")
LEVEL_CLASS = {ERROR: "err", WARNING: "warn", ADVICE: "tip"}


_FIELDS = {
    "title": "id_title",
    "subtitle": "id_subtitle",
    "body": "id_body",
    "length": "id_body",
    "section": "id_section",
    "byline": "id_byline",
    "affiliation": "id_affiliation",
    "source": "id_source_name",
    "source.url": "id_source_url",
    "picture": "photos",
    "pictures": "photos",
}


@dataclass
class Note:
    """One remark beside its passage. `done` is the reason kept, where the writer has acknowledged it."""

    number: int
    finding: Finding
    done: str = ""
    reachable: bool = False

    @property
    def key(self) -> str:
        return key_of(self.finding)

    @property
    def level(self) -> str:
        return LEVEL_CLASS[self.finding.level]

    @property
    def blocks(self) -> bool:
        return not self.done and self.finding.level != ADVICE

    @property
    def acknowledgeable(self) -> bool:
        return self.finding.level == WARNING

    @property
    def reasons(self) -> tuple[str, ...]:
        return ready_reasons(self.finding.code)

    @property
    def replacements(self) -> list[dict]:
        """What a button would put in the passage's place, with what the button says."""
        if not self.reachable:
            return []
        if self.finding.fix is not None:
            return [{"value": self.finding.fix, "says": "照此改"}]
        return [{"value": choice, "says": f"改成“{choice}”" if choice else "删去"} for choice in self.finding.choices]

    @property
    def field(self) -> str:
        """The id of the field where a remark on the whole is put right."""
        name = self.finding.code.split(".")[0]
        return _FIELDS.get(self.finding.code, _FIELDS.get(name, "id_title"))


@dataclass
class Row:
    """A block of the text, or the manuscript as a whole (block None), with its notes and changes made."""

    block: Block | None
    segments: list[tuple[str, Note | None]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    mended: list[dict] = field(default_factory=list)
    attachment: Attachment | None = None


@dataclass
class Reading:
    rows: list[Row]
    notes: list[Note]

    @property
    def mended(self) -> int:
        return sum(len(row.mended) for row in self.rows)

    @property
    def blocking(self) -> list[Note]:
        return [note for note in self.notes if note.blocks]

    def count(self, level: str) -> int:
        return sum(note.level == level and not note.done for note in self.notes)

    @property
    def errors(self) -> int:
        return self.count("err")

    @property
    def warnings(self) -> int:
        return self.count("warn")

    @property
    def error_tally(self) -> str:
        return f"错误 {self.errors}"

    @property
    def warning_tally(self) -> str:
        return f"警告 {self.warnings}"

    @property
    def advice_tally(self) -> str:
        return f"建议 {self.count('tip')}"

    @property
    def repeated(self) -> list[dict]:
        """Kinds with several certain fixes: they can be made together."""
        fixable = [note.finding for note in self.notes if note.reachable and note.finding.fix is not None]
        kinds = {finding.code: finding.message.split("。")[0] for finding in fixable}
        amounts = Counter(finding.code for finding in fixable)
        return [
            {"code": code, "label": label, "count": amounts[code]} for code, label in kinds.items() if amounts[code] > 1
        ]


def read(submission: Submission, manuscript: Manuscript, findings: list[Finding]) -> Reading:
    """Findings in reading order, numbered from 1, each in its block's row."""
    blocks = parse(manuscript.content.html)
    kept = {(one.code, one.quote_hash): one.reason for one in submission.acknowledgements.all()}
    reachable = places(submission.body, findings)
    shown = {one.picture_id: one for one in submission.attachments.all()}
    row_of = _rows_of_photographs(manuscript, blocks)
    placed = [(row_of(finding), finding) for finding in findings]
    ordered = sorted(placed, key=lambda pair: (pair[0], pair[1].offset or 0))
    notes = []
    for number, (_, finding) in enumerate(ordered, 1):
        done = kept.get((finding.code, finding.quote_hash), "")
        notes.append(Note(number, finding, done, key_of(finding) in reachable))
    rows = [Row(None)] + [Row(block) for block in blocks]
    for note, (row, _) in zip(notes, ordered, strict=True):
        rows[row].notes.append(note)
    for row in rows[1:]:
        row.segments = _segments(row.block.text, row.notes)
        row.attachment = shown.get(row.block.picture)
    _place_mended(submission, rows)
    return Reading(rows, notes)


def _rows_of_photographs(manuscript: Manuscript, blocks: tuple[Block, ...]) -> Callable[[Finding], int]:
    """Finding → its row: a block's, a photograph's figure, or 0 for the whole."""
    figures = {block.picture: number for number, block in enumerate(blocks, 1) if block.picture is not None}

    def row_of(finding: Finding) -> int:
        if finding.block is not None:
            return finding.block + 1
        named = _PHOTO.match(finding.quote) if finding.code.startswith("picture.") else None
        if named and int(named[1]) <= len(manuscript.pictures):
            return figures.get(manuscript.pictures[int(named[1]) - 1].pk, 0)
        return 0

    return row_of


def _segments(text: str, notes: list[Note]) -> list[tuple[str, Note | None]]:
    """The block's text cut at the marked places; of two that overlap the second begins where the first ends."""
    segments: list[tuple[str, Note | None]] = []
    position = 0
    for note in sorted(notes, key=lambda one: one.finding.offset or 0):
        start = note.finding.offset or 0
        end = start + len(note.finding.quote)
        if not note.finding.quote or text[start:end] != note.finding.quote or end <= position:
            continue
        shown = note.finding.shown_quote if start >= position else text[position:end]
        start = max(start, position)
        segments += [(text[position:start], None), (shown, note)]
        position = end
    return [piece for piece in [*segments, (text[position:], None)] if piece[0]]


def _place_mended(submission: Submission, rows: list[Row]) -> None:
    """A change made stands in the row whose text holds it now; one that was written over since is history."""
    ends, total = [], 0
    for row in rows[1:]:
        found = submission.body.find(row.block.text, total) if row.block.text else -1
        total = found + len(row.block.text) if found >= 0 else total
        ends.append(total)
    for record in submission.mended:
        at = find_record(submission.body, record)
        if at is not None:
            row = next((row for row, end in zip(rows[1:], ends, strict=True) if at <= end), rows[0])
            row.mended.append(record)
