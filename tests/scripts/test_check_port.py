"""`make run` says in one line when it cannot have its port."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.check_port import complaint

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_port.py"


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_another_to_try(taken):
    assert f"端口 {taken} 已被其他程序占用" in complaint(str(taken))
    assert f"PORT={taken + 1}" in complaint(str(taken))


def test_a_free_port_is_fine():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert complaint(str(free)) is None


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "80.5"])
def test_what_is_no_port_is_refused(text):
    assert "不是端口号" in complaint(text)


def test_the_command_exits_2_with_one_line(taken):
    done = subprocess.run([sys.executable, SCRIPT, str(taken)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
