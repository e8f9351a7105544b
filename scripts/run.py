"""What ``make run`` does once the packages are there: database, demonstration journal, server."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFUSED = 2  # `demo` leaves a database with other content, and a site in earnest, alone


def manage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=False).returncode


def main() -> int:
    if code := manage("migrate", "--verbosity", "0"):
        return code
    if (code := manage("demo")) not in (0, REFUSED):
        return code
    sys.stdout.flush()
    os.chdir(ROOT)
    server = [sys.executable, "-m", "gunicorn", "config.wsgi"]
    os.execv(sys.executable, server)


if __name__ == "__main__":
    sys.exit(main())
