"""A small picture board for the demonstration's photographs: flat shapes in calm colours, the same every time.

Coordinates are in units of a board 300 wide (or 200 for an upright one); `scale` pixels make one unit.
"""

import math
import random
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]


@lru_cache(maxsize=256)
def rgb(value: str) -> Colour:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """`one` with a share (0 to 1) of `other`."""
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(rgb(one), rgb(other), strict=True))


class Canvas:
    """A board of `width` × `height` units at `scale` pixels a unit."""

    def __init__(self, width: int, height: int, scale: int, seed: str) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.chance = random.Random(seed)  # noqa: S311  (pictures must come out the same every time)
        self.image = Image.new("RGB", (width * scale, height * scale))
        self.draw = ImageDraw.Draw(self.image)

    def px(self, *values: float) -> list[int]:
        return [round(value * self.scale) for value in values]

    def polygon(self, points, colour: str) -> None:
        self.draw.polygon([tuple(self.px(x, y)) for x, y in points], fill=rgb(colour))

    def rect(self, x: float, y: float, w: float, h: float, colour: str, radius: float = 0) -> None:
        box = self.px(x, y, x + w, y + h)
        if radius:
            self.draw.rounded_rectangle(box, radius=round(radius * self.scale), fill=rgb(colour))
        else:
            self.draw.rectangle(box, fill=rgb(colour))

    def disc(self, x: float, y: float, r: float, colour: str, squash: float = 1) -> None:
        self.draw.ellipse(self.px(x - r, y - r * squash, x + r, y + r * squash), fill=rgb(colour))

    def line(self, points, colour: str, thickness: float = 0.5) -> None:
        flat = [tuple(self.px(x, y)) for x, y in points]
        self.draw.line(flat, fill=rgb(colour), width=max(1, round(thickness * self.scale)), joint="curve")

    def gradient(self, y0: float, y1: float, top: str, bottom: str) -> None:
        """A band across the board from `top` to `bottom`."""
        strip = Image.new("RGB", (1, 64))
        for row in range(64):
            strip.putpixel((0, row), rgb(mix(top, bottom, row / 63)))
        height = round((y1 - y0) * self.scale)
        # Smooth down the one column, then plain across: many times quicker than smoothing every pixel.
        column = strip.resize((1, height), Image.Resampling.BICUBIC)
        band = column.resize((self.image.width, height), Image.Resampling.NEAREST)
        self.image.paste(band, (0, round(y0 * self.scale)))

    def glow(self, x: float, y: float, r: float, colour: str, strength: float = 0.6) -> None:
        """A soft light around a point; it is drawn small and enlarged, which is quick and smooth."""
        small = Image.new("L", (64, 64))
        ImageDraw.Draw(small).ellipse((16, 16, 48, 48), fill=round(255 * strength))
        mask = small.filter(ImageFilter.GaussianBlur(8)).resize(
            (round(r * 4 * self.scale),) * 2, Image.Resampling.BILINEAR
        )
        left, top = self.px(x - 2 * r, y - 2 * r)
        self.image.paste(rgb(colour), (left, top, left + mask.width, top + mask.height), mask)

    def ridge(self, base: float, height: float, colour: str, length: float = 90) -> None:
        """A line of hills, filled down to the board's foot."""
        phases = [self.chance.uniform(0, math.tau) for _ in range(3)]
        points = []
        for step in range(61):
            x = self.width * step / 60
            waves = sum(math.sin(x / length * math.tau * k + phase) / k for k, phase in enumerate(phases, 1))
            points.append((x, base - height * (waves / 3.2 + 0.5)))
        self.polygon([*points, (self.width, self.height), (0, self.height)], colour)

    def jpeg(self, quality: int = 84, dpi: int = 300) -> bytes:
        out = BytesIO()
        self.image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
        return out.getvalue()
