"""The own personal data: see, download, correct, and close the account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import attempts, departing, personal_data
from ..departures import Departure
from ..models import Event

DOWNLOADED = "下载个人信息"


@login_required
@never_cache
@require_http_methods(["GET"])
def my_data(request):
    return _page(request)


def _page(request, problem: str = ""):
    context = {
        "departure": Departure.objects.filter(user=request.user).first(),
        "reasons": departing.needs_confirmation(request.user),
        "days": departing.COOLING_DAYS,
        "problem": problem,
        "nav": "account",
    }
    return render(request, "members/my_data.html", context, status=422 if problem else 200)


@login_required
@never_cache
@require_http_methods(["POST"])
def download(request):
    packed = personal_data.archive_of(request.user)
    Event.objects.record(request.user, DOWNLOADED, request.user)
    name = f"个人信息 {timezone.localdate():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(packed, content_type="application/zip", headers=headers)


@login_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["POST"])
def close(request):
    """Ask for it, with the password: an unattended screen is not enough."""
    if not attempts.take(attempts.OWN_PASSWORD, request.user.pk):
        return _page(request, "密码连续输错 5 次，先停 15 分钟。请过一会儿再试。")
    if not request.user.check_password(request.POST.get("password", "")):
        return _page(request, "密码不对，账号没有注销。请重新输入。")
    attempts.forget(attempts.OWN_PASSWORD, request.user.pk)
    try:
        departing.ask(request.user)
    except departing.Refused as refusal:
        return _page(request, str(refusal))
    messages.success(request, f"注销申请已记下。{departing.COOLING_DAYS} 天内可以在这一页撤回。")
    return redirect("my_data")


@login_required
@require_http_methods(["POST"])
def stay(request):
    if departing.take_back(request.user):
        messages.success(request, "注销申请已撤回，账号照常使用。")
    else:
        messages.warning(request, "没有待办的注销申请。")
    return redirect("my_data")
