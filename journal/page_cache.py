"""Anonymous visits to 公开 pages, answered whole from a cache that all workers share (DESIGN.md 7).

The outermost middleware: a hit asks no session, no database and no template. Kept are pages that a view marked by
`reader_page(parameters=…)` answered with 200 and “public”, under the site's present revision (site_revision.py): what an
older revision left behind is never asked for again. A page stands in it compressed, with its ETag; the pages asked for
most stay in the worker's memory too. Whoever has a session or a message waiting goes past it; refusals, errors, previews
and 内部 pages never enter it.
"""

import gzip
import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_http_date_safe

from .site_revision import UNSETTLED, site_revision

MEMORY_BYTES = 16 * 1024 * 1024  # of pages a worker keeps beside the shared cache
LARGEST = 2 * 1024 * 1024  # bytes of a page that is kept at all
SMALLEST = 600  # bytes; compressing less saves no packet
WAIT_SECONDS = 5.0  # for a page that another visit is making; then one makes it oneself
_LOOK_EVERY = 0.02
_KINDS = ("text/", "image/svg+xml", "application/xml", "application/atom+xml", "application/json")
_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)


class Page(NamedTuple):
    """An answer as it is kept. `read` is the article it shows (reads.py), None for other pages."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    compressed: bool
    length: int  # of the body as it is without compression
    etag: str
    read: int | None


class _Memory:
    """The pages of one revision that this worker gave out last, at most MEMORY_BYTES of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision = UNSETTLED
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._size = 0

    def get(self, revision: str, key: str) -> Page | None:
        with self._lock:
            if revision != self._revision or key not in self._pages:
                return None
            self._pages.move_to_end(key)
            return self._pages[key]

    def put(self, revision: str, key: str, page: Page) -> None:
        with self._lock:
            if revision != self._revision:
                self._revision, self._size = revision, 0
                self._pages.clear()
            if key not in self._pages:
                self._pages[key] = page
                self._size += len(page.body)
            while self._size > MEMORY_BYTES:
                self._size -= len(self._pages.popitem(last=False)[1].body)


class PageCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.memory = _Memory()
        self.making: dict[str, threading.Event] = {}
        self.lock = threading.Lock()

    def __call__(self, request):
        if not _is_anonymous_visit(request):
            return self.get_response(request)
        revision = site_revision()
        if revision == UNSETTLED:
            return self.get_response(request)
        request.page_revision = revision
        page = self._kept(revision, _key(request))
        if page is not None:
            return _answer(request, page)
        try:
            response = self.get_response(request)
            page = self._keep(request, response)
        finally:
            self._made(request)
        return response if page is None else _answer(request, page)

    def process_view(self, request, view, args, kwargs):
        """The view is known now: parameters it does not read are left out of the address, and one visit makes the page."""
        if not hasattr(request, "page_revision") or not hasattr(view, "cached_parameters"):
            return None
        plain = _key(request)
        _leave_out_strange_parameters(request, view.cached_parameters)
        key = _key(request)
        page = self._kept(request.page_revision, key) if key != plain else None
        if page is None and request.method == "GET":
            request.page_key = key
            page = self._made_by_another(request, key)
        return page and _answer(request, page)

    def _kept(self, revision: str, key: str) -> Page | None:
        page = self.memory.get(revision, key)
        if page is None:
            page = caches["pages"].get(_shared(revision, key))
            if page is not None:
                self.memory.put(revision, key, page)
        return page

    def _keep(self, request, response) -> Page | None:
        if not hasattr(request, "page_key") or hasattr(response, "from_cache") or not _may_be_kept(response):
            return None
        page = _page_of(response)
        caches["pages"].set(_shared(request.page_revision, request.page_key), page)
        self.memory.put(request.page_revision, request.page_key, page)
        return page

    def _made_by_another(self, request, key: str) -> Page | None:
        """The page, once the visit that is making it has done so; None where it is for this visit to make.

        Within a worker exactly one visit makes it; between workers nearly always (the file cache's `add` is no lock).
        """
        shared = _shared(request.page_revision, key)
        with self.lock:
            making = self.making.get(shared)
            if making is None:
                self.making[shared] = request.page_making = threading.Event()
        if making is not None:
            making.wait(WAIT_SECONDS)
            return self._kept(request.page_revision, key)
        if caches["pages"].add(f"{shared}:made", 1, WAIT_SECONDS):
            return None
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until and caches["pages"].get(f"{shared}:made"):
            time.sleep(_LOOK_EVERY)
        return self._kept(request.page_revision, key)

    def _made(self, request) -> None:
        """Let those go on who wait for this visit, whether or not it has made a page."""
        if hasattr(request, "page_making"):
            shared = _shared(request.page_revision, request.page_key)
            with self.lock:
                self.making.pop(shared, None)
            request.page_making.set()
            caches["pages"].delete(f"{shared}:made")


