"""One e-mail from a file → 来信 in the admin (DESIGN.md, Commands)."""

from pathlib import Path

from django.conf import settings

from journal.management.reasons import reason_of
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.intake.refused import FileRefused
from submissions.mail_told import as_dict, lines_of
from submissions.mailbox import take_in


class Command(BaseCommand):
    help = "收入一封另存为 .eml 的邮件，放进后台的“来信”，等编辑确认。同一封信收两次只有一份。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE.eml", help="邮件文件")

    def handle(self, *args, file, as_json, **options):
        try:
            size = file.stat().st_size
            if size > settings.MAX_MAIL_BYTES:
                limit = settings.MAX_MAIL_BYTES // 1048576
                raise CommandRefused(
                    f"“{file.name}”有 {size / 1048576:.0f} MB，最大能收 {limit} MB。请把附件另存后代录。"
                )
            raw = file.read_bytes()
        except OSError as error:
            raise CommandRefused(f"读不了“{file.name}”：{reason_of(error)}。请核对路径。") from error
        try:
            taken = take_in(raw, name=file.name)
        except FileRefused as refusal:
            raise CommandRefused(str(refusal)) from refusal
        if as_json:
            self.print_json(as_dict(taken))
        else:
            self.stdout.write("\n".join(lines_of(taken)))
