"""The 核对 page's matter: a row a block, the passage with its marked places, the notes beside it (look/desk.md, page 2)."""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from journal.text.blocks import Block, parse

from .checks import ADVICE, ERROR, WARNING, Finding
from .checks.reasons import ready_reasons
from .manuscript import Manuscript
from .mending import BODY, Place, alike, caption_field, field_of, find_records, key_of, places
from .models import Attachment, Submission

_PHOTO = re.compile(r"照片\s*(\d+)")
LEVEL_CLASS = {ERROR: "err", WARNING: "warn", ADVICE: "tip"}
# The lines above the text that findings may stand in, in the order of the page.
LINES = {"title": "标题", "subtitle": "副标题", "byline": "署名", "affiliation": "单位、职务"}
_FIELD_LABEL = re.compile("^(?:标题|副标题)：")
_CLEANING = "clean."  # codes of the changes of the cleaning page, which has its own list of them
_FIELDS = {
    "title": "id_title",
    "subtitle": "id_subtitle",
    "body": "id_body",
    "length": "id_body",
    "section": "id_section",
    "byline": "id_byline",
    "affiliation": "id_affiliation",
    "note": "id_author_note",
    "source": "id_source_name",
    "source.url": "id_source_url",
    "picture": "photos",
    "pictures": "photos",
    "duplicate": "id_body",
}


def typed_texts(submission: Submission) -> dict[str, str]:
    """The draft's texts by field, as mending.py changes them."""
    texts = {name: getattr(submission, name) for name in (*LINES, BODY)}
    pictures = [one.picture for one in submission.attachments.all()]
    return texts | {caption_field(picture.pk): picture.caption for picture in pictures}


@dataclass
class Note:
    """One remark beside its passage. `done` is the reason kept, where the writer has acknowledged it."""

    number: int
    finding: Finding
    done: str = ""
    reachable: bool = False
    is_caption: bool = False

    @property
    def key(self) -> str:
        return key_of(self.finding)

    @property
    def level(self) -> str:
        return LEVEL_CLASS[self.finding.level]

    @property
    def message(self) -> str:
        """Beside the line itself nothing has to say which one it is."""
        return _FIELD_LABEL.sub("", self.finding.message) if self.finding.field else self.finding.message

    @property
    def is_certain(self) -> bool:
        """One click puts it right, and it asks to be put right: what is only advice is left for its writer to weigh."""
        return self.blocks and self.reachable and self.finding.fix is not None

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
        acts = self.finding.acts
        if self.finding.fix is not None:
            return [{"value": self.finding.fix, "says": acts[0] if acts else "照此改"}]
        told = acts or [f"改成“{choice}”" if choice else "删去" for choice in self.finding.choices]
        return [{"value": value, "says": says} for value, says in zip(self.finding.choices, told, strict=True)]

    @property
    def change(self) -> dict | None:
        """What the certain fix changes. A mark put in or taken out is shown in its place, all else before → after."""
        if not self.reachable or self.finding.fix is None:
            return None
        before, after = self.finding.quote, self.finding.fix
        head = alike(before, after)
        tail = alike(before[head:][::-1], after[head:][::-1])
        removed, added = before[head : len(before) - tail], after[head : len(after) - tail]
        return {
            "before": self.finding.shown_quote,
            "after": after,
            "in_place": not (removed and added),
            "head": before[:head],
            "removed": removed,
            "added": added,
            "tail": before[len(before) - tail :],
        }

    @property
    def home(self) -> str:
        """What to add to the form's address to come to the place itself, or to the field it stands in."""
        if self.finding.block is None or self.is_caption:
            return f"#{self.field}"
        return "?" + urlencode({"at": self.finding.shown_quote})

    @property
    def field(self) -> str:
        """The id of the field where the remark is put right."""
        if self.is_caption:
            return "photos"
        code = self.finding.code
        return _FIELDS.get(self.finding.field or code, _FIELDS.get(code.split(".")[0], "id_title"))


