"""Static files straight from the apps' folders, compressed, and kept by browsers for a year under their own hash.

No manifest and no collectstatic (20 s for the editor's 1,394 files): an address carries the hash of the file's content
as `?v=`, made when a page first names it. Whatever comes without its hash (the editor's own files, modules that scripts
import) is asked for again after a minute.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

YEAR = 365 * 24 * 3600
SMALLEST = 600  # bytes; compressing less saves no packet
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


class VersionedStorage(StaticFilesStorage):
    def url(self, name):
        address = super().url(name)
        version = version_of(name) if name else ""
        return f"{address}?v={version}" if version else address


@lru_cache(maxsize=4096)
def version_of(name: str) -> str:
    """Twelve digits of the content's hash; empty for what is no file, such as the folder an editor's address begins with."""
    path = finders.find(name)
    if not path or not Path(path).is_file():
        return ""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    def add_files(self, root, prefix=None):
        """Of collected files, where a large installation has them; WhiteNoise would complain of their absence."""
        if Path(root).is_dir():
            super().add_files(root, prefix)

    def __call__(self, request):
        answer = super().__call__(request)
        name = request.path_info.removeprefix(self.static_prefix)
        if name == request.path_info or answer.status_code not in (200, 304):
            return answer
        # Our own hash of the file as it is now: an old address must not keep new content for a year.
        if request.GET.get("v", "") == version_of(name) != "":
            answer["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return _compressed(request, answer, name)


def _compressed(request, answer, name: str):
    is_text = answer.get("Content-Type", "").startswith(_TEXT)
    if not is_text or answer.status_code != 200 or "Content-Range" in answer or "Content-Encoding" in answer:
        return answer
    answer["Vary"] = "Accept-Encoding"
    path = finders.find(name)
    if request.method != "GET" or not path or "gzip" not in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return answer
    data = _gzipped(path, Path(path).stat().st_mtime_ns)
    if not data:
        return answer
    small = HttpResponse(data, headers={name: value for name, value in answer.items() if name != "Content-Length"})
    small["Content-Encoding"], small["Content-Length"] = "gzip", str(len(data))
    answer.file_to_stream.close()
    return small


@lru_cache(maxsize=256)
def _gzipped(path: str, changed: int) -> bytes:
    """Empty where compressing saves nothing. changed: a file that was written anew is compressed anew."""
    whole = Path(path).read_bytes()
    small = gzip.compress(whole, mtime=0) if len(whole) >= SMALLEST else b""
    return small if len(small) < len(whole) else b""
