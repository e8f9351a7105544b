import re
from pathlib import Path

from journal.editions import EDITIONS, build
from journal.management.reasons import reason_of
from journal.models import Issue
from members.commands import Command as BaseCommand
from members.commands import CommandRefused


class Command(BaseCommand):
    help = "把一期做成一个文件，例如 build_issue 2021-3 --format txt --output 2021-3.txt"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("issue", metavar="YEAR-NUMBER", help="年份和期号，例如 2021-3")
        parser.add_argument("--format", required=True, dest="form", help=f"格式：{'、'.join(EDITIONS)}")
        parser.add_argument("--output", required=True, help="写到哪个文件")

    def handle(self, *args, **options):
        if options["form"] not in EDITIONS:
            raise CommandRefused(f"没有“{options['form']}”格式，现在可以做：{'、'.join(EDITIONS)}。")
        issue = self.issue(options["issue"])
        try:
            built = build(issue, options["form"], Path(options["output"]))
        except OSError as error:
            raise CommandRefused(f"文件写不了：{options['output']}：{reason_of(error)}。请换一个位置。") from error
        if options["as_json"]:
            self.print_json({"path": str(built.path), "pages": built.pages, "seconds": built.seconds})
        else:
            self.stdout.write(f"{built.path}（{built.seconds} 秒）")

    def issue(self, name: str) -> Issue:
        found = re.fullmatch(r"(\d{4})-(\d{1,3})", name)
        if not found:
            raise CommandRefused(f"“{name}”不是期号，请写成 2021-3 这样。")
        issue = Issue.objects.filter(year=int(found[1]), number=int(found[2])).first()
        if issue is None:
            raise CommandRefused(f"没有{found[1]}年第{found[2]}期。请核对期号。")
        return issue
