"""What the words themselves must keep to: list of attachments and date (GB/T 9704-2012, 7.3.4 and 7.3.5.4).

Only a person can mend these: a corrected file never changes words.
"""

import re
from collections.abc import Iterator

from submissions.checks.findings import WARNING

from .items import FormatItem, quoted
from .structure import ATTACHMENT_NOTE, DATE_LIKE, Paragraph, Role

DATE = re.compile(r"\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")
_ATTACHMENT = re.compile(r"附件：(?:\d{1,2}\.\s*)?[^\s\d].*")
_NEXT_ATTACHMENT = re.compile(r"\d{1,2}\.\s*\S.*")
_END_MARK = re.compile(r"[。；，、;,.]$")


def word_items(found: list[Paragraph]) -> Iterator[FormatItem]:
    yield from _attachment_items([one.words for one in found if one.role is Role.ATTACHMENT])
    yield from _date_items([one.words for one in found if DATE_LIKE.fullmatch(one.words)])


def _attachment_items(notes: list[str]) -> Iterator[FormatItem]:
    heading = ("attachment", "附件说明")
    expected = "“附件：1. 名称”，名称后不加标点"
    if not notes:
        return
    wrong = next((note for note in notes if _attachment_fault(note)), None)
    if wrong is None:
        yield FormatItem(*heading, notes[0], expected, "7.3.4")
        return
    message = f"附件说明{quoted(wrong)}{_attachment_fault(wrong)}。请写作“附件：1. 名称”，末尾不加标点。"
    yield FormatItem(*heading, wrong[:20], expected, "7.3.4", WARNING, message, wrong[:40], in_words=True)


def _attachment_fault(note: str) -> str:
    first = ATTACHMENT_NOTE.match(note) is not None
    if first and not note.startswith("附件："):
        return "里“附件”后应直接跟全角冒号，序号写在冒号后"
    if _END_MARK.search(note):
        return f"末尾多了“{note[-1]}”"
    if not (_ATTACHMENT if first else _NEXT_ATTACHMENT).fullmatch(note):
        return "的序号应是阿拉伯数字加半角点“1.”"
    return ""


def _date_items(dates: list[str]) -> Iterator[FormatItem]:
    heading = ("date", "成文日期")
    expected = "年月日写全，用阿拉伯数字，月、日不加 0：2021年11月4日"
    if not dates:
        return
    wrong = next((date for date in dates if not DATE.fullmatch(date.strip("（）()"))), None)
    if wrong is None:
        yield FormatItem(*heading, dates[-1], expected, "7.3.5.4")
        return
    message = f"日期“{wrong}”写法不合，应把年月日写全，用阿拉伯数字，月、日前不加 0，如 2021年11月4日。请改正。"
    yield FormatItem(*heading, wrong, expected, "7.3.5.4", WARNING, message, wrong, in_words=True)
