"""Lists that the office reads and whose rows it never edits: what happens to them has its own pages and verbs."""

from django.contrib import admin


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows come from the site's own verbs alone, whatever rights a group was given."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
