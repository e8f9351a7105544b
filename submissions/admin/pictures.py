"""A photograph's print verdict in words, as in the contributor's form (RULES.md section 6)."""

from dataclasses import dataclass

from journal.models import Picture

LOWEST_DPI = 200


@dataclass(frozen=True)
class Verdict:
    tint: str
    mark: str
    text: str
    detail: str


def verdict_of(picture: Picture, dpi_limit: int = 300) -> Verdict:
    """✓ at least the limit at the wished size, ! down to 200 dots per inch, ✕ below."""
    width, height = picture.print_cm_at_300
    wished = picture.get_print_width_mm_display()
    detail = f"{picture.width}×{picture.height} 像素；拟印{wished}，合 {picture.dpi_at_print_width} 像素/英寸"
    if picture.dpi_at_print_width >= dpi_limit:
        return Verdict("ok", "✓", f"可印 {width:g}×{height:g} 厘米", detail)
    if picture.dpi_at_print_width >= LOWEST_DPI:
        return Verdict("warn", "!", f"只够 {width:g}×{height:g} 厘米", detail)
    return Verdict("err", "✕", f"太小，只够 {width:g}×{height:g} 厘米", detail)
