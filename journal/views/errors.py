"""Pages for what went wrong, in the journal's own look: the object, the reason, the next step."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from journal.api import errors as api


def bad_request(request, exception=None):
    """What Django itself refuses: a form too large, a broken upload, a forged host."""
    if api.asks_api(request):
        return api.plain(request, 400)
    return render(request, "errors/400.html", status=400)


def expired_form(request, reason=""):
    """The form's token is missing or stale; what was typed goes back with the browser's own button."""
    return render(request, "errors/expired.html", status=403)


def forbidden(request, exception=None):
    if api.asks_api(request):
        return api.plain(request, 403)
    return render(request, "errors/403.html", status=403)


def not_found(request, exception=None):
    if api.asks_api(request):
        return api.plain(request, 404)
    return render(request, "errors/404.html", status=404)


def server_error(request):
    """Without the database, which may be what failed. The number leads to the trace in the log."""
    if api.asks_api(request):
        return api.plain(request, 500)
    number = getattr(request, "number", "")
    return HttpResponseServerError(render_to_string("errors/500.html", {"number": number}))
