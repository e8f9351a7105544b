"""``make bench``: run every measurement in this folder on a database of its own and print a table.

Names on the command line (``python -m bench.run pages``) choose modules. A report, not a
test: times depend on the machine, so a miss is no failure.
"""

import importlib
import os
import pkgutil
import sys
import tempfile

import bench

from .harness import BENCHES, Measured, table

NOT_MEASUREMENTS = {"empty_site", "harness", "load", "run"}
# These fill the database: they come last, the largest at the end.
FILLING = ("desk", "serving", "duplicates", "search")


def modules(wanted: list[str]) -> list[str]:
    names = [module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in NOT_MEASUREMENTS]
    if unknown := set(wanted) - set(names):
        raise SystemExit(f"没有这样的测量：{'、'.join(sorted(unknown))}。可选：{'、'.join(names)}")
    return wanted or [name for name in names if name not in FILLING] + [name for name in FILLING if name in names]


def prepare(folder: str) -> None:
    """Point Django at an empty database in `folder` (or at BENCH_DATABASE_URL): the office's own stays untouched."""
    os.environ["DATA_DIR"] = folder
    # Named in full: the servers that a measurement starts are to have the same one.
    os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL", "") or f"sqlite:///{folder}/db.sqlite3"
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
            print(f"正在测量：{measurement.__module__.removeprefix('bench.')}", file=sys.stderr)
            rows += measurement()
    print(table(rows))
    good = sum(row.ratio <= 1 for row in rows)
    print(f"\n{len(rows)} 项，{good} 项达到要求。其他程序在运行时，时间会偏长。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
