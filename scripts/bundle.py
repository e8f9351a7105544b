"""``make bundle``: one archive that installs on a machine without a network, Linux or Windows.

In it: the program (what git tracks), wheels for every system asked for, checksums, the installer and the runbook.
    python scripts/bundle.py [--systems linux-x86_64,linux-aarch64,windows] [--output FILE] [--wheels FOLDER]
"""

import argparse
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What pip calls the systems. glibc 2.28 is what the domestic systems of these years carry (麒麟 V10, 统信 20).
SYSTEMS = {
    "linux-x86_64": ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"],
    "linux-aarch64": ["manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"],
    "windows": ["win_amd64"],
}
PYTHON = "3.11"
NOT_FOR_OFFICES = ("tests/", "bench/", ".ci/", "docs/screenshots/")
TOP = "quarterly"  # the folder that unpacking makes


def download(system: str, folder: Path) -> None:
    """The wheels of requirements.txt for one system; raises CalledProcessError where one does not exist."""
    platforms = [word for name in SYSTEMS[system] for word in ("--platform", name)]
    command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary=:all:"]
    where = ["--python-version", PYTHON, "--implementation", "cp", *platforms, "-d", str(folder)]
    subprocess.run([*command, *where, "-r", str(ROOT / "requirements.txt")], check=True)


def program() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and not name.startswith(NOT_FOR_OFFICES)]


def version() -> str:
    """When the program was last changed and which change that was: 20261130-1a2b3c4."""
    told = ["git", "log", "-1", "--date=format:%Y%m%d", "--format=%cd-%h"]
    return subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def write(output: Path, wheels: Path) -> int:
    """Everything into `output`, with a list of SHA-256 sums; the number of files."""
    entries = {f"app/{name}": ROOT / name for name in program()}
    entries |= {f"wheels/{path.name}": path for path in sorted(wheels.glob("*.whl"))}
    for name in ("install.py", "install.sh", "install.bat"):
        entries[name] = ROOT / "deploy" / name
    entries["运维手册.md"] = ROOT / "docs" / "runbook.md"
    sums = []
    draft = output.with_name(output.name + ".partial")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in entries.items():
            data = path.read_bytes()
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}")
            entry = zipfile.ZipInfo(f"{TOP}/{name}")
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
        archive.writestr(f"{TOP}/VERSION", version() + "\n")
        archive.writestr(f"{TOP}/SHA256SUMS", "\n".join(sums) + "\n")
    draft.replace(output)
    return len(entries)


def main() -> int:
    parser = argparse.ArgumentParser(description="做一个离线安装包")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help=f"给哪些系统：{'、'.join(SYSTEMS)}，逗号隔开")
    parser.add_argument("--output", type=Path, help="写到哪里，默认 var/bundle/quarterly-版本.zip")
    parser.add_argument("--wheels", type=Path, default=ROOT / "var" / "bundle" / "wheels", help="软件包放在哪里")
    options = parser.parse_args()
    systems = [name for name in options.systems.split(",") if name]
    if unknown := [name for name in systems if name not in SYSTEMS]:
        parser.error(f"没有这样的系统：{'、'.join(unknown)}")
    output = options.output or ROOT / "var" / "bundle" / f"{TOP}-{version()}.zip"
    for folder in (options.wheels, output.parent):
        folder.mkdir(parents=True, exist_ok=True)
    for old in options.wheels.glob("*.whl"):
        old.unlink()
    for system in systems:
        print(f"正在取 {system} 的软件包……", flush=True)
        download(system, options.wheels)
    count = write(output, options.wheels)
    print(f"{output}：{count} 个文件，{output.stat().st_size / 1048576:.0f} MB。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
