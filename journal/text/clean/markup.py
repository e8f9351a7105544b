"""What is left of web pages, Markdown, mail and chat: tags, entities, <http…>, **, [图片] (RULES.md 9).

`**` that stands for a name left out (**区) is no markup: in a line where the pairs of `**` do not hold whole clauses, none is
taken away, and `masks` tells of them.
"""

import re
from html import unescape
from itertools import pairwise

from .edits import Edit, in_order

_ENTITY = re.compile(r"&(?:amp;|#38;|#x26;)*(?P<name>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_LINK = re.compile(r"<(?:https?://|ftp://|mailto:|www\.)[^<>\s]{1,2000}>", re.IGNORECASE)
_BLOCKS = "p|div|h[1-6]|li|tr|table|ul|ol|blockquote|section|article|br|hr"
_TAG = re.compile(
    rf"<(?P<close>/?)(?:(?P<block>{_BLOCKS})|(?:a|b|i|u|s|em|strong|span|font|img|sub|sup|small|big|td|th|tbody|thead"
    r"|center|o:p|html|body|meta|link|pre|code|label|figure|figcaption|strike|del|ins|mark))(?:\s[^<>\n]{0,1000}|/)?\s?>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--[^<>\n]{0,1000}-->")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\s]{1,1000}\)")
_PLACEHOLDER = re.compile(
    r"\[(?:(?:图片|照片|动画表情|表情|视频|语音|image|img)\d{0,3}|(?:cid|image)\s?:[^\[\]\n]{1,200})\]", re.IGNORECASE
)
_STARS = re.compile(r"(?<!\*)\*\*(?!\*)")
_PICTURE_NAMES = re.compile(r"图片|照片|image|img|cid", re.IGNORECASE)
_CLAUSE_BEGINS = re.compile(
    r"(?:^|[。！？；：，、“（(\s]|[一二三四五六七八九十]是|第[一二三四五六七八九十]|首先|其次|最后)$"
)
_CLAUSE_ENDS = re.compile(r"$|[。！？；：，、”）)\s]")
_FINAL = "。！？；：”）)"
_STOP = re.compile("[。！？；]")
# What stands behind a name that was left out.
_UNNAMED = re.compile(
    "[省市县区镇乡村州旗湾港路街岛]|社区|街道|自治|自贸|自由贸易|公立|公司|集团|学院|学校|大学|中学|小学|医院|同志|书记|主任|局|委|各级|国资|特色|亮点|分钟|年|月|日|元"
)


def remove_markup(text: str) -> list[Edit]:
    """One edit for each entity, tag, link, placeholder and `**`."""
    edits = [
        Edit(*found.span(), words, "markup")
        for found in _ENTITY.finditer(text)
        if (words := unescape(f"&{found['name']};")) != f"&{found['name']};"
    ]
    gone = (_LINK, _COMMENT, _IMAGE, _PLACEHOLDER)
    edits += [Edit(*found.span(), "", "markup") for form in gone for found in form.finditer(text)]
    edits += [Edit(*found.span(), _in_place_of(found), "markup") for found in _TAG.finditer(text)]
    edits += [Edit(place, place + 2, "", "markup") for place in _bold_marks(text)]
    return in_order(edits)


def lost_pictures(text: str) -> list[int]:
    """The places where a picture stood that did not come along."""
    pictures = (found for form in (_IMAGE, _PLACEHOLDER) for found in form.finditer(text))
    return sorted(found.start() for found in pictures if found.re is _IMAGE or _PICTURE_NAMES.search(found[0]))


def _in_place_of(tag: re.Match[str]) -> str:
    """A block's end and a break end the line, where it does not end anyway."""
    ends = tag["block"] and (tag["close"] or tag["block"].lower() in ("br", "hr"))
    return "\n" if ends and tag.string[tag.end() : tag.end() + 1] not in ("", "\n", "\r") else ""


def _bold_marks(text: str) -> list[int]:
    """The places of `**` that are markup."""
    if "**" not in text:
        return []
    marks: list[int] = []
    open_place: int | None = None  # of bold that began a line and did not end in it
    lines_open = 0
    for line in re.finditer(r"[^\n]+", text):
        stars = [found.start() for found in _STARS.finditer(text, *line.span())]
        if open_place is not None:
            lines_open += 1
            if len(stars) == 1 and not text[stars[0] + 2 : line.end()].strip():
                marks += (open_place, stars[0])
            if stars or lines_open == _MOST_TITLE_LINES:
                open_place = None
            if stars:
                continue
        if len(stars) == 1 and not text[line.start() : stars[0]].strip():
            open_place, lines_open = stars[0], 0
        elif stars and len(stars) % 2 == 0 and _are_bold(text, line, stars):
            marks += stars
    return marks


_MOST_TITLE_LINES = 3  # below the first, of a title in bold that goes over several lines


def _are_bold(text: str, line: re.Match[str], stars: list[int]) -> bool:
    """Every pair holds a whole clause, and does not begin as what follows a name left out."""
    return all(
        _is_bold(
            text[max(line.start(), one - 4) : one], text[one + 2 : other], text[other + 2 : min(line.end(), other + 4)]
        )
        for one, other in list(pairwise(stars))[::2]
    )


def _is_bold(before: str, words: str, after: str) -> bool:
    if not words.strip() or words[0].isspace() or words[-1].isspace():
        return False
    if not before and not after.strip():  # the whole line
        return not _UNNAMED.match(words) or len(words) > 4
    if _STOP.search(words[:-1]) or _UNNAMED.match(words):
        return False
    begins = _CLAUSE_BEGINS.search(before) is not None
    return begins and (words[-1] in _FINAL or _CLAUSE_ENDS.match(after) is not None)
