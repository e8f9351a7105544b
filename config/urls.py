from django.contrib import admin
from django.urls import include, path

from operations.health import healthz, readyz
from submissions.views.call import call
from submissions.views.invitation import invitation

admin.autodiscover()

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("account/", include("members.urls")),
    # The journal's readers look for the call, but it belongs to submissions, which the journal does not know.
    path("call/", call, name="call"),
    path("invitation/<str:token>/", invitation, name="invitation"),
    path("submit/", include("submissions.urls")),
    path("api/", include("journal.api.urls")),
    path("", include("journal.urls")),
]

handler400 = "journal.views.errors.bad_request"
handler403 = "journal.views.errors.forbidden"
handler404 = "journal.views.errors.not_found"
handler500 = "journal.views.errors.server_error"
