import time
from pathlib import Path

from journal.management.reasons import reason_of
from journal.models import Journal
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from members.models import Event
from operations import archive, restoring, schema


class Command(BaseCommand):
    help = "从备份恢复数据库和全部文件，也可以恢复到另一种数据库；恢复后逐行、逐文件核对。"

    # A database to restore into may be empty: nothing of it can be checked before.
    requires_migrations_checks = False

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="备份文件（zip）")
        parser.add_argument("--check", action="store_true", help="只核对备份是否完整，什么也不写")
        parser.add_argument("--overwrite", action="store_true", help="数据库里已有内容时也恢复；原来的改名留着")

    def handle(self, *args, file: Path, check: bool, overwrite: bool, **options):
        started, kept_as = time.perf_counter(), ""
        try:
            if check:
                manifest = restoring.check(file, self.show_progress)
            else:
                manifest, kept_as = restoring.restore(file, overwrite=overwrite, progress=self.show_progress)
        except archive.Damaged as damage:
            raise CommandRefused(f"{file} {damage}，没有恢复。请换一份备份。") from None
        except schema.NewerProgram as newer:
            raise CommandRefused(f"{file} 是更新的程序做的（{newer}），请先把程序升级到那一版。") from None
        except restoring.NotEmpty:
            raise CommandRefused(
                "数据库里已有内容，没有恢复。请用空的数据库；确实要换掉的，先停网站，再加 --overwrite（原来的会改名留着）。"
            ) from None
        except restoring.Different as different:
            raise CommandRefused(f"恢复后核对不符，已退回原样：{different}。") from None
        except OSError as error:
            raise CommandRefused(f"{file} 读不了，或者写不下：{reason_of(error)}。") from None
        if not check:
            note = f"{file.name}，备份于 {manifest.made_at}" + (f"；原来的留在 {kept_as}" if kept_as else "")
            Event.objects.record(None, "恢复备份", Journal.objects.current(), note=note)
        told = {
            "path": str(file),
            "made_at": manifest.made_at,
            "rows": manifest.rows,
            "files": len(manifest.files),
            "restored": not check,
            "kept_as": kept_as,
            "seconds": round(time.perf_counter() - started, 2),
        }
        if options["as_json"]:
            self.print_json(told)
            return
        verb = "备份完整" if check else "已恢复，逐行、逐文件核对一致"
        self.stdout.write(f"{verb}：{told['rows']} 行、{told['files']} 个文件（备份于 {manifest.made_at}）。")
        if kept_as:
            self.stdout.write(f"原来的数据库改名留在 {kept_as}，确认无误后再删。")
        if not check:
            self.stdout.write("登录状态不在备份里，请大家重新登录。")
