from pathlib import Path
from urllib.parse import urlsplit

from journal.editions.site import Exported, Refused, export
from journal.management.reasons import reason_of
from journal.models import Journal
from members.commands import Command as BaseCommand
from members.commands import CommandRefused

_SHOWN = 20


class Command(BaseCommand):
    help = "把公开的各页导出成一个文件夹，可以放到任何网站空间或 CDN，也可以在本机打开；再运行一次只写有变化的"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("folder", metavar="DIR", help="写到哪个文件夹：空的，或者以前导出过的")
        parser.add_argument(
            "--base", default="", help="导出的网站将来的网址，例如 https://dj.example.cn；不写就用“刊物信息”里的官网"
        )
        parser.add_argument(
            "--server", default="", help="能登录、投稿的网站，例如 https://tg.example.cn；不写，这些链接就不能点"
        )
        parser.add_argument("--absolute", action="store_true", help="链接从 / 写起（默认用相对链接，放在哪里都能用）")

    def handle(self, *args, **options):
        base = _origin(options["base"] or Journal.objects.current().website or "http://localhost", "--base")
        server = _origin(options["server"], "--server") if options["server"] else ""
        try:
            done = export(
                Path(options["folder"]),
                base=base,
                server=server,
                relative=not options["absolute"],
                progress=self.show_progress,
            )
        except Refused as refusal:
            raise CommandRefused(str(refusal)) from refusal
        except OSError as error:
            raise CommandRefused(f"文件夹写不了：{options['folder']}：{reason_of(error)}。请换一个位置。") from error
        self.tell(options, done)

    def tell(self, options, done: Exported) -> None:
        if options["as_json"]:
            numbers = {"written": done.written, "unchanged": done.unchanged, "removed": done.removed}
            facts = {"path": options["folder"], "pages": done.pages, "seconds": done.seconds}
            self.print_json(facts | numbers | {"problems": done.problems})
            return
        self.stdout.write(
            f"{options['folder']}：{done.pages} 页，共 {done.files} 个文件，写了 {done.written} 个，"
            f"没有变化 {done.unchanged} 个，删去 {done.removed} 个（{done.seconds} 秒）"
        )
        for problem in done.problems[:_SHOWN]:
            self.stdout.write(f"　打不开：{problem}")


def _origin(address: str, option: str) -> str:
    """Scheme and host alone; a site in a folder of another is written with relative links."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise CommandRefused(f"{option} 要写成 https://dj.example.cn 这样，不带后面的路径：{address}")
    return f"{parts.scheme}://{parts.netloc}"
