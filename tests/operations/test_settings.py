"""A site in earnest starts with what it was told and nothing guessed; the refusal names every variable at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a test run sets for itself is none of an office's: browser tests leave the last one behind.
OURS = (
    "DATABASE_URL",
    "ALLOWED_HOSTS",
    "HTTPS",
    "SECRET_KEY",
    "DEBUG",
    "CACHE_URL",
    "EMAIL_HOST",
    "LOG_FORMAT",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
)


def start(tmp_path, what="import config.settings", **environment) -> subprocess.CompletedProcess:
    """Read the settings with nothing in the environment but these."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", what],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def earnest(tmp_path):
    return {
        "PRODUCTION": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "ALLOWED_HOSTS": "kanwu.example",
        "HTTPS": "1",
    }


def test_enough_is_enough(tmp_path, earnest):
    assert start(tmp_path, **earnest).returncode == 0


def test_everything_missing_is_named_at_once(tmp_path):
    done = start(tmp_path, PRODUCTION="1")
    assert done.returncode != 0
    assert all(name in done.stderr for name in ("DATABASE_URL", "ALLOWED_HOSTS", "HTTPS"))


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("DATABASE_URL", "", "DATABASE_URL"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS"),
        ("HTTPS", "perhaps", "HTTPS"),
        ("DEBUG", "1", "DEBUG"),
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("EMAIL_HOST", "mail.example", "DEFAULT_FROM_EMAIL"),
        ("S3_BUCKET", "journal", "S3_ACCESS_KEY"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT"),
        ("HSTS_SECONDS", "a year", "HSTS_SECONDS"),
        ("TRUSTED_PROXIES", "proxy.example", "TRUSTED_PROXIES"),
    ],
)
def test_a_bad_value_is_refused_by_its_name(tmp_path, earnest, name, value, named):
    done = start(tmp_path, **(earnest | {name: value}))
    assert done.returncode != 0
    told = done.stderr.splitlines()[-1]
    assert "ImproperlyConfigured" in told
    assert named in told


def test_a_demonstration_needs_none_of_it(tmp_path):
    assert start(tmp_path).returncode == 0


def test_nothing_is_wrong_when_it_is_deployed(tmp_path, earnest):
    check = "from django.core.management import execute_from_command_line as run; run(['manage.py', 'check', '--deploy', '--fail-level', 'WARNING'])"
    done = start(tmp_path, check, DJANGO_SETTINGS_MODULE="config.settings", TRUSTED_PROXIES="10.0.0.1", **earnest)
    assert done.returncode == 0, done.stderr
