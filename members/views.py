"""Pages of the account: sign in and out, apply, password, contact."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .forms import ContactForm, NewPasswordForm, SignInForm, SignUpForm
from .models import Event
from .roles import SENDERS


def first_page(user) -> str:
    """Where work begins: the desk for the office, the own manuscripts for who sends them, the journal for readers."""
    if user.is_staff:
        return reverse("admin:index")
    return reverse("my_submissions") if user.roles & SENDERS else reverse("home")


class SignIn(LoginView):
    """Django checks that `next` stays on this site."""

    template_name = "members/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self):
        return first_page(self.request.user)

    def form_valid(self, form):
        response = super().form_valid(form)
        Event.objects.record(self.request.user, "登录", self.request.user)
        return response


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


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def account(request):
    form = ContactForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            Event.objects.record(request.user, "改联系方式", request.user)
        messages.success(request, "联系方式已保存。")
        return redirect("account")
    return render(request, "members/account.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request):
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            Event.objects.record(request.user, "改密码", request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已改好，下次请用新密码登录。")
        return redirect("account")
    return render(request, "members/password_change.html", {"form": form}, status=422 if form.is_bound else 200)
