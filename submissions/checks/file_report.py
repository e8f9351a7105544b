"""What check_manuscript finds on one file, and how it is told: JSON, lines, a table of many, a workbook."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from journal.duplicates import Match
from journal.text.fingerprint import SAME_TITLE
from submissions.manuscript import Manuscript

from . import ADVICE, ERROR, WARNING, Finding, run_checks
from .duplicates import KIND_LABELS, OFFICE, names_for, told_share
from .official_format import FormatItem, format_findings
from .tables import Sheet, table_lines, write_sheets

LEVELS = {ERROR: "错误", WARNING: "警告", ADVICE: "建议"}
# The form asks for these in fields of its own: a file that lacks them is not wrong.
_ASKED_ON_THE_FORM = {"section.missing": None, "byline.missing": ADVICE}
_SHEETS = {
    "总表": (
        ("文件", 40),
        ("标题", 40),
        ("署名", 20),
        ("字数", 8),
        ("错误", 8),
        ("警告", 8),
        ("建议", 8),
        ("说明", 40),
    ),
    "检查意见": (("文件", 30), ("级别", 8), ("意见", 70), ("原文", 30), ("改为", 20), ("依据", 40), ("代码", 20)),
    "查重": (("文件", 30), ("结论", 10), ("相同", 8), ("已有的文字", 50), ("说明", 60)),
    "公文格式": (("文件", 30), ("项目", 20), ("现状", 30), ("要求", 40), ("依据", 24), ("结论", 8)),
}


@dataclass(frozen=True)
class FileReport:
    """refusal is the sentence that says why a file could not be read; all else is empty then. duplicates is None where
    there is no database to compare with. remarks tell what was left out when the file was read."""

    path: Path
    manuscript: Manuscript | None = None
    findings: list[Finding] = field(default_factory=list)
    format_items: list[FormatItem] | None = None
    duplicates: list[Match] | None = None
    refusal: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def bylines(self) -> list[str]:
        return [byline["name"] for byline in self.manuscript.content.bylines] if self.manuscript else []

    def count(self, level: str) -> int:
        return sum(finding.level == level for finding in self.findings)

    def as_dict(self) -> dict:
        if self.manuscript is None:
            return {"path": str(self.path), "error": self.refusal}
        content = self.manuscript.content
        found = {
            "path": str(self.path),
            "title": content.title,
            "subtitle": content.subtitle,
            "bylines": self.bylines,
            "words": content.words,
            "findings": [finding.as_dict() for finding in self.findings],
            "remarks": list(self.remarks),
        }
        if self.format_items is not None:
            found["official_format"] = [item.as_dict() for item in self.format_items]
        if self.duplicates is not None:
            found["duplicates"] = [
                {"title": match.title, "containment": round(match.containment, 4), "kind": match.kind}
                for match in self.duplicates
            ]
        return found


def report_on(
    path: Path,
    manuscript: Manuscript,
    format_items: list[FormatItem] | None,
    duplicates: list[Match] | None = None,
    remarks: tuple[str, ...] = (),
) -> FileReport:
    """Every check on one manuscript; format_items is None for a file that has no format."""
    findings = [*run_checks(manuscript), *format_findings(format_items or [])]
    return FileReport(
        path,
        manuscript,
        [kept for one in findings if (kept := _on_a_file(one))],
        format_items,
        duplicates,
        remarks=remarks,
    )


def _on_a_file(finding: Finding) -> Finding | None:
    if finding.code not in _ASKED_ON_THE_FORM:
        return finding
    level = _ASKED_ON_THE_FORM[finding.code]
    return replace(finding, level=level) if level else None


def lines_of(report: FileReport) -> list[str]:
    """One file for a terminal: what it is, the findings, the format table."""
    if report.manuscript is None:
        return [report.refusal]
    content = report.manuscript.content
    out = [
        f"标题：{content.title or '（没有认出）'}",
        *([f"副标题：{content.subtitle}"] if content.subtitle else []),
        f"署名：{'、'.join(report.bylines) or '（没有认出）'}",
        f"字数：{content.words:,}",
        *(f"[留意] {remark}" for remark in report.remarks),
        "",
        *(_finding_line(finding) for finding in report.findings),
    ]
    if report.format_items is not None:
        rows = [(item.item, item.found, item.expected, "合" if item.ok else "不合") for item in report.format_items]
        out += ["", *table_lines(("公文格式", "现状", "要求", "结论"), rows)]
    if report.duplicates:
        shares = [(KIND_LABELS[one.kind], f"{one.containment:.0%}", one.title) for one in report.duplicates]
        out += ["", *table_lines(("查重", "相同", "已有的文字"), shares)]
    return [*out, "", summary([report])]


def _finding_line(finding: Finding) -> str:
    named = finding.code.startswith("format.")  # its message names the passage
    quote = f"“{finding.quote[:30]}”" if finding.quote and not named else ""
    place = f"第 {finding.block + 1} 段" if finding.block is not None else ""
    where = " ".join(part for part in (place, quote) if part)
    return f"[{LEVELS[finding.level]}] {where + '：' if where else ''}{finding.message}"


def overview(reports: list[FileReport]) -> list[str]:
    """Many files: one row each."""
    rows = [
        (
            report.path.name,
            report.manuscript.content.title[:24] if report.manuscript else "不能读取",
            f"{report.manuscript.content.words:,}" if report.manuscript else "",
            *(str(report.count(level)) if report.manuscript else "" for level in LEVELS),
        )
        for report in reports
    ]
    remarks = [f"[留意] {report.path.name}：{remark}" for report in reports for remark in report.remarks]
    table = table_lines(("文件", "标题", "字数", "错误", "警告", "建议"), rows)
    return [*table, "", *remarks, *([""] if remarks else []), summary(reports)]


def summary(reports: list[FileReport]) -> str:
    counted: Counter[str] = Counter(finding.level for report in reports for finding in report.findings)
    unread = sum(report.manuscript is None for report in reports)
    parts = [f"{label} {counted[level]} 处" for level, label in LEVELS.items()]
    return f"共 {len(reports)} 个文件：{'，'.join(parts)}" + (f"；{unread} 个不能读取。" if unread else "。")


def write_workbook(reports: list[FileReport], path: Path) -> None:
    """One sheet of files, one of findings, one of the format. Raises OSError where path cannot be written."""
    rows = {"总表": _file_rows(reports), "检查意见": _finding_rows(reports), "公文格式": _format_rows(reports)}
    rows["查重"] = _duplicate_rows(reports)
    write_sheets([Sheet(name, columns, rows[name]) for name, columns in _SHEETS.items()], path)


def _file_rows(reports: list[FileReport]) -> list[tuple]:
    return [
        (
            str(report.path),
            report.manuscript.content.title if report.manuscript else "",
            "、".join(report.bylines),
            report.manuscript.content.words if report.manuscript else None,
            *(report.count(level) if report.manuscript else None for level in LEVELS),
            report.refusal or "\n".join(report.remarks),
        )
        for report in reports
    ]


def _finding_rows(reports: list[FileReport]) -> list[tuple]:
    return [
        (str(report.path), LEVELS[one.level], one.message, one.quote, one.fix or "", one.why, one.code)
        for report in reports
        for one in report.findings
    ]


def _duplicate_rows(reports: list[FileReport]) -> list[tuple]:
    """What the office already has of each file, the closest first; one query or two a file."""
    rows: list[tuple] = []
    for report in reports:
        names = names_for(report.duplicates or [], OFFICE)
        for match in report.duplicates or []:
            name = names.get(match.text.pk, match.title)
            told = "标题一样，正文不同" if match.kind == SAME_TITLE else told_share(match, name)
            rows.append((str(report.path), KIND_LABELS[match.kind], f"{match.containment:.0%}", name, told))
    return rows


def _format_rows(reports: list[FileReport]) -> list[tuple]:
    return [
        (str(report.path), one.item, one.found, one.expected, one.source, "合" if one.ok else "不合")
        for report in reports
        for one in report.format_items or []
    ]
