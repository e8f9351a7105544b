"""Whether a .docx keeps to the official-document format, and a corrected copy of it (RULES.md 2; GB/T 9704-2012).

`check_official_format` gives the table, `format_findings` its findings, `corrected` the mended file. All three take
bytes or a path and raise `FileRefused` (submissions/intake/refused.py) for what is not a sound .docx.
"""

from pathlib import Path

from submissions.checks.findings import Finding
from submissions.intake.docx_file import open_docx

from .check import format_items, title_lines
from .correct import correct
from .items import FormatItem

__all__ = [
    "FormatItem",
    "check_official_format",
    "corrected",
    "format_findings",
    "format_items",
    "title_lines",
]


def check_official_format(source: bytes | Path, name: str = "") -> list[FormatItem]:
    """The table: one row an item, in the order of the standard's page. name: what the sender called the file."""
    return format_items(open_docx(source, name, pictures=False))


def format_findings(items: list[FormatItem]) -> list[Finding]:
    return [finding for item in items if (finding := item.finding)]


def corrected(source: bytes | Path, name: str = "") -> bytes:
    """A copy in the right format. Not a character, table, picture or note is changed; rows that need other words
    (`in_words`) stay open."""
    return correct(open_docx(source, name))
