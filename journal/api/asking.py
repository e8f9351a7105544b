"""Who asks, and for what kind of answer; apart from the views, since REST framework loads these before its own."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import BaseContentNegotiation


class SignedInHere(SessionAuthentication):
    """Whoever is signed in on the site. Nothing can be written here, so there is no request to forge."""

    def enforce_csrf(self, request):
        return None


class AlwaysJson(BaseContentNegotiation):
    """JSON whatever is asked for, so that the answer depends on the address alone."""

    def select_parser(self, request, parsers):
        return parsers[0]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type
