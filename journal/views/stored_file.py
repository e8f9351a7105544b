"""A stored file given out: whole or in part, so that a broken download goes on and a reader leafs in a PDF (RFC 9110).

Who may have it is asked before. This is the one place that reads the bytes, or has the web server in front send them
(X_ACCEL_PREFIX, deploy/nginx.conf).
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags, quote_etag

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})$")


def stored_file(request, file: FieldFile, *, name: str, media_type: str, sha256: str) -> HttpResponse:
    """The file as a download under its (Chinese) name: 200, 206 for one range, 416 for one outside, 304 for a known one.

    Several ranges at once are answered with the whole file, as the standard allows.
    """
    etag = quote_etag(sha256)
    if settings.X_ACCEL_PREFIX and isinstance(file.storage, FileSystemStorage):
        return _handed_over(file, name, media_type, etag)
    size = file.size
    first, last, status = _wanted(request, etag, size)
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    elif status == 416:
        response = HttpResponse(status=416, content_type=media_type)
        response.headers["Content-Range"] = f"bytes */{size}"
    else:
        length = last - first + 1
        if request.method == "HEAD":
            response = HttpResponse(status=status, content_type=media_type)
        else:
            response = StreamingHttpResponse(_chunks(file, first, length), status=status, content_type=media_type)
        response.headers["Content-Length"] = str(length)
        response.headers["Content-Disposition"] = content_disposition_header(True, name)
        if status == 206:
            response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _handed_over(file: FieldFile, name: str, media_type: str, etag: str) -> HttpResponse:
    """The server in front reads the file under this name and answers ranges and conditions itself."""
    response = HttpResponse(content_type=media_type)
    response.headers["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + quote(file.name or "")
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["ETag"] = etag
    return response


def _wanted(request, etag: str, size: int) -> tuple[int, int, int]:
    """First and last byte, and the status: 200 for the whole file, also where the range is not understood."""
    found = _RANGE.match(request.headers.get("Range", "").strip())
    condition = request.headers.get("If-Range", "").strip()
    if found is None or not any(found.groups()) or (condition and condition != etag):
        return 0, size - 1, 200
    first, last = found.groups()
    if not first:  # the last bytes
        start, end = max(0, size - int(last)), size - 1
        return (start, end, 206) if int(last) else (0, 0, 416)
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if last and int(last) < int(first):
        return 0, size - 1, 200  # no valid range: ignored
    return (start, end, 206) if start < size else (0, 0, 416)


def _chunks(file: FieldFile, first: int, length: int) -> Iterator[bytes]:
    """Opened when the first bytes are asked for: a client that has gone before leaves nothing open."""
    with file.storage.open(file.name) as data:
        data.seek(first)
        while length > 0 and (piece := data.read(min(CHUNK, length))):
            length -= len(piece)
            yield piece
