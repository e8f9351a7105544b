"""Editions as files: which there are, who gets which, when they are made anew, and what a dead worker leaves behind."""

import io
import zipfile
from datetime import timedelta

import pypdfium2
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from journal import corrections, editions, editions_made, withdrawing
from journal.models import Access, Article, Edition
from journal.tasks import build_edition

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()
OPEN, INSIDE = "榕树下的公开会", "灯塔里的内部事"


@pytest.fixture
def issue(make_issue, make_article):
    issue = make_issue()
    make_article(OPEN, issue=issue, html="<p>公开的正文在这里。</p>")
    make_article(INSIDE, issue=issue, html="<p>内部的正文在这里。</p>", secrecy="internal")
    issue.highlights.create(text=f"{INSIDE}导读", article=issue.articles.get(title=INSIDE))
    return issue


@pytest.fixture
def published(issue, publish, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(issue)
    return issue


def words_of(edition: Edition) -> str:
    with edition.file.open("rb") as file:
        data = file.read()
    if edition.kind == "epub":
        book = zipfile.ZipFile(io.BytesIO(data))
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith("xhtml"))
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def titles_in(edition) -> set[str]:
    words = words_of(edition).replace("\r\n", "")
    return {title for title in (OPEN, INSIDE) if title in words}


def test_publishing_makes_each_circle_its_own_files(published):
    made = {(row.kind, row.audience): titles_in(row) for row in Edition.objects.current()}
    both = {OPEN, INSIDE}
    assert made == {
        ("pdf", "public"): {OPEN},
        ("pdf", "internal"): both,
        ("epub", "public"): {OPEN},
        ("epub", "internal"): both,
    }
    row = Edition.objects.get(kind="pdf", audience="public")
    assert (row.state, row.progress, row.size > 1000, row.pages > 1) == ("fresh", 100, True, True)
    assert row.file.name == f"editions/{row.sha256[:2]}/{row.sha256}.pdf"


def test_each_person_gets_the_file_with_all_they_may_read(published, cast):
    assert editions_made.for_reader(NOBODY, published, "pdf").audience == Access.PUBLIC
    assert editions_made.for_reader(cast.reader, published, "pdf").audience == Access.INTERNAL
    assert editions_made.for_reader(cast.pending, published, "pdf").audience == Access.PUBLIC
    assert [row.kind for row in editions_made.offered(NOBODY, published)] == ["pdf", "epub"]


def test_a_withdrawn_article_closes_its_files_before_new_ones_are_made(published, cast):
    withdrawing.withdraw_article(published.articles.get(title=OPEN), cast.chief, reason="有误", listed=False)
    assert editions_made.for_reader(NOBODY, published, "pdf") is None
    assert editions_made.for_reader(cast.reader, published, "pdf") is None
    for row in Edition.objects.current():
        editions_made.carry_out(row.pk)
    # Nothing public is left; members keep the rest.
    assert editions_made.for_reader(NOBODY, published, "pdf") is None
    assert titles_in(editions_made.for_reader(cast.reader, published, "pdf")) == {INSIDE}


def test_an_issue_gone_internal_gives_visitors_nothing(published, cast):
    withdrawing.change_access(published, cast.chief, access="internal", reason="上级要求")
    assert editions_made.offered(NOBODY, published) == []
    assert editions_made.for_reader(cast.reader, published, "epub").audience == Access.INTERNAL


def test_only_what_changed_is_made_anew(published, cast):
    article = published.articles.get(title=INSIDE)
    assert editions_made.order(published) == 0
    content = article.text.current.content
    changed = type(content)(**{**content.__dict__, "title": "灯塔里的事"})
    made = corrections.propose(article, cast.editor, changed, reason="标题", seen=article.text.current_id)
    corrections.sign(made, cast.chief)
    states = {(row.kind, row.audience): row.state for row in Edition.objects.current()}
    assert states == {
        ("pdf", "public"): "fresh",
        ("pdf", "internal"): "stale",
        ("epub", "public"): "fresh",
        ("epub", "internal"): "stale",
    }
    # Until the new file is there, readers keep the old one.
    assert editions_made.for_reader(cast.reader, published, "pdf") is not None


@pytest.fixture
def waiting(issue, publish) -> Edition:
    """Ordered, not built: what is done after commit does not happen inside a test's transaction."""
    publish(issue)
    return Edition.objects.get(kind="epub", audience="public")


def test_a_held_build_is_not_taken_by_another_worker(waiting, monkeypatch):
    taken = []

    def build(*args):
        taken.append(editions_made.carry_out(waiting.pk))
        return editions.build(*args)

    monkeypatch.setattr(editions_made, "build", build)
    assert editions_made.carry_out(waiting.pk) is True
    assert taken == [False]
    assert editions_made.carry_out(waiting.pk) is False


def test_a_worker_that_died_is_followed_by_another(waiting):
    now = timezone.now()
    # Killed in the middle: claimed, never settled.
    assert editions_made._claim(waiting.pk, now) is not None
    assert editions_made.order_lost(at=now + timedelta(minutes=1)) == 0
    assert build_edition.call(waiting.pk) is False
    Edition.objects.filter(pk=waiting.pk).update(lease_until=now - timedelta(seconds=1))
    assert editions_made.order_lost(at=now) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == ("fresh", 2)


def test_after_three_deaths_it_says_so_and_waits_for_a_person(waiting, cast):
    long_ago = timezone.now() - timedelta(hours=1)
    for number in range(editions_made.TRIES):
        assert editions_made._claim(waiting.pk, long_ago + number * timedelta(minutes=6)) is not None
    assert editions_made.order_lost() == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.message) == ("failed", editions_made.LOST)
    with pytest.raises(PermissionDenied):
        editions_made.order_again(waiting, cast.reader)
    editions_made.order_again(waiting, cast.editor)
    assert editions_made.carry_out(waiting.pk)


def test_what_is_ordered_during_a_build_is_built_again(waiting, monkeypatch):
    def build(*args):
        Article.objects.filter(title=OPEN).update(start_page=7, end_page=8)
        editions_made.order(waiting.issue)
        return editions.build(*args)

    monkeypatch.setattr(editions_made, "build", build)
    assert editions_made.carry_out(waiting.pk) is False
    waiting.refresh_from_db()
    assert (waiting.state, bool(waiting.file)) == ("stale", False)


@pytest.mark.parametrize(
    ("error", "told"), [(OSError(28, "No space left"), "磁盘满了"), (ValueError("x"), "服务器的日志")]
)
def test_a_failure_is_told_and_tried_again_by_a_person(error, told, waiting, cast, monkeypatch):
    def build(*args):
        raise error

    monkeypatch.setattr(editions_made, "build", build)
    with pytest.raises(type(error)):
        editions_made.carry_out(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert told in waiting.message
    monkeypatch.undo()
    editions_made.order_again(waiting, cast.editor)
    with pytest.raises(editions_made.EditionRefused, match="正在生成"):
        editions_made.order_again(waiting, cast.editor)
    assert editions_made.carry_out(waiting.pk)
