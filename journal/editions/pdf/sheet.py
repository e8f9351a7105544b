"""审签单: the sheet that goes round with a printed galley, one click from its page (RULES.md section 11)."""

import json
import shutil
import tempfile
from pathlib import Path

import typst
from django.utils import timezone

from journal.models import GalleyRound, Journal

from .fonts import faces

_TEMPLATES = Path(__file__).parent / "typst"
SIGNERS = ("编辑", "编辑部主任", "主编", "分管领导")


def galley_sheet_pdf(galley: GalleyRound) -> bytes:
    """One A4 page: what is to be read, who signs, an opinion each, and what to do with the sheet afterwards."""
    chosen = faces()
    made = timezone.localtime(galley.at)
    data = {
        "journal": Journal.objects.current().name,
        "issue": f"{galley.issue}（总第 {galley.issue.serial_number} 期）",
        "label": galley.label,
        "made": f"{made.year}年{made.month}月{made.day}日 {made:%H:%M}",
        "by": str(galley.made_by),
        "digest": galley.short_digest,
        "pages": galley.pages,
        "numbered": galley.numbered,
        "articles": galley.pieces.filter(parent=None).count(),
        "signers": SIGNERS,
        "decisions": list(galley.approvals.model.SIGNED.values()),
    }
    with tempfile.TemporaryDirectory(prefix="typeset-") as place:
        folder = Path(place)
        for name in ("sheet.typ", "text.typ"):
            shutil.copyfile(_TEMPLATES / name, folder / name)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return typst.compile(
            str(folder / "sheet.typ"),
            root=str(folder),
            font_paths=list(chosen.folders),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"faces": json.dumps(chosen.families, ensure_ascii=False)},
        )
