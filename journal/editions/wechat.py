"""An article for the 公众号: HTML with styles inline, because its editor keeps nothing else, within its limits.

Pictures cannot be pasted from elsewhere: their places are marked, and their files lie beside.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from journal.models import Article, Issue, Picture
from journal.pictures import Unreadable, derivative
from journal.text.blocks import Block, parse, picture_ids
from journal.text.names import spaced_name

from .columns import Chosen, columns_of, parts_of
from .word import file_name

TITLE, AUTHOR, DIGEST = 32, 16, 128  # characters
CHARACTERS, BYTES = 20_000, 1_000_000
_WIDTH = 1600

_BODY = "font-size:16px;line-height:1.8;color:#26211d;text-align:justify;letter-spacing:0.5px;"
_STYLES = {
    "p": "margin:0 0 1em;text-indent:2em;",
    "h2": "margin:1.6em 0 0.8em;font-size:18px;font-weight:bold;color:#96201b;",
    "h3": "margin:1.2em 0 0.6em;font-size:16px;font-weight:bold;",
    "h4": "margin:1em 0 0.5em;font-size:16px;font-weight:bold;color:#5b5349;",
    "ul": "margin:0 0 1em;padding-left:1.5em;",
    "ol": "margin:0 0 1em;padding-left:1.5em;",
    "blockquote": "margin:1em 0;padding:0.2em 0 0.2em 1em;border-left:3px solid #b38e46;color:#5b5349;",
    "table": "border-collapse:collapse;margin:1em auto;font-size:14px;",
    "td": "border:1px solid #877d6e;padding:4px 8px;",
    "th": "border:1px solid #877d6e;padding:4px 8px;background:#f3eee3;",
}
_TAG = re.compile(rf"<({'|'.join(_STYLES)})(?=[ >])")
_CENTRED = "margin:0 0 0.6em;text-align:center;color:#5b5349;"
_PLACE = "margin:1em 0;padding:0.8em;text-align:center;background:#f3eee3;color:#96201b;"
_NOTE = "margin:1em 0 0;font-size:14px;color:#5b5349;"


@dataclass(frozen=True)
class WechatCopy:
    """What goes into the fields of the 公众号's editor. problems: what does not fit, with the next step."""

    title: str
    author: str
    digest: str
    html: SafeString
    pictures: tuple[Picture, ...]
    problems: tuple[str, ...]


def copy_of(article: Article) -> WechatCopy:
    """The article and its parts; nothing is cut off: what is too long is told."""
    pieces = [article, *parts_of(article)]
    ids = list(dict.fromkeys(pk for piece in pieces for pk in picture_ids(piece.text.current.html)))
    found = Picture.objects.in_bulk(ids)
    pictures = tuple(found[pk] for pk in ids if pk in found)
    numbers = {picture.pk: number for number, picture in enumerate(pictures, 1)}
    body = mark_safe("".join(_piece(piece, numbers, piece is article) for piece in pieces))  # noqa: S308 (escaped below)
    html = format_html('<section style="{}">{}</section>', _BODY, body)
    title = article.title
    author = "、".join(line.name for line in article.bylines.all())
    digest = _digest(pieces)
    problems = [
        *_too_long("标题", title, TITLE, "请在公众号里换一个短标题"),
        *_too_long("作者", author, AUTHOR, "请只写第一作者或单位，全部署名已在文中"),
        *_too_heavy(html),
    ]
    return WechatCopy(title, author, digest, html, pictures, tuple(problems))


def write(issue: Issue, path: Path, chosen: Chosen = None) -> None:
    """A zip to path: a folder for each article with its HTML, fields and pictures, in printed order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        articles = [article for column in columns_of(issue, chosen) for article in column.articles]
        for number, article in enumerate(articles, 1):
            copy, folder = copy_of(article), f"{number:02d}-{file_name(article.listed_title)}"
            fields = [f"标题：{copy.title}", f"作者：{copy.author}", f"摘要：{copy.digest}", *copy.problems]
            archive.writestr(f"{folder}/正文.html", f'<meta charset="utf-8">{copy.html}')
            archive.writestr(f"{folder}/标题、作者、摘要.txt", "\r\n".join(fields))
            for place, picture in enumerate(copy.pictures, 1):
                if file := _picture_file(picture):
                    archive.write(file, f"{folder}/图{place}.jpg", zipfile.ZIP_STORED)


def _piece(article: Article, numbers: dict[int, int], is_whole: bool) -> SafeString:
    names = "　".join(spaced_name(line.name) if line.kind == "person" else line.name for line in article.bylines.all())
    head = [
        format_html('<p style="{}">{}</p>', _CENTRED, words)
        for words in (article.kicker, f"——{article.subtitle}" if article.subtitle else "", names)
        if words
    ]
    if not is_whole:
        head.insert(0, format_html('<p style="{}">{}</p>', _STYLES["h2"], article.title))
    blocks = [_block(block, numbers) for block in parse(article.text.current.html)]
    notes = [note.strip("（）") for note in (article.author_note, article.source_note, article.credits) if note]
    told = format_html_join("", '<p style="{}">（{}）</p>', ((_NOTE, note) for note in notes))
    return mark_safe("".join([*head, *blocks, told]))  # noqa: S308 (each part is escaped or canonical)


def _block(block: Block, numbers: dict[int, int]) -> SafeString:
    if block.kind == "figure":
        number = numbers.get(block.picture or 0)
        if number is None:
            return SafeString()
        words = f"【图{number}】{block.text}"
        return format_html('<p style="{}">{}</p>', _PLACE, words)
    if block.kind in ("h2", "h3", "h4"):
        return format_html('<p style="{}">{}</p>', _STYLES[block.kind], block.text)
    html = _TAG.sub(lambda found: f'<{found[1]} style="{_STYLES[found[1]]}"', block.html)
    return mark_safe(html)  # noqa: S308 (canonical HTML with our own styles)


def _digest(pieces: list[Article]) -> str:
    """The first sentences that fit; a first sentence longer than allowed is left to a person, with … at the cut."""
    paragraphs = [block.text for piece in pieces for block in parse(piece.text.current.html) if block.kind == "p"]
    text = (paragraphs[0] if paragraphs else "").replace("\n", "")
    if len(text) <= DIGEST:
        return text
    end = max(text.rfind(mark, 0, DIGEST) for mark in "。！？")
    return text[: end + 1] if end > 0 else text[: DIGEST - 1] + "…"


def _too_long(name: str, words: str, limit: int, next_step: str) -> list[str]:
    return [f"{name}有 {len(words)} 字，公众号最多 {limit} 字。{next_step}。"] if len(words) > limit else []


def _too_heavy(html: str) -> list[str]:
    if len(html) < CHARACTERS and len(html.encode()) < BYTES:
        return []
    return [
        f"正文连同样式有 {len(html):,} 个字符，公众号要求少于 {CHARACTERS:,} 个。请分成两篇发，或在公众号里分段粘贴。"
    ]


def _picture_file(picture: Picture) -> Path | None:
    try:
        return derivative(picture, _WIDTH)
    except Unreadable:
        return None
