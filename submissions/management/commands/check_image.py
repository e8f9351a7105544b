"""Image checks from the command line (DESIGN.md, Commands; RULES.md section 6)."""

import sys
from pathlib import Path

from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.checks.findings import ERROR, Finding
from submissions.checks.photo_report import (
    PhotoReport,
    add_alike,
    findings_on,
    lines_of,
    overview,
    write_workbook,
)
from submissions.intake.photo import PhotoRefused, read_photo

SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif", ".hif", ".bmp",
            ".avif", ".gif", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".psd"}  # fmt: skip


class Command(BaseCommand):
    help = "检查照片（或整个文件夹）：格式、像素、能印多大、是否带拍摄地点、有没有重复。有错误级问题时退出码为 1。"
    requires_system_checks = []  # it reads files: no page of the site has to be sound for that

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="照片文件或文件夹，可以有几个")
        parser.add_argument("--print-width", type=float, metavar="MM", help="拟印宽度（毫米）；不写就按能印的最大尺寸")
        parser.add_argument("--xlsx", type=Path, metavar="FILE", help="另把结果写成 Excel 表格")

    def handle(self, *args, paths, print_width, xlsx, as_json, **options):
        if print_width is not None and not 1 <= print_width <= 2000:
            raise CommandRefused(f"--print-width 要在 1 到 2000 毫米之间，不能是 {print_width:g}。")
        files = [file for path in paths for file in files_in(path)]
        many = len(files) > 1 or any(path.is_dir() for path in paths)
        reports = []
        for number, file in enumerate(files, 1):
            self.show_progress(number, len(files), file.name)
            reports.append(report_on(file, print_width))
        if not many and reports[0].unreadable:
            raise CommandRefused(reports[0].unreadable)
        add_alike(reports)
        self.show(reports, as_json=as_json, many=many)
        if xlsx:
            self.write_table(reports, xlsx)
        self.leave(reports)

    def show(self, reports: list[PhotoReport], *, as_json: bool, many: bool) -> None:
        """One file gives its object; several a list of objects with their paths."""
        if as_json and many:
            self.print_json({"files": [{"path": str(report.path)} | report.as_dict() for report in reports]})
        elif as_json:
            self.print_json(reports[0].as_dict())
        else:
            self.stdout.write("\n".join(overview(reports) if many else lines_of(reports[0])))

    def write_table(self, reports: list[PhotoReport], path: Path) -> None:
        try:
            write_workbook(reports, path)
        except OSError as error:
            raise CommandRefused(f"表格写不到 {path}：{error.strerror or error}。请换一个位置。") from error

    def leave(self, reports: list[PhotoReport]) -> None:
        """Exit 2 where a file could not be opened, else 1 where one has an error; every file is reported first."""
        unread = [report.unreadable for report in reports if report.unreadable]
        if unread:
            raise CommandRefused("\n".join(unread))
        if any(report.count(ERROR) for report in reports):
            sys.exit(1)


def report_on(path: Path, print_width: float | None) -> PhotoReport:
    """Facts and findings of one file; what is no photograph is a finding of level error."""
    try:
        with path.open("rb") as file:
            photo = read_photo(file, path.name)
    except PhotoRefused as refusal:
        return PhotoReport(path, None, [Finding("picture.refused", ERROR, str(refusal), quote=path.name)])
    except FileNotFoundError:
        return PhotoReport(path, unreadable=f"没有“{path}”这个文件或文件夹。请核对路径。")
    except OSError as error:
        return PhotoReport(path, unreadable=f"不能读取 {path}：{error.strerror or error}。请核对路径和权限。")
    return PhotoReport(path, photo, findings_on(photo, print_width))


def files_in(path: Path) -> list[Path]:
    """A file itself, or a folder's pictures without hidden files. Raises CommandRefused for a folder that holds none.

    In a folder the name decides what is looked at, the content what it is.
    """
    if not path.is_dir():
        return [path]
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    if not found:
        raise CommandRefused(f"文件夹“{path}”里没有图片。能检查的有 .jpg、.png、.tif、.webp、.heic、.bmp。")
    return found
