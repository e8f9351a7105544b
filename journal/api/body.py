"""Texts for programs: HTML with its pictures as addresses, plain lines, passages around what was looked for."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from journal.models import Article, Picture
from journal.text.bigrams import Query, passages
from journal.text.blocks import Block, parse, picture_ids, plain_text

WIDTH = 1600  # pixels of a picture in a text


def _html(article: Article) -> str:
    return article.text.current.html if article.text.current else ""


def html_of(article: Article, pictures: dict[int, Picture], absolute: Callable[[str], str]) -> str:
    """Canonical HTML; a figure whose picture may not be seen is left out."""
    return "".join(_block(block, pictures, absolute) for block in parse(_html(article)))


def _block(block: Block, pictures: dict[int, Picture], absolute: Callable[[str], str]) -> str:
    if block.kind != "figure":
        return block.html
    picture = pictures.get(block.picture or 0)
    if picture is None:
        return ""
    start, end = block.html.find("<figcaption>"), block.html.find("</figcaption>")
    caption = mark_safe(block.html[start + 12 : end]) if start >= 0 else picture.caption  # noqa: S308 (canonical)
    return format_html(
        '<figure><img src="{}" width="{}" height="{}" alt="{}">{}</figure>',
        absolute(reverse("picture", args=[picture.pk, WIDTH])),
        picture.width,
        picture.height,
        block.text or picture.caption,
        format_html("<figcaption>{}</figcaption>", caption) if caption else "",
    )


def lines_of(article: Article) -> list[str]:
    """The paragraphs without marks; figures are no words."""
    return [block.text for block in parse(_html(article)) if block.kind != "figure" and block.text]


def shown(article: Article, pictures: dict[int, Picture]) -> list[Picture]:
    return [pictures[pk] for pk in dict.fromkeys(picture_ids(_html(article))) if pk in pictures]


def passages_of(article: Article, query: Query) -> list[list[tuple[str, bool]]]:
    return passages(plain_text(_html(article)), query) if query.phrases else []
