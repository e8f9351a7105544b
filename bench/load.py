"""A load of HTTP requests on one address of this machine: as many connections as asked, kept open, one request each."""

import selectors
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Load:
    """Seconds of each answer, and of all of them."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def milliseconds(self, share: float) -> float:
        """The time within which `share` (0.5, 0.95) of the answers came."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] * 1000


class _Visitor:
    """One connection, its request, and what has come of the answer."""

    def __init__(self, host: str, port: int, request: bytes):
        self.request = request
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.missing = 0
        self.began = 0.0

    def ask(self) -> None:
        self.received, self.missing = b"", -1
        self.began = time.perf_counter()
        self.socket.sendall(self.request)

    def hear(self) -> bool:
        """Read what there is; whether the answer is whole. Raises RuntimeError on any answer but 200."""
        data = self.socket.recv(65536)
        if not data:
            raise RuntimeError("the server closed the connection")
        if self.missing >= 0:
            self.missing -= len(data)
            return self.missing <= 0
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(head.decode(errors="replace"))
        self.missing = _length(head) - len(body)
        return self.missing <= 0


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":", 1)[1])
    raise RuntimeError("an answer without its length")


def load(address: str, *, concurrency: int, seconds: float) -> Load:
    """Ask for `address` over `concurrency` connections for so long. Raises RuntimeError on any answer but 200."""
    parts = urlsplit(address)
    if parts.hostname != "127.0.0.1":
        raise ValueError("only this machine is put under load")
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    visitors = [_Visitor(parts.hostname, parts.port, request) for _ in range(concurrency)]
    result = Load()
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for visitor in visitors:
            selector.register(visitor.socket, selectors.EVENT_READ, visitor)
            visitor.ask()
        while time.perf_counter() - started < seconds:
            for key, _ in selector.select(30):
                if key.data.hear():
                    result.times.append(time.perf_counter() - key.data.began)
                    key.data.ask()
        result.seconds = time.perf_counter() - started
    for visitor in visitors:
        visitor.socket.close()
    return result
