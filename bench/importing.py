"""Reading the printed text of the real issue, and bringing it into the journal."""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction

from journal.importing.read import parse_issue
from journal.importing.write import import_issue

from .harness import Measured, bench, milliseconds

REAL_ISSUE = "003_*.txt"


@bench
def printed_issue() -> Iterator[Measured]:
    """Nothing where the real issue is not beside the project."""
    file = next(settings.SEEDS_DIR.glob(REAL_ISSUE), None) if settings.SEEDS_DIR else None
    if file is None:
        return
    text = file.read_text("utf-8")

    def write() -> None:
        with transaction.atomic():
            import_issue(printed)
            transaction.set_rollback(True)

    printed = parse_issue(text)
    yield Measured("读懂一期的印刷文本", 2000, milliseconds(lambda: parse_issue(text), 3))
    yield Measured("写入数据库", 5000, milliseconds(write, 3))
