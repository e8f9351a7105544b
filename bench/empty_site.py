"""The least Django can answer: one empty view, no middleware. Served by the same gunicorn, beside bench/serving.py."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="empty")  # noqa: S106


def empty(request):
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("", empty)]
application = get_wsgi_application()
