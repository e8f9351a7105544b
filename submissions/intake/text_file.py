"""Plain text files from strangers: encoding found out, sizes capped."""

from pathlib import Path

from .refused import FileRefused

MAX_BYTES = 10 * 1024 * 1024
_SAVE_AGAIN = "请用记事本打开，另存为 UTF-8 编码的 .txt"
_MARKED = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def read_text_file(path: Path) -> str:
    """The text of a UTF-8, UTF-16 (marked) or GB18030 file. Raises FileRefused."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefused(path.name, f"超过 {MAX_BYTES // 1048576} MB，不像一篇稿件", "请拆成几个文件")
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused(path.name, "打不开，可能不存在或没有读取权限", "请核对路径") from error
    if not data.strip():
        raise FileRefused(path.name, "是空文件", "请重新选择文件，或重新发送")
    return _decoded(data, path.name)


def _decoded(data: bytes, name: str) -> str:
    marked = [encoding for mark, encoding in _MARKED if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused(name, "不是文字文件，或编码不常见", _SAVE_AGAIN)
