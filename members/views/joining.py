"""Joining a unit by its invitation, and making, showing and revoking invitations."""

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .. import invitations
from ..forms import InvitationForm, JoinForm
from ..invitations import UnitInvitation

GONE = 410
# The same for a name that has an account: who holds an invitation learns nothing of others.
JOINED = "账号好了，请登录。以前就有账号的，请用原来的密码。"


@never_cache
@require_http_methods(["GET", "POST"])
def enter_code(request):
    """For who was told the code and has no link."""
    if request.method == "POST":
        if found := invitations.find(request.POST.get("code", "")[:40]):
            return redirect(found)
        problem = "没有这个邀请码，或者试得太多了。请照着再输一次；还不行，过一刻钟再试，或向发给您的同志核对。"
        return render(request, "members/join_code.html", {"problem": problem}, status=422)
    return render(request, "members/join_code.html")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request, code):
    invitation = invitations.find(code)
    if invitation is None:
        raise Http404
    problem, form = invitation.closed_because, JoinForm(request.POST or None)
    if problem or request.user.is_authenticated:
        context = {"invitation": invitation, "problem": problem}
        return render(request, "members/join_closed.html", context, status=GONE if problem else 200)
    if form.is_bound and form.is_valid():
        try:
            form.join(invitation)
        except invitations.NotOpen:
            invitation.refresh_from_db()
            context = {"invitation": invitation, "problem": invitation.closed_because}
            return render(request, "members/join_closed.html", context, status=GONE)
        messages.success(request, JOINED)
        return redirect("sign_in")
    context = {"form": form, "invitation": invitation}
    return render(request, "members/join.html", context, status=422 if form.is_bound else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def unit_invitations(request):
    """The invitations of a liaison's unit, for the office of all; a form for a new one."""
    if not invitations.units_to_invite_for(request.user).exists():
        raise PermissionDenied
    chosen = request.GET.get("unit", "")
    form = InvitationForm(request.user, request.POST or None, initial={"unit": chosen} if chosen else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        made = invitations.invite(data["unit"], request.user, uses=data["uses"], days=data["days"])
        messages.success(request, "邀请做好了。把链接、二维码或邀请码发给同事就行。")
        return redirect("unit_invitation", made.pk)
    rows = UnitInvitation.objects.visible_to(request.user).select_related("unit", "created_by")[:100]
    context = {"form": form, "rows": rows, "nav": "account"}
    return render(request, "members/invitations.html", context, status=422 if form.is_bound else 200)


def _visible(request, pk) -> UnitInvitation:
    own = UnitInvitation.objects.visible_to(request.user).select_related("unit", "created_by")
    return get_object_or_404(own, pk=pk)


@login_required
@never_cache
@require_http_methods(["GET"])
def unit_invitation(request, pk):
    """One invitation as it is handed on: link, code, QR code for WeChat."""
    invitation = _visible(request, pk)
    address = request.build_absolute_uri(invitation.get_absolute_url())
    qr = segno.make(address, error="m").svg_data_uri(border=2, scale=5, dark="#1e1a17", light="#fff")
    context = {"invitation": invitation, "address": address, "qr": qr, "nav": "account"}
    return render(request, "members/invitation.html", context)


@login_required
@require_http_methods(["POST"])
def unit_invitation_revoke(request, pk):
    invitation = _visible(request, pk)
    if invitations.revoke(invitation, request.user):
        messages.success(request, "邀请已作废，没有用的次数不能再用；已经加入的同事不受影响。")
    else:
        messages.warning(request, "这个邀请早已作废。")
    return redirect("unit_invitations")
