"""Image checks from the command line (DESIGN.md, Commands; RULES.md section 6)."""

import sys
from pathlib import Path

from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.checks.findings import ERROR, Finding
from submissions.checks.image import format_findings, largest_passing, print_cm, resolution_findings, shrunk_findings
from submissions.intake.photo import Photo, PhotoRefused, read_photo

EMPTY = {
    "format": None,
    "width": None,
    "height": None,
    "orientation": None,
    "mode": None,
    "dpi": {"jfif": None, "exif": None, "photoshop": None},
    "print_cm_at_300": None,
    "has_gps": None,
}


class Command(BaseCommand):
    requires_system_checks = []
    help = "检查照片：格式、像素、能印多大、是否带拍摄地点。有错误级问题时退出码为 1。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="照片文件")
        parser.add_argument("--print-width", type=float, metavar="MM", help="拟印宽度（毫米）；不写就按能印的最大尺寸")

    def handle(self, *args, paths, print_width, as_json, **options):
        if print_width is not None and not 1 <= print_width <= 2000:
            raise CommandRefused(f"--print-width 要在 1 到 2000 毫米之间，不能是 {print_width:g}。")
        reports = [(path, *report(path, print_width)) for path in paths]
        if as_json:
            self.print_reports(reports)
        else:
            for path, facts, findings in reports:
                self.print_one(path, facts, findings)
        if any(finding.level == ERROR for _, _, findings in reports for finding in findings):
            sys.exit(1)

    def print_reports(self, reports) -> None:
        """One file gives its object; several a list of objects with their paths."""
        objects = [facts | {"findings": [f.as_dict() for f in findings]} for _, facts, findings in reports]
        if len(objects) == 1:
            self.print_json(objects[0])
        else:
            paths = [str(path) for path, _, _ in reports]
            self.print_json({"files": [{"path": path} | one for path, one in zip(paths, objects, strict=True)]})

    def print_one(self, path: Path, facts: dict, findings: list[Finding]) -> None:
        self.stdout.write(str(path))
        if facts["format"]:
            wide, high = facts["print_cm_at_300"]
            self.stdout.write(
                f"  {facts['format']}，{facts['width']}×{facts['height']} 像素，300 点可印 {wide:g}×{high:g} 厘米"
            )
        for finding in findings:
            self.stdout.write(f"  {finding.level_label}：{finding.message}")


def report(path: Path, print_width: float | None) -> tuple[dict, list[Finding]]:
    """Facts and findings of one file. Raises CommandRefused where it cannot be read at all."""
    try:
        with path.open("rb") as file:
            photo = read_photo(file, path.name)
    except PhotoRefused as refusal:
        return dict(EMPTY), [Finding("picture.refused", ERROR, str(refusal), quote=path.name)]
    except OSError as error:
        raise CommandRefused(f"不能读取 {path}：{error.strerror or error}") from None
    return facts_of(photo), findings_on(photo, print_width)


def facts_of(photo: Photo) -> dict:
    return {
        "format": photo.format,
        "width": photo.width,
        "height": photo.height,
        "orientation": photo.orientation,
        "mode": photo.mode,
        "dpi": photo.dpi,
        "print_cm_at_300": list(print_cm(photo.width, photo.height)),
        "has_gps": photo.has_gps,
    }


def findings_on(photo: Photo, print_width: float | None) -> list[Finding]:
    """Without a wanted width only a photograph too small for every size is told of its pixels."""
    best = largest_passing(photo.width, photo.height)
    width = print_width or (best if best is not None else 25)
    return [
        *resolution_findings(photo.width, photo.height, width),
        *format_findings(photo.format),
        *shrunk_findings(photo.width, photo.height, photo.details()),
    ]
