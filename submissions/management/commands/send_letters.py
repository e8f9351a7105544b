"""E-mails whose time has come → the mail server (DESIGN.md, Commands). Run by cron or a service; any number at once."""

import signal
import threading

from django.conf import settings
from django.db import close_old_connections

from members.commands import Command as BaseCommand
from submissions.letters import send_due
from submissions.letters.outbox import Outcome

LEAST_SECONDS = 5


class Command(BaseCommand):
    help = (
        "发送到了时间的通知邮件：可撤回时间已过的决定、没发成要重试的、一天一次的提醒汇总。可以反复运行、同时运行，"
        "一封信只发一次。没有设邮件服务器时，只把到时间的通知放进账号。请每分钟运行一次，或用 --loop 一直运行。"
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--loop",
            type=int,
            nargs="?",
            const=60,
            metavar="秒",
            help="一直运行，每隔多少秒发一次（默认 60，最少 5）；按 Ctrl-C 停下，正在发的一封会发完",
        )

    def handle(self, *args, loop, as_json, **options):
        if loop is None:
            self.report(send_due(), as_json)
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *received: stop.set())
        while not stop.is_set():
            close_old_connections()
            self.report(send_due(), as_json, quiet=True)
            stop.wait(max(loop, LEAST_SECONDS))

    def report(self, outcome: Outcome, as_json: bool, *, quiet: bool = False) -> None:
        """`quiet`: nothing is said where nothing happened, so that a log of a year stays readable."""
        counts = {
            "sent": len(outcome.sent),
            "waiting": len(outcome.waiting),
            "failed": len(outcome.failed),
            "unsure": len(outcome.unsure),
            "released": outcome.released,
            "merged": outcome.merged,
        }
        if quiet and not any(counts.values()):
            return
        if as_json:
            self.print_json(counts | {"by_email": settings.LETTERS_BY_EMAIL})
            return
        told = [
            (counts["sent"], "发出 {} 封"),
            (counts["waiting"], "{} 封没发成，稍后再试"),
            (counts["failed"], "{} 封发不出去，请在后台“通知”里看原因"),
            (counts["unsure"], "{} 封待查，请在后台“通知”里核实"),
            (counts["released"], "{} 封放进账号"),
            (counts["merged"], "{} 件提醒并成汇总"),
        ]
        said = "；".join(words.format(count) for count, words in told if count) or "没有到时间的通知"
        self.stdout.write(said + "。" + ("" if settings.LETTERS_BY_EMAIL else "没有设邮件服务器（EMAIL_HOST）。"))
