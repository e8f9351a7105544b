"""How an article is cited, by GB/T 7714-2015 and by GB/T 7714-2025, which replaced it on 2026-07-01 (RULES.md 10).

Both take the same elements of an article in a periodical in the same order: names, title, [J], periodical, year
(number), pages. For Chinese text the 2025 edition sets them with full-width marks: ，between names and before the year,
（）around the number, ：before pages and subtitle; the full stop stays half-width with a space. The standard's text is
not open to the public; this was taken from its published examples of 8.5.3 as transcribed in two public implementations
that agree (zotero-chinese/styles, “GB/T 7714—2025（顺序编码）”, and the examples kept as tests by another). What else
2025 changed (preprints, data sets, access dates, names in Latin letters) does not touch a printed Chinese article.
"""

from dataclasses import dataclass
from enum import StrEnum

_MOST_NAMES = 3  # 2015: 8.1.2, kept in 2025: three names, then 等


class Standard(StrEnum):
    """The edition of GB/T 7714; the one in force first."""

    GB_2025 = "2025"
    GB_2015 = "2015"

    @property
    def label(self) -> str:
        return f"GB/T 7714—{self.value}"


@dataclass(frozen=True)
class _Marks:
    comma: str
    colon: str
    number: str


_MARKS = {
    Standard.GB_2025: _Marks("，", "：", "（{}）"),
    Standard.GB_2015: _Marks(", ", ": ", "({})"),
}


def citation(article, names: list[str], journal_name: str, standard: Standard = Standard.GB_2015) -> str:
    """何为. 题名[J]. 刊名, 2021(3): 6-8. An article without a signature begins with its title."""
    marks = _MARKS[standard]
    signed = marks.comma.join([*names[:_MOST_NAMES], *(["等"] if len(names) > _MOST_NAMES else [])])
    subtitle = article.subtitle.lstrip("—－- ")
    title = article.title + (f"{marks.colon}{subtitle}" if subtitle else "")
    place = journal_name
    if article.issue:
        place += f"{marks.comma}{article.issue.year}{marks.number.format(article.issue.number)}"
    pages = _pages(article)
    return (f"{signed}. " if signed else "") + f"{title}[J]. {place}" + (f"{marks.colon}{pages}." if pages else ".")


def citations(article, names: list[str], journal_name: str) -> list[tuple[Standard, str]]:
    """Every form, the standard in force first."""
    return [(standard, citation(article, names, journal_name, standard)) for standard in Standard]


def _pages(article) -> str:
    if article.start_page is None:
        return ""
    if article.end_page in (None, article.start_page):
        return str(article.start_page)
    return f"{article.start_page}-{article.end_page}"
