"""The reader's pages as pictures, at 390 and 1280 pixels, light and dark, beside those a person looked at and found good.

After a wanted change: `PICTURES=renew python -m pytest tests/browser/test_reader_pictures.py`, look at
tests/browser/data/pages/, and commit them.
"""

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat
from playwright.sync_api import Page

pytestmark = pytest.mark.rendering

PAGES = Path(__file__).parent / "data" / "pages"
FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC", "LXGW WenKai")  # Debian: fonts-noto-cjk, fonts-lxgw-wenkai
LOOKED_AT = ("home", "issue", "article", "search")
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")
TALLEST = 1800  # pixels of a page that are looked at
SMALLER = 3
MOST = 1.0  # mean difference of grey levels after blurring; a block moved by four lines' height makes more than 2


def missing_fonts() -> list[str]:
    program = shutil.which("fc-list")
    listed = (
        subprocess.run([program, ":", "family"], capture_output=True, text=True, check=True).stdout if program else ""
    )
    return [font for font in FONTS if font not in listed]


def drawn(page: Page) -> Image.Image:
    # Codes hold the address of the test's own server, another one each time.
    page.evaluate(
        "document.querySelectorAll('.qr img, .qr-block img').forEach(code => { code.style.visibility = 'hidden'; })"
    )
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    return picture.resize((picture.width // SMALLER, picture.height // SMALLER), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    soft = [image.filter(ImageFilter.GaussianBlur(1)) for image in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*soft)).mean[0]


def test_the_pages_look_as_they_did(open_page, shelf):
    if missing := missing_fonts():
        pytest.skip(f"本机没有字体{'、'.join(missing)}，页面图片不比较")
    renew = os.environ.get("PICTURES") == "renew"
    PAGES.mkdir(parents=True, exist_ok=True)
    differing = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            for name in LOOKED_AT:
                page.goto(shelf[name])
                page.wait_for_load_state("networkidle")
                picture, file = drawn(page), PAGES / f"{name}-{width}-{scheme}.png"
                if renew:
                    picture.quantize(16).save(file, optimize=True)
                with Image.open(file) as kept:
                    same_size = kept.size == picture.size
                    differing[file.stem] = difference(picture, kept.convert("L")) if same_size else kept.size
    assert {name: found for name, found in differing.items() if isinstance(found, tuple) or found > MOST} == {}


def test_a_moved_column_would_be_seen():
    kept = list(PAGES.glob("*.png"))
    assert len(kept) == len(LOOKED_AT) * len(WIDTHS) * len(SCHEMES)
    for file in kept:
        with Image.open(file) as picture:
            page = picture.convert("L")
        assert difference(page, ImageChops.offset(page, 0, 8)) > 2 * MOST, file.stem
