"""The day a text speaks of, where it can be known: the register of names and offices is read as it stood then."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from journal.text.blocks import Block
from journal.text.numbers import parse_chinese_number

_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
# 2021-3 is a number of a quarterly and no month: with hyphens or dots only a whole date is one.
_WHOLE = re.compile(r"(?P<year>(?:19|20)\d{2})[./\-](?P<month>1[0-2]|0?[1-9])[./\-](?P<day>[12]\d|3[01]|0?[1-9])(?!\d)")
_PRINTED = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?!\d)(?:年(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>[12]\d|3[01]|0?[1-9])日)?)?"
)
_SIGNED = re.compile(
    r"[（(]?(?P<year>(?:19|20)\d{2})年(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>[12]\d|3[01]|0?[1-9])日)?[)）]?"
)
_SIGNED_IN_WORDS = re.compile(
    r"[（(]?(?P<year>[一二][〇○零一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"  # noqa: RUF001
    r"(?:(?P<day>[一二三四五六七八九十]{1,3})日)?[)）]?"
)
_LAST = 4  # lines at the end of a text among which its date may stand: a note or an enclosure may follow it


@dataclass(frozen=True)
class TextDay:
    """told says the day as exactly as it was written: 2024年3月2日, 2024年3月, 2024年."""

    day: date
    told: str


def day_of(blocks: tuple[Block, ...], printed: str, today: date) -> TextDay | None:
    """From where a recommended piece was printed (`printed`: its date or number), else from the date under the text.

    Of a month or a year alone its last day counts. None where nothing is written or the day is still to come.
    """
    found = _WHOLE.search(printed) or _PRINTED.search(printed)
    if found is None:
        lines = [line for block in blocks if block.picture is None for line in block.text.split("\n")][-_LAST:]
        found = next((match for line in reversed(lines) if (match := _signed(line))), None)
    known = _read(found) if found else None
    return known if known and known.day <= today else None


def _signed(text: str) -> re.Match[str] | None:
    """The line is a date and nothing else: 2021年11月4日, 二〇二一年十一月四日."""
    line = re.sub(r"[ \u3000]", "", text)
    return _SIGNED.fullmatch(line) or _SIGNED_IN_WORDS.fullmatch(line)


def _read(found: re.Match[str]) -> TextDay | None:
    year = int("".join(_DIGITS.get(digit, digit) for digit in found["year"]))
    month, day = (_number(found[part]) for part in ("month", "day"))
    if month is None:
        return TextDay(date(year, 12, 31), f"{year}年")
    last = monthrange(year, month)[1] if month <= 12 else 0
    if day is None:
        return TextDay(date(year, month, last), f"{year}年{month}月") if last else None
    return TextDay(date(year, month, day), f"{year}年{month}月{day}日") if 1 <= day <= last else None


def _number(written: str | None) -> int | None:
    if written is None:
        return None
    return int(written) if written.isdigit() else parse_chinese_number(written)
