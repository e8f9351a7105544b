"""A photograph as the form tells of it: centimetres first, pixels second (look/desk.md, page 1)."""

from dataclasses import dataclass

from journal.models import Picture

from .checks.findings import ADVICE, ERROR, WARNING
from .checks.image import largest_passing, picture_findings, print_cm
from .forms import PhotoForm
from .models import Attachment, Submission

_GOOD_FOR = {
    Picture.PrintWidth.PAGE: "可作整页。",
    Picture.PrintWidth.TYPE_AREA: "可作通栏图。",
    Picture.PrintWidth.COLUMN: "可作单栏图。",
    Picture.PrintWidth.PORTRAIT: "只够印人像大小。",
}


@dataclass(frozen=True)
class PhotoCard:
    attachment: Attachment
    number: int
    form: PhotoForm
    level: str
    verdict: str
    detail: str
    is_last: bool

    @property
    def picture(self) -> Picture:
        return self.attachment.picture

    @property
    def convertible(self) -> bool:
        return self.picture.format != "JPEG"


def verdict(picture: Picture, dpi: int) -> tuple[str, str, str]:
    """(level, verdict, detail): whether it prints at the chosen size, and what to do where it does not."""
    wide, high = print_cm(picture.width, picture.height, dpi)
    best = largest_passing(picture.width, picture.height, dpi)
    found = {finding.code: finding for finding in picture_findings(picture, dpi, "")}
    pixels = f"{picture.format}，{picture.width}×{picture.height} 像素"
    resolution = found.get("picture.resolution")
    if resolution and resolution.level == ERROR:
        return "err", f"印 {picture.print_width_mm / 10:g} 厘米宽太小", f"{pixels}，{resolution.message}"
    if resolution and resolution.level == WARNING:
        return "warn", f"印 {picture.print_width_mm / 10:g} 厘米宽不够清楚", f"{pixels}，{resolution.message}"
    shrunk = any(finding.level == ADVICE for finding in found.values())
    hint = "像是微信压缩过的，要印大请换原图。" if shrunk else _GOOD_FOR.get(best, "")
    small = best is None or best < Picture.PrintWidth.TYPE_AREA
    return "warn" if small else "ok", f"{'只' if small else ''}可印 {wide:g}×{high:g} 厘米", f"{pixels}。{hint}"


def photo_cards(submission: Submission, data=None) -> list[PhotoCard]:
    """The photographs of a manuscript with their forms, in order."""
    if submission._state.adding:
        return []
    attachments = list(submission.attachments.select_related("picture"))
    cards = []
    for number, attachment in enumerate(attachments, 1):
        attachment.submission = submission
        form = PhotoForm(attachment=attachment)
        if data is not None and form.has_posted(data):
            form = PhotoForm(data, attachment=attachment)
        level, told, detail = verdict(attachment.picture, submission.call.dpi_limit)
        cards.append(PhotoCard(attachment, number, form, level, told, detail, number == len(attachments)))
    return cards
