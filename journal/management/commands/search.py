from journal import search
from members.commands import Command as BaseCommand
from members.commands import CommandRefused


class Command(BaseCommand):
    help = "检索已刊发的文章，最相关的在前。默认查登录读者能看到的全部文章。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("query", metavar="QUERY", help="要查的词；几个词用空格分开，“”内的词连着查，-词 表示不含")
        parser.add_argument("--public", action="store_true", help="只查不登录也能看到的文章")

    def handle(self, *args, **options):
        found = search.search(options["query"], search.readable_by(None) if options["public"] else search.published())
        if not found.query.phrases:
            raise CommandRefused(" ".join(found.query.warnings) or "没有要检索的词，请写在命令后面。")
        articles = list(found.articles.select_related("issue", "parent"))
        results = [self.result(article) for article in articles]
        if options["as_json"]:
            self.print_json({"total": len(results), "results": results})
            return
        self.stdout.write(f"共 {len(results)} 篇")
        for result in results:
            self.stdout.write(f"{result['issue']}  {result['title']}  {result['url']}")

    def result(self, article) -> dict:
        return {"title": article.title, "url": article.get_absolute_url(), "issue": str(article.issue)}
