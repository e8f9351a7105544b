"""How far the proofs of articles have got: stages, marks waiting, 差错率. In a constant number of queries.

差错率 of a stage (on the pages: 每万字差错) is the errors it found ÷ 字数 of the version it saw × 10,000: what the stage
before had left in the text. 一校 tells the manuscript as edited, 二校 what 一校 left, 三校 what 二校 left. Each error
counts as one, whatever its kind; 建议 is none, and neither is a mark the editor declined. 三校 is the stage that counts:
what it still finds is compared with Journal.error_rate_limit, the others tell how the work went. An issue's rate at a
stage is that of its articles that have the stage, together.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef

from .models import Approval, Article, Issue, Journal, ProofMark, Text

Kind = Approval.Kind
STAGES = Approval.PROOFS
COUNTS = Kind.PROOF_3  # the stage whose rate is compared with the office's own limit
PER = 10_000  # characters the error rate is told for


@dataclass
class Progress:
    """How far the proofs of one article have got. Counts are of marks, keyed by Kind value."""

    article: Article
    done: dict[str, Approval] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    declined: dict[str, int] = field(default_factory=dict)
    at_work: dict[str, tuple[int, int]] = field(default_factory=dict)  # stage → (person's id, marks not handed in)

    @property
    def pending(self) -> Kind | None:
        """The stage to be done next; None after 三校."""
        return next((kind for kind in STAGES if kind not in self.done), None)

    @property
    def open_marks(self) -> int:
        return sum(self.open.values())

    @property
    def awaits_editor(self) -> bool:
        return self.open_marks > 0

    @property
    def read_through(self) -> Approval | None:
        """通读 counts on the final text alone."""
        found = self.done.get(Kind.READ_THROUGH)
        return found if found and found.version_id == self.article.text.current_id else None

    @property
    def awaits_read_through(self) -> bool:
        return self.pending is None and not self.awaits_editor and self.read_through is None

    def errors(self, kind: str) -> int | None:
        """Errors counted at a stage: those found, without 建议 and without what the editor declined; None undone."""
        if kind not in self.done:
            return None
        found = self.done[kind].errors
        counted = sum(count for error, count in found.items() if error != ProofMark.Error.STYLE)
        return max(0, counted - self.declined.get(kind, 0))

    def words(self, kind: str) -> int:
        """字数 of the version the stage saw."""
        return self.done[kind].version.words

    def rate(self, kind: str) -> float | None:
        """差错率 at a stage: errors it found ÷ 字数 × 10,000, that is, what the stage before had left in the text."""
        errors = self.errors(kind)
        return None if errors is None or not self.words(kind) else errors / self.words(kind) * PER

    @property
    def last(self) -> Kind | None:
        """The last proof done."""
        return next((kind for kind in reversed(STAGES) if kind in self.done), None)


def progress_of(articles: Iterable[Article]) -> dict[int, Progress]:
    """Article id → its progress, in a constant number of queries. Articles need `text` loaded."""
    by_text = {article.text_id: Progress(article) for article in articles}
    kinds = (*STAGES, Kind.READ_THROUGH)
    rows = Approval.objects.filter(version__text__in=by_text, kind__in=kinds, decision=Approval.Decision.PASSED)
    rows = rows.in_force().select_related("version", "person").defer("version__html")
    for approval in rows.order_by("at", "pk"):
        by_text[approval.version.text_id].done[approval.kind] = approval
    for progress in by_text.values():
        # A stage is done only on top of those before it: an earlier one may have been revoked alone.
        for number, kind in enumerate(STAGES):
            if any(before not in progress.done for before in STAGES[:number]):
                progress.done.pop(kind, None)
    marks = with_state(ProofMark.objects.filter(version__text__in=by_text))
    counted = marks.values("version__text", "version", "kind", "person", "handed_in", "outcome", "error").order_by()
    for row in counted.annotate(count=Count("pk")):
        _count(by_text[row["version__text"]], row)
    return {progress.article.pk: progress for progress in by_text.values()}


def _count(progress: Progress, row: dict) -> None:
    kind, count = row["kind"], row["count"]
    if not row["handed_in"]:
        _, before = progress.at_work.get(kind, (None, 0))
        progress.at_work[kind] = (row["person"], before + count)
    elif row["outcome"] == ProofMark.Outcome.OPEN:
        progress.open[kind] = progress.open.get(kind, 0) + count
    elif row["outcome"] == ProofMark.Outcome.DECLINED and row["error"] != ProofMark.Error.STYLE:
        done = progress.done.get(kind)
        if done and done.version_id == row["version"]:
            progress.declined[kind] = progress.declined.get(kind, 0) + count


def with_state(marks):
    """Marks with `handed_in`: until the stage is handed in they are their author's."""
    handed = Approval.objects.filter(version=OuterRef("version"), kind=OuterRef("kind"), person=OuterRef("person"))
    return marks.annotate(handed_in=Exists(handed))


