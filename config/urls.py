from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("account/", include("members.urls")),
    path("submit/", include("submissions.urls")),
    path("", include("journal.urls")),
]

handler403 = "journal.views.errors.forbidden"
handler404 = "journal.views.errors.not_found"
handler500 = "journal.views.errors.server_error"
