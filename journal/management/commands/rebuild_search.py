from journal import search
from members.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "重建检索索引：把全部文章重新编入索引。"

    def handle(self, *args, **options):
        indexed = search.rebuild()
        if options["as_json"]:
            self.print_json({"indexed": indexed})
        else:
            self.stdout.write(f"已把 {indexed} 篇文章编入索引。")
