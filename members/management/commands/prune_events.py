"""Delete lines of the audit trail that are past their time (RULES.md section 10)."""

from django.db import transaction
from django.utils import timezone

from members.audit import RETENTION_DAYS
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from members.models import Event


class Command(BaseCommand):
    help = f"清理超过保留期的操作记录；至少保留 {RETENTION_DAYS} 天。清理本身也记一笔。"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--days", type=int, default=RETENTION_DAYS, help=f"保留多少天，不能少于 {RETENTION_DAYS}（默认）"
        )

    def handle(self, *args, **options):
        days = options["days"]
        if days < RETENTION_DAYS:
            raise CommandRefused(f"操作记录至少保留 {RETENTION_DAYS} 天，不能按 {days} 天清理。")
        with transaction.atomic():
            deleted = Event.objects.all().prune(days)
            if deleted:
                Event.objects.create(
                    actor_name="系统",
                    verb="清理操作记录",
                    subject_type=Event._meta.label_lower,
                    subject_id="",
                    subject_label=Event._meta.verbose_name,
                    note=f"保留 {days} 天，清理 {deleted} 条",
                    at=timezone.now(),
                )
        if options["as_json"]:
            self.print_json({"days": days, "deleted": deleted})
        else:
            self.stdout.write(f"保留 {days} 天，清理了 {deleted} 条。")
