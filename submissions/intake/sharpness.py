"""How sharp the sharpest parts of a photograph are: advice for a writer, never a verdict.

The finest detail of each block (variance of the Laplacian at the working size) is set against its coarser detail (the
same of the picture at a quarter of that size). A photograph in focus has both; one out of focus, or shaken, has lost
the finest. The ratio depends on neither contrast nor brightness. Blocks are judged one by one and the best count, so
that a portrait before a soft background, or a boat on a calm sea, passes.
"""

from itertools import pairwise

from PIL import Image, ImageFilter, ImageStat

SIDE = 960
# Between sharp photographs (0.12 for an even brick wall, mostly 0.3 to 5) and the same blurred with a radius of 2 to 6
# pixels at SIDE (0.06 and less).
BLURRED_BELOW = 0.09
_COLUMNS, _ROWS = 8, 6
# Coarse detail below this is sky, wall or the noise of JPEG: nothing there to focus on.
_LEAST_DETAIL = 12.0
_BEST = 3
_LEAST_SIDE = 100
_LAPLACE = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=2, offset=128)


def sharpness(grey: Image.Image) -> float | None:
    """Finest ÷ coarser detail of the third best block; None where the picture has too little detail to tell.

    `grey` is in mode L; a longer side above SIDE pixels is reduced to it first.
    """
    if max(grey.size) > SIDE:
        grey = grey.copy()
        grey.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    while min(grey.size) >= _LEAST_SIDE:
        fine, coarse = _variances(grey), _variances(_reduced(grey, 4))
        ratios = sorted(a / b for a, b in zip(fine, coarse, strict=True) if b >= _LEAST_DETAIL)
        if len(ratios) >= _BEST:
            return round(ratios[-_BEST], 3)
        # Blurred beyond recognition it has detail only when seen smaller still.
        grey = _reduced(grey, 2)
    return None


def _reduced(grey: Image.Image, by: int) -> Image.Image:
    return grey.resize((grey.width // by, grey.height // by), Image.Resampling.BOX)


def _variances(grey: Image.Image) -> list[float]:
    """Of the Laplacian, block by block, without the outermost pixels, which the filter leaves as they were."""
    filtered = grey.filter(_LAPLACE)
    rights = [1 + column * (grey.width - 2) // _COLUMNS for column in range(_COLUMNS + 1)]
    feet = [1 + row * (grey.height - 2) // _ROWS for row in range(_ROWS + 1)]
    return [
        ImageStat.Stat(filtered.crop((left, top, right, foot))).var[0]
        for top, foot in pairwise(feet)
        for left, right in pairwise(rights)
    ]
