"""Out of focus, and almost the same: advice for the writer, silent where it is not sure."""

import io

import pytest
from PIL import Image, ImageDraw

from journal.models import Picture
from submissions.checks.findings import ADVICE, WARNING
from submissions.checks.image import alike_findings, asked_findings, check_photographs
from submissions.intake.likeness import almost_same
from submissions.intake.photo import read_photo
from submissions.intake.sharpness import BLURRED_BELOW, sharpness
from submissions.manuscript import Manuscript, manuscript_of
from tests.submissions.photo_builder import blurred, encoded, scene


def look(image: Image.Image, quality=85, **options):
    return read_photo(io.BytesIO(encoded(image, quality=quality, **options)))


def test_a_photograph_in_focus_is_sharp_at_any_size():
    for size in ((1200, 800), (3600, 2400), (480, 320)):
        assert look(scene().resize(size)).sharpness > 2 * BLURRED_BELOW, size


@pytest.mark.parametrize("radius", [3, 5, 8, 20])
def test_out_of_focus_is_told_at_any_strength(radius):
    assert look(blurred(scene(), radius)).sharpness < BLURRED_BELOW


def test_out_of_focus_is_told_of_a_large_photograph():
    assert look(blurred(scene().resize((3000, 2000)), 12)).sharpness < BLURRED_BELOW


def test_contrast_and_light_do_not_matter():
    dim = Image.blend(scene(), Image.new("RGB", scene().size, "#404040"), 0.6)
    assert look(dim).sharpness > 2 * BLURRED_BELOW
    assert look(blurred(dim, 4)).sharpness < BLURRED_BELOW


def test_a_portrait_before_a_soft_background_passes():
    portrait = blurred(scene(), 12)
    portrait.paste(scene().crop((400, 150, 800, 750)), (400, 150))
    assert look(portrait).sharpness > 2 * BLURRED_BELOW


@pytest.mark.parametrize(
    "image", [Image.new("RGB", (900, 600), "white"), Image.linear_gradient("L"), Image.new("L", (9, 9))]
)
def test_nothing_to_focus_on_is_not_judged(image):
    assert sharpness(image.convert("L")) is None


def test_the_same_photograph_saved_again_is_recognised():
    first = look(scene(), quality=95)
    shrunk = look(scene().resize((480, 320)), quality=50)
    brighter = look(scene().point(lambda value: min(255, value * 1.1 + 6)))
    assert almost_same(first.likeness, shrunk.likeness)
    assert almost_same(first.likeness, brighter.likeness)


def test_orientation_is_applied_before_comparing():
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = scene().transpose(Image.Transpose.ROTATE_90)
    assert almost_same(look(scene()).likeness, look(lying, exif=exif).likeness)
    assert not almost_same(look(scene()).likeness, look(lying).likeness)


def test_different_photographs_differ():
    looks = [look(scene(seed)).likeness for seed in range(6)]
    assert not any(almost_same(a, b) for place, a in enumerate(looks) for b in looks[:place])


def test_blank_sheets_have_no_look_to_compare():
    blank = look(Image.new("RGB", (900, 600), "white"))
    assert blank.likeness is None
    assert not almost_same(blank.likeness, blank.likeness)


def photograph(**fields) -> Picture:
    details = {"has_camera_data": True, "sharpness": 0.8, "likeness": fields.pop("likeness", None)}
    details |= fields.pop("details", {})
    facts = {"width": 4000, "height": 3000, "format": "JPEG", "caption": "村口", "photographer": "林晓舟"}
    return Picture(**(facts | {"sha256": "a" * 64, "print_width_mm": 81} | fields), details=details)


def test_the_later_of_two_is_told_once_and_of_the_first():
    found = list(
        alike_findings(
            [
                ("照片 1 ", "a", "0" * 16),
                ("照片 2 ", "b", "f" * 16),
                ("照片 3 ", "c", "0" * 15 + "1"),
                ("照片 4 ", "a", None),
            ]
        )
    )
    assert [(place, finding.level) for place, finding in found] == [(2, ADVICE), (3, ADVICE)]
    assert "照片 1 和照片 3 几乎一样" in found[0][1].message
    assert "照片 1 和照片 4 是同一个文件" in found[1][1].message


def test_advice_only_and_nothing_on_a_picture_taken_in_earlier():
    soft = photograph(details={"sharpness": 0.02}, sha256="b" * 64)
    old = photograph(sha256="c" * 64)
    old.details = {}
    found = list(check_photographs(Manuscript(content=None, pictures=[photograph(), soft, old])))
    assert [(finding.code, finding.level) for finding in found] == [("picture.blurred", ADVICE)]


@pytest.mark.parametrize(
    ("is_text", "expected"),
    [
        (True, [("picture.photographer", ADVICE)]),
        (False, [("picture.photographer", WARNING), ("picture.category", WARNING)]),
    ],
)
def test_what_is_asked_of_each_kind(is_text, expected):
    bare = photograph(photographer=" ")
    assert [(one.code, one.level) for one in asked_findings(bare, is_text)] == expected
    named = photograph(category=Picture.Category.NEWS)
    assert list(asked_findings(named, is_text)) == []


@pytest.mark.django_db
def test_an_image_entry_is_asked_for_caption_photographer_and_category(cast, make_draft, make_picture):
    draft = make_draft(cast.contributor, kind="image")
    draft.attachments.create(picture=make_picture((3000, 2000), caption=""))
    from submissions.checks import run_checks

    warned = {one.code for one in run_checks(manuscript_of(draft)) if one.level == WARNING}
    assert warned == {"picture.caption", "picture.photographer", "picture.category"}


def test_a_drawn_line_does_not_make_a_blurred_photograph_sharp_enough_to_pass_unseen():
    """A date stamped into the corner is sharp in every photograph: one block of 48 does not count."""
    stamped = blurred(scene(), 6)
    ImageDraw.Draw(stamped).text((1130, 780), "2026-11-05", fill="orange")
    assert look(stamped).sharpness < BLURRED_BELOW
