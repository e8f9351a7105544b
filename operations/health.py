"""Whether the process lives (/healthz), and whether it can serve (/readyz): for a proxy and for whoever looks after it."""

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

MIN_FREE = 200 * 1024 * 1024  # bytes: a few originals and a PDF must still fit


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing else: a database that is away is no reason to start the process anew."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where everything a page needs is there, 503 where not; what is wrong by name, without details."""
    found = {name: check() for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if all(state == "ok" for state in found.values()) else 503)


def database() -> str:
    """Answers, and stands where the program stands."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "away"
    return "not migrated" if behind else "ok"


def shared_cache() -> str:
    """Keeps what it is given. A Redis that is away forgets in silence (config/settings.py), a full disk does not."""
    key = f"readyz:{uuid.uuid4().hex}"
    try:
        cache.set(key, 1, 10)
        kept = cache.get(key)
        cache.delete(key)
    except OSError:
        return "away"
    return "ok" if kept == 1 else "away"


def data_folder() -> str:
    """Can be written to, and has room."""
    folder = Path(settings.DATA_DIR)
    if not os.access(folder, os.W_OK):
        return "read only"
    return "ok" if shutil.disk_usage(folder).free >= MIN_FREE else "full"


CHECKS: dict[str, Callable[[], str]] = {"database": database, "cache": shared_cache, "data": data_folder}
