"""Editions as files: which an issue needs, whether they are still right, and their building in the background.

`order` compares what a file was made from with what the issue says now, and has only what differs built anew. A worker
claims a build (compare and swap) and holds it for LEASE; one that died in the middle is taken up again by
`order_lost`. The print house's PDF is no build and is never made anew (`print_house`).
"""

import hashlib
import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import typst
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from members.models import Event

from .editions import build
from .editions.columns import columns_of, highlights_of, parts_of
from .management.reasons import reason_of
from .models import Access, Article, Edition, Imprint, Issue, Journal
from .models.edition import edition_path
from .site_revision import raise_site_revision
from .tasks import build_edition

Kind, State = Edition.Kind, Edition.State
BUILT = (Kind.PDF, Kind.EPUB)  # what readers are offered, in this order
LEASE = timedelta(minutes=5)  # a build takes seconds: who holds one longer has died
TRIES = 3
BROKEN = "程序出错，没有做成，详情在服务器的日志里。请重试；还是不行，请告诉管理员。"
LOST = f"做了 {TRIES} 次都中断了（可能是内存不够，或者服务器重启）。请重试；还是不行，请告诉管理员。"


class EditionRefused(Exception):
    """The step cannot be taken; the message says why and what to do next."""


def articles_for(issue: Issue, audience: str):
    """What an edition for a circle of readers holds: a 公开 one nothing that is 内部 or withdrawn (DESIGN.md 6)."""
    articles = Article.objects.filter(issue=issue, withdrawn_at__isnull=True).exclude(access=Access.UNDECIDED)
    # A part goes where its composite goes.
    articles = articles.filter(Q(parent__isnull=True) | Q(parent__withdrawn_at__isnull=True))
    if audience == Access.PUBLIC:
        articles = articles.filter(Q(parent__isnull=True) | Q(parent__access=Access.PUBLIC), access=Access.PUBLIC)
    return articles


def audiences(issue: Issue) -> list[str]:
    """The circles of readers that need a file of their own: members only where there is more for them to read."""
    every = set(articles_for(issue, Access.INTERNAL).values_list("pk", flat=True))
    public = set(articles_for(issue, Access.PUBLIC).values_list("pk", flat=True))
    if issue.access != Access.PUBLIC:
        return [Access.INTERNAL] if every else []
    return ([Access.PUBLIC] if public else []) + ([Access.INTERNAL] if every - public else [])


