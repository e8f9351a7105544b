"""Stored text ↔ what an editor sees: figures carry an image on the screen and only its number in the store."""

import re

from django.urls import reverse

from journal.text.blocks import canonical

FIGURE = re.compile(r'<figure data-picture="(\d+)">')


def with_images(html: str, width: int = 960) -> str:
    """Canonical HTML with an image in each figure; `canonical` takes it out again.

    Cleans first, so that nothing unclean reaches a page or the rich text editor (DESIGN.md 2).
    """
    return FIGURE.sub(lambda found: found.group(0) + image(int(found.group(1)), width), canonical(html))


def image(picture_id: int, width: int) -> str:
    return f'<img src="{reverse("picture", args=[picture_id, width])}" alt="照片">'
