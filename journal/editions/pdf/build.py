"""Typesetting: data and templates → a PDF, with the page every article begins and ends on."""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import typst

from journal.models import Article, Content, Issue, Journal

from ..columns import Chosen, parts_of
from .balance import balance
from .fonts import Faces, faces
from .matter import Collector, Matter, matter_of, pictures_in

_TEMPLATES = Path(__file__).parent / "typst"
_TOP_MM, _BOTTOM_MM = 24, 22  # margins
_BLEED_MM = 3
_SLUG_MM = 10  # bleed and crop marks


@dataclass(frozen=True)
class Typeset:
    """pages: all sheets' sides with the covers; numbered: those with page numbers; starts and ends: article id →
    printed page; problems: what a person must know, in plain Chinese (missing faces, glyphs, photographs)."""

    pdf: bytes
    pages: int
    numbered: int
    starts: dict[int, int]
    ends: dict[int, int]
    problems: tuple[str, ...]


def write(issue: Issue, path: Path, articles: Chosen = None) -> int:
    """The issue to path; its number of pages."""
    done = typeset(issue, articles=articles)
    path.write_bytes(done.pdf)
    return done.pages


def typeset(issue: Issue, *, crop_marks: bool = False, articles: Chosen = None) -> Typeset:
    """The issue as it will be printed: size of the journal, 3 mm bleed and crop marks on request.

    articles narrows it to some, as for a public edition without the 内部 pieces.
    """
    journal = Journal.objects.current()
    paper = _paper(journal) | {
        "bleed": _BLEED_MM if crop_marks else 0,
        "slug": _SLUG_MM if crop_marks else 0,
        "marks": crop_marks,
    }
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:
        matter = matter_of(issue, Path(folder), articles)
        return run_typst("issue.typ", Matter(matter.data | {"paper": paper}, matter.problems), Path(folder))


def article_pdf(article: Article) -> Typeset:
    """One article as it looks in print."""
    htmls = [one.text.current.html for one in (article, *parts_of(article))]
    return _piece_pdf(htmls, article.section.name, lambda collector: collector.article(article))


def content_pdf(content: Content, section_name: str) -> Typeset:
    """A text that is no article yet as it would look in print, for its writer and reviewers."""
    return _piece_pdf(
        [content.html], section_name, lambda collector: collector.piece(content, content.html, content.bylines)
    )


def _paper(journal: Journal) -> dict:
    """The size the licence says, and how far the type area keeps from head and foot; millimetres."""
    return {
        "width": journal.page_width_mm,
        "height": journal.page_height_mm,
        "top": _TOP_MM,
        "bottom": _BOTTOM_MM,
    }


def _piece_pdf(htmls: list[str], section_name: str, piece: Callable[[Collector], dict]) -> Typeset:
    journal = Journal.objects.current()
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:
        collector = Collector(Path(folder), pictures_in(htmls))
        data = {
            "paper": _paper(journal),
            "journal": {"name": journal.name},
            "section": section_name,
            "runs": [[{"article": piece(collector)}]],
        }
        return run_typst("article.typ", Matter(data, collector.problems), Path(folder))


def run_typst(template: str, matter: Matter, folder: Path) -> Typeset:
    """A template of ours fed with the matter's data; folder holds the files the data names."""
    chosen = faces()
    for name in (template, "text.typ"):
        shutil.copyfile(_TEMPLATES / name, folder / name)
    packed = json.dumps(matter.data, ensure_ascii=False)
    compiler = typst.Compiler(
        str(folder / template),
        root=str(folder),
        font_paths=list(chosen.folders),
        ignore_system_fonts=True,
        sys_inputs={"faces": json.dumps(chosen.families, ensure_ascii=False)},
    )
    balance(compiler, matter.data, folder / "data.json")
    pdf, warnings = compiler.compile_with_warnings(format="pdf")
    places = json.loads(compiler.query("<place>", field="value"))
    problems = [*matter.problems, *chosen.problems, *_missing(chosen, packed), *map(_warned, warnings)]
    pages = {one["what"]: one["page"] for one in places if "id" not in one}
    return Typeset(
        pdf=pdf,
        pages=pages["pages"],
        numbered=pages["numbered"],
        starts={one["id"]: one["page"] for one in places if one["what"] == "start"},
        ends={one["id"]: one["page"] for one in places if one["what"] == "end"},
        problems=tuple(dict.fromkeys(problems)),
    )


def _missing(chosen: Faces, packed: str) -> list[str]:
    characters = chosen.missing(packed)
    if not characters:
        return []
    return [f"字库里没有这些字：{'、'.join(characters)}，排出来是空框。请换字库，或核对是不是写错了。"]


def _warned(warning) -> str:
    return f"排版程序提醒：{warning}"
