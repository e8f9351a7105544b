from pathlib import Path

from django.db import DatabaseError

from journal import publishing
from journal.importing.printed import Unreadable
from journal.importing.read import parse_issue
from journal.importing.report import as_json, as_lines
from journal.importing.write import ImportRefused, import_issue
from journal.management.reasons import reason_of
from journal.models import Access
from members.commands import Command as BaseCommand
from members.commands import CommandRefused


class Command(BaseCommand):
    help = "导入一期印刷本的文字（.txt）：期、版本记录、栏目、文章、署名。再次导入只更新没有人改过的内容。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", help="整期的文字，UTF-8 或 GB18030")
        parser.add_argument("--dry-run", action="store_true", help="只列出结果，不写入")
        parser.add_argument("--access", help="阅读范围：internal（内部，默认）或 public（公开，要有批准）")
        parser.add_argument("--approved-by", default="", help="公开的批准人")
        parser.add_argument("--basis", default="", help="公开的依据，例如会议纪要、批示")

    def handle(self, *args, **options):
        access = self.access(options)
        try:
            printed = parse_issue(read_text(Path(options["file"])))
            if not options["dry_run"]:
                import_issue(printed, access=access, approved_by=options["approved_by"], basis=options["basis"])
        except (Unreadable, ImportRefused, publishing.Refused) as refusal:
            raise CommandRefused(str(refusal)) from refusal
        except DatabaseError as error:
            reason = str(error).strip().split("\n")[0]
            raise CommandRefused(f"数据库没有存下这一期，什么也没有写入：{reason}") from error
        if options["as_json"]:
            self.print_json(as_json(printed))
        else:
            self.stdout.write("\n".join(as_lines(printed)))

    def access(self, options) -> str | None:
        """None where nothing was said: a first import is 内部, a later one keeps what the issue has."""
        access = options["access"]
        if access not in (None, Access.INTERNAL, Access.PUBLIC):
            raise CommandRefused(f"阅读范围没有“{access}”，请用 internal（内部）或 public（公开）。")
        if access == Access.PUBLIC and not (options["approved_by"].strip() and options["basis"].strip()):
            raise CommandRefused("公开刊发要有批准人和依据，请加上 --approved-by 和 --basis。")
        return access


def read_text(path: Path) -> str:
    """Raises CommandRefused where the file cannot be read as text."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CommandRefused(f"文件读不了：{path}：{reason_of(error)}。请核对路径。") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise CommandRefused(f"文件不是文字：{path}。请另存为 UTF-8 的 .txt 再导入。")
