"""Say in one line that a port cannot be used, before anything is installed for it. Needs only Python."""

import socket
import sys


def complaint(text: str) -> str | None:
    """Return why the port cannot be used, or None where it can."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        return f"PORT={text} 不是端口号，请用 1 到 65535 之间的数字，例如：make run PORT=8001"
    with socket.socket() as probe:
        # As the server does: an address whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            return f"没有使用端口 {text} 的权限，请换一个 1024 以上的端口，例如：make run PORT=8001"
        except OSError:
            other = int(text) % 65535 + 1
            return f"端口 {text} 已被其他程序占用，请先关闭那个程序，或换一个端口，例如：make run PORT={other}"
    return None


def main() -> int:
    reason = complaint(sys.argv[1] if len(sys.argv) > 1 else "")
    if reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
