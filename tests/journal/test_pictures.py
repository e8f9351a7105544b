import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageCms

from journal import pictures
from journal.models import Picture

ORIENTATION, GPS = 0x0112, 0x8825


@pytest.fixture
def stored(db):
    def store(image: Image.Image, format="JPEG", **options) -> Picture:
        buffer = io.BytesIO()
        image.save(buffer, format, **options)
        return store_bytes(buffer.getvalue(), image.size)

    def store_bytes(data: bytes, size=(10, 10)) -> Picture:
        picture = Picture(sha256="ab" * 32, original_name="照片.jpg", format="JPEG", size=len(data))
        picture.width, picture.height = size
        picture.file.save("x.jpg", ContentFile(data), save=False)
        picture.save()
        return picture

    store.bytes = store_bytes
    return store


def opened(picture, width) -> Image.Image:
    image = Image.open(pictures.derivative(picture, width))
    image.load()
    return image


@pytest.mark.parametrize("width", pictures.WIDTHS)
def test_a_derivative_has_the_asked_width(stored, width):
    picture = stored(Image.new("RGB", (2400, 1600), "red"))
    assert opened(picture, width).size == (width, round(width / 1.5))


def test_a_small_picture_is_not_enlarged(stored):
    picture = stored(Image.new("RGB", (300, 200)))
    assert opened(picture, 1600).size == (300, 200)
    assert pictures.sources(picture) == [(480, 300)]


def test_only_widths_that_differ_are_offered(stored):
    assert pictures.sources(stored(Image.new("RGB", (1200, 800)))) == [(480, 480), (960, 960), (1600, 1200)]


def test_orientation_is_applied_and_metadata_left_out(stored):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "N"
    image = Image.new("RGB", (800, 400), "blue")
    image.paste("red", (0, 0, 400, 400))
    shown = opened(stored(image, exif=exif), 480)
    assert shown.size == (400, 800)
    top = shown.getpixel((200, 100))
    assert top[0] > 200
    assert top[2] < 60
    assert not shown.getexif()
    assert "icc_profile" not in shown.info


def test_cmyk_becomes_rgb(stored):
    shown = opened(stored(Image.new("CMYK", (600, 400), (0, 255, 255, 0))), 480)
    red, green, blue = shown.getpixel((100, 100))
    assert shown.mode == "RGB"
    assert red > 180
    assert green < 80
    assert blue < 80


def test_an_embedded_profile_is_applied(stored):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    shown = opened(stored(Image.new("RGB", (600, 400), (10, 200, 30)), icc_profile=profile), 480)
    assert "icc_profile" not in shown.info
    assert abs(shown.getpixel((9, 9))[1] - 200) < 6


def test_a_damaged_profile_does_not_stop_the_picture(stored):
    shown = opened(stored(Image.new("RGB", (600, 400), (10, 200, 30)), icc_profile=b"not a profile"), 480)
    assert abs(shown.getpixel((9, 9))[1] - 200) < 6


def test_transparent_parts_become_white(stored):
    shown = opened(stored(Image.new("RGBA", (600, 400), (0, 0, 0, 0)), "PNG"), 480)
    assert shown.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut"])
def test_what_cannot_be_decoded_is_said(stored, data):
    with pytest.raises(pictures.Unreadable):
        pictures.derivative(stored.bytes(data), 480)


def test_a_missing_original_is_said(stored):
    picture = stored(Image.new("RGB", (600, 400)))
    picture.file.storage.delete(picture.file.name)
    with pytest.raises(pictures.Unreadable):
        pictures.derivative(picture, 480)


def test_more_pixels_than_allowed_are_not_decoded(stored, settings):
    settings.MAX_PICTURE_PIXELS = 1000
    with pytest.raises(pictures.Unreadable, match="more than is allowed"):
        pictures.derivative(stored(Image.new("RGB", (600, 400))), 480)


def test_any_other_width_is_refused(stored):
    with pytest.raises(ValueError, match="width must be one of"):
        pictures.derivative(stored(Image.new("RGB", (600, 400))), 500)


def test_a_derivative_is_made_once(stored):
    picture = stored(Image.new("RGB", (600, 400)))
    first = pictures.derivative(picture, 480)
    made = first.stat().st_mtime_ns
    assert pictures.derivative(picture, 480).stat().st_mtime_ns == made
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_many_who_ask_at_once_have_it_made_once(stored, monkeypatch):
    picture = stored(Image.new("RGB", (600, 400)))
    encode, made = pictures._encoded, []
    monkeypatch.setattr(pictures, "_encoded", lambda *asked: made.append(asked) or encode(*asked))
    with ThreadPoolExecutor(6) as pool:
        paths = set(pool.map(lambda _: pictures.derivative(picture, 480), range(6)))
    assert len(paths) == 1
    assert len(made) == 1


def test_a_copy_in_webp_shows_the_same(stored):
    picture = stored(Image.new("RGB", (1200, 800), (180, 60, 50)))
    with Image.open(pictures.derivative(picture, 480, "webp")) as image:
        assert (image.format, image.size) == ("WEBP", (480, 320))
        assert all(abs(got - meant) < 8 for got, meant in zip(image.getpixel((9, 9)), (180, 60, 50), strict=True))
        assert not image.getexif()


def test_another_kind_is_refused(stored):
    with pytest.raises(ValueError, match="kind must be one of"):
        pictures.derivative(stored(Image.new("RGB", (600, 400))), 480, "gif")


@pytest.fixture
def shown(make_issue, make_article, make_picture, publish):
    """A public article with a large photograph and a small one."""
    large, small = make_picture((2000, 1500)), make_picture((300, 200), caption="小照片")
    html = f'<p>正文。</p><figure data-picture="{large.pk}"></figure><figure data-picture="{small.pk}"></figure>'
    article = make_article(issue=make_issue(), html=html)
    publish(article.issue)
    return article


def test_pages_offer_sizes_in_two_kinds_and_keep_the_place_free(client, shown):
    html = client.get(shown.get_absolute_url()).content.decode()
    large, small = Picture.objects.order_by("pk")
    for kind in ("webp", "jpg"):
        widths = ((480, 480), (960, 960), (1600, 1600))
        offered = ", ".join(f"/pictures/{large.pk}/{width}.{kind} {real}w" for width, real in widths)
        assert f'srcset="{offered}"' in html
        assert f'srcset="/pictures/{small.pk}/480.{kind} 300w"' in html
    assert 'width="2000" height="1500"' in html
    assert html.count('loading="lazy"') >= 2
    assert f'src="/pictures/{small.pk}/480.jpg"' in html
    assert f'<a class="enlarge" href="/pictures/{large.pk}/1600.jpg" data-enlarge>' in html
    assert f'<a class="enlarge" href="/pictures/{small.pk}/480.jpg" data-enlarge>' in html


def test_who_has_a_photograph_is_sent_none(client, shown):
    address = f"/pictures/{Picture.objects.first().pk}/480.webp"
    first = client.get(address)
    assert first["Content-Type"] == "image/webp"
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]
    assert client.get(address.replace("480", "960"))["ETag"] != first["ETag"]
