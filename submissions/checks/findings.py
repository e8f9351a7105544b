"""What a check reports. Levels: an error blocks, a warning is acknowledged with a reason, advice only shows."""

import hashlib
from dataclasses import asdict, dataclass

ERROR, WARNING, ADVICE = "error", "warning", "advice"
LEVEL_LABELS = {ERROR: "错误", WARNING: "警告", ADVICE: "建议"}


@dataclass(frozen=True)
class Finding:
    """One remark. `block` is the index of the canonical block, `offset` the character in its plain text;
    both None when the remark is about the whole. `fix` replaces `quote` where one replacement is certain;
    `choices` are replacements between which a person has to choose (an empty one takes the passage out).
    `masked` stands for the quote wherever findings are listed or kept: personal data is not repeated.
    """

    code: str
    level: str
    message: str
    why: str = ""
    quote: str = ""
    block: int | None = None
    offset: int | None = None
    fix: str | None = None
    choices: tuple[str, ...] = ()
    masked: str = ""

    @property
    def quote_hash(self) -> str:
        """With the code it names the finding an acknowledgement belongs to, wherever the passage moves."""
        return hashlib.sha256(self.quote.encode()).hexdigest()

    @property
    def level_label(self) -> str:
        return LEVEL_LABELS[self.level]

    @property
    def shown_quote(self) -> str:
        return self.masked or self.quote

    def as_dict(self) -> dict:
        """For keeping and printing: personal data masked."""
        kept = asdict(self)
        kept.pop("masked")
        return kept | {"quote": self.shown_quote, "choices": list(self.choices)}
