"""Counting, checking and cleaning Chinese text of the length of a whole issue."""

from collections.abc import Iterator

from journal.models import Content
from journal.text.blocks import canonical, from_plain, parse
from journal.text.count import count_words
from journal.text.diff import compare
from submissions.checks import run_checks
from submissions.demo.reading import read
from submissions.manuscript import Manuscript

from .harness import Measured, bench, milliseconds

ISSUE_LENGTH = 67_000  # characters of the real issue 2021 No. 3 (RULES.md section 9)


def issue_text(length: int = ISSUE_LENGTH) -> str:
    """The demonstration's texts, repeated to the length of a real issue or another."""
    text = "\n".join(piece.body for piece in read("issue-doorstep").pieces)
    return (text * (length // len(text) + 1))[:length]


@bench
def whole_issue() -> Iterator[Measured]:
    text = issue_text()
    html = from_plain(text)
    yield Measured(f"字数，{ISSUE_LENGTH:,} 字", 100, milliseconds(lambda: count_words(text)))
    yield Measured("识别结构并整理成规范 HTML", 500, milliseconds(lambda: from_plain(text), 3))
    yield Measured("规范 HTML 再整理一遍", 500, milliseconds(lambda: canonical(html), 3))


@bench
def two_versions() -> Iterator[Measured]:
    """A whole issue against itself edited in every sentence, and as one paragraph without a full stop."""
    text = issue_text()
    edited = text.replace("的", "之").replace("，", "，而且", 2_000)
    for told, old, new in (
        ("每句都改过", text, edited),
        ("没有句号的一段", text.replace("。", "").replace("\n", ""), edited.replace("。", "").replace("\n", "")),
    ):
        before, after = parse(from_plain(old)), parse(from_plain(new))
        spent = milliseconds(lambda one=before, other=after: compare({}, {}, one, other), 3)
        yield Measured(f"比较两版，{ISSUE_LENGTH:,} 字，{told}", 500, spent)


@bench
def every_check() -> Iterator[Measured]:
    """Linear: a million characters may take fifteen times what a whole issue may."""
    for length, asked, times in ((3_000, 50, 5), (ISSUE_LENGTH, 1_000, 3), (1_000_000, 15_000, 1)):
        manuscript = Manuscript(content=Content(title="一期", html=from_plain(issue_text(length))))
        yield Measured(f"全部检查，{length:,} 字", asked, milliseconds(lambda one=manuscript: run_checks(one), times))
