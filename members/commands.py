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

    def print_json(self, data) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
