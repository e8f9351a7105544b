"""A file of an office → what the checks look at: title, subtitle, byline, text (DESIGN.md, check_manuscript)."""

import re
from dataclasses import dataclass
from pathlib import Path

from docx.document import Document

from journal.models import Content
from journal.text.blocks import from_plain, plain_text
from journal.text.headings import number_level
from journal.text.lines import join_lines
from submissions.checks.official_format import document_lines, title_lines
from submissions.manuscript import UNIT_ENDING, Manuscript, split_bylines

from .docx_file import open_docx
from .refused import FileRefused
from .text_file import read_text_file

SUFFIXES = (".txt", ".docx", ".html", ".htm", ".doc", ".wps")
_LONGEST_TITLE = 100
_SIGNED = re.compile(r"(?:作者|文|撰稿)\s*[：:/／｜|]\s*|作者\s+")
_DOUBLE_SURNAMES = "欧阳|上官|司马|司徒|诸葛|夏侯|皇甫|尉迟|公孙|慕容|端木|令狐|东方|南宫|独孤|长孙|宇文"
_PERSON = re.compile(
    rf"[\u3400-\u9fff]{{2,3}}|(?:{_DOUBLE_SURNAMES})[\u3400-\u9fff]{{2}}|[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)+"
)
_NO_NAMES = {"前言", "引言", "导言", "摘要", "正文", "目录", "序言", "开头", "背景"}
_AUTHOR_NOTE = re.compile(r"[（(]作者(?:系|为|单位|简介|：|:).*[）)]")
_SOURCE_NOTE = re.compile(r"[（(](?:稿件)?来源\s*[：:].*[）)]")


@dataclass(frozen=True)
class ManuscriptFile:
    """document is the opened Word file, None for other kinds."""

    manuscript: Manuscript
    document: Document | None = None


def read_manuscript_file(path: Path, *, word_limit: int) -> ManuscriptFile:
    """A .txt, .docx or .html file, told apart by its name and proved by its content. Raises FileRefused."""
    suffix = path.suffix.lower()
    if suffix in (".docx", ".doc", ".wps"):
        document = open_docx(path, pictures=False)
        return ManuscriptFile(_manuscript(_with_one_title(document), word_limit), document)
    if suffix in (".html", ".htm"):
        return ManuscriptFile(_manuscript(plain_text(read_text_file(path)).split("\n"), word_limit))
    if suffix == ".txt":
        return ManuscriptFile(_manuscript(read_text_file(path).splitlines(), word_limit, broken=True))
    raise FileRefused(path.name, f"不是稿件文件（{suffix or '没有扩展名'}）", "能检查的有 .txt、.docx、.html")


def _with_one_title(document: Document) -> list[str]:
    """The lines of a Word file, a title set in several lines put together."""
    lines = [line.strip() for line in document_lines(document)]
    while lines and not lines[0]:
        lines.pop(0)
    title = title_lines(document)
    head = [line for line in lines if line][: len(title)]
    if len(title) < 2 or head != title:
        return lines
    last = [place for place, line in enumerate(lines) if line][len(title) - 1]
    return ["".join(title), *lines[last + 1 :]]


def _manuscript(lines: list[str], word_limit: int, *, broken: bool = False) -> Manuscript:
    """broken: lines may end in mid-sentence, as text copied from e-mail does, and are joined first."""
    rest = [line.strip(" \t\u3000\u00a0\ufeff") for line in lines]
    title = _take(rest, _is_title)
    subtitle = _take(rest, lambda line: line.startswith(("—", "--"))) if title else ""
    byline = _take(rest, _is_byline) if title else ""
    author_note = _take_last(rest, _AUTHOR_NOTE)
    source_note = _take_last(rest, _SOURCE_NOTE)
    author_note = author_note or _take_last(rest, _AUTHOR_NOTE)
    body = [paragraph.text for paragraph in join_lines(rest)] if broken else rest
    content = Content(
        title=title.lstrip("# ").strip("*"),
        subtitle=subtitle.lstrip("—- ").strip(),
        html=from_plain("\n".join(body)),
        bylines=split_bylines(_SIGNED.sub("", byline, count=1)) if byline else [],
        author_note=author_note,
        source_note=source_note,
    )
    return Manuscript(content=content, word_limit=word_limit)


def _take(lines: list[str], fits) -> str:
    """Take the first line that is not blank off the list, where it fits."""
    while lines and not lines[0]:
        lines.pop(0)
    return lines.pop(0) if len(lines) > 0 and fits(lines[0]) else ""


def _take_last(lines: list[str], form: re.Pattern) -> str:
    while lines and not lines[-1]:
        lines.pop()
    return lines.pop() if len(lines) > 1 and form.fullmatch(lines[-1]) else ""


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE and line[-1] not in "。；，;,：:" and number_level(line) is None


def _is_byline(line: str) -> bool:
    """Names of persons or units and nothing else; （） may hold what a person is."""
    signed = _SIGNED.match(line)
    words = line[signed.end() :] if signed else line
    if len(words) > 60 or re.search(r"[。；：！？“”《》]", words) or number_level(words) is not None:
        return False
    names = [byline["name"] for byline in split_bylines(re.sub(r"[（(][^（）()]*[）)]", "", words))]
    return bool(names) and all(signed or _is_name(name) for name in names)


def _is_name(name: str) -> bool:
    if len(name) > 4 and UNIT_ENDING.search(name):
        return True
    return name not in _NO_NAMES and _PERSON.fullmatch(name) is not None
