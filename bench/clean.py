"""Cleaning of an issue's length, of a million characters, and of texts that are made to take long."""

from collections.abc import Iterator

from journal.text.clean import clean_text

from .harness import Measured, bench, milliseconds
from .text import ISSUE_LENGTH, issue_text

_LONG = 1_000_000
_HOSTILE = {
    "左括号": "(",
    "字母和左括号": "a(",
    "汉字和左括号": "党(",
    "直引号": '"',
    "单引号": "党'",
    "句点": ".",
    "星号": "**党",
    "和号": "&amp;",
    "尖括号": "<a ",
    "空格": " ",
    "汉字和空格": "党 ",
    "短行": "党建，\n",
    "断行": "党建引领\n",
    "网址": "http://a",
    "邮箱": "a.@",
    "拼音": "黨(dǎng)",
}


def damaged(text: str) -> str:
    """As a careless web page gives a text: half-width commas, hard spaces, lines cut every forty characters."""
    text = text.replace("，", ",").replace("。", "。\u00a0")
    return "\n".join(text[place : place + 40] for place in range(0, len(text), 40))


@bench
def cleaning() -> Iterator[Measured]:
    """Linear: a million characters may take fifteen times what a whole issue may."""
    for length, asked, times in ((ISSUE_LENGTH, 300, 3), (_LONG, 4_500, 1)):
        text = issue_text(length)
        yield Measured(f"整理，{length:,} 字", asked, milliseconds(lambda one=text: clean_text(one), times))
        worse = damaged(text)
        yield Measured(
            f"整理，{length:,} 字，处处要改", asked * 3, milliseconds(lambda one=worse: clean_text(one), times)
        )


@bench
def hostile_texts() -> Iterator[Measured]:
    for name, words in _HOSTILE.items():
        text = words * 100_000
        yield Measured(f"整理十万个{name}", 3_000, milliseconds(lambda one=text: clean_text(one), 1))
