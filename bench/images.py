"""Checking a photograph as large as a good camera makes them, and the whole command in a process of its own."""

import io
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageChops
from pillow_heif import encode

from submissions.intake.photo import read_photo

from .harness import Measured, bench, milliseconds

SIZE = (6000, 4000)
_SECONDS, _MEGABYTES = 1.5, 250
_RUNS = 3
# A child's ru_maxrss counts what its parent held when it was forked: the process is asked for its own peak instead.
_TELLING_PEAK = """
import atexit, pathlib, runpy, sys
atexit.register(lambda: sys.stderr.write(pathlib.Path("/proc/self/status").read_text()))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def photograph() -> Image.Image:
    """24 megapixels with shapes of every size and the fine noise of a real one."""
    shapes = Image.effect_noise((SIZE[0] // 40, SIZE[1] // 40), 60).resize(SIZE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(SIZE, 5)
    channels = [ImageChops.add(shapes.point(lambda v, by=by: v * by), grain, 1, -128) for by in (1.0, 0.9, 0.8)]
    return Image.merge("RGB", channels)


def files(image: Image.Image) -> Iterator[tuple[str, bytes]]:
    """(name, content) in each format a photograph comes in."""
    for name, options in (
        ("照片.jpg", {"format": "JPEG", "quality": 90}),
        ("渐进.jpg", {"format": "JPEG", "quality": 90, "progressive": True}),
        ("印厂.jpg", {"format": "JPEG", "quality": 85}),
        ("照片.png", {"format": "PNG", "compress_level": 6}),
    ):
        out = io.BytesIO()
        (image.convert("CMYK") if name == "印厂.jpg" else image).save(out, **options)
        yield name, out.getvalue()
    # Made of tiles, as phones do. Without the grain: phones smooth it away before they encode.
    smooth, out = image.reduce(2).resize(SIZE, Image.Resampling.BICUBIC), io.BytesIO()
    encode("RGB", SIZE, smooth.tobytes(), out, quality=50, tile_size=512)
    yield "手机.heic", out.getvalue()


def command(path: Path) -> tuple[float, float]:
    """(seconds, peak megabytes) of `check_image` from its start to its end; the quickest and the largest of the runs."""
    manage = Path(settings.BASE_DIR) / "manage.py"
    seconds, peak = [], []
    for _ in range(_RUNS):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _TELLING_PEAK, str(manage), "check_image", "--json", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
        )
        seconds.append(time.perf_counter() - start)
        peak.append(int(re.search(r"VmHWM:\s+(\d+) kB", done.stderr)[1]) / 1024)
    return min(seconds), max(peak)


@bench
def verdict() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in files(photograph()):
            told = f"2,400 万像素，{name}（{len(data) / 1e6:.0f} MB）"
            if name == "照片.jpg":
                yield Measured(
                    f"检查 {told}", 1000, milliseconds(lambda data=data: read_photo(io.BytesIO(data), "照片.jpg"), 3)
                )
            path = Path(folder) / name
            path.write_bytes(data)
            seconds, peak = command(path)
            yield Measured(f"check_image {told}", _SECONDS * 1000, seconds * 1000)
            yield Measured(f"check_image {told}：内存", _MEGABYTES, peak, "MB")
