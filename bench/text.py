"""Counting, checking and cleaning Chinese text of the length of a whole issue."""

from collections.abc import Iterator

from journal.text.blocks import canonical, from_plain
from journal.text.count import count_words
from submissions.demo.reading import read

from .harness import Measured, bench, milliseconds

ISSUE_LENGTH = 67_000  # characters of the real issue 2021 No. 3 (RULES.md section 9)


def issue_text() -> str:
    """The demonstration's texts, repeated to the length of a real issue."""
    text = "\n".join(piece.body for piece in read("issue-doorstep").pieces)
    return (text * (ISSUE_LENGTH // len(text) + 1))[:ISSUE_LENGTH]


@bench
def whole_issue() -> Iterator[Measured]:
    text = issue_text()
    html = from_plain(text)
    yield Measured(f"字数，{ISSUE_LENGTH:,} 字", 100, milliseconds(lambda: count_words(text)))
    yield Measured("识别结构并整理成规范 HTML", 500, milliseconds(lambda: from_plain(text), 3))
    yield Measured("规范 HTML 再整理一遍", 500, milliseconds(lambda: canonical(html), 3))
