"""An anonymous visitor within this process: the same addresses, middleware and views as the server's."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import FileResponse, HttpResponse


class Visitor:
    """Asks as a browser without cookies would. It names no browser, so that its visits are no readings (reads.py)."""

    def __init__(self, base: str):
        self.base = urlsplit(base)
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def request(self, address: str) -> WSGIRequest:
        path, _, query = address.partition("?")
        port = self.base.port or (443 if self.base.scheme == "https" else 80)
        environ = {
            "REQUEST_METHOD": "GET",
            # As a server passes it on (PEP 3333): a manuscript may hold a link with any character.
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": self.base.netloc,
            "SERVER_NAME": self.base.hostname,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": self.base.scheme,
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        return WSGIRequest(environ)

    def get(self, address: str) -> HttpResponse:
        """The whole answer; a file that is sent in pieces is put together."""
        answer = self.handler.get_response(self.request(address))
        if answer.streaming:
            whole = HttpResponse(b"".join(answer.streaming_content), status=answer.status_code)
            whole["Content-Type"] = answer["Content-Type"]
            if isinstance(answer, FileResponse):
                # Not the answer: closing that ends a request, and with it the connection to the database.
                answer.file_to_stream.close()
            return whole
        return answer

    @staticmethod
    def as_page(html: str) -> HttpResponse:
        return HttpResponse(html)


@contextmanager
def visiting(base: str) -> Iterator[Visitor]:
    """For a process that does nothing else at the time: the settings that differ are put back at the end.

    The address of the exported site need not be one this server answers to, and a visit to every page must not drive
    out of the page cache what readers ask for.
    """
    hosts, kept = settings.ALLOWED_HOSTS, settings.PAGE_CACHE
    settings.ALLOWED_HOSTS, settings.PAGE_CACHE = [*hosts, urlsplit(base).hostname], False
    try:
        yield Visitor(base)
    finally:
        settings.ALLOWED_HOSTS, settings.PAGE_CACHE = hosts, kept
