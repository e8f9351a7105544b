"""The editorial office's admin site: stock Django admin, own first page, a relaxed script policy for its editor."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin, auth
from django.contrib.admin.apps import SimpleAdminConfig
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache


class JournalAdminConfig(SimpleAdminConfig):
    """Its pages are found when addresses are (config/urls.py): a command that reads files starts in half the time."""

    default_site = "config.admin.JournalAdminSite"


class JournalAdminSite(admin.AdminSite):
    site_title = "编辑部"
    site_header = "编辑部"
    index_title = "我的工作台"
    index_template = "admin/desk/index.html"
    enable_nav_sidebar = False
    empty_value_display = "—"

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

    def index(self, request, extra_context=None):
        # Imported here: the admin site exists before the apps' models do.
        from submissions.admin.desk import desk_of

        desk = desk_of(request.user, request.GET.get("show", ""), absolute=request.build_absolute_uri)
        return super().index(request, {"desk": desk})

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """One sign-in page for the whole site; who is signed in without the right is told so."""
        wanted = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return redirect(wanted)
        if request.user.is_authenticated:
            return render(request, "admin/desk/no_right.html", {"title": "这里是编辑部"}, status=403)
        return redirect(f"{reverse('sign_in')}?{urlencode({'next': wanted})}")

    def password_change(self, request, extra_context=None):
        """One page for it on the whole site: the one that is told in the audit trail and signs out the other devices."""
        return redirect("password_change")

    def logout(self, request, extra_context=None):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        auth.logout(request)
        return redirect("home")
