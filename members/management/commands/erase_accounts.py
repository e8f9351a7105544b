"""Erase the accounts whose owners asked for it and whose cooling-off time is over (members/departing.py)."""

from members import departing
from members.commands import Command as BaseCommand


class Command(BaseCommand):
    help = f"办理到期的注销申请：申请满 {departing.COOLING_DAYS} 天、没有撤回、需要编辑部同意的已经同意。每天运行一次。"

    def handle(self, *args, **options):
        erased = departing.erase_due()
        if options["as_json"]:
            self.print_json({"erased": erased})
        else:
            self.stdout.write(f"注销了 {len(erased)} 个账号。")
