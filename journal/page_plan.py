"""The pages of an issue as the real typesetting gives them, kept until something that is printed changes.

`cached` never typesets, `set_now` does where it must: 0.7 s the first time, 0.14 s again for the real issue. What cannot
be known without typesetting (a text in the pool, a place it is dragged to) is estimated from lengths and called 约.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import ceil

from django.conf import settings
from django.core.cache import cache

from .editions.pdf import typeset
from .editions.pdf.fonts import faces
from .models import Article, Byline, Imprint, Issue, Journal, JournalLink, Picture

SIGNATURE = 4  # pages of a folded sheet (帖): a bound booklet has a multiple of them
KEPT_SECONDS = 24 * 60 * 60
# 字 on a page of two columns, measured on the real issue; a photograph takes about a third of one.
WORDS_A_PAGE = 1_400
PICTURE_PAGES = 0.33
SHARES_A_PAGE = 600  # 字: shorter pieces are set one after another


@dataclass(frozen=True)
class PagePlan:
    """starts, ends: article id → page; numbered: pages with numbers, the cover's four sides are not among them."""

    starts: dict[int, int]
    ends: dict[int, int]
    numbered: int
    problems: tuple[str, ...]

    def pages_of(self, article_id: int) -> tuple[int, int] | None:
        start = self.starts.get(article_id)
        return None if start is None else (start, self.ends.get(article_id, start))

    @property
    def to_fill(self) -> int:
        """Pages missing to a whole number of signatures."""
        return -self.numbered % SIGNATURE


@dataclass(frozen=True)
class Cell:
    """One signature of the page bar. state: full, part, empty, or over what is planned."""

    first: int
    last: int
    state: str


def cached(issue: Issue) -> PagePlan | None:
    """The plan of the issue as it is now, where it was typeset already."""
    kept = cache.get(_key(issue))
    return _unpacked(kept) if kept else None


def latest(issue: Issue) -> PagePlan | None:
    """The plan that was made last: what to show while the next is being set."""
    kept = cache.get(_latest_key(issue))
    return _unpacked(kept) if kept else None


def set_now(issue: Issue) -> PagePlan:
    """The plan of the issue as it is now, typeset where it was not yet."""
    # Fingerprinted before: what changes while it is set belongs to the next plan.
    key = _key(issue)
    kept = cache.get(key)
    if kept is None:
        done = typeset(issue)
        kept = asdict(PagePlan(done.starts, done.ends, done.numbered, done.problems))
        cache.set_many({key: kept, _latest_key(issue): kept}, KEPT_SECONDS)
    return _unpacked(kept)


def estimated_pages(words: int, pictures: int) -> int:
    """About how many pages a text takes; 0 for one so short that it shares a page."""
    if words <= SHARES_A_PAGE and not pictures:
        return 0
    return max(1, ceil(words / WORDS_A_PAGE + pictures * PICTURE_PAGES))


def cells(numbered: int, planned: int | None) -> list[Cell]:
    """The page bar: a cell a signature up to what is planned or needed, whichever is more."""
    planned = planned or 0
    last = max(numbered, planned)
    found = []
    for first in range(1, last + 1, SIGNATURE):
        end = first + SIGNATURE - 1
        if planned and first > planned:
            state = "over"
        elif numbered >= end:
            state = "full"
        else:
            state = "part" if numbered >= first else "empty"
        found.append(Cell(first, end, state))
    return found


def fingerprint(issue: Issue) -> str:
    """A hash over everything that is printed, in a constant number of queries."""
    articles = Article.objects.filter(issue=issue)
    facts = [
        [issue.year, issue.number, issue.serial_number, issue.theme, issue.cover_id],
        Journal.objects.values_list(),
        JournalLink.objects.values_list("position", "label", "url"),
        Imprint.objects.filter(issue=issue).values_list(),
        issue.sections.values_list("section", "position", "name", "section__name"),
        articles.order_by("pk").values_list(
            "pk",
            "section",
            "position",
            "parent",
            "withdrawn_at",
            "runs_on",
            "kicker",
            "title",
            "contents_title",
            "subtitle",
            "author_note",
            "source_note",
            "credits",
            "text__current__digest",
        ),
        Byline.objects.filter(article__issue=issue)
        .order_by("article", "position", "pk")
        .values_list("article", "kind", "name", "affiliation"),
        Picture.objects.filter(versions__current_of__article__issue=issue)
        .order_by("pk")
        .values_list("pk", "sha256", "print_width_mm", "caption", "photographer"),
        issue.matters.values_list("kind", "title", "html", "signature"),
        issue.highlights.values_list("position", "text", "article"),
        issue.board.values_list("role", "name", "position"),
        sorted(faces().files.items()),
        str(settings.FONTS_DIR),
    ]
    packed = json.dumps([list(map(_plain, rows)) for rows in facts], ensure_ascii=False, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()


def _plain(row):
    return list(row) if isinstance(row, Iterable) and not isinstance(row, str) else row


def _key(issue: Issue) -> str:
    return f"page-plan:{issue.pk}:{fingerprint(issue)}"


def _latest_key(issue: Issue) -> str:
    return f"page-plan:{issue.pk}:latest"


def _unpacked(kept: dict) -> PagePlan:
    return PagePlan(kept["starts"], kept["ends"], kept["numbered"], tuple(kept["problems"]))
