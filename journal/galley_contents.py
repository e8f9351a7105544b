"""What of an issue reaches the paper, as plain facts with one hash over all of it; and what differs between two rounds.

The typesetting reads the same things (`editions.pdf.matter`): whatever changes a printed page changes the digest. Page
numbers given by hand are not among them: they tell where a page is, not what stands on it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from journal.text.alike import matches
from journal.text.blocks import picture_ids, plain_text
from journal.text.diff import Row
from journal.text.diff import compare as compare_texts

from .editions.columns import columns_of, parts_of
from .editions.text import imprint_lines
from .models import Article, GalleyPiece, GalleyRound, Imprint, Issue, Journal, Picture, TextVersion


@dataclass(frozen=True)
class Contents:
    """lines: what stands around the articles, label → words; marks: label → hash of its form (bold, pictures);
    pieces: the articles in printed order, not saved, without pages."""

    lines: dict[str, str]
    marks: dict[str, str]
    pieces: list[GalleyPiece]
    digest: str

    @property
    def front(self) -> dict:
        return {"lines": self.lines, "marks": self.marks}


def contents_of(issue: Issue) -> Contents:
    """The issue as it stands now, in a constant number of queries."""
    lines, marks = _around(issue)
    columns = [column for column in columns_of(issue) if column.articles]
    lines["栏目"] = "\n".join(column.name for column in columns)
    rows = [
        (one, article if one is not article else None, column.name)
        for column in columns
        for article in column.articles
        for one in (article, *parts_of(article))
    ]
    shown = _pictures_of(article.text.current_id for article, _, _ in rows)
    pieces = [
        GalleyPiece(
            position=position,
            article=article,
            parent=parent,
            version=article.text.current,
            column=column,
            title=article.listed_title,
            digest=_hash(_printed(article, shown.get(article.text.current_id, []))),
        )
        for position, (article, parent, column) in enumerate(rows, 1)
    ]
    order = [(piece.article_id, piece.parent_id, piece.column, piece.digest) for piece in pieces]
    return Contents(lines, marks, pieces, _hash([lines, marks, order]))


def frozen(galley: GalleyRound) -> Contents:
    """What a round was made of."""
    pieces = list(galley.pieces.select_related("article", "version").defer("version__html"))
    return Contents(galley.front["lines"], galley.front["marks"], pieces, galley.digest)


def _printed(article: Article, pictures: list) -> list:
    """All of an article that is set, its body by the version's own digest."""
    facts = ("kicker", "title", "contents_title", "subtitle", "author_note", "source_note", "credits", "runs_on")
    signed = [[line.kind, line.name, line.affiliation] for line in article.bylines.all()]
    return [article.text.current.digest, [getattr(article, name) for name in facts], signed, pictures]


def _pictures_of(versions: Iterable[int]) -> dict[int, list]:
    """Version id → what of its pictures is printed."""
    found: dict[int, list] = {}
    rows = TextVersion.pictures.through.objects.filter(textversion__in=list(versions)).order_by("picture")
    for row in rows.select_related("picture"):
        found.setdefault(row.textversion_id, []).append(_picture(row.picture))
    return found


def _picture(picture: Picture) -> list:
    return [picture.pk, picture.sha256, picture.caption, picture.photographer, picture.print_width_mm]


