"""Run every test this machine can run, on SQLite and on PostgreSQL, and name what was left out and why.

TEST_POSTGRES_URL names the PostgreSQL server to test on (default: user postgres on 127.0.0.1:5432 without a
password). With REQUIRE_ALL=1 whatever is left out is a failure. Arguments are handed to pytest.
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL") or "postgres://postgres@127.0.0.1:5432/quarterly"
EVERYTHING = os.environ.get("REQUIRE_ALL") == "1"


def postgres_missing() -> str | None:
    """Return why there can be no run on PostgreSQL, or None where a server answers."""
    server = POSTGRES_URL.rpartition("/")[0] + "/postgres"
    try:
        psycopg2.connect(server, connect_timeout=3).close()
    except psycopg2.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return None


def run(name: str, url: str | None, arguments: list[str]) -> int:
    """What touches no database, or is a matter of how a page looks, is the same on both, and runs once."""
    print(f"\n== {name}{'（用到数据库的测试）' if url else ''} ==", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment |= {"DATABASE_URL": url, "DATABASE_TESTS_ONLY": "1"}
    command = [sys.executable, "-m", "pytest", "-n", "2", "--durations", "10", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def main() -> int:
    arguments = sys.argv[1:]
    results = {"SQLite": run("SQLite", None, arguments)}
    missing = postgres_missing()
    if missing is None:
        results["PostgreSQL"] = run("PostgreSQL", POSTGRES_URL, arguments)
    print()
    for name, code in results.items():
        print(f"{name}：{'通过' if code == 0 else '未通过'}")
    if missing is not None:
        print(f"PostgreSQL：未运行。{POSTGRES_URL} 连接不上（{missing}）。可用 TEST_POSTGRES_URL 指定服务器。")
    return int(any(results.values()) or (EVERYTHING and missing is not None))


if __name__ == "__main__":
    sys.exit(main())
