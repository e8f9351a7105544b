import time
from pathlib import Path

from journal.management.reasons import reason_of
from journal.models import Journal
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from members.models import Event
from operations import backing_up, schema


class Command(BaseCommand):
    help = "备份数据库和全部文件，网站不必停。写成一个带校验的 zip；给文件夹时按时间起名，只留最新的若干份。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("target", type=Path, help="写到哪个文件；或一个已有的文件夹")
        parser.add_argument("--keep", type=int, default=14, help="给文件夹时留几份，默认 14")

    def handle(self, *args, target: Path, keep: int, **options):
        if keep < 1:
            raise CommandRefused("--keep 至少是 1：不能一份备份也不留。")
        started, removed = time.perf_counter(), []
        try:
            if target.is_dir():
                path, manifest, removed = backing_up.back_up_into(target, keep, self.show_progress)
            else:
                path, manifest = target, backing_up.back_up(target, self.show_progress)
        except schema.NotMigrated as behind:
            raise CommandRefused(f"数据库比程序旧（{behind}），请先运行 manage.py migrate，再备份。") from None
        except OSError as error:
            raise CommandRefused(f"{target} 写不了：{reason_of(error)}。请换一个位置，或腾出空间。") from None
        # Behind it, so that a backup is not about itself: whole copies of unpublished texts are told of like exports.
        note = f"{path.name}，{manifest.rows} 行、{len(manifest.files)} 个文件"
        Event.objects.record(None, "备份", Journal.objects.current(), note=note)
        told = {
            "path": str(path),
            "rows": manifest.rows,
            "files": len(manifest.files),
            "bytes": path.stat().st_size,
            "missing": manifest.missing,
            "removed": [one.name for one in removed],
            "seconds": round(time.perf_counter() - started, 2),
        }
        if options["as_json"]:
            self.print_json(told)
            return
        size = path.stat().st_size / 1048576
        self.stdout.write(f"已备份到 {path}：{told['rows']} 行、{told['files']} 个文件，{size:.1f} MB。")
        for name in manifest.missing:
            self.stdout.write(f"缺文件：{name}（数据库里有记录，文件夹里没有）")
        if removed:
            self.stdout.write(f"已删去旧备份 {len(removed)} 份：{'、'.join(told['removed'])}")
        self.stdout.write("备份里有未刊发的稿件和联系方式，请像原件一样保管。")
