"""What each paragraph of a document is: title, byline, numbered heading, body … (GB/T 9704-2012, 7.3).

Recognised by the words, and by looks only where words do not tell (lines of one title; centred captions), so that a
corrected file is read as the same document.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from submissions.intake.front import is_byline_below_title

from .looks import Looks, ParagraphLook, RunLook
from .walk import holds_drawing, run_text

_CHINESE = "[一二三四五六七八九十百〇零]{1,4}"
_LEVELS = (
    re.compile(rf"{_CHINESE}、\s*"),
    re.compile(rf"[（(]\s*{_CHINESE}\s*[)）]、?\s*"),
    re.compile(r"\d{1,2}\s*[.．、](?!\d)\s*"),
    re.compile(r"[（(]\s*\d{1,2}\s*[)）]、?\s*"),
)
_AUTOMATIC = (
    (re.compile(r"%\d、"), True),
    (re.compile(r"[（(]%\d[)）]、?"), True),
    (re.compile(r"%\d[.．、]"), False),
    (re.compile(r"[（(]%\d[)）]"), False),
)
_LONGEST_HEADING = 45  # characters up to its end or its first full stop
_LONGEST_TITLE_LINE = 50
_STOPS = re.compile("[。！？；;…]")
_FRONT = re.compile(r"[—―–-]{1,2}\S.*|[（(].*[）)]|[^。，；：！？,;:!?]*")
ATTACHMENT_NOTE = re.compile(r"附\s*件\s*\d{0,2}\s*[：:]")
_ATTACHMENT_HEADING = re.compile(r"附\s*件\s*\d{0,2}")
DATE_LIKE = re.compile(
    r"[（(]?\s*(?:\d{2,4}|[〇○零一二三四五六七八九]{4})\s*[年.．/-]\s*[\d一二三四五六七八九十]{1,3}\s*[月.．/-]"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*日?\s*[）)]?"
)


class Role(StrEnum):
    TITLE = "标题"
    FRONT = "副标题、署名"
    SALUTATION = "称呼"
    HEADING = "层次标题"
    BODY = "正文"
    ATTACHMENT = "附件说明"
    CLOSING = "落款"
    OTHER = "其他"


@dataclass
class Paragraph:
    """spans are (offset, text, look) of each run; head is the number of characters of a heading that runs on into text (（一）加强领导。各单位……), or all of
    them; level is 1 to 4 for headings."""

    element: etree._Element
    text: str
    look: ParagraphLook
    spans: list[tuple[int, str, RunLook]]
    role: Role = Role.BODY
    level: int = 0
    head: int = 0

    @property
    def words(self) -> str:
        return self.text.strip()

    @property
    def centred(self) -> bool:
        return self.look.align in ("center", "right", "end")

    @property
    def flows(self) -> bool:
        """Part of the running text: first line indented, exact line spacing."""
        return self.role in (Role.BODY, Role.HEADING) and not holds_drawing(self.element)


def structured(elements: list[etree._Element], looks: Looks) -> list[Paragraph]:
    """The non-empty paragraphs with their roles."""
    found = []
    for element in elements:
        spans = _spans(element, looks)
        text = "".join(part for _, part, _ in spans)
        if text.strip():
            found.append(Paragraph(element, text, looks.paragraph(element), spans))
    start = _mark_front(found)
    for position in range(start, len(found)):
        _mark(found, position)
    _mark_closing(found, start)
    return found


def _spans(element: etree._Element, looks: Looks) -> list[tuple[int, str, RunLook]]:
    out, offset = [], 0
    for run in looks.shown_runs(element):
        text = run_text(run)
        if text:
            out.append((offset, text, looks.run(run, element)))
        offset += len(text)
    return out


def _mark_front(found: list[Paragraph]) -> int:
    """Title lines, then subtitle and byline; gives the position where the text begins."""
    if not found or not _may_be_title(found[0]):
        return 0
    found[0].role = Role.TITLE
    position = 1
    while position < len(found) and _continues_title(found[position], found[0]) and position < 4:
        found[position].role = Role.TITLE
        position += 1
    while position < len(found) and position < 8 and _is_front(found[position]):
        found[position].role = Role.FRONT
        position += 1
    if position == len(found):  # nothing would be left to be the text
        while position > 1 and found[position - 1].role is Role.FRONT:
            position -= 1
            found[position].role = Role.BODY
    return position


def _may_be_title(paragraph: Paragraph) -> bool:
    words = paragraph.words
    return len(words) <= 2 * _LONGEST_TITLE_LINE and words[-1] not in "。；;，：:" and not level_of(paragraph)


def _continues_title(paragraph: Paragraph, title: Paragraph) -> bool:
    if paragraph.look.align != "center" or title.look.align != "center" or not _is_front(paragraph):
        return False
    same_size = paragraph.spans[0][2].size == title.spans[0][2].size
    parted = paragraph.words.startswith(("—", "（", "(")) or is_byline_below_title(paragraph.words)
    return same_size and not parted


def _is_front(paragraph: Paragraph) -> bool:
    words = paragraph.words
    return len(words) <= _LONGEST_TITLE_LINE and bool(_FRONT.fullmatch(words)) and not level_of(paragraph)


def _mark(found: list[Paragraph], position: int) -> None:
    paragraph = found[position]
    words = paragraph.words
    follows_note = position > 0 and found[position - 1].role is Role.ATTACHMENT
    if ATTACHMENT_NOTE.match(words) or (follows_note and _LEVELS[2].match(words)):
        paragraph.role = Role.ATTACHMENT
    elif _ATTACHMENT_HEADING.fullmatch(words):
        paragraph.role = Role.OTHER
    elif DATE_LIKE.fullmatch(words):
        paragraph.role = Role.CLOSING
    elif level := level_of(paragraph):
        paragraph.role, paragraph.level, paragraph.head = Role.HEADING, level, _head(paragraph.text)
    elif paragraph.centred and len(words) <= _LONGEST_TITLE_LINE:
        paragraph.role = Role.OTHER
    elif words[-1] in "：:" and len(words) <= 30:
        paragraph.role = Role.SALUTATION


def _mark_closing(found: list[Paragraph], start: int) -> None:
    """The line before a date is who signs."""
    for position in range(max(start, 1), len(found)):
        before = found[position - 1]
        signs = len(before.words) <= 30 and before.words[-1] not in "。！？；：…”" and position - 1 >= start
        if found[position].role is Role.CLOSING and signs and before.role is Role.BODY:
            before.role = Role.CLOSING


def level_of(paragraph: Paragraph) -> int:
    """1 to 4 for a heading by its typed or automatic number, else 0."""
    text = paragraph.text.lstrip()
    for level, form in enumerate(_LEVELS, 1):
        number = form.match(text)
        if number:
            return level if _head_end(text[number.end() :]) is not None else 0
    automatic = paragraph.look.numbering
    if automatic is None or _head_end(text) is None:
        return 0
    fitting = (
        level
        for level, (form, chinese) in enumerate(_AUTOMATIC, 1)
        if chinese == automatic.is_chinese and form.fullmatch(automatic.text)
    )
    return next(fitting, 0)


def _head(text: str) -> int:
    """Where the heading ends: after the first full stop that more text follows, else at the end."""
    stop = _STOPS.search(text)
    return stop.end() if stop and text[stop.end() :].strip() else len(text)


def _head_end(words: str) -> int | None:
    """Length of a heading's words, None where they are a sentence of the text (a list item, a clause)."""
    stop = _STOPS.search(words)
    if stop and stop[0] != "。":
        return None
    end = stop.start() if stop else len(words.rstrip())
    return end if 0 < end <= _LONGEST_HEADING and words.rstrip()[-1] not in "，、：:；" else None
