"""The archive for machines without a network: installed and served with networking off, upgraded, refused when damaged."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import bundle

ROOT = Path(__file__).resolve().parents[2]

# A network of its own with nothing but its loopback: whoever wants to ask anybody else gets no answer.
OFFLINE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "offline"]


def can_be_offline() -> bool:
    tools = shutil.which("unshare") and shutil.which("ip")
    return bool(tools) and subprocess.run([*OFFLINE, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The bundle for this machine, made as `make bundle` does, unpacked."""
    if sys.platform != "linux" or not can_be_offline():
        pytest.skip("不能断开网络（需要 Linux、管理员权限、util-linux 和 iproute2）")
    folder = tmp_path_factory.mktemp("bundle")
    wheels = folder / "wheels"
    system = f"linux-{os.uname().machine}"
    try:
        bundle.download(system, wheels)
    except subprocess.CalledProcessError:
        pytest.skip("取不到软件包（没有连上软件包仓库）")
    archive = folder / "quarterly.zip"
    assert bundle.write(archive, wheels) > 200
    # Not extractall: it forgets which files may be run.
    subprocess.run(["python3", "-m", "zipfile", "-e", archive, folder], check=True)
    return folder / bundle.TOP


def install(unpacked: Path, target: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Ask the installer, offline, with nothing of ours in the environment."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(target.parent), "LANG": "C.UTF-8"}
    command = [*OFFLINE, sys.executable, str(unpacked / "install.py"), "--to", str(target), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    target = tmp_path_factory.mktemp("machine") / "site"
    told = install(
        unpacked,
        target,
        *("--data", str(target.parent / "data"), "--hosts", "127.0.0.1", "--https", "0", "--port", "8917"),
    )
    assert told.returncode == 0, told.stderr
    return target


def python(target: Path) -> list[str]:
    return [str(target / "venv/bin/python"), str(target / "app/deploy/start.py")]


def test_it_serves_without_a_network(installed):
    script = f"""
import subprocess, sys, time, urllib.request
site = subprocess.Popen({python(installed)!r} + ["web"])
try:
    for _ in range(200):
        time.sleep(0.1)
        try:
            print(urllib.request.urlopen("http://127.0.0.1:8917/readyz", timeout=2).read().decode())
            break
        except OSError:
            continue
    assert "三亚党建" in urllib.request.urlopen("http://127.0.0.1:8917/", timeout=5).read().decode()
finally:
    site.terminate()
    site.wait()
"""
    done = subprocess.run([*OFFLINE, sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.strip().splitlines()[-1]) == {"database": "ok", "cache": "ok", "data": "ok"}


def test_the_first_administrator_comes_from_the_runbook(installed):
    words = ["manage", "first_administrator", "13800138000", "罗小川", "--json"]
    done = subprocess.run([*python(installed), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["login_name"] == "13800138000"


def test_an_upgrade_backs_up_first_and_keeps_the_former_program(installed, unpacked):
    (installed / "app" / "former").touch()
    told = install(unpacked, installed)
    assert told.returncode == 0, told.stderr
    assert list((installed.parent / "data" / "backups").glob("backup-*.zip"))
    assert not (installed / "app" / "former").exists()
    assert [one for one in installed.glob("app.before-*") if (one / "former").exists()]
    assert "PRODUCTION=1" in (installed / "quarterly.env").read_text()


def test_a_damaged_archive_changes_nothing(unpacked, tmp_path):
    damaged = Path(shutil.copytree(unpacked, tmp_path / "damaged"))
    page = damaged / "app" / "manage.py"
    page.write_bytes(page.read_bytes() + b"\n")
    told = install(damaged, tmp_path / "site", "--data", str(tmp_path / "data"), "--hosts", "x.example", "--https", "0")
    assert (told.returncode, "app/manage.py" in told.stderr) == (2, True)
    assert not (tmp_path / "site").exists()


def test_what_must_be_said_the_first_time_is_asked_for(unpacked, tmp_path):
    told = install(unpacked, tmp_path / "site")
    assert told.returncode == 2
    assert all(word in told.stderr for word in ("--data", "--hosts", "--https"))
