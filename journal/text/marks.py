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
# 林晓舟 摄 at the end of a line, （本报记者 林晓舟） anywhere
_CREDIT = re.compile(
    rf"[ \u3000]*[{CJK}·]{{1,4}}(?:[ \u3000][{CJK}])?[ \u3000]*[/／]?(?:摄|文|图|摄影|供图|整理|报道)?[）)。]?$"
)
_CREDITED = re.compile(r"(?:摄|摄影|供图|整理|报道)[）)。]?$")
_CREDIT_REACH = 12
_BRACKETED = re.compile(
    r"[（(](?:本报|本刊|特约|见习)?(?:记者|通讯员|作者|编辑|摄影|文|图|供稿)[^（）()，。；！？]{2,60}[）)]"
)
_BRACKETED_REACH = 68


def parts_title(match: re.Match[str]) -> bool:
    """“党建引领 打通服务”: a space between two halves of a heading or of a name in quotation marks, each of four
    characters or more. The match's string is one line."""
    before = _LINE_BEFORE.search(match.string[max(0, match.start() - _REACH) : match.start()])
    after = _LINE_AFTER.match(match.string[match.end() : match.end() + _REACH])
    if not before or not after or min(len(before["words"]), len(after["words"])) < _LEAST_TITLE_HALF:
        return False
    quoted = before["mark"] in ("“", "《") and after["mark"] in ("”", "》")
    return quoted or (len(match.string) <= _LONGEST_HEADING and not _SENTENCE.search(match.string))


def parts_credit(match: re.Match[str]) -> bool:
    """图为村民议事。林晓舟 摄: a space before a name that ends the line, or behind it, or within the brackets that say who
    wrote. The match's string is one line."""
    line, start, end = match.string, match.start(), match.end()
    if len(line) - end <= _CREDIT_REACH and _CREDITED.search(line, end) and _CREDIT.match(line, end):
        return True
    begin = max(
        line.rfind("（", max(0, start - _BRACKETED_REACH), start),
        line.rfind("(", max(0, start - _BRACKETED_REACH), start),
    )
    bracketed = _BRACKETED.match(line, begin) if begin >= 0 else None
    return bracketed is not None and bracketed.end() > start


def ends_ordinal(match: re.Match[str]) -> bool:
    """一.总体要求: the point behind a number that opens the line is no full stop. The match's string is one line."""
    return match.start() <= _REACH and _ORDINAL.fullmatch(match.string, 0, match.start()) is not None
