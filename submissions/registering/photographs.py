"""A photograph that was brought in, as the page tells of it: judged by its content, not a picture of the journal yet."""

from io import BytesIO

from journal.models import Picture

from ..checks.image import largest_passing, shrunk_findings
from ..intake.photo import PhotoRefused, read_photo
from ..intake.taking import storable
from ..models import Call
from ..photo_cards import verdict

# What becomes of a photograph that came beside the text; any other value is the key of the group it goes to.
PHOTO, ORIGINAL_ONLY, NOT_TAKEN = "photo", "original", "no"


def told_picture(name: str, sha256: str, data: bytes, call: Call, caption: str = "", **more) -> dict:
    """A photograph as the page tells of it, judged by its content and not kept as a picture yet."""
    told = {"name": name, "sha256": sha256, "caption": storable(caption), "use": PHOTO, **more}
    try:
        photo = read_photo(BytesIO(data), name)
    except PhotoRefused as refusal:
        return told | {"use": NOT_TAKEN, "refused": str(refusal)}
    picture = _unsaved(photo)
    picture.print_width_mm = largest_passing(photo.width, photo.height, call.dpi_limit) or Picture.PrintWidth.PORTRAIT
    level, words, detail = verdict(picture, call.dpi_limit)
    shrunk = any(shrunk_findings(photo.width, photo.height, photo.details()))
    return told | {"level": level, "verdict": words, "detail": detail, "shrunk": shrunk}


def _unsaved(photo) -> Picture:
    return Picture(
        format=photo.format, width=photo.width, height=photo.height, size=photo.size, details=photo.details()
    )


def asking_for_originals(group: dict, person: str, office: str) -> str:
    """A message to copy into WeChat where photographs came shrunk; empty where none did."""
    names = [f"“{one['name']}”" for one in group["pictures"] if one.get("shrunk") and one["use"] == PHOTO]
    if not names:
        return ""
    title = f"《{group['title'].strip()}》" if group["title"].strip() else "您的来稿"
    return (
        f"{person and f'{person}同志：'}您好！{title}里的照片{'、'.join(names)}像是微信压缩过的，印出来不清楚。"
        f"请发原图：在微信里选照片时勾上“原图”，或用邮件、U盘发来，照片不用改名。谢谢！{office}"
    )
