"""Where scenes play: skies, seas, streets, and the list of scenes by name."""

from collections.abc import Callable

from .canvas import Canvas, mix
from .shapes import DARK, block, streaks

Scene = Callable[[Canvas], None]
SCENES: dict[str, Scene] = {}

# sky top, sky foot, sun, far land, near land
DUSK = ("#d9b98a", "#e9cfa4", "#f6e6bd", "#b98f78", "#6d4a3c")
MORNING = ("#a9c4cc", "#f1e3cb", "#fdf3d6", "#8ea8a4", "#4f6b62")
NOON = ("#8fb7c4", "#dfe9e2", "#fff8e0", "#89a893", "#55784f")
EMBER = ("#c9745a", "#f0c28a", "#fbe3ae", "#8a5a55", "#4a3336")
NIGHT = ("#141f33", "#31405a", "#e8e2c8", "#222c40", "#161b28")


def scene(function: Scene) -> Scene:
    SCENES[function.__name__] = function
    return function


def backdrop(c: Canvas, mood, horizon: float, sun: tuple[float, float, float] | None = None) -> None:
    """Sky, sun and two ranges of hills down to the horizon."""
    top, foot, light, far, near = mood
    c.gradient(0, c.height, top, foot)
    if sun:
        x, y, r = sun
        c.glow(x, y, r * 2.2, light, 0.5)
        c.disc(x, y, r, light)
    c.ridge(horizon, 16, mix(far, foot, 0.45), 130)
    c.ridge(horizon + 3, 9, mix(far, near, 0.25), 80)


def sea(c: Canvas, horizon: float, top: str, foot: str, light: str, sun_x: float) -> None:
    c.gradient(horizon, c.height, top, foot)
    streaks(c, sun_x, horizon + 2, c.height, light)


def street(c: Canvas, y: float, colour: str) -> None:
    c.rect(0, y, c.width, c.height - y, colour)
    for row in range(1, 5):
        at = y + (c.height - y) * row / 5
        c.line([(0, at), (c.width, at)], mix(colour, "#ffffff", 0.08), 0.3)


def town(c: Canvas, y: float, colour: str, lit: float = 0.35) -> None:
    x = -6.0
    while x < c.width:
        w = c.chance.uniform(22, 40)
        block(c, x, y, w, c.chance.uniform(38, 78), mix(colour, DARK, c.chance.uniform(0, 0.3)), lit=lit)
        x += w + c.chance.uniform(1, 9)
