"""``make bench``: run every measurement in this folder on a database of its own and print a table.

Names on the command line (``python -m bench.run pages``) choose modules. Exit 1 where something misses what was asked.
"""

import importlib
import os
import pkgutil
import sys
import tempfile

import bench

from .harness import BENCHES, Measured, table

NOT_MEASUREMENTS = {"harness", "run"}


def modules(wanted: list[str]) -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in NOT_MEASUREMENTS]
    if unknown := set(wanted) - set(names):
        raise SystemExit(f"没有这样的测量：{'、'.join(sorted(unknown))}。可选：{'、'.join(names)}")
    return wanted or names


def prepare(folder: str) -> None:
    """Point Django at an empty database in `folder` (or at BENCH_DATABASE_URL): the office's own stays untouched."""
    os.environ["DATA_DIR"] = folder
    os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL", "")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def main() -> int:
    names = modules(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        prepare(folder)
        for name in names:
            importlib.import_module(f"bench.{name}")
        rows: list[Measured] = []
        for measurement in BENCHES:
            rows += measurement()
    print(table(rows))
    missed = [row for row in rows if row.ratio > 1]
    print(f"\n{len(rows)} 项，{len(rows) - len(missed)} 项达到要求。" if rows else "没有可测量的。")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
