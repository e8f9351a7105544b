"""The editorial office's admin site: stock Django admin, own name, a relaxed script policy for its rich text editor."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class JournalAdminConfig(AdminConfig):
    default_site = "config.admin.JournalAdminSite"


class JournalAdminSite(admin.AdminSite):
    site_title = "编辑部"
    site_header = "编辑部"
    index_title = "我的工作台"
    enable_nav_sidebar = False

    def admin_view(self, view, cacheable=False):
        # CKEditor 4 writes inline handlers and styles (DEPENDENCIES.md); the public site stays strict.
        relax = csp_update(
            {
                "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
                "frame-src": [SELF],
            }
        )
        return relax(super().admin_view(view, cacheable))
