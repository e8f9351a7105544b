"""The demonstration's photographs as JPEG files, by the name of their scene."""

from . import inland, shore  # noqa: F401  (each scene enters itself in SCENES)
from .backdrops import SCENES
from .canvas import Canvas

UPRIGHT = {"tower", "alley", "tea"}


def photograph(name: str, *, small: bool = False) -> bytes:
    """A JPEG of the scene: 2400×1600 pixels, 2000×3000 upright, or 960×720 as a messenger shrinks it.

    Raises KeyError for a scene that does not exist.
    """
    if small:
        canvas = Canvas(300, 200, 5, name)
        SCENES[name](canvas)
        canvas.image = canvas.image.resize((960, 720))
        return canvas.jpeg(quality=68, dpi=72)
    canvas = Canvas(200, 300, 10, name) if name in UPRIGHT else Canvas(300, 200, 8, name)
    SCENES[name](canvas)
    return canvas.jpeg()
