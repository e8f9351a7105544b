"""One process beside the site: background builds, issues whose time has come, e-mails whose time has come."""

import logging
import signal
import threading
import time

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from journal import editions_made, schedule
from members.commands import Command as BaseCommand
from submissions.letters import send_due

PAUSE_SECONDS = 2
LETTERS_SECONDS = 30

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "网站旁边一直运行的一个程序：在后台生成 PDF 和电子书，到时间的一期按安排刊发，到时间的通知邮件发出去。"
        "可以同时运行几个，一件事只做一次；按 Ctrl-C 停下，正在做的一件会做完。"
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--once", action="store_true", help="把现在该做的做完就结束（供 cron 每分钟运行）")

    def handle(self, *args, once, **options):
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        logging.getLogger("django_tasks").setLevel(logging.WARNING)
        stop = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *received: stop.set())
        letters_at = 0.0
        while not stop.is_set():
            close_old_connections()
            try:
                self.publish()
                editions_made.order_lost()
                self.build()
                if time.monotonic() >= letters_at:
                    send_due()
                    letters_at = time.monotonic() + LETTERS_SECONDS
            except OperationalError:
                # The database is being restarted or is busy: one round is lost, not the process.
                if once:
                    raise
                logger.exception("work: the database did not answer")
            if once:
                return
            stop.wait(PAUSE_SECONDS)

    def publish(self) -> None:
        outcome = schedule.publish_due()
        for issue in outcome.published:
            self.stdout.write(f"{issue}已按安排刊发。")
        for issue, why in outcome.stopped:
            self.stdout.write(f"{issue}到了时间没有刊发：{why}")

    def build(self) -> None:
        """Whatever waits in the queue, until it is empty; with TASKS=immediate there is none."""
        if settings.TASKS["default"]["BACKEND"] != "django_tasks_db.DatabaseBackend":
            return
        Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        ).run()
