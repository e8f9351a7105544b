"""Half-width marks and spaces beside Chinese: what is wrong and what is right all the same (RULES.md 5; GB/T 15834-2011).

The checks tell of them, cleaning changes them: both ask here, so that they never disagree.
"""

import re

CJK = "\u3400-\u4dbf\u4e00-\u9fff\u3007"  # for a character class, as the next two
NUMERALS = "一二三四五六七八九十百〇"
SPACES = " \u00a0\u3000"
FULL_WIDTH = str.maketrans(",;:?!()", "，；：？！（）")

# , ; : ? ! behind Chinese, or before it, perhaps with a space between
CLAUSE_MARK = rf"(?<=[{CJK}”》）])[,;:?!]|[,;:?!](?=[ \u00a0]?[{CJK}“《（])"
FULL_STOP = rf"(?<=[{CJK}”》）%％])\.(?=$|[{CJK}“”’《）)\"\s])"
ELLIPSIS = r"(?<!\.)\.{3,}+"
DASH = rf"(?<=[{CJK}”》）])-{{2,}}(?=[{CJK}“《（])|^-{{2,}}(?=[{CJK}“《])"
BRACKETS = rf"(?<=[{CJK}”》）])\([^()\n]*\)|\([^()\n]*\)(?=[{CJK}])|\((?=[^()\n]*[{CJK}])[^()\n]*\)"
INNER_SPACE = rf"(?<=[{CJK}）)，。、；：])[{SPACES}]+(?=[{CJK}])"

_ORDINAL = re.compile(rf"[ \u3000]*[{NUMERALS}]{{1,3}}")
_LEAST_TITLE_HALF = 4
_REACH = 40  # characters on either side that are looked at
_LONGEST_HEADING = 60
_LINE_BEFORE = re.compile(rf"(?P<mark>[^{CJK}]?)(?P<words>[{CJK}]*)$")
_LINE_AFTER = re.compile(rf"(?P<words>[{CJK}]*)(?P<mark>[^{CJK}]?)")
_SENTENCE = re.compile("[，。；！？,;!?]")


def parts_title(match: re.Match[str]) -> bool:
    """“党建引领 打通服务”: a space between two halves of a heading or of a name in quotation marks, each of four
    characters or more. The match's string is one line."""
    before = _LINE_BEFORE.search(match.string[max(0, match.start() - _REACH) : match.start()])
    after = _LINE_AFTER.match(match.string[match.end() : match.end() + _REACH])
    if not before or not after or min(len(before["words"]), len(after["words"])) < _LEAST_TITLE_HALF:
        return False
    quoted = before["mark"] in ("“", "《") and after["mark"] in ("”", "》")
    return quoted or (len(match.string) <= _LONGEST_HEADING and not _SENTENCE.search(match.string))


def ends_ordinal(match: re.Match[str]) -> bool:
    """一.总体要求: the point behind a number that opens the line is no full stop. The match's string is one line."""
    return match.start() <= _REACH and _ORDINAL.fullmatch(match.string, 0, match.start()) is not None
