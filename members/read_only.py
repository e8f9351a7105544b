"""Lists that the office reads and whose rows it never edits: what happens to them has its own pages and verbs."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.views.decorators.http import require_safe


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows come from the site's own verbs alone, whatever rights a group was given."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def page(self, view: Callable) -> Callable:
        """`view(self, request)` as a page of the admin to look at, for who may see the rows."""

        def guarded(request):
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(self, request)

        return self.admin_site.admin_view(require_safe(guarded))
