"""The demonstration journal: a living one for a first visitor, invented from end to end."""

from django.conf import settings

from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.demo.build import ForeignContent, load
from submissions.demo.people import ACCOUNTS, PASSWORD, account_lines


class Command(BaseCommand):
    help = "装入演示数据：两期已刊、一期编辑中、各种状态的稿件。可重复运行；已有其他内容的数据库不装。"

    def handle(self, *args, **options):
        if settings.HTTPS:
            raise CommandRefused("这是正式运行的网站（HTTPS=1），不装演示数据：演示账号的密码人人知道。")
        try:
            fresh = load()
        except ForeignContent as refusal:
            raise CommandRefused(str(refusal)) from None
        if options["as_json"]:
            accounts = [{"login_name": a.login_name, "name": a.name, "role": a.role.label} for a in ACCOUNTS]
            self.print_json({"loaded": fresh, "password": PASSWORD, "accounts": accounts})
            return
        self.stdout.write("演示数据已装入。" if fresh else "演示数据早已装入，没有改动。")
        self.stdout.write("\n".join(account_lines()))
