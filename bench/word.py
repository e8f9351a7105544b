"""Checking Word files: an article, and the worst files that are let in (issue: 2 s and 200 MB each)."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from submissions.checks.official_format import check_official_format
from tests.submissions import docx_builder as build
from tests.submissions.test_docx_file import attack

from .harness import Measured, bench, milliseconds

ROOT = Path(__file__).resolve().parent.parent
ATTACKS = {"paragraphs": "段落最多", "markup": "标记最多", "looks": "样式各不相同", "media": "图片最大"}
# In a process of its own, so that the peak is this file's; processor time, because the machine may be busy.
ALONE = """
import sys, time
from pathlib import Path
import django
django.setup()
from submissions.checks.official_format import check_official_format
from submissions.intake.refused import FileRefused
start = time.process_time()
try:
    check_official_format(Path(sys.argv[1]))
except FileRefused as refused:
    print(refused, file=sys.stderr)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - start, int(peak.split()[1]) / 1024)
"""


@bench
def article_file() -> Iterator[Measured]:
    data = build.to_bytes(build.official(lines=build.LINES * 17))
    yield Measured("公文格式，3,000 字的 .docx", 1_000, milliseconds(lambda: check_official_format(data), 3))


@bench
def worst_files() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        for name, label in ATTACKS.items():
            path = Path(folder) / "来稿.docx"
            path.write_bytes(attack(name))
            done = subprocess.run(
                [sys.executable, "-c", ALONE, str(path)],
                cwd=ROOT,
                env=os.environ,
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, megabytes = map(float, done.stdout.split())
            yield Measured(f"放得进来的最坏 Word 文件（{label}）", 2_000, seconds * 1_000)
            yield Measured(f"放得进来的最坏 Word 文件（{label}）：内存", 200, megabytes, "MB")
