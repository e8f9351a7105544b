"""What every test run reports: the tests left out, grouped by reason. With REQUIRE_ALL=1 they fail the run.

With DATABASE_TESTS_ONLY=1 the tests that touch no database, and those of how pages look, are not repeated
(scripts/run_tests.py, second database).
"""

import os
from collections import Counter

import pytest
from xdist.scheduler import LoadScopeScheduling

EVERYTHING = os.environ.get("REQUIRE_ALL") == "1"
DATABASE_TESTS_ONLY = os.environ.get("DATABASE_TESTS_ONLY") == "1"
_DATABASE = {"db", "transactional_db", "live_server"}

# Their tests share what takes long to set up: one worker takes the whole file. By name, for pytest 9.2 has made node ids
# unchangeable, which is how xdist 3.8 tells the groups of its own mark to its scheduler.
WHOLE_FILES = (
    "tests/operations/test_backup.py",
    "tests/operations/test_bundle.py",
    "tests/operations/test_faults.py",
    "tests/submissions/test_demo.py",
    "tests/submissions/test_fetch_mail.py",
)


class WholeFilesScheduling(LoadScopeScheduling):
    """Test by test to whoever is free, but WHOLE_FILES as one piece each, first of all."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in WHOLE_FILES else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> WholeFilesScheduling:
    return WholeFilesScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not DATABASE_TESTS_ONLY:
        return
    touching = [item for item in items if item.get_closest_marker("django_db") or _DATABASE & set(item.fixturenames)]
    kept = [item for item in touching if not item.get_closest_marker("rendering")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def left_out(config: pytest.Config) -> Counter[str]:
    """Return how many tests were skipped for each reason."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    is_worker = hasattr(session.config, "workerinput")
    if EVERYTHING and not is_worker and exitstatus == pytest.ExitCode.OK and left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons = left_out(config)
    if not reasons:
        return
    terminalreporter.section("未运行的测试" + ("（REQUIRE_ALL=1：视为失败）" if EVERYTHING else ""))
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} 项：{reason}")
