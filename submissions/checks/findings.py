"""What a check reports. Levels: an error blocks, a warning is acknowledged with a reason, advice only shows."""

import hashlib
from dataclasses import asdict, dataclass

ERROR, WARNING, ADVICE = "error", "warning", "advice"
LEVEL_LABELS = {ERROR: "错误", WARNING: "警告", ADVICE: "建议"}


@dataclass(frozen=True)
class Finding:
    """One remark. `block` is the index of the canonical block, `offset` the character in its plain text. Outside the
    text `field` names the part (title, subtitle, byline, affiliation), block is None and offset counts in that part;
    all three are empty when the remark is about the whole. `fix` replaces `quote` where one replacement is certain;
    `choices` are replacements between which a person has to choose (an empty one takes the passage out). `acts` are
    what the buttons say, one for the fix or one for each choice; none where the replacement speaks for itself.
    `masked` stands for the quote wherever findings are listed or kept: personal data is not repeated.
    `about` names what a remark is about, where that is not its passage: another text.
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
    field: str = ""
    acts: tuple[str, ...] = ()
    about: str = ""

    @property
    def quote_hash(self) -> str:
        """With the code it names the finding an acknowledgement belongs to, wherever the passage moves."""
        return hashlib.sha256((self.about or self.quote).encode()).hexdigest()

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
        return kept | {"quote": self.shown_quote, "choices": list(self.choices), "acts": list(self.acts)}
