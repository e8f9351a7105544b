"""A Word document → the lines a reader sees, with pictures, notes and text boxes in their places (ECMA-376 part 1, 17).

Everything is read from the one main part that python-docx opened, in its order, so that what is checked is what is
read. Tracked changes are taken as accepted; what is left out is counted in `Told`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from lxml import etree

from submissions.checks.official_format.looks import Looks
from submissions.checks.official_format.numbering import Counting
from submissions.checks.official_format.parts import find, is_on, number, related_root, value
from submissions.checks.official_format.walk import blocks

from .arrived import ArrivedPicture
from .word_fields import Fields
from .word_symbols import MISSING, raised, symbol
from .word_told import Told

MAX_PICTURES = 99  # 【照片n】 holds two digits
_PHOTO_KINDS = {"jpeg", "jpg", "jpe", "png", "tif", "tiff", "webp", "gif", "bmp", "heic", "heif"}
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_CHART = ("/chart", "/diagram", "/chartex")
_P, _R, _T, _TBL, _TR, _TC = (qn(f"w:{tag}") for tag in ("p", "r", "t", "tbl", "tr", "tc"))
_VAL, _ID, _DEL_TEXT = qn("w:val"), qn("w:id"), qn("w:delText")
_EMBED, _LINK, _RID = qn("r:embed"), qn("r:link"), qn("r:id")
_BREAK, _TYPE, _SYMBOL, _RUBY, _SDT, _BOX = (
    qn(f"w:{tag}") for tag in ("br", "type", "sym", "ruby", "sdt", "txbxContent")
)
_FIELD_CHAR, _FIELD_CHAR_TYPE, _FIELD_CODE, _SIMPLE_FIELD = (
    qn(f"w:{tag}") for tag in ("fldChar", "fldCharType", "instrText", "fldSimple")
)
_R_PR, _STRIKE, _DOUBLE_STRIKE, _HEIGHT = (qn(f"w:{tag}") for tag in ("rPr", "strike", "dstrike", "vertAlign"))
_DRAWING, _PICT, _OBJECT = (qn(f"w:{tag}") for tag in ("drawing", "pict", "object"))
_BLIP, _GRAPHIC_DATA, _ALTERNATES = qn("a:blip"), qn("a:graphicData"), f"{_MC}AlternateContent"
_DRAWN = {_DRAWING, _PICT, _OBJECT, _ALTERNATES}
_FORMULAS = {f"{_M}oMath", f"{_M}oMathPara"}
_WRAPPERS = {
    qn(f"w:{tag}")
    for tag in ("hyperlink", "smartTag", "customXml", "dir", "bdo", "sdtContent", "rubyBase", "ins", "moveTo")
}
_INSERTED = {qn("w:ins"), qn("w:moveTo")}
_DELETED = {qn("w:del"), qn("w:moveFrom")}
_PLAIN = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_NOTES = {qn("w:footnoteReference"): RT.FOOTNOTES, qn("w:endnoteReference"): RT.ENDNOTES}
_JOINS_WORD = re.compile(r"[0-9A-Za-z\u3400-\u9fff]$")


@dataclass
class Line:
    """One line of the manuscript. kind: text, row (of a table), picture (its words are the mark) or box.

    outline is the rank of a heading by its style, counted from 0; picture the number of a picture, from 1.
    """

    text: str
    kind: str = "text"
    outline: int | None = None
    centred: bool = False
    style: str = ""
    picture: int = 0


@dataclass(frozen=True)
class _Held:
    """A picture (its number) or a text box (its lines) met inside a paragraph."""

    picture: int = 0
    lines: tuple[Line, ...] = ()


class Lines:
    """The lines of one document, its notes and pictures, and what is to be told. Read once: `lines` is the result."""

    def __init__(self, document: Document):
        self.told = Told()
        self.pictures: list[ArrivedPicture] = []
        self.notes: list[str] = []
        self._part = document.part
        self._looks = Looks(document)
        self._counting = Counting()
        self._fields = Fields(self.told)
        self._note_parts = {kind: _by_id(related_root(document.part, kind)) for kind in _NOTES.values()}
        self._in_note = False
        self._carried: list[str | _Held] = []
        self.lines = self._block_lines(document.element.body)

    def _block_lines(self, parent: etree._Element) -> list[Line]:
        out: list[Line] = []
        for block in blocks(parent):
            out += self._paragraph_lines(block) if block.tag == _P else self._table_lines(block)
        if self._carried:  # the last paragraph's mark was deleted: there is nothing it could run on into
            out += self._lined(self._carried, None)
            self._carried = []
        return out

    def _paragraph_lines(self, paragraph: etree._Element) -> list[Line]:
        """The lines of a paragraph, its number written out. One whose mark is deleted runs on into the next."""
        parts = self._carried + list(self._inline(paragraph))
        self._carried = []
        mark = find(paragraph, "w:pPr/w:rPr")
        if mark is not None and any(child.tag in _DELETED for child in mark):
            self._carried = parts
            return []
        return self._lined(parts, paragraph)

    def _lined(self, parts: list[str | _Held], paragraph: etree._Element | None) -> list[Line]:
        form, prefix = Line(""), ""
        if paragraph is not None:
            look = self._looks.paragraph(paragraph)
            form.outline, form.centred = look.outline, look.align == "center"
            form.style = self._looks.style_name(paragraph)
            if look.numbering:  # an empty line of a list takes a number too
                counted = self._counting.next(look.numbering)
                prefix = "- " if look.numbering.kind == "bullet" else counted
                prefix += " " if counted and _JOINS_WORD.search(counted) else ""
        out: list[Line] = []
        current = ""
        waiting: list[Line] = []

        def flush() -> None:
            nonlocal current, prefix
            said = current.replace("\t", " ")
            if said.strip():
                said, prefix = prefix + said.lstrip() if prefix else said, ""
            out.append(Line(said, "text", form.outline, form.centred, form.style))
            out.extend(waiting)
            waiting.clear()
            current = ""

        boxes: list[Line] = []
        for part in parts:
            if isinstance(part, _Held):
                boxes += part.lines
                if part.picture:
                    mark = Line(f"【照片{part.picture}】", "picture", centred=True, picture=part.picture)
                    (waiting if current.strip() else out).append(mark)
                continue
            first, *others = part.split("\n")
            current += first
            for other in others:
                flush()
                current = other
        if current.strip() or not (out or boxes):
            flush()
        return out + waiting + boxes

    def _inline(self, paragraph: etree._Element) -> Iterator[str | _Held]:
        """The pieces of a paragraph in order, tracked deletions left out, fields by their results."""
        waiting = list(reversed(paragraph))
        while waiting:
            element = waiting.pop()
            tag = element.tag
            if tag == _R:
                if len(element):
                    yield from self._run(element, paragraph)
            elif tag in _DELETED:
                self._tell_change("deleted", element)
            elif tag in _WRAPPERS:
                if tag in _INSERTED:
                    self._tell_change("inserted", element)
                waiting.extend(reversed(element))
            elif tag == _SIMPLE_FIELD:
                self._fields.tell(element.get(qn("w:instr"), ""))
                waiting.extend(reversed(element))
            elif tag == _SDT:
                if not is_on(find(element, "w:sdtPr/w:showingPlcHdr")):
                    waiting.extend(reversed(element))
            elif tag == _ALTERNATES:
                waiting.extend(reversed(_chosen(element)))
            elif tag in _FORMULAS:
                yield self._formula(element)

    def _tell_change(self, kind: str, element: etree._Element) -> None:
        """One edit is often cut into several neighbouring elements: told once, with all its words."""
        words = "".join(one.text or "" for one in element.iter(_T, _DEL_TEXT))
        if not words.strip():
            return
        before = element.getprevious()
        while before is not None and before.tag in _INVISIBLE:
            before = before.getprevious()
        if before is not None and before.tag == element.tag and self.told.counts[kind]:
            self.told.prolong(kind, words)
        else:
            self.told.add(kind, words)

    def _run(self, run: etree._Element, paragraph: etree._Element) -> Iterator[str | _Held]:
        if self._looks.is_hidden(run, paragraph):
            words = "".join(one.text or "" for one in run.iter(_T))
            if words.strip():
                self.told.add("hidden", words)
            return
        pieces = list(self._run_pieces(run))
        properties = run[0] if run[0].tag == _R_PR else None
        for child in properties if properties is not None and pieces else ():
            tag = child.tag
            if tag == _HEIGHT:
                pieces = [raised(one, child.get(_VAL, "")) if isinstance(one, str) else one for one in pieces]
            elif tag in (_STRIKE, _DOUBLE_STRIKE) and is_on(child):
                words = "".join(one for one in pieces if isinstance(one, str))
                if words.strip():
                    self.told.add("struck", words)
        yield from pieces

    def _run_pieces(self, run: etree._Element) -> Iterator[str | _Held]:
        for child in run:
            tag = child.tag
            if tag == _R_PR:
                continue
            if tag == _FIELD_CHAR:
                yield self._fields.mark(child.get(_FIELD_CHAR_TYPE, ""))
            elif tag == _FIELD_CODE:
                self._fields.instruct(child.text or "")
            elif not self._fields.shown:
                continue
            elif tag == _T:
                yield child.text or ""
            elif tag == _BREAK:
                yield "" if child.get(_TYPE) in ("page", "column") else "\n"
            elif tag in _PLAIN:
                yield _PLAIN[tag]
            elif tag == _SYMBOL:
                yield self._symbol(child)
            elif tag in _NOTES:
                if is_on_attribute(child.get(qn("w:customMarkFollows"))):
                    self._take_note(_NOTES[tag], child, "".join(one.text or "" for one in run.iter(_T)).strip())
                else:
                    yield self._take_note(_NOTES[tag], child, "")
            elif tag == _RUBY:
                yield from self._ruby(child)
            elif tag in _DRAWN:
                yield from self._drawn(child)

    def _symbol(self, element: etree._Element) -> str:
        found = symbol(element.get(qn("w:font"), ""), element.get(qn("w:char"), ""))
        if found == MISSING:
            self.told.add("symbol")
        return found

    def _formula(self, element: etree._Element) -> str:
        words = "".join(one.text or "" for one in element.iter(f"{_M}t"))
        self.told.add("formula", words)
        return words

    def _ruby(self, ruby: etree._Element) -> Iterator[str | _Held]:
        base = find(ruby, "w:rubyBase")
        sound = find(ruby, "w:rt")
        self.told.add("ruby", "" if sound is None else "".join(one.text or "" for one in sound.iter(_T)))
        for run in () if base is None else base.iter(_R):
            yield from self._run_pieces(run)

    def _take_note(self, kind: str, reference: etree._Element, label: str) -> str:
        """Keep the note's words for the end and give the mark that stands in the text, 〔1〕."""
        note = self._note_parts[kind].pop(reference.get(_ID), None)  # taken once, so a note cannot hold itself
        if note is None or self._in_note:
            return ""
        place = len(self.notes)
        self.notes.append("")
        self._in_note = True
        lines = [line.text.strip() for line in self._block_lines(note) if line.kind != "picture"]
        self._in_note = False
        words = " ".join(line for line in lines if line)
        mark = label or f"〔{place + 1}〕"
        self.notes[place] = f"{mark}{words.removeprefix(mark).lstrip()}"
        self.told.add("note")
        return "" if label else mark

    def _drawn(self, element: etree._Element) -> Iterator[_Held]:
        """Pictures and text boxes of a drawing, old or new, in their order; of alternatives only the first known."""
        waiting = [element]
        while waiting:
            one = waiting.pop()
            tag = one.tag
            if tag == _ALTERNATES:
                waiting.extend(reversed(_chosen(one)))
            elif tag == _BOX:
                yield from self._box(one)
            elif tag == _BLIP:
                yield from self._picture(one.get(_EMBED), one.get(_LINK), one)
            elif tag == f"{_V}imagedata":
                if not _is_preview(one):
                    yield from self._picture(one.get(_RID), one.get(qn("r:href")), one)
            elif tag == f"{_O}OLEObject":
                self.told.add("object")
            elif tag == _GRAPHIC_DATA and _is_chart(one.get("uri", "")):
                self.told.add("chart")
            else:
                waiting.extend(reversed(one))

    def _box(self, content: etree._Element) -> Iterator[_Held]:
        carried, self._carried = self._carried, []
        lines = self._block_lines(content)
        self._carried = carried
        words = "".join(line.text for line in lines if line.kind != "picture")
        if words.strip():
            self.told.add("box", words)
        yield _Held(lines=tuple(Line(line.text, "box", picture=line.picture) for line in lines if line.text.strip()))

    def _picture(self, embedded: str | None, linked: str | None, blip: etree._Element) -> Iterator[_Held]:
        link = self._part.rels.get(embedded or linked or "")
        if link is None:
            self.told.add("missing")
        elif link.is_external:
            outside = embedded is None or link.target_ref.startswith(("http:", "https:", "file:", "\\\\"))
            self.told.add("linked" if outside else "missing")
        elif self._in_note:
            self.told.add("noted_picture")
        elif len(self.pictures) >= MAX_PICTURES:
            self.told.add("surplus")
        else:
            name = basename(str(link.target_part.partname))
            kind = name.rpartition(".")[2].lower()
            if kind not in _PHOTO_KINDS:
                self.told.add("vector", name)
                return
            self.pictures.append(ArrivedPicture(name, link.target_part.blob))
            if _is_cropped(blip):
                self.told.add("cropped", str(len(self.pictures)))
            yield _Held(picture=len(self.pictures))

    def _table_lines(self, table: etree._Element) -> list[Line]:
        rows = [
            [cell for cell in _inside(row, _TC) if find(cell, "w:tcPr/w:cellDel") is None]
            for row in _inside(table, _TR)
            if find(row, "w:trPr/w:del") is None
        ]
        if all(len(row) == 1 for row in rows):  # a frame around text, not a table
            return [line for row in rows for line in self._block_lines(row[0])]
        return self._photo_grid(grid) if _is_photo_grid(grid := self._grid(rows)) else _row_lines(grid)

    def _grid(self, rows: list[list[etree._Element]]) -> list[list[list[Line]]]:
        """The lines of each cell; a cell over several columns is followed by empty ones."""
        grid, merged = [], False
        for row in rows:
            cells: list[list[Line]] = []
            before = value(row[0].getparent(), "w:trPr/w:gridBefore") if row else None
            cells += [[] for _ in range(_span(before, 0))]
            for cell in row:
                if next(cell.iterdescendants(_TBL), None) is not None:
                    self.told.add("nested")
                goes_on = find(cell, "w:tcPr/w:vMerge")
                lines = [line for line in self._block_lines(cell) if line.text.strip()]
                if goes_on is not None and goes_on.get(_VAL, "continue") == "continue":
                    if words := "".join(line.text for line in lines):
                        self.told.add("hidden", words)
                    lines = []
                span = _span(value(cell, "w:tcPr/w:gridSpan"), 1)
                merged = merged or span > 1 or goes_on is not None
                cells += [lines, *([] for _ in range(span - 1))]
            grid.append(cells)
        if merged:
            self.told.add("merged")
        return grid

    def _photo_grid(self, grid: list[list[list[Line]]]) -> list[Line]:
        """Photographs set side by side in a table without borders, each followed by the words beside or below it."""
        out: list[Line] = []
        used: set[tuple[int, int]] = set()
        for down, row in enumerate(grid):
            for across, cell in enumerate(row):
                if (down, across) in used:
                    continue
                out += cell
                below = grid[down + 1][across] if down + 1 < len(grid) and across < len(grid[down + 1]) else []
                if _only_picture(cell) and below and not any(line.picture for line in below):
                    used.add((down + 1, across))
                    out += [Line(line.text, "text", centred=True, style="caption") for line in below]
        return out


