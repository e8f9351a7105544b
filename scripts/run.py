"""What ``make run`` does once the packages are there: database, demonstration journal, site and worker.

The site and the worker start and end together: Ctrl+C ends both, and where one ends by itself the other is ended too,
with a word about it.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFUSED = 2  # `demo` leaves a database with other content, and a site in earnest, alone
GRACE_SECONDS = 20  # for a build or a request that is being answered


def manage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=False).returncode


def together(programs: dict[str, list[str]]) -> int:
    """Run the programs until one ends or a signal comes; the status of whichever ended by itself, else 0."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: asked.append(received))
    running = {name: subprocess.Popen(command, cwd=ROOT) for name, command in programs.items()}
    while not asked and all(process.poll() is None for process in running.values()):
        time.sleep(0.2)
    ended = {name: process.returncode for name, process in running.items() if process.returncode is not None}
    for name, code in ended.items() if not asked else ():
        print(f"{name}意外停了（退出码 {code}），原因见上面；其余的也一起停下。", file=sys.stderr, flush=True)
    for process in running.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE_SECONDS
    for process in running.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0 if asked else next((code or 1 for code in ended.values()), 1)


def main() -> int:
    # Builds go to the worker, also those the demonstration asks for.
    os.environ.setdefault("TASKS", "database")
    if code := manage("migrate", "--verbosity", "0"):
        return code
    if (code := manage("demo")) not in (0, REFUSED):
        return code
    sys.stdout.flush()
    return together(
        {
            "网站": [sys.executable, "-m", "gunicorn", "config.wsgi"],
            "后台程序": [sys.executable, "manage.py", "work"],
        }
    )


if __name__ == "__main__":
    sys.exit(main())
