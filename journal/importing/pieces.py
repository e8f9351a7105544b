"""One article's lines → its head (subtitle, bylines), its notes at the end, the titles of its parts."""

import re
from dataclasses import dataclass, field

from journal.text.lines import Paragraph

from .contents import looks_like_byline, read_bylines
from .printed import Line, PrintedArticle, Problem, essence, quote_of

_SUBTITLE_LENGTH = 45
_HEAD_LINES = 4  # lines below a title among which subtitle and byline stand
_NO_BYLINE = {"引言", "前言", "摘要", "按语", "编者按", "导语"}
_FINAL = "。！？；，：、"
_AUTHOR_NOTE = re.compile(r"[（(【]?\s*((?:作者|笔者)(?:系|为|单位|是|简介|[：:]).*?)\s*[）)】]?")
_SOURCE_NOTE = re.compile(r"[（(【]?\s*((?:稿件来源|来源|转自|摘自|转载自|原载)[于：:\s《].*?)\s*[）)】]?")
_CREDITS = re.compile(
    r"[（(【]?\s*((?:本版|本栏|文字|文图|图文|图片|摄影|供图|供稿|撰稿|整理|通讯员|责任编辑|责编|编辑|校对)"
    r"[^。，；]{0,12}?[：:/／\s][^。]{2,50}?)\s*[）)】]?"
)
_NOTE_LENGTH = 120
_PART_TITLE_LINES = 4
_PART_TITLE_LENGTH = 180
_BOLD_OPEN = "**"


@dataclass
class Piece:
    """An article while it is read: what is known of it, and which of its lines are still body."""

    article: PrintedArticle
    body: list[Line]
    problems: list[Problem] = field(default_factory=list)
    parts: list["Piece"] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)


def read_piece(article: PrintedArticle, lines: list[Line], byline: str) -> Piece:
    """lines are those below the title; byline is what the contents print, if anything."""
    piece = Piece(article, list(lines))
    _drop_repeated_title(piece)
    _read_head(piece, byline)
    _read_notes(piece)
    _read_parts(piece)
    return piece


def _drop_repeated_title(piece: Piece) -> None:
    """A title printed twice, as under a picture of itself, is kept once and reported."""
    if piece.body and essence(piece.body[0].text) == essence(piece.article.title):
        line = piece.body.pop(0)
        piece.problems.append(Problem(line.number, quote_of(line.text), "这一行与标题相同，没有再收进正文。请核对。"))


def _read_head(piece: Piece, byline: str) -> None:
    article = piece.article
    while piece.body and _is_subtitle(piece.body[0].text) and len(piece.body) > 1 and not article.subtitle:
        article.subtitle = piece.body.pop(0).text.lstrip("—-").strip()
    expected = [printed.name for printed in read_bylines(byline)]
    for _ in range(_HEAD_LINES):
        if not piece.body:
            break
        text = piece.body[0].text
        printed = read_bylines(text)
        known = bool(byline) and (essence(text) in essence(byline) or {p.name for p in printed} <= set(expected))
        if not known and (byline or article.bylines or not _is_byline(text)):
            break
        article.bylines += printed
        piece.body.pop(0)
    if not article.bylines and byline:
        article.bylines = read_bylines(byline)


def _is_subtitle(text: str) -> bool:
    return text.startswith(("——", "--")) and len(text) <= _SUBTITLE_LENGTH and text[-1] not in _FINAL


def _is_byline(text: str) -> bool:
    return text not in _NO_BYLINE and looks_like_byline(text) and len(text) >= 2 and "*" not in text


def _read_notes(piece: Piece) -> None:
    """（作者系…）（来源：…） and credits at the end; the printed brackets are the page's, not the note's."""
    article = piece.article
    while piece.body:
        text = piece.body[-1].text
        if len(text) > _NOTE_LENGTH:
            break
        if not article.author_note and (found := _AUTHOR_NOTE.fullmatch(text)):
            article.author_note = found[1]
        elif not article.source_note and (found := _SOURCE_NOTE.fullmatch(text)):
            article.source_note = found[1]
        elif (found := _CREDITS.fullmatch(text)) and len(article.credits) < _NOTE_LENGTH:
            article.credits = f"{found[1]}；{article.credits}" if article.credits else found[1]
        else:
            break
        piece.body.pop()


def _read_parts(piece: Piece) -> None:
    """A composite: twice or more, a short line followed by a title all in bold. Each such pair begins a part with the
    short line as its kicker."""
    starts = [index for index in range(len(piece.body)) if _part_title(piece.body, index + 1)]
    starts = [
        index for index in starts if len(piece.body[index].text) <= 20 and _BOLD_OPEN not in piece.body[index].text
    ]
    if len(starts) < 2:
        return
    ends = [*starts[1:], len(piece.body)]
    for start, end in zip(starts, ends, strict=True):
        count = _part_title(piece.body, start + 1)
        title_lines = piece.body[start + 1 : start + 1 + count]
        part = PrintedArticle(
            title=_joined_title([line.text.strip("* ") for line in title_lines]),
            section=piece.article.section,
            line=title_lines[0].number,
            kicker=piece.body[start].text,
        )
        inner = Piece(part, piece.body[start + 1 + count : end])
        _read_head(inner, "")
        _read_notes(inner)
        piece.parts.append(inner)
    piece.article.parts = [part.article for part in piece.parts]
    piece.body = piece.body[: starts[0]]


def _part_title(body: list[Line], start: int) -> int:
    """How many lines from start on are one passage wholly in bold; 0 where none is."""
    if start >= len(body) or not body[start].text.startswith(_BOLD_OPEN):
        return 0
    for count in range(1, _PART_TITLE_LINES + 1):
        text = "".join(line.text for line in body[start : start + count])
        if start + count <= len(body) and 4 < len(text) <= _PART_TITLE_LENGTH and text.endswith(_BOLD_OPEN):
            return count if text.count(_BOLD_OPEN) == 2 else 0
    return 0


def _joined_title(lines: list[str]) -> str:
    """Lines of one title: a line of several phrases is whole and a space follows it, any other runs on."""
    title = ""
    for line in lines:
        ended = " " in title.split("\n")[-1]
        title += ("\n" if ended and title else "") + line
    return title.replace("\n", " ")
