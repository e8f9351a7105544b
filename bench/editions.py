"""Typesetting the real issue, and one article as its writer sees it in print."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from journal import compilation, galleys
from journal.editions import build
from journal.editions.compiled_word import compiled_docx
from journal.editions.pdf import article_pdf, typeset
from journal.editions.pdf.compiled import compiled_pdf
from journal.galley_contents import contents_of, differences, frozen
from journal.importing.read import parse_issue
from journal.importing.write import import_issue
from journal.models import Article, Issue
from members.models import User
from members.roles import Role

from .harness import Measured, bench, milliseconds
from .importing import REAL_ISSUE

# A fresh worker's first build: fonts and templates read anew. No fork: the typesetter's threads do not outlive one.
FRESH = "import sys, django; django.setup(); from bench.editions import first_build; first_build(int(sys.argv[1]))"


def first_build(issue_id: int) -> None:
    """Milliseconds, megabytes of the process and pages, as JSON on standard output."""
    started = time.perf_counter()
    done = typeset(Issue.objects.get(pk=issue_id))
    taken = (time.perf_counter() - started) * 1000
    print(json.dumps([taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, done.pages]))


@bench
def print_edition() -> Iterator[Measured]:
    """Nothing where the real issue is not beside the project."""
    file = next(settings.SEEDS_DIR.glob(REAL_ISSUE), None) if settings.SEEDS_DIR else None
    if file is None:
        return
    with transaction.atomic():
        issue = import_issue(parse_issue(file.read_text("utf-8")))
    command = [sys.executable, "-c", FRESH, str(issue.pk)]
    taken, memory, pages = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    yield Measured(f"整期排版成 PDF（{pages} 页），第一次", 2000, taken)
    yield Measured("整期排版的内存", 300, memory, "MB")
    yield Measured("整期再排一次", 2000, milliseconds(lambda: typeset(issue), 3))
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.CLOSED)
    issue.refresh_from_db()
    editor = User.objects.create_user("13900009998", name="测量用编辑", roles=[Role.EDITOR], approved_at=timezone.now())
    yield Measured("整期出一次清样，冻结存档", 2500, milliseconds(lambda: galleys.make_round(issue, editor), 3))
    rounds = list(issue.galleys.all()[:2])
    yield Measured("整期内容校验值", 300, milliseconds(lambda: contents_of(issue)))
    yield Measured("比较两次清样", 300, milliseconds(lambda: differences(*map(frozen, rounds))))
    article = issue.articles.order_by("-text__current__words").first()
    yield Measured(
        f"一篇看印出来什么样（{article.text.current.words:,} 字）", 500, milliseconds(lambda: article_pdf(article), 3)
    )
    yield from other_editions(issue)


def other_editions(issue: Issue) -> Iterator[Measured]:
    """The rest of what an issue becomes, and all its pieces as one compilation."""
    with tempfile.TemporaryDirectory() as folder:
        for kind, asked in (("epub", 2000), ("docx", 5000), ("wechat", 2000), ("txt", 1000)):
            taken = milliseconds(lambda kind=kind: build(issue, kind, Path(folder) / kind), 3)
            yield Measured(f"整期做成 {kind}", asked, taken)
    articles = Article.objects.filter(issue=issue, parent=None)
    book = compilation.Book("汇编", tuple(compilation.Piece(one, one.as_printed()) for one in articles))
    yield Measured(f"汇编脱敏（{len(book.pieces)} 篇）", 1000, milliseconds(lambda: compilation.masked(book), 3))
    yield Measured("汇编成 Word", 2000, milliseconds(lambda: compiled_docx(book), 3))
    yield Measured("汇编成 PDF", 2000, milliseconds(lambda: compiled_pdf(book), 3))
