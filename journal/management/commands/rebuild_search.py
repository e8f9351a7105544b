import time

from journal import search
from members.commands import Command as BaseCommand


class Command(BaseCommand):
    help = (
        "重建检索索引：把全部文章重新编入索引。期间照常可以检索；中断了也不要紧，没轮到的文章按原来的索引检索，"
        "重新运行即可。"
    )

    def handle(self, *args, **options):
        started = time.monotonic()

        def progress(done: int, total: int) -> None:
            left = (time.monotonic() - started) / done * (total - done)
            self.show_progress(done, total, f"篇，约剩 {left:.0f} 秒" if done < total else "篇")

        indexed = search.rebuild(progress)
        if options["as_json"]:
            self.print_json({"indexed": indexed})
        else:
            self.stdout.write(f"已把 {indexed} 篇文章编入索引。")