def _is_anonymous_visit(request) -> bool:
    """By the cookies alone: a session, or a message that waits to be shown, is for the views."""
    return (
        settings.PAGE_CACHE
        and request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
    )


def _key(request) -> str:
    """Host and scheme stand in canonical links, QR codes and feeds. get_host refuses a host that is not ours."""
    return f"{request.scheme}://{request.get_host()}{request.path}?{request.META.get('QUERY_STRING', '')}"


def _shared(revision: str, key: str) -> str:
    """settings.SERVED_SINCE: a new start of the server may mean new templates."""
    return f"page:{settings.SERVED_SINCE}:{revision}:{hashlib.sha256(key.encode()).hexdigest()}"


def _leave_out_strange_parameters(request, wanted: tuple[str, ...] | None) -> None:
    """In place, before anything reads request.GET: pages repeat their parameters in links. None: all are wanted."""
    if wanted is None or not request.META.get("QUERY_STRING"):
        return
    pairs = [(name, request.GET[name]) for name in wanted if request.GET.get(name)]
    request.META["QUERY_STRING"] = urlencode(pairs)
    request.__dict__.pop("GET", None)


def _may_be_kept(response) -> bool:
    control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "public" in control
        and "no-store" not in control
        and response.get("Content-Type", "").startswith(_KINDS)
        and len(response.content) <= LARGEST
    )


def _page_of(response) -> Page:
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    body = response.content
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = tuple((name, value) for name, value in response.items() if name not in ("Content-Length", "ETag"))
    # mtime=0: the same page gives the same bytes.
    small = gzip.compress(body, mtime=0) if len(body) >= SMALLEST else b""
    compressed = bool(small) and len(small) < len(body)
    return Page(
        headers, small if compressed else body, compressed, len(body), etag, getattr(response, "read_article", None)
    )


def _answer(request, page: Page) -> HttpResponse:
    if _has_it(request, page):
        response: HttpResponse = HttpResponseNotModified()
        for name, value in page.headers:
            if name in ("Cache-Control", "Vary", "Last-Modified"):
                response[name] = value
        response["ETag"] = page.etag
    else:
        response = _whole(request, page)
    response.from_cache = True  # what came out of the cache does not go in again
    if page.read is not None:
        response.read_article = page.read
    return response


def _whole(request, page: Page) -> HttpResponse:
    body, length = page.body, len(page.body)
    as_it_is = page.compressed and _GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if page.compressed and not as_it_is:
        body, length = gzip.decompress(body), page.length
    response = HttpResponse(b"" if request.method == "HEAD" else body, headers=dict(page.headers))
    if as_it_is:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(length)
    response["ETag"] = page.etag
    return response


def _has_it(request, page: Page) -> bool:
    """By the ETag; by date only where none is named (RFC 9110, 13.1.3)."""
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if known:
        return any(one.strip().removeprefix("W/") == page.etag.removeprefix("W/") for one in known.split(","))
    modified = parse_http_date_safe(dict(page.headers).get("Last-Modified", ""))
    since = parse_http_date_safe(request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
    return modified is not None and since is not None and modified <= since
