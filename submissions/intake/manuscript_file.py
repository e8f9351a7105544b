"""A file of an office → what the checks look at: title, subtitle, byline, text (DESIGN.md, check_manuscript)."""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docx.document import Document

from journal.models import Content
from journal.text.blocks import from_plain
from journal.text.lines import join_lines
from submissions.manuscript import PHOTO_MARK, Manuscript, split_bylines

from .any_file import OpenedFile, open_file
from .arrived import ArrivedText
from .docx_file import MAX_FILE_BYTES
from .refused import FileRefused


@dataclass(frozen=True)
class ManuscriptFile:
    """document is the opened Word file, None for other kinds; remarks tell what the reader left out."""

    manuscript: Manuscript
    document: Document | None = None
    remarks: tuple[str, ...] = ()


def read_manuscript_file(path: Path, *, word_limit: int) -> ManuscriptFile:
    """A file of any kind `any_file` reads. Raises FileRefused."""
    opened = open_path(path)
    text = opened.text
    content = Content(
        title=text.title,
        subtitle=text.subtitle,
        html=_html(text, broken=path.suffix.lower() == ".txt"),
        bylines=split_bylines(text.byline, text.affiliation) if text.byline else [],
        author_note=text.author_note,
        source_note=text.source_note,
    )
    return ManuscriptFile(Manuscript(content=content, word_limit=word_limit), opened.document, text.remarks)


def open_path(path: Path) -> OpenedFile:
    """The file at a path. Raises FileRefused, also where it cannot be opened."""
    try:
        size = path.stat().st_size
        # One byte beyond the limit is enough to be refused for its size.
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1) if size > MAX_FILE_BYTES else file.read()
    except OSError as error:
        raise FileRefused(path.name, "打不开，可能不存在或没有读取权限", "请核对路径") from error
    return open_file(data, path.name)


def whole_text(text: ArrivedText) -> str:
    """Everything that was read, a paragraph a line, in the order it is printed: title first, notes last."""
    head = (text.title, f"——{text.subtitle}" if text.subtitle else "", text.byline, text.affiliation)
    return "\n".join(part for part in (*head, text.body, text.author_note, text.source_note) if part)


def _html(text: ArrivedText, *, broken: bool) -> str:
    """broken: lines may end in mid-sentence, as text copied from e-mail does, and are joined first.

    Pictures become figures with their captions, as they will in the manuscript; here their ids are their numbers.
    """
    body = "\n".join(one.text for one in join_lines(text.body.split("\n"))) if broken else text.body

    def figure(mark: re.Match) -> str:
        number = int(mark[1])
        if not 1 <= number <= len(text.pictures):
            return mark[0]
        caption = escape(text.pictures[number - 1].caption)
        return f'<figure data-picture="{number}"><figcaption>{caption}</figcaption></figure>'

    return PHOTO_MARK.sub(figure, from_plain(body))
