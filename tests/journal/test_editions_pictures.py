"""Pages of an invented issue as pictures, beside those a person looked at and found good.

After a wanted change of the templates: `PICTURES=renew python -m pytest tests/journal/test_editions_pictures.py`, look at
tests/journal/data/pages/, and commit them.
"""

import os
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from journal.editions.pdf import typeset
from journal.editions.pdf.fonts import faces
from journal.importing.read import parse_issue
from journal.importing.write import import_issue

DATA = Path(__file__).parent / "data"
PAGES = DATA / "pages"
DPI = 40
# Cover, inside cover, preface, contents, board, an article over two columns, news that share a page, back cover.
LOOKED_AT = (0, 1, 2, 3, 4, 5, 7, -1)
MOST = 2.0  # mean difference of grey levels after blurring; a moved column makes more than 5

pytestmark = pytest.mark.django_db


def drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    return document[number % len(document)].render(scale=DPI / 72).to_pil().convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    soft = [image.filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    return ImageStat.Stat(ImageChops.difference(*soft)).mean[0]


def test_the_pages_look_as_they_did():
    if faces().problems:
        pytest.skip("本机没有楷体，版面图片不比较")
    issue = import_issue(parse_issue((DATA / "invented_issue.txt").read_text("utf-8")))
    document = pypdfium2.PdfDocument(typeset(issue).pdf)
    if os.environ.get("PICTURES") == "renew":
        PAGES.mkdir(exist_ok=True)
        for number in LOOKED_AT:
            drawn(document, number).quantize(16).save(PAGES / f"{number % len(document):02d}.png", optimize=True)
    kept = sorted(PAGES.glob("*.png"))
    assert len(kept) == len(LOOKED_AT)
    differing = {}
    for file in kept:
        with Image.open(file) as picture:
            page = drawn(document, int(file.stem))
            assert page.size == picture.size
            differing[file.stem] = difference(page, picture.convert("L"))
    assert {page: round(value, 1) for page, value in differing.items() if value > MOST} == {}


def test_a_moved_column_would_be_seen():
    with Image.open(PAGES / "05.png") as picture:
        page = picture.convert("L")
    assert difference(page, ImageChops.offset(page, 12, 0)) > MOST
