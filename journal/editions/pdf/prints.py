"""Photographs for print: upright, without metadata, no more pixels than the printed size needs."""

import shutil
from pathlib import Path

from journal.models import Picture
from journal.pictures import copy_at

_PER_INCH = 350  # dots: over the 300 asked for, as a column may be set a little wider than planned
_MM_PER_INCH = 25.4
_WIDEST = Picture.PrintWidth.PAGE


def print_file(picture: Picture, folder: Path, *, width_mm: int = 0) -> str:
    """Put the picture into folder; its name there. Raises pictures.Unreadable."""
    width = width_mm or min(picture.print_width_mm, _WIDEST)
    name = f"{picture.sha256}-{width}.jpg"
    target = folder / name
    if not target.exists():
        shutil.copyfile(copy_at(picture, round(width / _MM_PER_INCH * _PER_INCH)), target)
    return name
