"""Personal data that must not be printed (RULES.md section 5): identity numbers, mobile numbers, bank cards."""

import re
from collections.abc import Iterator

from journal.text.blocks import parse

from .findings import WARNING, Finding

_IDENTITY = re.compile(
    r"(?<![\dXx])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){15,18}\d(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def valid_identity_number(text: str) -> bool:
    """The check digit of an 18-digit identity number (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def luhn(digits: str) -> bool:
    """The check digit of a bank card (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def mask(text: str) -> str:
    """First three and last four characters stay: enough to find the passage, too little to use."""
    return f"{text[:3]}{'*' * max(len(text) - 7, 4)}{text[-4:]}"


def check_personal_data(manuscript) -> Iterator[Finding]:
    """Every block, captions included, and the lines around the text: numbers stand there too."""
    content = manuscript.content
    lines = [("title", content.title), ("subtitle", content.subtitle)]
    lines += [("affiliation", byline["affiliation"]) for byline in content.bylines[:1]]
    for field, text in lines:
        yield from personal_data(text, None, field)
    for number, block in enumerate(parse(content.html)):
        yield from personal_data(block.text, number)


def personal_data(text: str, block: int | None = 0, field: str = "") -> Iterator[Finding]:
    """Findings on one block's text; a number is told once, under the strictest kind."""
    seen: set[int] = set()
    for code, name, expression, valid in (
        ("privacy.identity", "居民身份证号", _IDENTITY, valid_identity_number),
        ("privacy.mobile", "手机号", _MOBILE, lambda _: True),
        ("privacy.card", "银行卡号", _CARD, lambda found: luhn(re.sub(r"\D", "", found))),
    ):
        for match in expression.finditer(text):
            if match.start() in seen or not valid(match[0]):
                continue
            seen.update(range(*match.span()))
            yield Finding(
                code,
                WARNING,
                f"{name}不能登出。请删去；确需保留的，请说明理由。",
                "刊物会发到各单位，个人号码一般要删去。",
                match[0],
                block,
                match.start(),
                choices=("",),
                acts=("删去号码",),
                masked=mask(match[0]),
                field=field,
            )
