"""New messages of the office's mailbox → 来信 in the admin (DESIGN.md, Commands)."""

import os
from argparse import ArgumentTypeError
from datetime import date

from django.conf import settings

from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.fetching import fetch
from submissions.intake.imap import Account, MailboxRefused
from submissions.mail_told import as_dict, lines_of


class Command(BaseCommand):
    help = (
        "收取编辑部邮箱里的新邮件，放进后台的“来信”，等编辑确认。不改动邮箱里的已读、未读标记，可以反复运行、中途停下。"
        "设置 IMAP_HOST、IMAP_USER；密码或授权码放在环境变量 MAIL_PASSWORD 里。"
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--since", type=day, metavar="YYYY-MM-DD", help="只收这一天以后到的，第一次收取旧邮箱时有用"
        )

    def handle(self, *args, since, as_json, **options):
        account = account_of_settings()
        mails, gone = [], 0
        try:
            for fetched in fetch(account, since=since):
                if fetched.taken is None:
                    gone += 1
                    continue
                mails.append(as_dict(fetched.taken))
                if not as_json:
                    self.stdout.write("\n".join(lines_of(fetched.taken)) + "\n")
        except MailboxRefused as refusal:
            raise CommandRefused(str(refusal)) from refusal
        problems = [f"有 {gone} 封信在收取前被移走或删除，没有收到。"] if gone else []
        new = sum(mail["new"] for mail in mails)
        if as_json:
            self.print_json({"mails": mails, "new": new, "problems": problems})
        else:
            self.stdout.write("\n".join([f"收到 {new} 封新来信，{len(mails) - new} 封已经有了。", *problems]))


def account_of_settings() -> Account:
    """Raises CommandRefused with the setting that is missing."""
    for name in ("IMAP_HOST", "IMAP_USER"):
        if not getattr(settings, name):
            raise CommandRefused(f"还没有设置 {name}，不知道收哪个邮箱。请在环境变量里写上（见 README 的“设置”）。")
    password = os.environ.get("MAIL_PASSWORD", "")
    if not password:
        raise CommandRefused("还没有设置环境变量 MAIL_PASSWORD（邮箱密码或授权码），没有登录。")
    return Account(
        host=settings.IMAP_HOST,
        port=settings.IMAP_PORT,
        user=settings.IMAP_USER,
        password=password,
        folder=settings.IMAP_FOLDER,
        ca_file=settings.IMAP_CA_FILE,
        timeout=settings.IMAP_TIMEOUT,
    )


def day(text: str) -> date:
    """Raises ArgumentTypeError with a sentence for the person at the terminal."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期。请写成 2026-11-01 这样。") from error
