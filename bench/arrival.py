"""What arrives in a file: an article with photographs, a million characters, and the worst a stranger can send
(DESIGN.md 12: refused or defused within 2 s and 200 MB each)."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docx.shared import Mm
from PIL import Image

from submissions.intake.any_file import read_file
from submissions.intake.photo import read_photo
from tests.submissions import docx_builder as build
from tests.submissions.test_any_file import HOSTILE
from tests.submissions.test_docx_file import attack

from .harness import Measured, bench, milliseconds

ROOT = Path(__file__).resolve().parent.parent
LET_IN = ("paragraphs", "markup", "looks", "media")
# In a process of its own, so that the peak is this file's; processor time, because the machine may be busy.
ALONE = """
import sys, time
from pathlib import Path
import django
django.setup()
from submissions.intake.any_file import read_file
from submissions.intake.refused import FileRefused
data = Path(sys.argv[1]).read_bytes()
start = time.process_time()
try:
    read_file(data, "来稿.docx")
except FileRefused as refused:
    print(refused, file=sys.stderr)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - start, int(peak.split()[1]) / 1024)
"""


@bench
def article_with_photographs() -> Iterator[Measured]:
    document = build.official(lines=build.LINES * 17)
    for number in range(4):
        grain = Image.effect_noise((1000, 750), 40 + number)
        photograph = grain.resize((4000, 3000), Image.Resampling.BICUBIC).convert("RGB")  # as detailed as a real one
        out = io.BytesIO()
        photograph.save(out, "JPEG", quality=85)
        out.seek(0)
        document.add_picture(out, Mm(156))
    data = build.to_bytes(document)

    def arrive() -> None:
        for picture in read_file(data, "来稿.docx").pictures:
            read_photo(io.BytesIO(picture.data), picture.name)

    yield Measured("读 3,000 字、4 张 1200 万像素照片的 .docx", 1_000, milliseconds(arrive, 3))


@bench
def million_characters() -> Iterator[Measured]:
    """A tenth and the whole: ten times the time is linear."""
    paragraph = build.LINES[1] * 3
    times = []
    for characters in (100_000, 1_000_000):
        data = build.to_bytes(build.careless(lines=[paragraph] * (characters // len(paragraph))))
        times.append(milliseconds(lambda data=data: read_file(data, "来稿.docx"), 1))
    yield Measured("读 100 万字的 .docx 与 10 万字的时间之比", 15, times[1] / times[0], "倍")
    text = (paragraph + "\n").encode("gb18030") * (1_000_000 // len(paragraph))
    yield Measured("读 100 万字的 .txt（GB18030）", 2_000, milliseconds(lambda: read_file(text, "来稿.txt"), 1))


@bench
def hostile_files() -> Iterator[Measured]:
    """The slowest and the largest of all hostile files, each read in a process of its own."""
    files = {name: make() for name, (make, _) in HOSTILE.items()} | {name: attack(name) for name in LET_IN}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        measured = {}
        for name, data in files.items():
            path.write_bytes(data)
            done = subprocess.run(
                [sys.executable, "-c", ALONE, str(path)],
                cwd=ROOT,
                env=os.environ,
                capture_output=True,
                text=True,
                check=True,
            )
            seconds, megabytes = map(float, done.stdout.split())
            measured[name] = (seconds * 1_000, megabytes)
    slowest = max(measured, key=lambda name: measured[name][0])
    largest = max(measured, key=lambda name: measured[name][1])
    yield Measured(f"读 {len(files)} 种恶意 .docx，最慢的（{slowest}）", 2_000, measured[slowest][0])
    yield Measured(f"读 {len(files)} 种恶意 .docx，最占内存的（{largest}）", 200, measured[largest][1], "MB")
