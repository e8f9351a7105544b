from journal import schedule
from members.commands import Command as BaseCommand


class Command(BaseCommand):
    help = "刊发到了时间的期（后台“刊发”里安排的）。可以反复运行、同时运行，一期只刊发一次；work 命令已经包括它。"

    def handle(self, *args, as_json, **options):
        outcome = schedule.publish_due()
        if as_json:
            stopped = [{"issue": str(issue), "reason": why} for issue, why in outcome.stopped]
            self.print_json({"published": [str(issue) for issue in outcome.published], "stopped": stopped})
            return
        for issue in outcome.published:
            self.stdout.write(f"{issue}已刊发（{issue.get_access_display()}）。")
        for issue, why in outcome.stopped:
            self.stdout.write(f"{issue}没有刊发：{why}")
        if not (outcome.published or outcome.stopped):
            self.stdout.write("没有到时间的。")
