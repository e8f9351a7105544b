"""Two gunicorn workers over one file cache: a change shows in both with the next visit."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from journal import publishing
from journal.models import Access, Article, Journal, ReadCount

ROOT = Path(__file__).resolve().parents[2]
VISITS = 16  # each on a connection of its own: both workers take some


def database_url() -> str:
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    return (
        f"postgres://{quote(facts['USER'])}:{quote(facts['PASSWORD'])}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"
    )


@pytest.fixture
def site(transactional_db, settings, tmp_path):
    """The server as `make run` starts it, on this test's database and cache: `site.visit(path)`, `site.workers()`."""
    folder = tmp_path / "data"
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {
        "default": {"BACKEND": backend, "LOCATION": str(folder / "cache")},
        "pages": {"BACKEND": backend, "LOCATION": str(folder / "pages")},
    }
    log = tmp_path / "access.log"
    environment = os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url(),
        "PORT": "0",
        "WEB_WORKERS": "2",
        "SECRET_KEY": "for-a-test",
        "READS_FLUSH_SECONDS": "3600",
    }
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--access-logfile", str(log)]
    command += ["--access-logformat", "%(p)s %(U)s"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    address = server.stdout.readline().split("：", 1)[1].split()[0]

    def visit(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(_request(f"{address}{path}"), timeout=60) as answer:  # noqa: S310 (our own server)
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def workers(path: str) -> set[str]:
        return {line.split()[0] for line in log.read_text().splitlines() if line.endswith(f" {path}")}

    def stop() -> None:
        server.terminate()
        server.wait(30)

    yield SimpleNamespace(visit=visit, workers=workers, stop=stop)
    stop()
    server.stdout.close()


def _request(address: str) -> urllib.request.Request:
    return urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 Chrome/100.0"})  # noqa: S310


def everywhere(site, path: str) -> set[tuple[int, bool]]:
    """What all visits get: status, and whether the title is in it."""
    return {(status, "榕树下的会" in body) for status, body in (site.visit(path) for _ in range(VISITS))}


def test_publishing_and_taking_back_show_in_both_workers_at_once(site, cast, make_issue, make_article, publish):
    issue = make_issue()
    article = make_article("榕树下的会", issue=issue)
    address = article.get_absolute_url()
    assert everywhere(site, address) == {(404, False)}
    publish(issue)
    assert everywhere(site, address) == {(200, True)}
    assert everywhere(site, "/") == {(200, True)}

    article.refresh_from_db()
    article.title = "另一个题目"
    article.save()
    assert everywhere(site, address) == {(200, False)}

    Article.objects.filter(pk=article.pk).update(title="榕树下的会", access=Access.INTERNAL)
    publishing.raise_site_revision()
    assert everywhere(site, "/") == {(200, False)}
    assert everywhere(site, address) == {(403, False)}

    Article.objects.filter(pk=article.pk).update(
        access=Access.PUBLIC, withdrawn_at=timezone.now(), withdrawn_reason="数字有误"
    )
    publishing.raise_site_revision()
    assert everywhere(site, address) == {(410, False)}

    assert len(site.workers(address)) == 2

    journal = Journal.objects.current()
    journal.name = "望海党建"
    journal.save()
    assert "望海党建" in site.visit("/")[1]

    # Nothing was written while the server ran; each worker writes what it has noted when it ends.
    assert not ReadCount.objects.exists()
    site.stop()
    assert ReadCount.objects.get().number == VISITS + VISITS
