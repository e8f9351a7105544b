"""Mechanical findings on one line of text, as a table of patterns (RULES.md section 5; GB/T 15834, GB/T 15835).

Earlier rules win where two would mark the same characters.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from journal.text.marks import (
    BRACKETS,
    CJK,
    CLAUSE_MARK,
    DASH,
    ELLIPSIS,
    FULL_STOP,
    FULL_WIDTH,
    INNER_SPACE,
    NUMERALS,
    ends_ordinal,
    parts_credit,
    parts_title,
)

from .findings import ADVICE, WARNING

_NUMBER = r"\d+(?:\.\d+)?"
_REACH = 40  # characters on either side that are looked at
_CHAIN = re.compile(rf"[{CJK}]{{1,8}}(?:—[{CJK}]{{1,8}}){{2,}}")

Fix = Callable[[re.Match[str]], str]


@dataclass(frozen=True)
class Pattern:
    """A rule: what it finds, how it is told, and the replacement where one is certain.

    allowed tells of what the expression finds and is right all the same. wrong and right are shown to contributors (rules page): the rule finds the one and not the other.
    """

    code: str
    level: str
    expression: re.Pattern[str]
    message: str
    why: str
    fix: Fix | None = None
    choices: Callable[[re.Match[str]], tuple[str, ...]] | None = None
    allowed: Callable[[re.Match[str]], bool] | None = None
    wrong: str = field(kw_only=True)
    right: str = field(kw_only=True)


def _unit_range(match: re.Match[str]) -> str:
    return f"{match['low']}{match['unit']}～{match['high']}{match['unit']}"


def _range(match: re.Match[str]) -> str:
    """Years and months take the dash, everything else the wave (GB/T 15835, 5.1)."""
    mark = "—" if match["unit"] in ("年", "月") else "～"
    return f"{match['low']}{mark}{match['high']}"


def _without_zeros(match: re.Match[str]) -> str:
    return re.sub(r"(?<=[年月])0(?=\d)", "", match[0])


def _event_date(match: re.Match[str]) -> str:
    digits = match["digits"]
    return f"“{digits[:-2]}·{digits[-2:]}”"


def _one_approximation(match: re.Match[str]) -> tuple[str, ...]:
    before, number, middle, after = match["before"], match["number"], match["middle"] or "", match["after"]
    return f"{before}{number}{middle}", f"{number}{middle}{after}"


def _one_of_about(match: re.Match[str]) -> tuple[str, ...]:
    return f"{match['before']}{match['what']}", f"{match['what']}{match['after']}"


def _links_steps(match: re.Match[str]) -> bool:
    """信息采集—信息管理—信息报告: one dash after another joins the steps of a course (GB/T 15834-2011, 4.13.3.2)."""
    begin = max(0, match.start() - _REACH)
    place = match.start() - begin
    around = match.string[begin : match.end() + _REACH]
    return any(chain.start() < place < chain.end() for chain in _CHAIN.finditer(around))


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "number.document",
        WARNING,
        re.compile(
            rf"(?P<office>[{CJK}]{{1,10}}[发函办字令])(?:"
            r"[\[（(【［](?P<year>\d{4})[\]）)】］]第?|〔(?P<year_>\d{4})〕第)(?P<number>\d+)号"
        ),
        "发文字号的写法不对。年份用六角括号〔〕，序号前不加“第”。",
        "《党政机关公文格式》（GB/T 9704）：发文字号由机关代字、年份、序号组成。",
        lambda m: f"{m['office']}〔{m['year'] or m['year_']}〕{m['number']}号",
        wrong="办公室印发了望办发[2026]12号文件。",
        right="办公室印发了望办发〔2026〕12号文件。",
    ),
    Pattern(
        "heading.number",
        WARNING,
        re.compile(rf"^(?:[（(](?P<rank>[{NUMERALS}]{{1,4}})[)）]、|\((?P<half>[{NUMERALS}]{{1,4}})\)、?)[ \u3000]*"),
        "“（一）”用全角括号，后面不再加顿号。",
        "公文结构层次依次用“一、”“（一）”“1.”“（1）”。",
        lambda m: f"（{m['rank'] or m['half']}）",
        wrong="（一）、把会开到树下",
        right="（一）把会开到树下",
    ),
    Pattern(
        "heading.number",
        WARNING,
        re.compile(r"^(?P<rank>\d{1,2})、"),
        "数字序号后面用下脚点，写成“1.”，不用顿号。",
        "公文结构层次依次用“一、”“（一）”“1.”“（1）”。",
        lambda m: f"{m['rank']}.",
        wrong="1、把会开到树下",
        right="1.把会开到树下",
    ),
    Pattern(
        "number.range_unit",
        WARNING,
        re.compile(
            rf"(?<![\d.])(?P<low>{_NUMBER})[～~\-－—](?P<high>{_NUMBER})"
            r"(?P<unit>[%％‰]|(?:万亿|亿|万)(?:元|人次|人|名|户|吨|平方米|公里|亩|斤|千克)?)"
        ),
        "数值范围前后两个数都要带单位。",
        "只在后面带单位，前一个数会被读成没有百分号、没有“万”“亿”的小数目（GB/T 15835）。",
        _unit_range,
        wrong="居民收入增长15～30%。",
        right="居民收入增长15%～30%。",
    ),
    Pattern(
        "number.range",
        ADVICE,
        re.compile(
            r"(?<![\d\-－.])(?P<low>\d{1,4})[\-－~](?P<high>\d{1,4})"
            r"(?=(?P<unit>年|月|日|时|点|天|岁|个|名|人|户|次|元|期|周|小时|分钟|公里|米|倍|页|届))"
        ),
        "表示从几到几，年份、月份用“—”，其他用“～”，不用短横线。",
        "短横线用在电话号码、编号里（GB/T 15834）。",
        _range,
        wrong="今年1-9月开了十八次会。",
        right="今年1—9月开了十八次会。",
    ),
    Pattern(
        "number.short_year",
        WARNING,
        re.compile(r"(?<!\d)(?P<year>\d{2})年(?=\d{1,2}月)"),
        "年份要写全四位数字。",
        "过些年再看，分不清是哪个世纪的哪一年（GB/T 15835）。",
        lambda m: f"20{m['year']}年",
        wrong="21年11月开的第一次会。",
        right="2021年11月开的第一次会。",
    ),
    Pattern(
        "number.zero_year",
        WARNING,
        re.compile(r"(?=[一二三四五六七八九〇零]{0,3}零)[一二三四五六七八九〇零]{4}年"),
        "汉字年份里的“零”要写作“〇”。",  # noqa: RUF001
        "年份用汉字时，0 写作“〇”（GB/T 15835）。",  # noqa: RUF001
        lambda m: m[0].replace("零", "〇"),  # noqa: RUF001
        wrong="二零二一年开的第一次会。",
        right="二〇二一年开的第一次会。",
    ),
    Pattern(
        "number.date_zero",
        WARNING,
        re.compile(r"\d{4}年(?:0\d月(?:0?\d{1,2}日)?|\d{1,2}月0\d日)"),
        "月、日前面不加 0。",
        "成文日期用阿拉伯数字写全年、月、日，月、日不编虚位（GB/T 9704）。",
        _without_zeros,
        wrong="2021年02月04日开的第一次会。",
        right="2021年2月4日开的第一次会。",
    ),
    Pattern(
        "number.twice",
        WARNING,
        re.compile(
            rf"(?P<before>近|约|大约|将近|接近|超过|超)(?P<number>{_NUMBER}|\d{{1,3}}(?:,\d{{3}})+)"
            r"(?P<middle>[十百千万亿]+)?(?P<after>余|多)"
        ),
        "概数说了两次，前面的“近”“约”和后面的“余”“多”只能留一个。",
        "“近300”是不到，“300余”是超过，放在一起互相矛盾。",
        choices=_one_approximation,
        wrong="来了近300余名党员。",
        right="来了近300名党员。",
    ),
    Pattern(
        "number.twice",
        WARNING,
        re.compile(rf"(?P<before>近|约|大约)(?P<what>{_NUMBER}[十百千万亿]*[{CJK}]{{0,3}}?)(?P<after>左右|上下)"),
        "概数说了两次，前面的“约”和后面的“左右”只能留一个。",
        "“约”和“左右”是同一个意思。",
        choices=_one_of_about,
        wrong="来了约50人左右。",
        right="来了约50人。",
    ),
    Pattern(
        "event.dot",
        WARNING,
        re.compile(r"“(?P<month>[二三四五六七八九十])·(?P<day>[一二三四五六七八九十]{1,3})”"),
        "用汉字写的这个日子，月和日之间不加间隔号。",
        "只有涉及一月、十一月、十二月，为免误会才加（GB/T 15835），例如“一二·九”。",
        lambda m: f"“{m['month']}{m['day']}”",
        wrong="学习“七·一”重要讲话。",
        right="学习“七一”重要讲话。",
    ),
    Pattern(
        "event.digits",
        WARNING,
        re.compile(r"“(?P<digits>\d{3,4})”(?=重要讲话|讲话|事件|事故|地震|运动|惨案|指示|批示)"),
        "用数字写的日子，月和日之间要加间隔号。",
        "不加会被读成一个数目（GB/T 15835），例如“3·15”。",
        _event_date,
        wrong="学习“413”重要讲话。",
        right="学习“4·13”重要讲话。",
    ),
    Pattern(
        "person.title",
        WARNING,
        re.compile("习总书记"),
        "要用全称“习近平总书记”。",
        "领导同志的姓名、职务要写全、写准。",
        lambda m: "习近平总书记",
        wrong="学习习总书记的重要讲话。",
        right="学习习近平总书记的重要讲话。",
    ),
    Pattern(
        "mark.ellipsis",
        WARNING,
        re.compile(r"[、，,]?(?:…{1,2}|(?<!\.)\.{3,}+|(?<!。)。{2,}+)等"),
        "省略号和“等”只能留一个。",
        "两个都表示没有列完（GB/T 15834）。",
        lambda m: "等",
        wrong="办了义诊、讲座……等活动。",
        right="办了义诊、讲座等活动。",
    ),
    Pattern(
        "mark.ellipsis",
        WARNING,
        re.compile(rf"{ELLIPSIS}|。{{2,}}|(?<!…)…(?!…)"),
        "省略号要用六个点“……”。",
        "省略号占两个字的位置（GB/T 15834）。",
        lambda m: "……",
        wrong="夜里的码头，灯一盏盏亮起来...",
        right="夜里的码头，灯一盏盏亮起来……",
    ),
    Pattern(
        "mark.dash",
        WARNING,
        re.compile(DASH),
        "破折号要用“——”。",
        "破折号占两个字的位置，用两个短横线代替会被拆到两行（GB/T 15834）。",
        lambda m: "——",
        wrong="守灯的人--老党员。",
        right="守灯的人——老党员。",
    ),
    Pattern(
        "mark.dash",
        ADVICE,
        re.compile(rf"(?<![—\d])(?:(?<=[{CJK}”》）])|^)—(?=[{CJK}“《])"),
        "这里像是破折号，要用两个“——”；表示地点之间的连接，用一个就对，不用改。",
        "破折号占两个字的位置，连接号占一个字的位置（GB/T 15834）。",
        lambda m: "——",
        allowed=_links_steps,
        wrong="守灯的人—老党员。",
        right="守灯的人——老党员。",
    ),
    Pattern(
        "mark.between",
        ADVICE,
        re.compile(r"(?<=[”》])、(?=[“《])"),
        "并列的引号之间、书名号之间，一般不用顿号。",
        "引号和书名号已经把它们隔开了（GB/T 15834 第 4.5.3.5 条）。",
        lambda m: "",
        wrong="设了“我要咨询”、“我要投诉”两个窗口。",
        right="设了“我要咨询”“我要投诉”两个窗口。",
    ),
    Pattern(
        "mark.straight_quotes",
        WARNING,
        re.compile(rf'"(?P<inside>[^"\n{CJK}]*+[{CJK}][^"\n]*+)"'),
        "中文里要用弯引号“”。",
        "直引号分不出左右，排出来难看（GB/T 15834）。",
        lambda m: f"“{m['inside']}”",
        wrong='村里有个"板凳会"。',
        right="村里有个“板凳会”。",
    ),
    Pattern(
        "mark.half_width",
        WARNING,
        re.compile(f"{BRACKETS}|{CLAUSE_MARK}"),
        "中文句子里要用全角标点。",
        "半角标点挨着汉字，排出来会挤在一起（GB/T 15834）。",
        lambda m: m[0].translate(FULL_WIDTH),
        wrong="大家坐下来,商量着办。",
        right="大家坐下来，商量着办。",
    ),
    Pattern(
        "mark.half_width",
        WARNING,
        re.compile(FULL_STOP),
        "中文句子末尾要用句号“。”。",
        "半角的点挨着汉字，排出来会挤在一起（GB/T 15834）。",
        lambda m: "。",
        allowed=ends_ordinal,
        wrong="大家坐下来商量.",
        right="大家坐下来商量。",
    ),
    Pattern(
        "space.inside",
        ADVICE,
        re.compile(INNER_SPACE),
        "汉字之间多了空格。",
        "两字姓名中间的空格由排版统一加，正文里不用打。",
        lambda m: "",
        allowed=lambda m: parts_title(m) or parts_credit(m),
        wrong="党 建引领，大家商量着办。",
        right="党建引领，大家商量着办。",
    ),
)