def source_digest(issue: Issue, audience: str) -> str:
    """SHA-256 over everything an edition shows: facts of the issue, order, page numbers, the articles' own digests."""
    chosen = articles_for(issue, audience)
    journal = Journal.objects.current()
    imprint = Imprint.objects.filter(issue=issue).values().first()
    shown = {
        "issue": [issue.year, issue.number, issue.serial_number, issue.theme, issue.cover and issue.cover.sha256],
        "journal": [journal.name, journal.sponsor, journal.frequency, journal.page_width_mm, journal.page_height_mm],
        "links": list(journal.links.values_list("label", "url")),
        "imprint": imprint,
        "matters": list(issue.matters.values_list("kind", "title", "html", "signature")),
        "board": list(issue.board.values_list("role", "name")),
        "highlights": [[one.text, one.article_id] for one in highlights_of(issue, chosen)],
        "columns": [
            [column.name, [_facts(article) for article in column.articles]] for column in columns_of(issue, chosen)
        ],
    }
    packed = json.dumps(shown, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(packed.encode()).hexdigest()


def _facts(article: Article) -> list:
    own = [article.pk, article.text.current.digest, article.contents_title, article.runs_on]
    return [*own, article.start_page, article.end_page, [_facts(part) for part in parts_of(article)]]


@transaction.atomic
def order(issue: Issue, *, at: datetime | None = None) -> int:
    """Have every file made anew that no longer says what the issue says; how many. Files nobody needs are closed.

    Call it in the transaction that changed the issue: the builds start after commit.
    """
    at = at or timezone.now()
    rows = {(row.kind, row.audience): row for row in issue.editions.current().filter(kind__in=BUILT)}
    circles = audiences(issue) if issue.state == Issue.State.PUBLISHED else []
    ordered = 0
    for audience in circles:
        wanted = source_digest(issue, audience)
        for kind in BUILT:
            row = rows.pop((kind, audience), None) or Edition.objects.create(issue=issue, kind=kind, audience=audience)
            if row.made_from == wanted and row.state == State.FRESH:
                continue
            _ask(Edition.objects.filter(pk=row.pk), wanted_from=wanted)
            ordered += 1
    Edition.objects.filter(pk__in=[row.pk for row in rows.values()]).update(replaced_at=at)
    return ordered


@transaction.atomic
def order_again(edition: Edition, actor) -> None:
    """A person asks for a file once more: after a failure, or because it looks wrong. Raises EditionRefused."""
    if not actor.has_perm("journal.build_edition", edition.issue):
        raise PermissionDenied
    settled = Edition.objects.current().filter(pk=edition.pk, kind__in=BUILT, state__in=(State.FRESH, State.FAILED))
    if not _ask(settled):
        raise EditionRefused(f"{edition}正在生成，或者已经停用，不用再做一次。请刷新页面看进度。")
    Event.objects.record(actor, "重新生成电子版", edition.issue, note=str(edition))


def order_lost(*, at: datetime | None = None) -> int:
    """Start again what a worker held and never finished; how many. After TRIES it is 没有做成, and says so."""
    at = at or timezone.now()
    lost = Edition.objects.current().filter(state=State.BUILDING, lease_until__lt=at)
    lost.filter(tries__gte=TRIES).update(state=State.FAILED, message=LOST, lease_until=None)
    found = list(lost.values_list("pk", flat=True))
    for pk in found:
        build_edition.enqueue(pk)
    return len(found)


def _ask(rows, **changes) -> int:
    """Mark rows as to be built and start it after commit; how many."""
    found = list(rows.values_list("pk", flat=True))
    done = rows.update(state=State.STALE, progress=0, message="", lease_until=None, tries=0, **changes)
    for pk in found if done else ():
        transaction.on_commit(lambda pk=pk: build_edition.enqueue(pk))
    return done


def carry_out(pk: int, *, at: datetime | None = None) -> bool:
    """Build one edition if it waits to be built and nobody else holds it; whether this call did it.

    What it was ordered for while it was being built is not lost: the result is then thrown away, and the next build
    follows.
    """
    claimed = _claim(pk, at or timezone.now())
    if claimed is None:
        return False
    problem = BROKEN
    try:
        with tempfile.TemporaryDirectory(prefix="edition-") as folder:
            made = _make(claimed, Path(folder))
            problem = ""
            return _settle(claimed, **made)
    except OSError as error:
        problem = f"文件写不下：{reason_of(error)}。请看磁盘是不是满了，再重试。"
        raise
    except typst.TypstError as error:
        problem = f"排版没有通过：{str(error)[:300]}。请看“清样”里列出的问题，改好再重试。"
        raise
    finally:
        # Whatever went wrong is told on the issue's page; the log has the whole of it.
        if problem:
            _settle(claimed, state=State.FAILED, message=problem[:500])


def _claim(pk: int, at: datetime) -> Edition | None:
    """The row, held by this caller alone until its lease ends."""
    open_rows = Q(state=State.STALE) | Q(state=State.BUILDING, lease_until__lt=at)
    claimed = (
        Edition.objects.current()
        .filter(open_rows, pk=pk, kind__in=BUILT)
        .update(
            state=State.BUILDING,
            progress=10,
            lease_until=at + LEASE,
            run=F("run") + 1,
            tries=F("tries") + 1,
            message="",
        )
    )
    return Edition.objects.select_related("issue__cover").get(pk=pk) if claimed else None


@dataclass(frozen=True)
class _File:
    file: str
    sha256: str
    size: int
    pages: int | None


def _make(edition: Edition, folder: Path) -> dict:
    """The file, stored under its hash, and what it holds. The digest is taken first: what changes later differs."""
    issue, audience = edition.issue, edition.audience
    made_from = source_digest(issue, audience)
    chosen = articles_for(issue, audience)
    held = list(chosen.values_list("pk", flat=True))
    built = build(issue, edition.kind, folder / f"edition{edition.suffix}", chosen)
    _held(edition).update(progress=80)
    stored = store(edition, built.path, built.pages)
    return asdict(stored) | {"articles": held, "made_from": made_from}


def store(edition: Edition, path: Path, pages: int | None) -> _File:
    """Keep a file under its hash; equal bytes once. Written before its row (DESIGN.md 12)."""
    with path.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
        edition.sha256 = digest
        place, storage = edition_path(edition, ""), edition.file.storage
        if not storage.exists(place):
            data.seek(0)
            place = storage.save(place, File(data))
    return _File(place, digest, path.stat().st_size, pages)


def _held(edition: Edition):
    return Edition.objects.filter(pk=edition.pk, state=State.BUILDING, run=edition.run)


@transaction.atomic
def _settle(edition: Edition, *, articles=(), state=State.FRESH, **facts) -> bool:
    """Write the outcome down, only while the claim holds; whether it did."""
    if state == State.FRESH:
        facts |= {"progress": 100, "built_at": timezone.now(), "wanted_from": facts["made_from"]}
    settled = _held(edition).update(state=state, lease_until=None, **facts)
    if settled and state == State.FRESH:
        edition.articles.set(articles)
        # The issue's page offers it from now on.
        raise_site_revision()
    return bool(settled)


def for_reader(user, issue: Issue, kind: str) -> Edition | None:
    """The file of a kind this person gets; None where there is none, or none for them."""
    return next((edition for edition in offered(user, issue) if offered_as(edition) == kind), None)


def offered(user, issue: Issue) -> list[Edition]:
    """What the issue's page offers this person to download, one a kind, PDF first.

    The print house's PDF comes before our own: it is the issue as printed. Else the file with more to read in it.
    """
    rank = {Kind.PRINT: 0, Access.INTERNAL: 0}
    rows = list(Edition.objects.readable_by(user).filter(issue=issue))
    rows.sort(key=lambda row: (rank.get(row.kind, 1), rank.get(row.audience, 1)))
    best: dict[str, Edition] = {}
    for row in rows:
        best.setdefault(offered_as(row), row)
    return [best[kind] for kind in BUILT if kind in best]


def offered_as(edition: Edition) -> str:
    """The kind readers ask for: the print house's PDF is the PDF."""
    return Kind.PDF if edition.kind == Kind.PRINT else edition.kind
