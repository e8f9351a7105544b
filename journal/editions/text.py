"""An issue as plain text, in the printed order: cover, imprint, preface, contents, board, articles, call."""

from itertools import groupby
from pathlib import Path

from journal.models import Article, Imprint, Issue, Journal
from journal.text.blocks import Block, parse
from journal.text.names import spaced_name

from .columns import Chosen, Column, columns_of, highlights_of, parts_of

_IMPRINT_LABELS = (
    ("supervisor", "主管单位"),
    ("sponsor", "主办单位"),
    ("co_sponsors", "协办单位"),
    ("compiler", "编印单位"),
    ("address", "地址"),
    ("postcode", "邮编"),
    ("email", "邮箱"),
    ("phone", "电话"),
    ("printed_on", "印刷日期"),
    ("print_house", "印刷单位"),
    ("print_run", "印刷数量"),
    ("distribution", "发放范围"),
    ("website", "官网"),
)


def write(issue: Issue, path: Path, articles: Chosen = None) -> None:
    """UTF-8, one paragraph a line."""
    path.write_text(render(issue, articles), encoding="utf-8")


def render(issue: Issue, articles: Chosen = None) -> str:
    """The whole issue; withdrawn articles are left out."""
    columns = columns_of(issue, articles)
    if articles is not None:
        columns = [column for column in columns if column.articles]
    parts = [_cover(issue, articles), _matter(issue, "preface"), _contents(columns), _board(issue)]
    parts += [_column(column) for column in columns]
    parts.append(_matter(issue, "call"))
    return "\n\n\n".join(part for part in parts if part) + "\n"


def _pages(start: int | None, end: int | None) -> str:
    if start is None:
        return ""
    return f"{start:02d}" if end in (None, start) else f"{start:02d}～{end:02d}"


def _cover(issue: Issue, articles: Chosen) -> str:
    imprint = Imprint.objects.filter(issue=issue).first() or Imprint.from_journal(issue, Journal.objects.current())
    lines = [imprint.licence_number, imprint.notice, "", Journal.objects.current().name, str(issue)]
    lines.append(f"总第{issue.serial_number}期")
    organisers = [(imprint.supervisor, "主管"), (imprint.sponsor, "主办")]
    lines += ["", *(f"{name}{role}" for name, role in organisers if name)]
    highlights = [f"★ {highlight.text}" for highlight in highlights_of(issue, articles)]
    lines += ["", "本期导读", *highlights] if highlights else []
    lines.append("")
    lines += [f"{label}：{value}" for label, value in imprint_lines(imprint)]
    return "\n".join([*lines, *([imprint.online_note] if imprint.online_note else [])]).strip()


def imprint_lines(imprint: Imprint) -> list[tuple[str, str]]:
    """(label, value) of each field that is filled in, in the order they are printed."""
    return [
        (label, _imprint_value(name, value)) for name, label in _IMPRINT_LABELS if (value := getattr(imprint, name))
    ]


def _imprint_value(name: str, value) -> str:
    if name == "printed_on":
        return f"{value.year}年{value.month}月{value.day}日"
    if name == "print_run":
        return f"{value}份"
    return "、".join(str(value).split("\n"))


def _matter(issue: Issue, kind: str) -> str:
    matter = issue.matters.filter(kind=kind).first()
    if matter is None:
        return ""
    return "\n\n".join(part for part in (matter.title, body_text(matter.html), matter.signature) if part)


def _contents(columns: list[Column]) -> str:
    lines = ["目录"]
    for column in columns:
        lines += ["", f"{column.name} {_pages(column.row.start_page, column.row.end_page)}".strip()]
        lines += [" ".join((article.listed_title, *_signatures(article))) for article in column.articles]
    return "\n".join(lines)


def _board(issue: Issue) -> str:
    roles = groupby(issue.board.all(), key=lambda member: member.role)
    lines = [f"{role} {' '.join(spaced_name(member.name) for member in members)}" for role, members in roles]
    return "\n".join(["编辑委员会", *lines]) if lines else ""


def _column(column: Column) -> str:
    return "\n\n\n".join([f"【{column.name}】", *(_article(article) for article in column.articles)])


def _article(article: Article) -> str:
    head = [article.kicker, article.title, f"——{article.subtitle}" if article.subtitle else ""]
    signed = "  ".join(_signatures(article))
    notes = [f"（{note}）" for note in (article.author_note, article.source_note, article.credits) if note]
    body = body_text(article.text.current.html)
    inner = [_article(part) for part in parts_of(article)]
    return "\n\n".join(piece for piece in ("\n".join(filter(None, head)), signed, body, *inner, *notes) if piece)


def _signatures(article: Article) -> list[str]:
    return [spaced_name(line.name) if line.kind == "person" else line.name for line in article.bylines.all()]


def body_text(html: str) -> str:
    """The words of a text, a paragraph a line, list items and table rows on lines of their own."""
    return "\n\n".join(text for block in parse(html) if (text := _block_text(block)))


def _block_text(block: Block) -> str:
    if block.kind == "figure":
        return f"【图片】{block.text}"
    return block.text
