"""The Word package for the print house: an official-format .docx an article, original photographs, a list of contents.

The print house typesets from it (RULES.md section 11): words in the standard's faces, each photograph as a numbered
placeholder, its original untouched beside, named by article and number.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docx.document import Document
from docx.text.paragraph import Paragraph

from journal.models import Article, Content, Issue, Journal, Picture
from journal.text.blocks import Block, parse, picture_ids
from journal.text.names import spaced_name
from journal.text.tree import parse_tree

from .columns import Chosen, Column, columns_of, parts_of
from .marked import elements, runs, table
from .official import (
    BODY,
    KAI,
    TITLE,
    TITLE_SIZE,
    add_grid,
    add_line,
    add_table,
    add_text,
    blank,
    number_pages,
    packed,
)

_CONTENTS = (("序号", 12), ("栏目", 24), ("标题", 60), ("署名", 32), ("页码", 18), ("照片", 12))  # mm
AddFigure = Callable[[Document, Block], None]
_LONGEST_NAME = 30  # characters of a title in a file's name


@dataclass(frozen=True)
class Numbered:
    """A photograph of an article with its number in it."""

    number: int
    picture: Picture


def article_docx(article: Article) -> bytes:
    """The article and its parts in official format, photographs as placeholders."""
    journal = Journal.objects.current()
    document = blank(article.title, journal.name)
    numbers = {one.picture.pk: one.number for one in photographs(article)}

    def placeholder(document: Document, block: Block) -> None:
        if block.picture in numbers:
            add_line(document, f"【图{numbers[block.picture]}】{block.text}", KAI, align="center", first=False)

    add_piece(document, article.as_printed(), placeholder)
    for part in parts_of(article):
        add_line(document, "")
        add_piece(document, part.as_printed(), placeholder)
    number_pages(document)
    return packed(document)


def add_piece(document: Document, content: Content, add_figure: AddFigure) -> Paragraph:
    """Title, signature, text and notes; add_figure sets what stands for a photograph. Returns the title's paragraph."""
    kicker = [{"t": content.kicker}, {"t": "\n"}] if content.kicker else []
    first = add_line(document, [*kicker, {"t": content.title}], TITLE, TITLE_SIZE, align="center", first=False)
    if content.subtitle:
        add_line(document, f"——{content.subtitle}", KAI, align="center", first=False)
    for line in signatures(content.bylines):
        add_line(document, line, KAI, align="center", first=False)
    add_line(document, "", first=False)
    for block in parse(content.html):
        _add_block(document, block, add_figure)
    for note in (content.author_note, content.source_note, content.credits):
        if note:
            add_line(document, note if note.startswith("（") else f"（{note}）")
    return first


def signatures(bylines: list[dict]) -> list[str]:
    """A line for each office: 区委组织部　何　为　林晓舟; those without an office share a line."""
    by_post: dict[str, list[str]] = {}
    for line in bylines:
        name = spaced_name(line["name"]) if line["kind"] == "person" else line["name"]
        by_post.setdefault(line.get("affiliation", ""), []).append(name)
    return ["　".join(filter(None, (post, *names))) for post, names in by_post.items()]


def photographs(article: Article) -> list[Numbered]:
    """The photographs in the order they stand, those of a composite's parts after its own."""
    htmls = [one.text.current.html for one in (article, *parts_of(article))]
    wanted = list(dict.fromkeys(pk for html in htmls for pk in picture_ids(html)))
    found = Picture.objects.in_bulk(wanted)
    return [Numbered(number, found[pk]) for number, pk in enumerate((pk for pk in wanted if pk in found), 1)]


def write(issue: Issue, path: Path, chosen: Chosen = None) -> None:
    """The package as a zip to path. A photograph that cannot be read is told in the list of captions."""
    columns = [column for column in columns_of(issue, chosen) if column.articles]
    captions, rows, number = [], [], 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for column in columns:
            for article in column.articles:
                number += 1
                name = f"{number:02d} {file_name(article.listed_title)}"
                archive.writestr(f"文章/{name}.docx", article_docx(article))
                shown = photographs(article)
                rows.append(_row(number, column, article, len(shown)))
                captions += [line for one in shown for line in _put(archive, f"原图/{name}", one)]
        archive.writestr("目录.docx", _contents(issue, rows))
        archive.writestr("图片说明.txt", "﻿" + "\r\n".join(captions or ["本期文章里没有照片。"]))


def file_name(title: str) -> str:
    """A title as part of a file's name on any system."""
    kept = "".join("_" if mark in '\\/:*?"<>|' or ord(mark) < 32 else mark for mark in title)
    return kept[:_LONGEST_NAME].strip(" .") or "无题"


def _add_block(document: Document, block: Block, add_figure: AddFigure) -> None:
    root = parse_tree(block.html).children[0]
    if block.kind == "figure":
        add_figure(document, block)
    elif block.kind == "table":
        add_table(document, table(root))
    elif block.kind in ("ul", "ol"):
        for place, item in enumerate(elements(root, "li"), 1):
            mark = f"{place}. " if block.kind == "ol" else "· "
            add_line(document, [{"t": mark}, *runs(item)], BODY)
    elif block.kind == "blockquote":
        for paragraph in elements(root) or [root]:
            add_line(document, runs(paragraph), KAI)
    else:
        add_text(document, runs(root), int(block.kind[1]) - 1 if block.kind != "p" else 0)


def _put(archive: zipfile.ZipFile, folder: str, one: Numbered) -> list[str]:
    """The original into the archive; its line in the list of captions."""
    picture = one.picture
    name = f"{folder}/图{one.number}.{picture.format.lower().replace('jpeg', 'jpg')}"
    facts = f"{picture.width}×{picture.height} 像素，拟印宽 {picture.print_width_mm} 毫米"
    told = f"{picture.caption or '（没有说明）'}{f'（{picture.photographer} 摄）' if picture.photographer else ''}"
    try:
        with picture.file.open("rb") as original, archive.open(name, "w") as copy:
            for chunk in original.chunks():
                copy.write(chunk)
    except OSError:
        return [f"{name}　原图打不开，没有放进来，请重新上传。{told}"]
    return [f"{name}　{told}　{facts}"]


def _row(number: int, column: Column, article: Article, photographs: int) -> tuple:
    signed = "　".join(line.name for line in article.bylines.all())
    pages = [str(page) for page in dict.fromkeys((article.start_page, article.end_page)) if page]
    return number, column.name, article.listed_title, signed, "—".join(pages) or "未定", photographs or "—"


def _contents(issue: Issue, rows: list[tuple]) -> bytes:
    journal = Journal.objects.current()
    document = blank(f"{journal.name} {issue} 目录", journal.name)
    add_line(document, f"《{journal.name}》{issue.label}目录", TITLE, TITLE_SIZE, align="center", first=False)
    add_line(document, f"总第{issue.serial_number}期，共{len(rows)}篇", KAI, align="center", first=False)
    add_line(document, "")
    add_grid(document, _CONTENTS, rows, left={2, 3})
    if issue.matters.exists():
        add_line(document, "另有：")
        for matter in issue.matters.all():
            add_line(document, str(matter))
    number_pages(document)
    return packed(document)
