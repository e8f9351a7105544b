"""A compilation as a PDF on A4: cover, contents with page numbers, each piece on a page of its own."""

import tempfile
from pathlib import Path

from django.utils import timezone

from journal.compilation import Book, Piece
from journal.models import Journal

from .build import Typeset, run_typst
from .matter import Collector, Matter, pictures_in

_A4 = {"width": 210, "height": 297, "top": 32, "bottom": 28}


def compiled_pdf(book: Book) -> Typeset:
    """The book and what a person must know of it. A masked book shows no photographs: they tell as plainly as a name."""
    journal = Journal.objects.current()
    htmls = [one.content.html for piece in book.pieces for one in (piece, *piece.parts)]
    today = timezone.localdate()
    with tempfile.TemporaryDirectory(prefix="compile-") as folder:
        collector = Collector(Path(folder), {} if book.is_masked else pictures_in(htmls), hides_pictures=book.is_masked)
        data = {
            "paper": _A4,
            "title": book.title,
            "by": "" if book.is_masked else journal.office or journal.name,
            "on": f"{today.year}年{today.month}月{today.day}日",
            "pieces": [_piece(piece, collector, "" if book.is_masked else journal.name) for piece in book.pieces],
            "runs": [],
        }
        return run_typst("compiled.typ", Matter(data, collector.problems), Path(folder))


def _piece(piece: Piece, collector: Collector, journal: str) -> dict:
    content = piece.content
    issue = piece.article.issue
    return collector.piece(content, content.html, content.bylines) | {
        "id": piece.article.pk,
        "parts": [_piece(part, collector, "") for part in piece.parts],
        "from": f"（《{journal}》{issue}）" if journal and issue else "",
    }
