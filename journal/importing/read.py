"""A printed issue's text → PrintedIssue. The contents page drives: what it names is looked for in the body."""

import re

from journal.text.blocks import canonical
from journal.text.lines import is_complete, join_lines

from .contents import Contents, find_contents, first_entry, read_contents
from .cuts import mend_cuts
from .front import Front, read_front, read_matter, take_number, typed_imprint
from .markup import is_heading, paragraphs_to_html
from .pieces import Piece, read_piece
from .printed import (
    Line,
    PrintedArticle,
    PrintedHighlight,
    PrintedIssue,
    PrintedSection,
    Problem,
    Unreadable,
    essence,
    quote_of,
)
from .titles import Found, find_body, locate

_CALL = re.compile(r"(?:《.{1,20}》)?.{0,8}(?:征稿|约稿|稿件征集|征集稿件).{0,4}(?:启事|公告|通知)")
_PAGE_NUMBER = re.compile(r"[—\-·\s]*\d{1,3}[—\-·\s]*")


def parse_issue(text: str) -> PrintedIssue:
    """Raises Unreadable where the text has no contents, no number, or no body."""
    lines = [
        Line(number, said)
        for number, line in enumerate(text.split("\n"), 1)
        if (said := line.strip("\ufeff \t\r\u3000"))
    ]
    start = find_contents(lines)
    body_start = start + 1 + find_body(lines[start + 1 :], first_entry(lines[start + 1 :]))
    front = read_front(lines[:start])
    contents = read_contents(lines[start + 1 : body_start])
    _number(front, contents)
    body, running = _without_running_heads(lines[body_start:], contents.sections)
    call_start = next((index for index, line in enumerate(body) if _CALL.fullmatch(line.text)), len(body))
    found, problems = locate(contents.entries, body[:call_start])
    pieces = _pieces(found, body[:call_start])
    problems += contents.problems
    problems += _unclaimed(found, body)
    problems += [problem for piece in pieces for problem in piece.problems]
    _join(pieces, body[:call_start])
    problems += mend_cuts(pieces)
    for inner in _with_parts(pieces):
        problems += _unfinished(inner)
        inner.article.html = canonical(paragraphs_to_html(inner.paragraphs))
    articles = [piece.article for piece in pieces]
    imprint, unread = typed_imprint(front.imprint | contents.masthead)
    problems += [Problem(1, label, f"版本记录的“{label}”没有看懂，没有收入。请补填。") for label in unread]
    _give_pages(articles, contents.sections)
    return PrintedIssue(
        year=front.year,
        number=front.number,
        serial_number=front.serial_number,
        imprint=imprint,
        sections=contents.sections,
        articles=articles,
        board=contents.board,
        highlights=[_highlight(text, articles) for text in front.highlights],
        preface=front.preface,
        call=read_matter(body[call_start:], titled=True) if call_start < len(body) else None,
        problems=sorted(problems, key=lambda problem: problem.line),
        furniture=[*front.furniture, lines[start], *contents.furniture, *running],
    )


def _number(front: Front, contents: Contents) -> None:
    for line in contents.furniture:
        take_number(front, line.text)
    if not front.year:
        raise Unreadable("没有找到年份和期号（例如“2021NO.3”或“2021年第3期”）。请确认封面或目录的文字在文件里。")
    if not front.serial_number:
        raise Unreadable("没有找到总期号（例如“总第04期”）。请确认封面或目录的文字在文件里。")


def _without_running_heads(body: list[Line], sections: list[PrintedSection]) -> tuple[list[Line], list[Line]]:
    """Page numbers and columns' names that stand on lines of their own belong to the page."""
    names = {essence(section.name) for section in sections}
    running = [line for line in body if _PAGE_NUMBER.fullmatch(line.text) or essence(line.text) in names]
    numbers = {line.number for line in running}
    return [line for line in body if line.number not in numbers], running


def _pieces(found: list[Found], body: list[Line]) -> list[Piece]:
    pieces = []
    ends = [later.match.index for later in found[1:]] + [len(body)]
    for here, end in zip(found, ends, strict=True):
        match = here.match
        article = PrintedArticle(
            title=match.title,
            section=here.entry.section,
            line=body[match.index].number,
            kicker=match.kicker,
            contents_title=match.listed if match.listed != match.title else "",
            start_page=here.entry.page,
        )
        pieces.append(read_piece(article, body[match.index + match.count : end], match.byline))
    return pieces


def _with_parts(pieces: list[Piece]) -> list[Piece]:
    return [inner for piece in pieces for inner in (piece, *piece.parts)]


def _unclaimed(found: list[Found], body: list[Line]) -> list[Problem]:
    """Lines before the first title that was found stand in no article."""
    first = found[0].match.index if found else len(body)
    return [Problem(line.number, line.text, "这一行在第一篇文章之前，没有收进任何文章。") for line in body[:first]]


def _join(pieces: list[Piece], body: list[Line]) -> None:
    """Join the whole body at once, so that every article is a witness for every other; titles, bylines and notes stand
    apart. Then give each piece its paragraphs."""
    owners = {line.number: inner for inner in _with_parts(pieces) for line in inner.body}
    if not body:
        return
    first, last = body[0].number, body[-1].number
    texts = {line.number: line.text for line in body}
    apart = {line.number for line in body if line.number not in owners}
    for paragraph in join_lines((texts.get(number, "") for number in range(first, last + 1)), first=first, apart=apart):
        owner = owners.get(paragraph.lines[0])
        if owner is not None:
            owner.paragraphs.append(paragraph)


def _unfinished(piece: Piece) -> list[Problem]:
    """Paragraphs that end without a full stop and are no headings, and bold marks without their pair."""
    problems = []
    for index, paragraph in enumerate(piece.paragraphs):
        if not (is_complete(paragraph.text) or is_heading(piece.paragraphs, index) or _is_last_cut(piece, index)):
            message = "这一段末尾没有标点，可能没有说完，也可能是小标题。请对照原刊核对。"
            problems.append(Problem(paragraph.lines[-1], quote_of(paragraph.text[-40:]), message))
        if paragraph.text.count("**") % 2:
            problems.append(
                Problem(paragraph.lines[0], quote_of(paragraph.text), "加粗记号“**”不成对，原样保留。请核对。")
            )
    return problems


def _is_last_cut(piece: Piece, index: int) -> bool:
    """mend_cuts has already reported an article's own end."""
    return index + 1 == len(piece.paragraphs) and not piece.parts


def _give_pages(articles: list[PrintedArticle], sections: list[PrintedSection]) -> None:
    """Only ranges of columns are printed: the first article of a column begins where the column does."""
    for section in sections:
        first = next((article for article in articles if article.section == section.name), None)
        if first is not None and first.start_page is None:
            first.start_page = section.start_page


def _highlight(text: str, articles: list[PrintedArticle]) -> PrintedHighlight:
    wanted = essence(text)
    for index, article in enumerate(articles):
        if wanted in (essence(article.title), essence(article.contents_title), essence(article.kicker + article.title)):
            return PrintedHighlight(text, index)
    return PrintedHighlight(text, None)
