"""The scan of a signed sheet, for the office and for who brought it."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.models import Event

from .. import signed
from ..models import SignedSheet


@never_cache
@require_safe
def sheet(request, pk: int):
    """Given out as a download under its Chinese name; who may not read it is not told that it exists."""
    found = get_object_or_404(SignedSheet, pk=pk)
    if not request.user.has_perm("journal.read_sheet", found):
        raise Http404
    Event.objects.record(request.user, "下载签字件", found)
    return download(found)


def download(sheet: SignedSheet) -> FileResponse:
    """The scan as a download, for views that have asked who may have it."""
    file = sheet.file.open("rb")
    kind = signed.kind_by_head(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=signed.named(sheet.name, kind), content_type=kind)
