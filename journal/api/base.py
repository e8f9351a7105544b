"""What every view here shares: GET and HEAD alone, who may keep a copy, validators."""

import hashlib

from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from rest_framework.generics import GenericAPIView

from journal.site_revision import settled_at, site_revision
from journal.views.access import with_cache_headers


class ReaderView(GenericAPIView):
    """A view of what the person may read. `parameters`: those it reads, which the page cache tells apart."""

    http_method_names = ["get", "head"]
    parameters: tuple[str, ...] = ()

    @classmethod
    def as_view(cls, **initial):
        view = super().as_view(**initial)
        view.cached_parameters = cls.parameters
        return view

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        with_cache_headers(request, response)
        if response.status_code == 200 and "no-store" not in response["Cache-Control"]:
            _date(request, response)
            response.add_post_render_callback(lambda rendered: _if_changed(request, rendered))
        return response


def _date(request, response) -> None:
    """Since when readers see what they see: for all of the site one moment, which is never too early."""
    moment = settled_at(getattr(request, "page_revision", None) or site_revision())
    if moment is not None:
        response["Last-Modified"] = http_date(moment)


def _if_changed(request, response):
    """304 for who has it already; a page that is about to be kept gets its validators from the page cache."""
    if hasattr(request, "page_key"):
        return response
    response["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    moment = settled_at(site_revision())
    return get_conditional_response(request._request, etag=response["ETag"], last_modified=moment, response=response)
