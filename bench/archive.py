"""What a .zip from a stranger costs: hostile ones turned away, a batch of a unit read; time and peak memory."""

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator

from .harness import Measured, bench

_CHILD = """
import sys, time
import django
django.setup()
from submissions.intake.archive_file import open_archive
from submissions.intake.refused import FileRefused
start = time.perf_counter()
try:
    with open(sys.argv[1], "rb") as file, open_archive(file, "x.zip") as archive:
        for entry in archive.entries:
            try:
                archive.read(entry)
            except FileRefused:
                pass
except FileRefused:
    pass
taken = time.perf_counter() - start
# Not ru_maxrss: that one remembers the process it was forked from.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(taken * 1000, int(peak.split()[1]) / 1024)
"""


def zipped(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def bomb() -> bytes:
    """200 MB of zeros in 200 KB."""
    return zipped([(f"{n}.txt", bytes(20 * 1024 * 1024)) for n in range(10)])


def nested() -> bytes:
    inner = bomb()
    for _ in range(3):
        inner = zipped([(f"{n}.zip", inner) for n in range(5)])
    return inner


def crowd() -> bytes:
    return zipped([(f"{n}.txt", b"") for n in range(5_000)])


def directory_of_a_million() -> bytes:
    """A directory of 46 MB whose end record says there is one entry."""
    one = zipped([("稿.txt", b"x")])
    start = one.index(b"PK\x01\x02")
    end = one.rindex(b"PK\x05\x06")
    entries = one[start:end] * 800_000
    record = bytearray(one[end:])
    record[12:16] = len(entries).to_bytes(4, "little")
    return one[:start] + entries + bytes(record)


def batch() -> bytes:
    """Twenty manuscripts, a photograph of 4 MB each, as a unit sends them at the end of a quarter."""
    noise = os.urandom(4 * 1024 * 1024)
    files = [(f"榕岭村/{n}/稿件.txt", "榕树下议事。".encode() * 500) for n in range(20)]
    return zipped(files + [(f"榕岭村/{n}/照片.jpg", noise[n:]) for n in range(20)])


@bench
def archives() -> Iterator[Measured]:
    hostile: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("压缩炸弹（200 MB）", bomb),
        ("套四层的压缩炸弹", nested),
        ("5,000 个文件的压缩包", crowd),
        ("目录有 80 万条的压缩包", directory_of_a_million),
        ("20 篇稿件、20 张照片的压缩包", batch),
    )
    for name, make in hostile:
        taken, memory = in_a_child(make())
        yield Measured(name, 2_000, taken)
        yield Measured(f"{name}：整个进程的内存", 200, memory, "MB")


def in_a_child(data: bytes) -> tuple[float, float]:
    """Milliseconds a fresh process needs to open `data` and read every entry it takes; its peak memory in megabytes."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        run = subprocess.run([sys.executable, "-c", _CHILD, file.name], capture_output=True, check=True)
    taken, memory = run.stdout.split()
    return float(taken), float(memory)
