"""The log while logrotate moves it away: two processes write on, and every line is in one of the files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES, MOVES = 1500, 5
WRITER = """
import logging, logging.config, os, sys
os.environ.update(LOG_FILE=sys.argv[1], DATA_DIR=sys.argv[2], DJANGO_SETTINGS_MODULE="config.settings")
import django
django.setup()
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[4])):
    logging.getLogger("quarterly.requests").warning("line %s-%s.", sys.argv[3], number)
"""


def test_rotation_loses_no_line_of_two_processes(tmp_path):
    log = tmp_path / "site.log"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(log), str(tmp_path / "data"), name, str(LINES)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    moved = 0
    while any(writer.poll() is None for writer in writers):
        # As deploy/logrotate.conf does: moved away and made anew, while both have it open.
        if moved < MOVES and log.exists() and log.stat().st_size > 2000:
            log.rename(tmp_path / f"site.log-{moved}")
            log.touch()
            moved += 1
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    written = [line for path in tmp_path.glob("site.log*") for line in path.read_text("utf-8").splitlines()]
    told = sorted(line.rsplit("line ", 1)[1] for line in written if "line " in line)
    assert moved == MOVES
    assert told == sorted(f"{name}-{number}." for name in "ab" for number in range(LINES))
