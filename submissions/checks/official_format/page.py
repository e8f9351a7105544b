"""Paper, margins, type area, lines and characters of every section (GB/T 9704-2012, 5.1 and 5.2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docx.oxml.ns import qn
from lxml import etree

from submissions.checks.findings import WARNING

from .items import FormatItem
from .parts import number

TWIPS_A_MM = 1440 / 25.4
A4 = (210, 297)
TOP, RIGHT, BOTTOM, LEFT = 37, 26, 35, 28  # millimetres
TYPE_AREA = (156, 225)
GRACE = 1.0  # millimetre
SLACK = 0.02  # of rounding: a twip is 0.018 mm


@dataclass(frozen=True)
class Page:
    """One section's page in millimetres, zero where the file does not say; pitch of the line grid in points."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    pitch: float

    @property
    def type_area(self) -> tuple[float, float]:
        return self.width - self.left - self.right, self.height - self.top - self.bottom

    @property
    def is_a4(self) -> bool:
        """Upright, or on its side for a wide table (clause 8)."""
        return any(near(self.width, w) and near(self.height, h) for w, h in (A4, A4[::-1]))

    @property
    def upright(self) -> bool:
        return self.height >= self.width


def near(found: float, wanted: float) -> bool:
    return abs(found - wanted) <= GRACE + SLACK


def sections(body: etree._Element) -> list[etree._Element]:
    """The w:sectPr elements, in order."""
    return [*body.iterfind(f"{qn('w:p')}/{qn('w:pPr')}/{qn('w:sectPr')}"), *body.iterchildren(qn("w:sectPr"))]


def read_page(section: etree._Element) -> Page:
    def attribute(tag: str, name: str) -> float:
        element = section.find(qn(tag))
        return number(None if element is None else element.get(qn(name)))

    gutter = attribute("w:pgMar", "w:gutter")
    grid = section.find(qn("w:docGrid"))
    ruled = grid is not None and grid.get(qn("w:type")) in ("lines", "linesAndChars", "snapToChars")
    return Page(
        width=attribute("w:pgSz", "w:w") / TWIPS_A_MM,
        height=attribute("w:pgSz", "w:h") / TWIPS_A_MM,
        top=attribute("w:pgMar", "w:top") / TWIPS_A_MM,
        right=attribute("w:pgMar", "w:right") / TWIPS_A_MM,
        bottom=attribute("w:pgMar", "w:bottom") / TWIPS_A_MM,
        left=(attribute("w:pgMar", "w:left") + gutter) / TWIPS_A_MM,
        pitch=attribute("w:docGrid", "w:linePitch") / 20 if ruled else 0.0,
    )


def page_items(body: etree._Element) -> Iterator[FormatItem]:
    pages = [read_page(section) for section in sections(body)] or [Page(0, 0, 0, 0, 0, 0, 0)]
    yield _item(
        pages,
        ("page", "纸张", "A4（210×297 毫米）", "5.1"),
        lambda page: page.is_a4,
        lambda page: f"{page.width:.0f}×{page.height:.0f} 毫米" if page.width else "没有页面设置",
        "请在“布局—纸张大小”里选 A4。",
    )
    yield _item(
        pages,
        ("margins", "页边距", "上 37 毫米，左 28 毫米（各±1 毫米），下 35 毫米，右 26 毫米", "5.2.1"),
        lambda page: not page.upright or margins_fit(page),
        lambda page: f"上 {page.top:.1f}、下 {page.bottom:.1f}、左 {page.left:.1f}、右 {page.right:.1f} 毫米",
        "请在“布局—页边距—自定义”里填上 3.7、下 3.5、左 2.8、右 2.6 厘米。",
    )
    yield _item(
        pages,
        ("type_area", "版心", "156×225 毫米", "5.2.1"),
        lambda page: not page.upright or all(map(near, page.type_area, TYPE_AREA)),
        lambda page: "{:.0f}×{:.0f} 毫米".format(*page.type_area),
        "版心由纸张和页边距决定，改好这两项就合要求。",
    )
    width = pages[0].type_area[0]
    yield FormatItem(
        "characters", "每行字数", f"约 {width / (16 * 25.4 / 72) + 0.4:.0f} 个三号字", "一般每行 28 字", "5.2.3"
    )


def margins_fit(page: Page) -> bool:
    found = (page.top, page.right, page.bottom, page.left)
    return all(map(near, found, (TOP, RIGHT, BOTTOM, LEFT)))


def _item(
    pages: list[Page], heading: tuple[str, str, str, str], fits: Callable, says: Callable, next_step: str
) -> FormatItem:
    code, item, expected, clause = heading
    wrong = [number_ for number_, page in enumerate(pages, 1) if not fits(page)]
    if not wrong:
        return FormatItem(code, item, says(pages[0]), expected, clause)
    place = f"第 {wrong[0]} 节" if len(pages) > 1 else ""
    found = says(pages[wrong[0] - 1])
    message = f"{place}{item}：{found}，应为{expected}。{next_step}"
    return FormatItem(code, item, f"{place}{found}", expected, clause, WARNING, message)
