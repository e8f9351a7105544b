from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from operations import sweeping

LEAST_DAYS = 1


class Command(BaseCommand):
    help = (
        "清理没有记录用到的文件（不登记的批次、换掉的照片等留下的）。先移到 swept/，再过同样的天数才删；"
        "这期间又被用到的自动放回。网站不必停，可以每天运行。"
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--days", type=int, default=7, help="多少天没有人用才移走、移走多少天才删，默认 7，至少 1")
        parser.add_argument("--dry-run", action="store_true", help="只列出会移走、删去哪些，什么也不动")

    def handle(self, *args, days: int, dry_run: bool, as_json: bool, **options):
        if days < LEAST_DAYS:
            raise CommandRefused(f"--days 至少是 {LEAST_DAYS}：刚上传、还没有记下的文件不能动。")
        told = sweeping.sweep(days, dry_run=dry_run)
        if as_json:
            names = {"aside": told.aside, "removed": told.removed, "back": told.back}
            lists = {
                name: [{"path": path, "size": size} for path, size in found.items()] for name, found in names.items()
            }
            self.print_json(lists | {"bytes_freed": told.freed, "dry_run": dry_run})
            return
        will = "会" if dry_run else "已"
        for act, found in (("移到 swept/", told.aside), ("删去", told.removed), ("放回", told.back)):
            for path, size in found.items():
                self.stdout.write(f"{will}{act}：{path}（{size:,} 字节）")
        counts = f"移走 {len(told.aside)} 个，删去 {len(told.removed)} 个（{told.freed / 1048576:.1f} MB），放回 {len(told.back)} 个"
        self.stdout.write(f"{will}{counts}。")
