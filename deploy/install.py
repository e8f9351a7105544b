"""Install or upgrade the site on a machine without a network; standard library alone, Linux and Windows.

    ./install.sh --to /opt/quarterly --data /var/lib/quarterly --hosts kanwu.example --https 1

First time: checks the archive's sums, makes an environment from the wheels, writes `quarterly.env`, makes the tables.
Again, with a newer archive: backs up, puts the new program in place, migrates; the old program is kept beside it.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
SETTINGS = "quarterly.env"
HEAD = "# 网站的设置，改后重新启动生效。每一项的说明见 app/README.md“设置”。\n"


class Refused(Exception):
    """Why nothing was installed, and what to do."""


def check_sums() -> None:
    """Every file as it was packed; a USB stick or a mail may have damaged one."""
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        path = HERE / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            raise Refused(f"安装包不完整：{name} 缺失或损坏。请重新拷贝整个安装包。")


def python_in(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if WINDOWS else "bin/python")


def run(*command: object, env: dict | None = None) -> None:
    done = subprocess.run([str(word) for word in command], env=env, check=False)
    if done.returncode:
        raise Refused(f"这一步没有做成：{' '.join(str(word) for word in command[:4])}……，上面是它的说明。")


def settings_of(target: Path) -> dict[str, str]:
    lines = (target / SETTINGS).read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def write_settings(target: Path, options: argparse.Namespace) -> None:
    data = options.data.resolve()
    database = options.database or f"sqlite:///{data.as_posix()}/db.sqlite3"
    values = {
        "PRODUCTION": "1",
        "DATA_DIR": str(data),
        "DATABASE_URL": database,
        "ALLOWED_HOSTS": options.hosts,
        "HTTPS": options.https,
        "BIND_HOST": options.bind,
        "PORT": options.port,
        "TASKS": "database",
    }
    path = target / SETTINGS
    # It may hold the password of the database.
    path.touch(mode=0o600)
    path.write_text(HEAD + "".join(f"{name}={value}\n" for name, value in values.items()), "utf-8")


def make_environment(target: Path) -> Path:
    """A fresh environment beside the one in use, so that a failure leaves the site as it was."""
    fresh = target / "venv.new"
    shutil.rmtree(fresh, ignore_errors=True)
    print("正在安装软件包……", flush=True)
    run(sys.executable, "-m", "venv", fresh)
    pip = [python_in(fresh), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-index"]
    run(*pip, "--find-links", HERE / "wheels", "-r", HERE / "app" / "requirements.txt")
    return fresh


def needs_environment(target: Path) -> bool:
    """Whether the packages differ from those the present program was installed with."""
    present = target / "app" / "requirements.txt"
    same = present.is_file() and present.read_bytes() == (HERE / "app" / "requirements.txt").read_bytes()
    return not (same and python_in(target / "venv").exists())


def put_in_place(target: Path, fresh_environment: Path | None) -> None:
    """Program and environment together, the former ones kept under one stamp."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    fresh_program = target / "app.new"
    shutil.rmtree(fresh_program, ignore_errors=True)
    shutil.copytree(HERE / "app", fresh_program)
    shutil.copy(HERE / "VERSION", fresh_program / "VERSION")
    for name, fresh in (("app", fresh_program), ("venv", fresh_environment)):
        if fresh is None:
            continue
        present = target / name
        if present.exists():
            present.rename(target / f"{name}.before-{stamp}")
        fresh.rename(present)
    # Scripts of an environment name its folder, which has just changed; modules run with -m do not.
    print(f"程序已放到 {target / 'app'}。")


def manage(target: Path, *arguments: str) -> None:
    env = os.environ | settings_of(target) | {"PYTHONUTF8": "1"}
    run(python_in(target / "venv"), "-W", "ignore", target / "app" / "manage.py", *arguments, env=env)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="安装或升级网站（不用联网）")
    parser.add_argument("--to", type=Path, required=True, help="程序装到哪个文件夹")
    parser.add_argument("--data", type=Path, help="数据放在哪个文件夹（首次安装要写）")
    parser.add_argument("--hosts", help="网站的域名或地址，逗号隔开（首次安装要写）")
    parser.add_argument("--https", choices=("0", "1"), help="对外是 https 写 1，单位内网只有 http 写 0（首次安装要写）")
    parser.add_argument("--database", default="", help="PostgreSQL 的地址；不写就用 SQLite，放在数据文件夹里")
    parser.add_argument("--bind", default="127.0.0.1", help="监听地址；前面没有代理、要让别的机器访问就写 0.0.0.0")
    parser.add_argument("--port", default="8000", help="端口")
    return parser.parse_args()


def main() -> int:
    options = parse()
    target = options.to.resolve()
    again = (target / SETTINGS).exists()
    try:
        if sys.version_info[:2] != (3, 11):
            raise Refused("要用 Python 3.11 安装，软件包是为它准备的。")
        if not again and not (options.data and options.hosts and options.https):
            raise Refused(
                "首次安装请写明 --data、--hosts、--https，例如：--data /var/lib/quarterly --hosts 10.1.2.3 --https 0"
            )
        check_sums()
        target.mkdir(parents=True, exist_ok=True)
        if not again:
            options.data.mkdir(parents=True, exist_ok=True)
            write_settings(target, options)
        else:
            kept = Path(settings_of(target)["DATA_DIR"]) / "backups"
            kept.mkdir(exist_ok=True)
            print("升级前先备份……", flush=True)
            manage(target, "backup", str(kept))
        put_in_place(target, make_environment(target) if needs_environment(target) else None)
        manage(target, "migrate", "--verbosity", "0")
        manage(target, "check", "--fail-level", "ERROR")
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    print("升级完成，请重新启动网站。" if again else "安装完成。下一步见“运维手册”：建第一个管理员账号，启动网站。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