def _around(issue: Issue) -> tuple[dict[str, str], dict[str, str]]:
    """Everything but the articles: label → words, label → hash of what words do not tell."""
    journal = Journal.objects.current()
    imprint = Imprint.objects.filter(issue=issue).first() or Imprint.from_journal(issue, journal)
    matters = {matter.get_kind_display(): matter for matter in issue.matters.all()}
    cover = issue.cover
    lines = {
        "刊名": f"{journal.name}（{journal.frequency}）",
        "期号": f"{issue}（总第 {issue.serial_number} 期）",
        "成品尺寸": f"{journal.page_width_mm}×{journal.page_height_mm} 毫米",
        "封面": "上传的图片" if cover else "自动生成",
        "封面主题": issue.theme,
        "准印证号": imprint.licence_number,
        "封面字样": imprint.notice,
        "主办": imprint.sponsor or journal.sponsor,
        **{f"版本记录·{label}": value for label, value in imprint_lines(imprint)},
        "在线阅读说明": imprint.online_note,
        "二维码": "\n".join(f"{link.label} {link.url}" for link in journal.links.all() if link.url),
        **{label: _words(matter) for label, matter in matters.items()},
        "本期导读": "\n".join(highlight.text for highlight in issue.highlights.all()),
        "编辑委员会": "\n".join(f"{member.role} {member.name}" for member in issue.board.all()),
    }
    pictures = Picture.objects.in_bulk({pk for matter in matters.values() for pk in picture_ids(matter.html)})
    marks = {
        label: _hash(
            [matter.html, [_picture(pictures[pk]) for pk in sorted(picture_ids(matter.html)) if pk in pictures]]
        )
        for label, matter in matters.items()
    }
    marks["封面"] = cover.sha256 if cover else ""
    marks["本期导读"] = _hash([highlight.article_id for highlight in issue.highlights.all()])
    return {label: words for label, words in lines.items() if words}, marks


def _words(matter) -> str:
    return "\n".join(part for part in (matter.title, plain_text(matter.html), matter.signature) if part)


def _hash(facts) -> str:
    packed = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(packed.encode()).hexdigest()


@dataclass(frozen=True)
class Pair:
    """An article that stands on both sides."""

    old: GalleyPiece
    new: GalleyPiece

    @property
    def has_new_text(self) -> bool:
        return self.old.version.digest != self.new.version.digest

    @property
    def is_changed(self) -> bool:
        return self.old.digest != self.new.digest

    @property
    def is_shifted(self) -> bool:
        """On other pages; a side that was not typeset shifts nothing."""
        return bool(self.old.pages and self.new.pages and self.old.pages != self.new.pages)


@dataclass(frozen=True)
class Differences:
    """front: rows of the comparison of what stands around the articles, the same ones left out; form: labels of which
    only the form changed. moved and changed may name the same article."""

    added: list[GalleyPiece] = field(default_factory=list)
    removed: list[GalleyPiece] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    changed: list[Pair] = field(default_factory=list)
    shifted: list[Pair] = field(default_factory=list)
    front: list[Row] = field(default_factory=list)
    form: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """In one line: 新增 1 篇，文字或版式改动 3 篇 …; empty where both are the same."""
        counts = (("新增", self.added), ("撤出", self.removed), ("移动", self.moved), ("改动", self.changed))
        parts = [f"{word} {len(rows)} 篇" for word, rows in counts if rows]
        around = list(dict.fromkeys([*(row.label for row in self.front), *self.form]))
        return "，".join([*parts, *([f"{'、'.join(around)}有改动"] if around else [])])


def differences(old: Contents, new: Contents) -> Differences:
    """What changed from one to the other. An article counts as moved where the others kept their order around it."""
    before = {piece.article_id: piece for piece in old.pieces}
    after = {piece.article_id: piece for piece in new.pieces}
    pairs = [Pair(before[pk], piece) for pk, piece in after.items() if pk in before]
    order = [piece.article_id for piece in old.pieces if piece.article_id in after]
    kept = {order[place] for place, _ in matches(order, [pair.new.article_id for pair in pairs])}
    labels = [label for label in {**new.lines, **old.lines} if old.lines.get(label) != new.lines.get(label)]
    rows = compare_texts(
        {label: old.lines.get(label, "") for label in labels},
        {label: new.lines.get(label, "") for label in labels},
        [],
        [],
    )
    reformed = [label for label in {**new.marks, **old.marks} if old.marks.get(label) != new.marks.get(label)]
    return Differences(
        added=[piece for pk, piece in after.items() if pk not in before],
        removed=[piece for pk, piece in before.items() if pk not in after],
        moved=[
            pair
            for pair in pairs
            if pair.new.article_id not in kept
            or (pair.old.column, pair.old.parent_id) != (pair.new.column, pair.new.parent_id)
        ],
        changed=[pair for pair in pairs if pair.is_changed],
        shifted=[pair for pair in pairs if pair.is_shifted],
        front=rows,
        form=[label for label in reformed if label not in labels],
    )
