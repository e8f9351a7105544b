"""What check_image finds on files: one in full, many as a table and a workbook (RULES.md section 6)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from submissions.intake.dpi import told as resolutions_told
from submissions.intake.photo import Photo
from submissions.intake.traces import told as traces_told

from .findings import LEVEL_LABELS, Finding
from .image import (
    alike_findings,
    blurred_findings,
    format_findings,
    largest_passing,
    print_cm,
    resolution_findings,
    shrunk_findings,
)

_NOTHING = {
    "format": None,
    "width": None,
    "height": None,
    "orientation": None,
    "mode": None,
    "dpi": {"jfif": None, "exif": None, "photoshop": None},
    "print_cm_at_300": None,
    "has_gps": None,
    "traces": [],
}
_LEAST_WIDTH_MM = 25
_COLUMNS = (
    ("文件", 40), ("格式", 8), ("宽（像素）", 12), ("高（像素）", 12), ("300 点可印（厘米）", 20), ("文件里标的分辨率", 28),
    ("文件里记着", 28), ("错误", 6), ("警告", 6), ("建议", 6), ("意见", 80),
)  # fmt: skip


@dataclass
class PhotoReport:
    """photo is None for a file that is no photograph; `unreadable` says why a file could not be opened at all."""

    path: Path
    photo: Photo | None = None
    findings: list[Finding] = field(default_factory=list)
    unreadable: str = ""

    def count(self, level: str) -> int:
        return sum(finding.level == level for finding in self.findings)

    @property
    def print_size(self) -> str:
        return "{:g}×{:g}".format(*print_cm(self.photo.width, self.photo.height)) if self.photo else ""

    def as_dict(self) -> dict:
        if self.unreadable:
            return {"error": self.unreadable}
        return self._facts() | {"findings": [finding.as_dict() for finding in self.findings]}

    def _facts(self) -> dict:
        photo = self.photo
        if photo is None:
            return dict(_NOTHING)
        named = {name: getattr(photo, name) for name in _NOTHING if name != "print_cm_at_300"}
        return named | {"print_cm_at_300": list(print_cm(photo.width, photo.height))}


def findings_on(photo: Photo, print_width_mm: float | None) -> list[Finding]:
    """Without a wanted width only a photograph too small for every size is told of its pixels."""
    best = largest_passing(photo.width, photo.height)
    width = print_width_mm or (best if best is not None else _LEAST_WIDTH_MM)
    details = photo.details()
    return [
        *resolution_findings(photo.width, photo.height, width),
        *format_findings(photo.format),
        *shrunk_findings(photo.width, photo.height, details),
        *blurred_findings(details),
    ]


def add_alike(reports: Sequence[PhotoReport]) -> None:
    """Each file that is almost the same as an earlier one is told so."""
    read = [report for report in reports if report.photo]
    looks = [(f"“{one.path.name}”", one.photo.sha256, one.photo.likeness) for one in read if one.photo]
    for place, finding in alike_findings(looks):
        read[place].findings.append(finding)


def lines_of(report: PhotoReport) -> list[str]:
    """One file for a terminal."""
    lines = [str(report.path)]
    if report.unreadable:
        return [*lines, f"  {report.unreadable}"]
    if photo := report.photo:
        wide, high = print_cm(photo.width, photo.height)
        lines.append(f"  {photo.format}，{photo.width}×{photo.height} 像素，300 点可印 {wide:g}×{high:g} 厘米")
        if tags := resolutions_told(photo.dpi):
            lines.append(f"  文件里写着：{tags}（像素/英寸）。能印多大看像素，不看这些标记。")
        if kinds := traces_told(photo.traces):
            lines.append(f"  文件里记着{kinds}，读者看到的图里没有。")
    return lines + [f"  {finding.level_label}：{finding.message}" for finding in report.findings]


def overview(reports: Sequence[PhotoReport]) -> list[str]:
    """Many files: a row each, then every remark with its file, then the sum."""
    from .file_report import table_lines

    head = ("文件", "格式", "像素", "300 点可印（厘米）", *LEVEL_LABELS.values())
    rows = [
        (
            report.path.name,
            report.photo.format if report.photo else "不能读取" if report.unreadable else "不是照片",
            f"{report.photo.width}×{report.photo.height}" if report.photo else "",
            report.print_size,
            *(str(report.count(level) or "") for level in LEVEL_LABELS),
        )
        for report in reports
    ]
    remarks = [
        f"[{finding.level_label}] {report.path.name}：{finding.message}"
        for report in reports
        for finding in report.findings
    ]
    return [*table_lines(head, rows), "", *remarks, *([""] if remarks else []), summary(reports)]


def summary(reports: Sequence[PhotoReport]) -> str:
    counted = Counter(finding.level for report in reports for finding in report.findings)
    parts = "，".join(f"{label} {counted[level]} 处" for level, label in LEVEL_LABELS.items())
    unread = sum(bool(report.unreadable) for report in reports)
    return f"共 {len(reports)} 个文件：{parts}" + (f"；{unread} 个不能读取。" if unread else "。")


def write_workbook(reports: Sequence[PhotoReport], path: Path) -> None:
    """One row a file. Raises OSError where path cannot be written."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "照片"
    sheet.append([title for title, _ in _COLUMNS])
    for report in reports:
        sheet.append(_row(report))
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a file may be named like a formula
    for number, (_, width) in enumerate(_COLUMNS, 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)


def _row(report: PhotoReport) -> list:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    photo = report.photo
    remarks = [report.unreadable] if report.unreadable else [finding.message for finding in report.findings]
    facts = (
        [photo.format, photo.width, photo.height, report.print_size, resolutions_told(photo.dpi), traces_told(photo.traces)]
        if photo
        else [""] * 6
    )  # fmt: skip
    row = [str(report.path), *facts, *(report.count(level) for level in LEVEL_LABELS), "\n".join(remarks)]
    return [ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row]
