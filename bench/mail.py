"""Taking in e-mail: a letter with its files, and the worst messages that come (issue: 2 s and 200 MB each)."""

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from submissions.intake.mail import read_mail
from tests.submissions.mail_builder import attachment, joined, message, multipart, part, word

from .harness import Measured, bench, milliseconds

ROOT = Path(__file__).resolve().parent.parent
# In a process of its own, so that the peak is this message's; processor time, because the machine may be busy.
ALONE = """
import sys, time
from pathlib import Path
import django
django.setup()
from submissions.intake.refused import FileRefused
from submissions.mailbox import take_in
start = time.process_time()
try:
    take_in(Path(sys.argv[1]).read_bytes(), name="来信.eml")
except FileRefused as refused:
    print(refused, file=sys.stderr)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - start, int(peak.split()[1]) / 1024)
"""


def _nested() -> bytes:
    body = part(b"core")
    for level in range(300):
        body = part(joined(body, boundary=b"b%d" % level), b"multipart/mixed; boundary=b%d" % level)
    return message(joined(body, boundary=b"top"), content_type=b"multipart/mixed; boundary=top")


def _wrapped() -> bytes:
    body = message(b"c" * 1_500_000)
    for _ in range(10):
        body = message(base64.encodebytes(body), content_type=b"message/rfc822", content_transfer_encoding=b"base64")
    return body


ATTACKS: dict[str, Callable[[], bytes]] = {
    "3,000 个部分": lambda: multipart(*[part(b"x")] * 3000),
    "300 层": _nested,
    "十层编码的转发，30 MB": _wrapped,
    "一个 36 MB 的附件": lambda: multipart(attachment(os.urandom(36_000_000), b"attachment; filename=a.bin")),
    "30 MB 没有写完的网页": lambda: message(b"<a " * 10_000_000, content_type=b"text/html"),
    "40 MB 假的分隔记号": lambda: message(b"--bb\r\n" * 6_600_000, content_type=b"multipart/mixed; boundary=b"),
    "一百万个没有写完的主题": lambda: message(subject=b"=?utf-8?B?" * 1_000_000),
    "40 MB 链接": lambda: message(b"https://pan.baidu.com/s/a " * 1_500_000),
}


@bench
def letter() -> Iterator[Measured]:
    data = multipart(
        part(("现将稿件报上，请查收。" * 300).encode("gbk"), b"text/plain; charset=gb2312"),
        *[attachment(os.urandom(3_000_000), b"attachment; filename=" + word(f"照片{n}.jpg", "gbk")) for n in range(4)],
        subject=word("报送稿件", "gbk"),
    )
    yield Measured("读一封信，3,000 字，四张 3 MB 的照片", 500, milliseconds(lambda: read_mail(data), 3))


@bench
def worst_messages() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "来信.eml"
        for label, make in ATTACKS.items():
            path.write_bytes(make())
            command = [sys.executable, "-c", ALONE, str(path)]
            done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True)
            seconds, megabytes = map(float, done.stdout.split())
            yield Measured(f"最坏的来信（{label}）", 2_000, seconds * 1_000)
            yield Measured(f"最坏的来信（{label}）：内存", 200, megabytes, "MB")
