"""Chinese numerals of headings, issues and years."""

_DIGITS = "〇一二三四五六七八九"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100}


def chinese_year(year: int) -> str:
    """2021 → 二〇二一, digit by digit (GB/T 15835-2011)."""
    return "".join(_DIGITS[int(digit)] for digit in str(year))


def chinese_number(number: int) -> str:
    """12 → 十二, 105 → 一百零五. Raises ValueError outside 1 to 999."""
    if not 1 <= number <= 999:
        raise ValueError(f"chinese_number takes 1 to 999, not {number}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def parse_chinese_number(text: str) -> int:
    """十二 → 12, 二〇二一 → 2021. Raises ValueError where the text is not a numeral."""
    if not text or any(mark not in _VALUES and mark not in _UNITS for mark in text):
        raise ValueError(f"not a Chinese numeral: {text!r}")
    if not any(mark in _UNITS for mark in text):
        return int("".join(str(_VALUES[mark]) for mark in text))
    total, digit = 0, None
    for mark in text:
        if mark in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[mark]
            digit = None
        else:
            digit = _VALUES[mark]
    return total + (digit or 0)