_INVISIBLE = {
    qn(f"w:{tag}")
    for tag in (
        "bookmarkStart",
        "bookmarkEnd",
        "proofErr",
        "commentRangeStart",
        "commentRangeEnd",
        "moveFromRangeStart",
    )
}


def is_on_attribute(said: str | None) -> bool:
    return said in ("1", "true", "on")


def _by_id(root: etree._Element | None) -> dict[str | None, etree._Element]:
    """Footnotes or endnotes that hold words; separators have a type."""
    notes = [] if root is None else root
    return {note.get(_ID): note for note in notes if note.get(_TYPE, "normal") == "normal"}


def _chosen(alternates: etree._Element) -> etree._Element | list:
    """The first alternative that holds a picture or a text box we know, else the last."""
    options = [one for one in alternates if one.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    known = (_BOX, _BLIP, f"{_V}imagedata", _GRAPHIC_DATA, _R)
    holding = (one for one in options if next(one.iter(*known), None) is not None)
    return next(holding, options[-1] if options else [])


def _is_preview(imagedata: etree._Element) -> bool:
    """The picture shown for an embedded object, which is told as an object."""
    holder = next(imagedata.iterancestors(_OBJECT), None)
    return holder is not None and next(holder.iter(f"{_O}OLEObject"), None) is not None


def _is_chart(uri: str) -> bool:
    return uri.endswith(_CHART)


def _is_cropped(blip: etree._Element) -> bool:
    if blip.tag == f"{_V}imagedata":
        return any(
            number(blip.get(side, "0").rstrip("f")) > 0 for side in ("cropleft", "croptop", "cropright", "cropbottom")
        )
    frame = blip.getparent()
    cut = None if frame is None else frame.find(qn("a:srcRect"))
    return cut is not None and any(number(cut.get(side)) > 0 for side in "ltrb")


def _inside(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, content controls opened."""
    waiting = list(reversed(parent))
    while waiting:
        element = waiting.pop()
        if element.tag == wanted:
            yield element
        elif element.tag in (_SDT, qn("w:sdtContent"), qn("w:customXml"), qn("w:ins")):
            waiting.extend(reversed(element))


def _span(said: str | None, least: int) -> int:
    return min(max(int(number(said, least)), least), 60)


def _only_picture(cell: list[Line]) -> bool:
    return bool(cell) and all(line.picture for line in cell)


def _is_photo_grid(grid: list[list[list[Line]]]) -> bool:
    """Every cell holds a picture, the short words that go with one above it, or nothing."""
    filled = [cell for row in grid for cell in row if cell]
    pictures = sum(any(line.picture for line in cell) for cell in filled)
    words = [line.text for cell in filled for line in cell if not line.picture]
    return bool(pictures) and len(filled) <= 2 * pictures and all(len(line) <= 80 for line in words)


def _row_lines(grid: list[list[list[Line]]]) -> list[Line]:
    """A line a row, its cells parted by tabs; pictures stand after their row."""
    width = max(map(len, grid), default=0)
    out: list[Line] = []
    for row in grid:
        cells = [" ".join(" ".join(line.text.split()) for line in cell if not line.picture) for cell in row]
        out.append(Line("\t".join(cells + [""] * (width - len(cells))), "row"))
        out += [line for cell in row for line in cell if line.picture]
    return out
