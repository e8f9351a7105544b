"""What every command of the project does alike (DESIGN.md, Commands)."""

import json
import sys

from django.core.management.base import BaseCommand


class CommandRefused(Exception):
    """Unreadable input or wrong use: exit 2 with this one line on standard error."""


class Command(BaseCommand):
    """Prints JSON alone on standard output with --json; turns CommandRefused into exit 2 and one line."""

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json", help="只输出一个 JSON 对象")

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except CommandRefused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2)

    def show_progress(self, number: int, total: int, name: str) -> None:
        """Only for a person who watches: a script's standard error holds reasons and nothing else."""
        if total > 1 and self.stderr.isatty():
            filled = 20 * number // total
            bar = "█" * filled + "·" * (20 - filled)
            self.stderr.write(f"\r\033[K{bar} {number}/{total} {name}", ending="\n" if number == total else "")

    def print_json(self, data) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
