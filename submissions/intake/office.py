"""Old Word (.doc) and WPS (.wps) files → .docx, by LibreOffice where it is installed (DEPENDENCIES.md).

Each file gets a process, a profile and a folder of its own, which vanish with it: two conversions never meet, and
nothing one file does is left for the next. Macros are off and links are not followed; what comes out is again a
stranger's file for `open_docx`.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .docx_file import MAX_FILE_BYTES, SAVE_AS_DOCX, refuse_encrypted
from .refused import FileRefused

TIMEOUT = 60  # seconds; an article takes one or two
_STREAMS = (
    ("WordDocument", ""),
    ("Workbook", "Excel 表格"),
    ("PowerPoint Document", "PowerPoint 演示文稿"),
    ("__substg1.0_", "Outlook 邮件"),
)
_WORKS = "MatOST"  # the older .wps, of Microsoft Works
_ITEM = '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SETTINGS = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Writer/Content/Update", "Link", "2"),  # never
)


def program() -> str | None:
    """The installed LibreOffice, None without one."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def as_docx(data: bytes, name: str) -> bytes:
    """The .docx of an OLE file. Raises FileRefused: not Word's, encrypted, damaged, too slow, or nothing to convert with."""
    refuse_encrypted(data, name)
    _refuse_other_streams(data, name)
    converter = program()
    if converter is None:
        raise FileRefused(name, "是旧版 Word（.doc）或 WPS 文字（.wps）文件，这里没有装转换程序，读不了", SAVE_AS_DOCX)
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        return _converted(converter, data, name, Path(folder))


def _refuse_other_streams(data: bytes, name: str) -> None:
    kind = next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in data), None)
    if kind:
        raise FileRefused(name, f"其实是 {kind}", "请把正文放进 Word 文档（*.docx）")
    if kind is None and _WORKS.encode("utf-16-le") not in data:
        raise FileRefused(name, "不是 Word 或 WPS 文字文件，或已损坏", SAVE_AS_DOCX)


def _converted(converter: str, data: bytes, name: str, folder: Path) -> bytes:
    source = folder / "source.doc"  # no name from outside reaches the disk
    source.write_bytes(data)
    _write_profile(folder / "profile")
    command = [
        converter,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source)),
    ]
    finished = _run(command, folder)
    result = folder / "source.docx"
    if not finished:
        raise FileRefused(name, f"转换了 {TIMEOUT} 秒还没有完成，可能已损坏", SAVE_AS_DOCX)
    if not result.is_file() or not 0 < result.stat().st_size <= MAX_FILE_BYTES:
        raise FileRefused(name, "转换不出来，可能设了密码或已损坏", SAVE_AS_DOCX)
    return result.read_bytes()


def _run(command: list[str], folder: Path) -> bool:
    """Whether it ended in time. LibreOffice starts helpers, so the whole process group is ended."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        return False
    finally:
        _end_group(process)
    return True


def _end_group(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nobody of the group is left
    finally:
        process.wait()


def _write_profile(profile: Path) -> None:
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        "utf-8",
    )
