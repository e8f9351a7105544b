"""Whether one paragraph fits one rule: the same questions for the table and for the corrected file."""

import re
from collections.abc import Iterable, Iterator

from .fonts import FANGSONG, HEITI, KAITI, Face, is_face, is_size
from .looks import RunLook
from .structure import Paragraph

TITLE_SIZE, TEXT_SIZE = 22, 16
LEVEL_FACES = (HEITI, KAITI, FANGSONG, FANGSONG)
LOOSEST, ADVISED, TIGHTEST = 30.0, 28.99, 28.0  # points: 28 to 28.95 give 22 lines, 29 to 30 give 21
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3001-\u301f\uff01-\uff5e\U00020000-\U0003ffff]")
_TYPED_INDENT = re.compile("(?:\u3000\u3000| {4}|\\t)(?=\\S)")


def head_runs(paragraph: Paragraph) -> Iterator[tuple[str, RunLook]]:
    """The text and look of a heading, without the text that follows it in the same paragraph."""
    return ((text[: paragraph.head - start], look) for start, text, look in paragraph.spans if start < paragraph.head)


def head_all(paragraph: Paragraph) -> list[tuple[str, RunLook]]:
    return [(text, look) for _, text, look in paragraph.spans]


def tail_runs(paragraph: Paragraph) -> Iterator[tuple[str, RunLook]]:
    """The running text of a paragraph: all of it, or what follows a heading."""
    return (
        (text[max(paragraph.head - start, 0) :], look)
        for start, text, look in paragraph.spans
        if start + len(text) > paragraph.head
    )


def wrong_font(parts: Iterable[tuple[str, RunLook]], face: Face) -> bool:
    return any(CHINESE.search(text) and not is_face(look.east_asia, face) for text, look in parts)


def wrong_size(parts: Iterable[tuple[str, RunLook]], size: float) -> bool:
    return any(text.strip() and not is_size(look.size, size) for text, look in parts)


def indented(paragraph: Paragraph) -> bool:
    """Two characters, by characters or by 32±1 points, or typed as spaces; nothing before that on the left."""
    look = paragraph.look
    if look.align in ("center", "right", "end") or abs(look.left) > 1 or abs(look.left_chars) > 0.05:
        return False
    if typed_indent(paragraph):
        return True
    return abs(look.first_chars - 2) <= 0.05 if look.first_chars else abs(look.first - 2 * TEXT_SIZE) <= 1


def typed_indent(paragraph: Paragraph) -> bool:
    look = paragraph.look
    return typed_spaces(paragraph) and abs(look.first) <= 1 and not look.first_chars


def typed_spaces(paragraph: Paragraph) -> bool:
    return _TYPED_INDENT.match(paragraph.text) is not None


def spaced(paragraph: Paragraph, pitch: float) -> bool:
    """Exactly 28 to 30 points, or single lines on a grid of that pitch."""
    return TIGHTEST <= line_points(paragraph, pitch) <= LOOSEST


def line_points(paragraph: Paragraph, pitch: float) -> float:
    """The distance of lines in points; 0 where it depends on the font."""
    look = paragraph.look
    if look.rule == "exact":
        return round(look.line, 3)
    return pitch if look.rule == "auto" and abs(look.line - 1) < 0.01 else 0.0


def centred(paragraph: Paragraph) -> bool:
    look = paragraph.look
    return look.align == "center" and not (look.first > 0 or look.first_chars or look.left > 1 or look.left_chars)


def no_gaps(paragraph: Paragraph) -> bool:
    return paragraph.look.before < 0.5 and paragraph.look.after < 0.5
