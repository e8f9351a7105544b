"""A forgotten password: ask for a link, choose a new password by the link or by a code from the office."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import resets
from ..forms import ForgottenForm, FreshPasswordForm, RedeemForm

GONE = 410
CHANGED = "新密码设好了，请用它登录。别的设备上都已退出。"
WRONG_CODE = "登录名或重设码不对，或者重设码已经用过、过了一天。请照着再输一次；连续输错 5 次要等 15 分钟。还不行，请给编辑部打电话换一个。"


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request):
    """The answer is the same whether there is such an account or not."""
    form = ForgottenForm(request.POST or None)
    if form.is_bound and form.is_valid():
        resets.ask_by_mail(form.cleaned_data["login_name"], request)
        return redirect("forgotten_done")
    context = {"form": form, "by_mail": settings.LETTERS_BY_EMAIL}
    return render(request, "members/forgotten.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET"])
def forgotten_done(request):
    return render(request, "members/forgotten_done.html", {"minutes": settings.PASSWORD_RESET_TIMEOUT // 60})


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def by_link(request, uid, token):
    person = resets.person_of_link(uid, token)
    if person is None:
        return render(request, "members/reset_gone.html", status=GONE)
    form = FreshPasswordForm(request.POST or None, person=person)
    if form.is_bound and form.is_valid():
        try:
            resets.change_by_link(uid, token, form.cleaned_data["password"])
        except resets.Invalid:
            return render(request, "members/reset_gone.html", status=GONE)
        messages.success(request, CHANGED)
        return redirect("sign_in")
    return render(request, "members/reset.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "POST"])
def by_code(request):
    form = RedeemForm(request.POST or None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            resets.redeem(data["login_name"], data["code"], data["password"])
        except resets.Invalid:
            form.add_error(None, WRONG_CODE)
        else:
            messages.success(request, CHANGED)
            return redirect("sign_in")
    return render(request, "members/reset.html", {"form": form, "by_code": True}, status=422 if form.is_bound else 200)
