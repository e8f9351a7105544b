"""What a check of the register has to say about one passage, before it knows where in a manuscript that stands."""

from dataclasses import dataclass

from .findings import WARNING, Finding

_CODE_PREFIX = {"affiliation": "byline"}  # one line of the form to who reads it


@dataclass(frozen=True)
class Remark:
    """offset counts within the passage; choices as in Finding: a name is put right by a person, never all at once."""

    code: str
    message: str
    why: str
    quote: str
    offset: int
    choices: tuple[str, ...] = ()

    def finding(self, field: str, block: int | None, told_day: str = "") -> Finding:
        """field is title, subtitle, byline or affiliation, or empty for block number `block` of the body; told_day the
        day the register was read for, in words."""
        code = f"{_CODE_PREFIX.get(field, field)}.register" if field else self.code
        message = f"{self.message}（按{told_day}的名录核对）" if told_day else self.message
        return Finding(
            code, WARNING, message, self.why, self.quote, block, self.offset, choices=self.choices, field=field
        )
