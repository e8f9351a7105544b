"""Set up the second factor, see the recovery codes once, change them for new ones."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import second_factor
from .signing import first_page


@login_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def setup(request):
    wanted = second_factor.safe_next(request, "")
    if second_factor.is_set_up(request.user):
        return redirect(wanted or "account")
    problem = ""
    if request.method == "POST":
        try:
            second_factor.set_up(request, request.POST.get("code", "")[:20])
        except second_factor.CodeRefused as refusal:
            problem = str(refusal)
        else:
            return redirect(_codes_address(wanted))
    secret = second_factor.secret_of(request.session)
    issuer = render_to_string("members/second_factor_issuer.txt", request=request).strip()
    address = second_factor.key_address(request.user, secret, issuer)
    context = {
        "qr": segno.make(address, error="m").svg_data_uri(border=2, scale=5, dark="#1e1a17", light="#fff"),
        "groups": [secret[place : place + 4] for place in range(0, len(secret), 4)],
        "address": address,
        "problem": problem,
        "next": wanted,
        "is_required": second_factor.is_required_of(request.user),
        "nav": "account",
    }
    return render(request, "members/second_factor_setup.html", context, status=422 if problem else 200)


def _codes_address(wanted: str) -> str:
    return reverse("second_factor_codes") + (f"?{urlencode({'next': wanted})}" if wanted else "")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def codes(request):
    """The recovery codes, once. Posting says that they are kept."""
    wanted = second_factor.safe_next(request, "")
    if request.method == "POST":
        second_factor.codes_are_kept(request)
        messages.success(request, "两步验证已经设好。以后登录，输完密码再输手机上的 6 位数字。")
        return redirect(wanted or first_page(request.user))
    shown = second_factor.codes_to_show(request)
    if not shown:
        raise Http404
    if "download" in request.GET:
        lines = render_to_string("members/second_factor_codes.txt", {"codes": shown}, request=request)
        response = HttpResponse(lines, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = "attachment; filename*=UTF-8''%E6%81%A2%E5%A4%8D%E7%A0%81.txt"
        return response
    context = {"codes": shown, "next": wanted, "nav": "account"}
    return render(request, "members/second_factor_codes.html", context)


@login_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def renew(request):
    """New recovery codes for who can show a code now."""
    if not second_factor.is_set_up(request.user):
        return redirect("second_factor_setup")
    problem = ""
    if request.method == "POST":
        try:
            second_factor.check(request.user, request.POST.get("code", "")[:20])
            second_factor.renew_codes(request)
        except second_factor.CodeRefused as refusal:
            problem = str(refusal)
        else:
            return redirect("second_factor_codes")
    context = {"problem": problem, "left": second_factor.codes_left(request.user), "nav": "account"}
    return render(request, "members/second_factor.html", context, status=422 if problem else 200)