def marks_of(text: Text):
    """All marks of a text, those of earlier versions too, in the order they were made."""
    rows = with_state(ProofMark.objects.filter(version__text=text))
    return rows.select_related("version", "person", "outcome_by").order_by("pk")


def progress(article: Article) -> Progress:
    return progress_of([article])[article.pk]


@dataclass(frozen=True)
class Tally:
    """Of an issue at one stage: articles that have it, errors they had, 字数 they have."""

    kind: Kind
    articles: int
    errors: int
    words: int

    @property
    def rate(self) -> float | None:
        return self.errors / self.words * PER if self.words else None


def tallies(rows: list[Progress]) -> list[Tally]:
    """差错率 of an issue, a line a stage: the errors of the articles that have it together ÷ their 字数 × 10,000."""
    return [
        Tally(
            kind,
            len(done := [row for row in rows if kind in row.done]),
            sum(row.errors(kind) or 0 for row in done),
            sum(row.words(kind) for row in done),
        )
        for kind in STAGES
    ]


def of_issue(issue: Issue) -> list[Progress]:
    """Every article of an issue that is not withdrawn, parts too, in printed order."""
    articles = Article.objects.filter(issue=issue, withdrawn_at=None).in_printed_order()
    articles = list(articles.select_related("issue", "section", "text__current").defer("text__current__html"))
    found = progress_of(articles)
    return [found[article.pk] for article in articles]


def in_proof() -> list[Progress]:
    """Of the issues in the making that may still be changed."""
    articles = Article.objects.filter(issue__state=Issue.State.PREPARING, withdrawn_at=None)
    articles = articles.select_related("issue", "section", "text__current").defer("text__current__html")
    articles = list(articles.order_by("issue__year", "issue__number", "section__position", "position", "pk"))
    found = progress_of(articles)
    return [found[article.pk] for article in articles]


def awaiting_proof(user, rows: list[Progress] | None = None) -> list[Progress]:
    """待我校对: what the person may proof or read through now. `rows` where `in_proof()` was asked already."""
    if not user.has_perm("journal.proofread"):
        return []
    rows = in_proof() if rows is None else rows
    # Asked once here and not of every row: it is the same for all.
    small = Journal.objects.current().small_office
    return [row for row in rows if row.awaits_read_through or _is_for(user, row, small)]


def _is_for(user, row: Progress, small: bool) -> bool:
    if row.pending is None or row.awaits_editor or row.at_work.get(row.pending, (user.pk, 0))[0] != user.pk:
        return False
    return small or all(not done.is_held_by(user) for kind, done in row.done.items() if kind in STAGES)


def awaiting_editor(user, rows: list[Progress] | None = None) -> list[Progress]:
    """待改样: articles with marks handed in that an editor has neither applied nor declined."""
    if not user.has_perm("journal.apply_marks"):
        return []
    return [row for row in (in_proof() if rows is None else rows) if row.awaits_editor]
