"""Sign in (two steps where there is a second factor), sign out, apply for an account."""

from django.contrib.auth.views import LogoutView
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import entering, second_factor
from ..forms import SignUpForm
from ..roles import SENDERS


def first_page(user) -> str:
    """Where work begins: the desk for the office, the own manuscripts for who sends them, the journal for readers."""
    if user.is_staff:
        return reverse("admin:index")
    return reverse("my_submissions") if user.roles & SENDERS else reverse("home")


@never_cache
@csrf_protect
@sensitive_post_parameters("password", "otp")
@require_http_methods(["GET", "POST"])
def sign_in(request):
    """`next` stays on this site; the session that comes of it has a new key."""
    if request.user.is_authenticated:
        return redirect(second_factor.safe_next(request, first_page(request.user)))
    wanted = second_factor.safe_next(request, "")
    if "again" in request.POST:
        second_factor.drop(request)
        return redirect(_asking_again(wanted))
    form = entering.next_form(request, request.POST or None)
    if form.is_bound and form.is_valid():
        if entering.enter(request, form):
            return redirect(wanted or first_page(request.user))
        return redirect(_asking_again(wanted))
    template = "members/sign_in_code.html" if isinstance(form, entering.CodeForm) else "members/sign_in.html"
    return render(request, template, {"form": form, "next": wanted})


def _asking_again(wanted: str) -> str:
    return reverse("sign_in") + (f"?{urlencode({'next': wanted})}" if wanted else "")


class SignOut(LogoutView):
    next_page = reverse_lazy("home")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_up(request):
    if request.user.is_authenticated:
        return redirect(first_page(request.user))
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.apply()
        return redirect("sign_up_done")
    return render(request, "members/sign_up.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET"])
def sign_up_done(request):
    return render(request, "members/sign_up_done.html")
