"""The 通报 to units as an official-format Word document (RULES.md 2; GB/T 9704-2012), written from the ledger's table."""

from datetime import date

from docx.document import Document

from journal.editions.official import HEI, TITLE, TITLE_SIZE, add_grid, add_line, blank, number_pages, packed, sayable
from journal.models import Journal
from journal.text.numbers import chinese_number

from .ledger.figures import QUARTERS, Line, Scope, Table, table, told
from .ledger.pieces import Book

_NAMED = 10  # units named in the text; the table has all
_COLUMNS = (("名次", 13), ("单位", 62), ("收稿", 14), ("录用", 14), ("刊发", 14), ("积分", 16), ("任务", 23))  # mm


def period_of(book: Book, scope: Scope) -> str:
    """“2026年三季度” or “2026年”."""
    return f"{book.year}年{QUARTERS[scope.quarter - 1] if scope.quarter else ''}"


def notice(book: Book, scope: Scope, journal: Journal, on: date) -> bytes:
    """The 通报 for the scope's period, units only, with the table of all units as its attachment.

    `on` is the day of the figures and the date at the end.
    """
    figures = table(book, Scope(scope.quarter))
    period = period_of(book, scope)
    document = blank()
    add_line(document, f"关于{period}投稿采用情况的通报", TITLE, TITLE_SIZE, align="center", first=False)
    add_line(document, "")
    add_line(document, "各供稿单位：", first=False)
    add_line(document, f"现将《{journal.name}》{period}投稿采用情况通报如下，数据截至{_day(on)}。")
    parts = [
        ("总体情况", _overall(figures, scope, book)),
        ("各单位情况", _units(figures, book)),
        ("任务完成情况", _quotas(figures)),
        ("统计口径", _method(book)),
    ]
    for place, (heading, sentences) in enumerate([part for part in parts if part[1]], 1):
        add_line(document, f"{chinese_number(place)}、{heading}", HEI).paragraph_format.keep_with_next = True
        for sentence in sentences:
            add_line(document, sentence)
    name = f"各单位投稿采用情况表（{period}）"
    add_line(document, "")
    add_line(document, f"附件：{name}")
    add_line(document, "")
    add_line(document, journal.office or journal.name, align="right", first=False)
    add_line(document, _day(on), align="right", first=False)
    _attach(document, name, figures.lines)
    number_pages(document)
    return packed(document)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _overall(figures: Table, scope: Scope, book: Book) -> list[str]:
    total = figures.total
    when = f"{book.year}年{QUARTERS[scope.quarter - 1]}" if scope.quarter else "全年"
    rate = f"，录用率{total.rate:.0%}" if total.rate is not None else ""
    said = [f"{when}共收到来稿{total.submitted}篇，终审录用{total.accepted}篇{rate}，刊发{total.published}篇。"]
    if not scope.quarter:
        each = [
            f"{QUARTERS[n]}收稿{received}篇、刊发{published}篇"
            for n, (received, published) in enumerate(figures.of_quarters)
            if received or published
        ]
        if each:
            said.append(f"其中，{'；'.join(each)}。")
    if figures.of_sections:
        sections = "、".join(f"{book.sections[section]}{count}篇" for section, count in figures.of_sections[:5])
        others = sum(count for _, count in figures.of_sections[5:])
        said.append(f"刊发的栏目：{sections}{f'，其他栏目{others}篇' if others else ''}。")
    return said


def _units(figures: Table, book: Book) -> list[str]:
    ranked = [line for line in figures.lines if line.who is not None and line.published]
    if not ranked:
        return ["没有单位的稿件刊发。"]
    named = "；".join(_worth(line, book) for line in ranked[:_NAMED])
    by = "积分" if book.has_rules else "刊发篇数"
    said = [f"有稿件刊发的单位{len(ranked)}个。按{by}，居前的是：{named}。详见附件。"]
    silent = sum(line.submitted > 0 and not line.published for line in figures.lines if line.who is not None)
    if silent:
        said.append(f"另有{silent}个单位报送了稿件，还没有刊发。")
    return said


def _worth(line: Line, book: Book) -> str:
    points = f"{told(line.points)}分、" if book.has_rules else ""
    return f"{sayable(line.name)}{points}刊发{line.published}篇"


def _quotas(figures: Table) -> list[str]:
    asked = figures.with_quota
    if not asked:
        return []
    left = [line for line in asked if not line.met]
    said = [f"有全年刊发任务的单位{len(asked)}个，已完成{figures.met}个，还没有完成{len(left)}个。"]
    if left:
        names = "、".join(f"{sayable(line.name)}（{line.done}/{line.asked}）" for line in left)
        said.append(f"还没有完成的单位（已刊发篇数/任务篇数）：{names}。")
    return said


def _method(book: Book) -> list[str]:
    points = "积分按本年度积分规则计算，" if book.has_rules else ""
    return [
        "收稿按收到日期、录用按终审通过日期、刊发按期号所在季度统计；收稿、录用记报送单位，刊发记署名单位，"
        f"联合署名的各计1篇；{points}名次并列的名次相同。"
    ]


def _attach(document: Document, name: str, lines: list[Line]) -> None:
    add_line(document, "附件", HEI, first=False).paragraph_format.page_break_before = True
    add_line(document, name, TITLE, TITLE_SIZE, align="center", first=False)
    add_grid(document, _COLUMNS, map(_row, lines), left={1})


def _row(line: Line) -> tuple:
    quota = f"{line.done}/{line.asked}{'完成' if line.met else ''}" if line.asked else "—"
    return line.rank or "—", line.name, line.submitted, line.accepted, line.published, told(line.points), quota
