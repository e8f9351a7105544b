"""What an issue carries besides articles, group by group: what is printed, what the database has, how to write it.

A group's value is plain JSON, so that the import can remember it and see whether a person has changed it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from journal.models import Article, BoardMember, Highlight, Imprint, Issue, IssueMatter, IssueSection

from .place import section_named
from .printed import PrintedIssue, PrintedMatter

_IMPRINT = [
    field.name for field in Imprint._meta.concrete_fields if field.name not in ("id", "issue")
]  # every fact an imprint can hold


@dataclass(frozen=True)
class Group:
    """wanted: the printed value; read: the stored one; write: store a value in place of what is there."""

    wanted: Callable[[PrintedIssue, list[Article]], Any]
    read: Callable[[Issue], Any]
    write: Callable[[Issue, Any], None]


def _wanted_imprint(printed: PrintedIssue, articles: list[Article]) -> dict:
    return {name: printed.imprint.get(name) or None for name in _IMPRINT}


def _read_imprint(issue: Issue) -> dict | None:
    imprint = Imprint.objects.filter(issue=issue).first()
    if imprint is None:
        return None
    values = {name: getattr(imprint, name) or None for name in _IMPRINT}
    return values | {"printed_on": imprint.printed_on.isoformat() if imprint.printed_on else None}


def _write_imprint(issue: Issue, values: dict) -> None:
    stored = {name: value for name, value in values.items() if value is not None}
    Imprint.objects.filter(issue=issue).delete()
    Imprint.objects.create(issue=issue, **stored)


def _sections(printed: PrintedIssue, articles: list[Article]) -> list:
    return [[section.name, section.start_page, section.end_page] for section in printed.sections]


def _read_sections(issue: Issue) -> list:
    rows = IssueSection.objects.filter(issue=issue).select_related("section")
    return [[row.name or row.section.name, row.start_page, row.end_page] for row in rows]


def _write_sections(issue: Issue, values: list) -> None:
    IssueSection.objects.filter(issue=issue).delete()
    IssueSection.objects.bulk_create(
        IssueSection(
            issue=issue, section=section_named(name), name=name, position=position, start_page=start, end_page=end
        )
        for position, (name, start, end) in enumerate(values, 1)
    )


def _matter_group(kind: str, printed_matter: Callable[[PrintedIssue], PrintedMatter | None]) -> Group:
    def wanted(printed: PrintedIssue, articles: list[Article]) -> list | None:
        matter = printed_matter(printed)
        return [matter.title, matter.html, matter.signature] if matter else None

    def read(issue: Issue) -> list | None:
        row = IssueMatter.objects.filter(issue=issue, kind=kind).first()
        return [row.title, row.html, row.signature] if row else None

    def write(issue: Issue, value: list | None) -> None:
        IssueMatter.objects.filter(issue=issue, kind=kind).delete()
        if value:
            title, html, signature = value
            IssueMatter.objects.create(issue=issue, kind=kind, title=title, html=html, signature=signature)

    return Group(wanted, read, write)


def _highlights(printed: PrintedIssue, articles: list[Article]) -> list:
    return [
        [highlight.text, None if highlight.article is None else articles[highlight.article].pk]
        for highlight in printed.highlights
    ]


def _read_highlights(issue: Issue) -> list:
    return [[row.text, row.article_id] for row in Highlight.objects.filter(issue=issue)]


def _write_highlights(issue: Issue, values: list) -> None:
    Highlight.objects.filter(issue=issue).delete()
    Highlight.objects.bulk_create(
        Highlight(issue=issue, text=text, article_id=article, position=position)
        for position, (text, article) in enumerate(values, 1)
    )


def _board(printed: PrintedIssue, articles: list[Article]) -> list:
    return [[role, name] for role, name in printed.board]


def _read_board(issue: Issue) -> list:
    return [[row.role, row.name] for row in BoardMember.objects.filter(issue=issue)]


def _write_board(issue: Issue, values: list) -> None:
    BoardMember.objects.filter(issue=issue).delete()
    BoardMember.objects.bulk_create(
        BoardMember(issue=issue, role=role, name=name, position=position)
        for position, (role, name) in enumerate(values, 1)
    )


GROUPS = {
    "imprint": Group(_wanted_imprint, _read_imprint, _write_imprint),
    "sections": Group(_sections, _read_sections, _write_sections),
    "preface": _matter_group(IssueMatter.Kind.PREFACE, lambda printed: printed.preface),
    "call": _matter_group(IssueMatter.Kind.CALL, lambda printed: printed.call),
    "highlights": Group(_highlights, _read_highlights, _write_highlights),
    "board": Group(_board, _read_board, _write_board),
}
