"""One row of the format table: what was looked at, found, expected, and by which clause."""

from dataclasses import dataclass

from submissions.checks.findings import Finding

STANDARD = "GB/T 9704—2012《党政机关公文格式》"


@dataclass(frozen=True)
class FormatItem:
    """level is None where the file is as it should be, else warning or advice. message and quote are then filled.

    in_words: only a person can mend it, by changing words; a corrected file still shows it.
    """

    code: str
    item: str
    found: str
    expected: str
    clause: str
    level: str | None = None
    message: str = ""
    quote: str = ""
    in_words: bool = False

    @property
    def ok(self) -> bool:
        return self.level is None

    @property
    def finding(self) -> Finding | None:
        if self.level is None:
            return None
        return Finding(f"format.{self.code}", self.level, self.message, self.why, self.quote)

    @property
    def why(self) -> str:
        return f"{STANDARD}第 {self.clause} 条：{self.expected}。" if self.clause else f"通行做法：{self.expected}。"

    @property
    def source(self) -> str:
        return f"GB/T 9704—2012 {self.clause}" if self.clause else "通行做法"

    def as_dict(self) -> dict:
        return {
            "code": self.code,
            "item": self.item,
            "found": self.found,
            "expected": self.expected,
            "clause": self.source,
            "ok": self.ok,
            "level": self.level,
            "message": self.message,
        }


def quoted(words: str) -> str:
    """The passage in quotation marks, shortened; marks inside become single ones (GB/T 15834-2011, 4.8.3.2)."""
    shown = words[:20] + ("……" if len(words) > 20 else "")
    return "“" + shown.replace("“", "‘").replace("”", "’") + "”"
