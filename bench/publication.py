"""A published issue's files made in the background, and a correction on its way to readers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from journal import corrections, editions_made
from journal.importing.read import parse_issue
from journal.importing.write import import_issue
from journal.models import Edition
from members.models import User
from members.roles import Role

from .harness import Measured, bench
from .importing import REAL_ISSUE


def taken(act) -> float:
    started = perf_counter()
    act()
    return (perf_counter() - started) * 1000


@bench
def publication() -> Iterator[Measured]:
    """Nothing where the real issue is not beside the project."""
    file: Path | None = next(settings.SEEDS_DIR.glob(REAL_ISSUE), None) if settings.SEEDS_DIR else None
    if file is None:
        return
    # Ordered, and built by hand below.
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        with transaction.atomic():
            issue = import_issue(
                parse_issue(file.read_text("utf-8")), access="public", approved_by="部务会", basis="测量"
            )
        chief = User.objects.create_user(
            "bench-chief@localhost", roles=[Role.CHIEF_EDITOR], name="主编", approved_at=issue.published_at
        )
        for edition in Edition.objects.current().filter(issue=issue).order_by("kind"):
            name = f"后台生成{edition.get_kind_display()}（{edition.get_audience_display()}版）"
            yield Measured(name, 5000, taken(lambda edition=edition: editions_made.carry_out(edition.pk)))
        article = issue.articles.filter(access="public", parent=None).order_by("pk").first()
        content = article.text.current.content
        asked = corrections.propose(
            article, chief, replace(content, title=f"{content.title}更"), reason="标题", seen=article.text.current_id
        )
        client = Client(headers={"host": "localhost"})
        client.get(article.get_absolute_url())

        def correct_and_read() -> None:
            corrections.sign(asked, chief)
            page = client.get(article.get_absolute_url()).content.decode()
            assert f"{content.title}更" in page

        yield Measured("签发更正到读者看到", 1000, taken(correct_and_read))
