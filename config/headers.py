"""What a browser may do with our pages, said on every answer, also on those kept by the page cache."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The site reads text and takes files; a script that got in, or a page that frames nothing, gets none of these.
_FEATURES = ("bluetooth", "camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
PERMISSIONS = ", ".join(f"{feature}=()" for feature in (*_FEATURES, "browsing-topics"))


class HeadersMiddleware:
    """Permissions-Policy (W3C) and Cross-Origin-Resource-Policy: other sites embed no picture or file of ours.

    Content-Security-Policy, Referrer-Policy, COOP, HSTS and nosniff come from the settings.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
