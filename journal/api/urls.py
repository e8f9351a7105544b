from django.urls import include, path
from django.views.generic import RedirectView

from . import documentation
from .addresses import data

app_name = "api"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:documentation"), name="root"),
    path("v1/", documentation.page, name="documentation"),
    path("v1/openapi.json", documentation.openapi, name="openapi"),
    path("v1/", include(data)),
]
