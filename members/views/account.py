"""我的账号: the own contact, the password, and where one is signed in."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import invitations, second_factor, sessions
from ..forms import ContactForm, NewPasswordForm
from ..models import Event
from ..privacy import PrivacyNotice, agree
from ..sessions import SignedIn

SIGNED_OUT, EVERYWHERE = "退出一台设备", "在别处全部退出"


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
    context = {"form": form, "nav": "account", **_safety(request)}
    return render(request, "members/account.html", context, status=422 if form.is_bound else 200)


def _safety(request) -> dict:
    return {
        "devices": SignedIn.objects.filter(user=request.user).live().count(),
        "has_second_factor": second_factor.is_set_up(request.user),
        "owes_second_factor": second_factor.is_required_of(request.user),
        "may_invite": invitations.units_to_invite_for(request.user).exists(),
        "notice": (notice := PrivacyNotice.objects.current()),
        "agreed": request.user.agreements.filter(notice=notice).first(),
    }


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_change(request):
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        previous = request.session.session_key
        with transaction.atomic():
            form.save()
            Event.objects.record(request.user, "改密码", request.user)
        update_session_auth_hash(request, request.user)
        sessions.carry_over(request, previous)
        messages.success(request, "密码已改好，下次请用新密码登录。别的设备上都已退出。")
        return redirect("account")
    context = {"form": form, "nav": "account"}
    return render(request, "members/password_change.html", context, status=422 if form.is_bound else 200)


@login_required
@never_cache
@require_http_methods(["GET"])
def devices(request):
    now, here = timezone.now(), request.session.session_key
    rows = [
        (row, row.session_key == here, sessions.last_seen(row, now))
        for row in SignedIn.objects.filter(user=request.user).live()
    ]
    rows.sort(key=lambda one: not one[1])
    return render(request, "members/devices.html", {"rows": rows, "nav": "account"})


@login_required
@require_http_methods(["POST"])
def device_end(request, pk):
    """Sign out one device; another person's row does not exist."""
    row = get_object_or_404(SignedIn, pk=pk, user=request.user)
    if row.session_key == request.session.session_key:
        messages.warning(request, "这是您现在用的设备。要在这里退出，请点页面上方的“退出”。")
        return redirect("devices")
    SignedIn.objects.filter(pk=row.pk).end()
    Event.objects.record(request.user, SIGNED_OUT, request.user, note=row.device)
    messages.success(request, f"“{row.device}”已退出。要是不认识这台设备，请马上修改密码。")
    return redirect("devices")


@login_required
@require_http_methods(["POST"])
def devices_end(request):
    ended = sessions.end_others(request)
    Event.objects.record(request.user, EVERYWHERE, request.user, note=f"{ended} 台设备")
    messages.success(request, f"别处 {ended} 台设备已退出，只剩这一台。" if ended else "别处没有登录，只有这一台。")
    return redirect("devices")


@never_cache
@require_http_methods(["GET", "POST"])
def session(request):
    """How long until an unattended session ends, asked by the page itself; posting says that somebody is there.

    The form token comes along: after signing in again in another window, what is typed here can still be saved.
    """
    if request.method == "POST":
        sessions.touch(request)
    left = sessions.seconds_left(request) if request.user.is_authenticated else 0
    return JsonResponse({"left": left, "signed_in": request.user.is_authenticated, "token": get_token(request)})


@never_cache
@require_http_methods(["GET", "POST"])
def privacy(request):
    """The notice in force, for everybody; who is signed in sees when it was agreed to, or agrees."""
    notice = PrivacyNotice.objects.current()
    if notice is None:
        raise Http404
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect("sign_in")
        agree(request.user, notice)
        messages.success(request, f"已记下：您同意{notice}的个人信息处理说明。")
        return redirect("account")
    agreed = request.user.is_authenticated and request.user.agreements.filter(notice=notice).first()
    return render(request, "members/privacy.html", {"notice": notice, "agreed": agreed, "nav": "account"})
