"""An uploaded cover: believed only after it was decoded (DESIGN.md 12)."""

import hashlib
import io

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from ..models import Picture

FORMATS = ("JPEG", "PNG")


def cover_picture(upload, by) -> Picture:
    """A stored Picture of the uploaded file. Raises ValidationError with what to do instead."""
    if upload.size > settings.MAX_PICTURE_BYTES:
        limit = settings.MAX_PICTURE_BYTES // 1024 // 1024
        raise ValidationError(f"封面文件超过 {limit} MB，请压缩后再传。")
    data = upload.read()
    format_, (width, height) = _verified(data)
    digest = hashlib.sha256(data).hexdigest()
    picture = Picture(
        sha256=digest,
        original_name=upload.name[-200:],
        format=format_,
        size=len(data),
        width=width,
        height=height,
        caption="封面",
        print_width_mm=Picture.PrintWidth.PAGE,
        uploaded_by=by,
    )
    stored = Picture.objects.filter(sha256=digest).first()
    if stored is not None and stored.file.storage.exists(stored.file.name):
        picture.file.name = stored.file.name
    else:
        picture.file.save("cover", ContentFile(data), save=False)
    picture.save()
    return picture


def _verified(data: bytes) -> tuple[str, tuple[int, int]]:
    """Format and size as seen, after decoding the whole file; the pixel cap is asked before decoding."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > settings.MAX_PICTURE_PIXELS:
                raise ValidationError(f"封面有 {image.width}×{image.height} 像素，太大了，请缩小后再传。")
            format_ = image.format
            image.load()
            return format_, ImageOps.exif_transpose(image).size
    except UnidentifiedImageError as error:
        raise ValidationError("封面只收 JPG 或 PNG 图片，这个文件不是。请另存为 JPG 再传。") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError("封面图片打不开，可能没有传完或已损坏。请换一个文件再传。") from error
