"""Start a part of the site with the settings of `quarterly.env`, on Linux and on Windows.

    venv/bin/python app/deploy/start.py web | worker | manage COMMAND …

systemd, the Windows task scheduler and a person at a terminal all start it this way. Standard library alone until then.
"""

import os
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent
SETTINGS = Path(os.environ.get("QUARTERLY_ENV", PROGRAM.parent / "quarterly.env"))


def settings(path: Path) -> dict[str, str]:
    """`NAME=value` lines; raises SystemExit where the file is missing."""
    if not path.is_file():
        raise SystemExit(f"没有设置文件 {path}。它在首次安装时生成；放在别处的，用环境变量 QUARTERLY_ENV 指明。")
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def command(part: str, arguments: list[str]) -> list[str]:
    manage = [sys.executable, "-W", "ignore", "manage.py"]
    if part == "worker":
        return [*manage, "work"]
    if part == "manage":
        return [*manage, *arguments]
    if os.name == "nt":
        # gunicorn needs fork; one process with threads serves an office.
        host, port = os.environ.get("BIND_HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        waitress = ["waitress", f"--listen={host}:{port}", "--threads=16", "--channel-timeout=120"]
        trusted = os.environ.get("TRUSTED_PROXIES", "")
        # waitress takes away what a proxy nobody trusts says of the visitor's address, and knows one such proxy.
        trust = (
            [f"--trusted-proxy={trusted}", "--trusted-proxy-headers=x-forwarded-for x-forwarded-proto"]
            if trusted
            else []
        )
        return [sys.executable, "-W", "ignore", "-m", *waitress, *trust, "config.wsgi:application"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi"]


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in ("web", "worker", "manage"):
        raise SystemExit("用法：start.py web（网站）、start.py worker（后台程序）、start.py manage 命令 …")
    os.environ.update({"PYTHONUTF8": "1"} | settings(SETTINGS))
    os.chdir(PROGRAM)
    words = command(sys.argv[1], sys.argv[2:])
    if os.name == "nt":
        # Windows has no exec that keeps the process: wait, so that the scheduler sees it run.
        import subprocess

        raise SystemExit(subprocess.call(words))
    os.execv(words[0], words)


if __name__ == "__main__":
    main()
