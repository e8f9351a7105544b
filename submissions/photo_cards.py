"""A photograph as the form tells of it: centimetres first, pixels second (look/desk.md, page 1)."""

from dataclasses import dataclass

from journal.models import Picture

from .checks.findings import ERROR, WARNING
from .checks.image import alike_findings, blurred_findings, largest_passing, looks, picture_findings, print_cm
from .forms import PhotoForm
from .intake.dpi import told as resolutions_told
from .intake.traces import told as traces_told
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
    # What only a look at the photograph can settle: out of focus, almost the same as another one.
    hints: tuple[str, ...] = ()

    @property
    def picture(self) -> Picture:
        return self.attachment.picture

    @property
    def convertible(self) -> bool:
        return self.picture.format != "JPEG"

    @property
    def traces(self) -> str:
        """拍摄地点、相机序列号: what the file tells of people and places. Files taken in earlier know only of the place."""
        details = self.picture.details
        return traces_told(details.get("traces") or (["place"] if details.get("has_gps") else []))

    @property
    def resolutions(self) -> str:
        """The resolutions written in the file, with where each stands."""
        return resolutions_told(self.picture.details.get("dpi") or {})


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
    hint = "像是微信压缩过的，要印大请换原图。" if "picture.shrunk" in found else _GOOD_FOR.get(best, "")
    small = best is None or best < Picture.PrintWidth.TYPE_AREA
    return "warn" if small else "ok", f"{'只' if small else ''}可印 {wide:g}×{high:g} 厘米", f"{pixels}。{hint}"


def photo_cards(submission: Submission, data=None) -> list[PhotoCard]:
    """The photographs of a manuscript with their forms, in order."""
    if submission._state.adding:
        return []
    attachments = list(submission.attachments.select_related("picture"))
    hints = _hints([attachment.picture for attachment in attachments])
    cards = []
    for number, attachment in enumerate(attachments, 1):
        attachment.submission = submission
        form = PhotoForm(attachment=attachment)
        if data is not None and form.has_posted(data):
            form = PhotoForm(data, attachment=attachment)
        level, told, detail = verdict(attachment.picture, submission.call.dpi_limit)
        cards.append(
            PhotoCard(attachment, number, form, level, told, detail, number == len(attachments), hints[number - 1])
        )
    return cards


def _hints(pictures: list[Picture]) -> list[tuple[str, ...]]:
    """In the words of the check, the photograph not named again: its card stands beside them."""
    told = [[finding.message for finding in blurred_findings(picture.details, "")] for picture in pictures]
    for place, finding in alike_findings(looks(pictures)):
        told[place].append(finding.message)
    return [tuple(one) for one in told]
