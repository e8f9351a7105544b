"""Verifying a photograph as large as a good camera makes them."""

import io
from collections.abc import Iterator

from PIL import Image

from submissions.intake.photo import read_photo

from .harness import Measured, bench, milliseconds


def photograph(width: int = 6000, height: int = 4000) -> bytes:
    """A JPEG of 24 megapixels with the noise of a real one."""
    noise = Image.effect_noise((width // 4, height // 4), 60).resize((width, height))
    out = io.BytesIO()
    Image.merge("RGB", (noise, noise, noise)).save(out, "JPEG", quality=90)
    return out.getvalue()


@bench
def verdict() -> Iterator[Measured]:
    data = photograph()
    yield Measured(
        f"检查一张 2,400 万像素的照片（{len(data) / 1e6:.0f} MB）",
        1000,
        milliseconds(lambda: read_photo(io.BytesIO(data), "照片.jpg"), 3),
    )
