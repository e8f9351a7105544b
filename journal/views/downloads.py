"""An issue as a file, for whoever may read every article in it."""

from django.http import Http404
from django.utils.cache import patch_cache_control

from journal import editions_made
from journal.models import Access, Journal

from .access import open_issue, reader_page
from .stored_file import stored_file


@reader_page(kept=False)
def download(request, year, number, kind):
    """The PDF (the print house's where there is one) or the EPUB. What visitors may have is asked for again each time:
    it can be withdrawn."""
    issue = open_issue(request.user, year, number)
    edition = editions_made.for_reader(request.user, issue, kind)
    if edition is None:
        raise Http404("no such file")
    response = stored_file(
        request,
        edition.file,
        name=f"{Journal.objects.current().name}{issue}{edition.suffix}",
        media_type=edition.media_type,
        sha256=edition.sha256,
    )
    if edition.audience != Access.PUBLIC or issue.access != Access.PUBLIC:
        patch_cache_control(response, private=True, no_store=True)
    return response
