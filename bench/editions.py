"""Typesetting the real issue, and one article as its writer sees it in print."""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from journal import compilation
from journal.editions import build
from journal.editions.compiled_word import compiled_docx
from journal.editions.pdf import article_pdf, typeset
from journal.editions.pdf.compiled import compiled_pdf
from journal.importing.read import parse_issue
from journal.importing.write import import_issue
from journal.models import Article, Issue

from .harness import Measured, bench, milliseconds
from .importing import REAL_ISSUE


def in_a_process_of_its_own(issue_id: int, answers) -> None:
    """A first build as a fresh worker does it: fonts and templates read anew."""
    started = time.perf_counter()
    done = typeset(Issue.objects.get(pk=issue_id))
    taken = (time.perf_counter() - started) * 1000
    answers.put((taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, done.pages))


@bench
def print_edition() -> Iterator[Measured]:
    """Nothing where the real issue is not beside the project."""
    file = next(settings.SEEDS_DIR.glob(REAL_ISSUE), None) if settings.SEEDS_DIR else None
    if file is None:
        return
    with transaction.atomic():
        issue = import_issue(parse_issue(file.read_text("utf-8")))
    connection.close()
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    worker = context.Process(target=in_a_process_of_its_own, args=(issue.pk, answers))
    worker.start()
    taken, memory, pages = answers.get()
    worker.join()
    yield Measured(f"整期排版成 PDF（{pages} 页），第一次", 2000, taken)
    yield Measured("整期排版的内存", 300, memory, "MB")
    yield Measured("整期再排一次", 2000, milliseconds(lambda: typeset(issue), 3))
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