@dataclass
class Row:
    """A block of the text, a line above it, or the manuscript as a whole (neither), with notes and changes made."""

    block: Block | None = None
    line: str = ""
    text: str = ""
    segments: list[tuple[str, Note | None]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    mended: list[dict] = field(default_factory=list)
    attachment: Attachment | None = None

    @property
    def label(self) -> str:
        return LINES.get(self.line, "整篇稿件")

    @property
    def is_shown(self) -> bool:
        return bool(self.block or self.notes or self.mended)


@dataclass
class Reading:
    rows: list[Row]
    notes: list[Note]
    cleaned: int = 0

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
    def certain(self) -> int:
        """How many errors and warnings one click puts right together."""
        return sum(note.is_certain for note in self.notes)

    @property
    def repeated(self) -> list[dict]:
        """Kinds with several certain fixes: they can be made together."""
        kinds: dict[str, list[str]] = {}
        for note in self.notes:
            if note.reachable and note.finding.fix is not None and not note.done:
                kinds.setdefault(note.finding.code, []).append(note.message)
        return [
            {"code": code, "label": _told_together(messages), "count": len(messages)}
            for code, messages in kinds.items()
            if len(messages) > 1
        ]


def _told_together(messages: list[str]) -> str:
    """One label for remarks of one kind that need not be word for word the same."""
    labels = list(dict.fromkeys(re.split("[。：]", message)[0] for message in messages))
    return labels[0] if len(labels) == 1 else f"{labels[0]}等"


def read(submission: Submission, manuscript: Manuscript, findings: list[Finding]) -> Reading:
    """Findings in reading order, numbered from 1, each in its block's row."""
    blocks = parse(manuscript.content.html)
    texts = typed_texts(submission)
    kept = {(one.code, one.quote_hash): one.reason for one in submission.acknowledgements.all()}
    reachable = places(texts, blocks, findings)
    shown = {one.picture_id: one for one in submission.attachments.all()}
    rows = [
        Row(),
        *(Row(line=line, text=texts[line]) for line in LINES),
        *(Row(block, text=block.text) for block in blocks),
    ]
    row_of = _rows_of(manuscript, blocks)
    placed = [(row_of(finding), finding) for finding in findings]
    ordered = sorted(placed, key=lambda pair: (pair[0], pair[1].offset or 0))
    for number, (row, finding) in enumerate(ordered, 1):
        done = kept.get((finding.code, finding.quote_hash), "")
        block = rows[row].block
        is_caption = block is not None and block.kind == "figure"
        rows[row].notes.append(Note(number, finding, done, key_of(finding) in reachable, is_caption))
    for row in rows[1:]:
        row.segments = _segments(row, reachable)
        if row.block is not None:
            row.attachment = shown.get(row.block.picture)
    mended = [record for record in submission.mended if not record["code"].startswith(_CLEANING)]
    _place_mended(texts, mended, rows)
    cleaned = {record.get("place", record["id"]) for record in submission.mended if record not in mended}
    return Reading(rows, [note for row in rows for note in row.notes], len(cleaned))


def _rows_of(manuscript: Manuscript, blocks: tuple[Block, ...]) -> Callable[[Finding], int]:
    """Finding → its row: a line's, a block's, a photograph's figure, or 0 for the whole."""
    lines = {line: number for number, line in enumerate(LINES, 1)}
    first = len(LINES) + 1
    figures = {block.picture: number for number, block in enumerate(blocks, first) if block.picture is not None}

    def row_of(finding: Finding) -> int:
        if finding.field:
            return lines[finding.field]
        if finding.block is not None:
            return finding.block + first
        named = _PHOTO.match(finding.quote) if finding.code.startswith("picture.") else None
        if named and int(named[1]) <= len(manuscript.pictures):
            return figures.get(manuscript.pictures[int(named[1]) - 1].pk, 0)
        return 0

    return row_of


def _segments(row: Row, reachable: dict[str, Place]) -> list[tuple[str, Note | None]]:
    """The row's text cut at the marked places; of two that overlap the second begins where the first ends."""
    segments: list[tuple[str, Note | None]] = []
    position = 0
    for start, note in sorted(((_start(note, reachable), note) for note in row.notes), key=lambda pair: pair[0]):
        end = start + len(note.finding.quote)
        if not note.finding.quote or row.text[start:end] != note.finding.quote or end <= position:
            continue
        shown = note.finding.shown_quote if start >= position else row.text[position:end]
        start = max(start, position)
        segments += [(row.text[position:start], None), (shown, note)]
        position = end
    return [piece for piece in [*segments, (row.text[position:], None)] if piece[0]]


def _start(note: Note, reachable: dict[str, Place]) -> int:
    """Where a note's passage begins in its row: a line is shown as typed, a block as read."""
    place = reachable.get(note.key)
    return place.start if note.finding.field and place else note.finding.offset or 0


def _place_mended(texts: dict[str, str], records: list[dict], rows: list[Row]) -> None:
    """A change made stands in the row whose text holds it now; one that was written over since is history."""
    own = [row for row in rows if row.block is not None]
    ends, total = [], 0
    for row in own:
        found = texts[BODY].find(row.text, total) if row.text and row.block.kind != "figure" else -1
        total = found + len(row.text) if found >= 0 else total
        ends.append(total)
    homes = {row.line: row for row in rows if row.line}
    homes |= {caption_field(row.block.picture): row for row in own if row.block.picture is not None}
    for name in dict.fromkeys(field_of(record) for record in records):
        written = [record for record in records if field_of(record) == name]
        for record, at in zip(written, find_records(texts.get(name, ""), written), strict=True):
            if at is not None:
                home = (
                    own[bisect_left(ends, at)] if name == BODY and ends and at <= ends[-1] else homes.get(name, rows[0])
                )
                home.mended.append(record)
