"""What a check of the register has to say about one passage, before it knows where in a manuscript that stands."""

from dataclasses import dataclass

from .findings import WARNING, Finding


@dataclass(frozen=True)
class Remark:
    """offset counts within the passage; choices as in Finding: a name is put right by a person, never all at once."""

    code: str
    message: str
    why: str
    quote: str
    offset: int
    choices: tuple[str, ...] = ()

    def finding(self, field: str, block: int | None) -> Finding:
        """field is title, subtitle or byline, or empty for block number `block` of the body."""
        code = f"{field}.register" if field else self.code
        offset = None if field else self.offset
        return Finding(code, WARNING, self.message, self.why, self.quote, block, offset, choices=self.choices)
