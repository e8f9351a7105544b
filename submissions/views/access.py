"""Fetch and authorise together: outsider 404, insider without the right 403; an expired session loses no text."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import render

from members import entering
from submissions import holding
from submissions.drafts import bring_into_being
from submissions.models import Submission

EXPIRED = "登录过期了。您写的都还在这台设备上，重新登录就能接着写。"
_NOT_CARRIED = {"csrfmiddlewaretoken", "username", "password", "otp"}


def wants_json(request) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def keeps_text(view):
    """Signed in, or asked to sign in. A posted form is carried through the sign-in: nothing typed is lost."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_json(request):
            return JsonResponse({"message": EXPIRED}, status=401)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        form = entering.next_form(request, request.POST)
        if form.is_bound and form.is_valid():
            if entering.enter(request, form):
                return view(request, *args, **kwargs)
            form = entering.next_form(request)
        carried = [
            (name, value) for name, values in request.POST.lists() if name not in _NOT_CARRIED for value in values
        ]
        context = {"form": form, "carried": carried, "body": request.POST.get("body", ""), "nav": "submit"}
        return render(request, "submissions/expired.html", context, status=401)

    return guarded


def own(request, pk, permission="submissions.write") -> Submission:
    """A submission the person may treat so. Raises Http404 for outsiders, PermissionDenied for insiders."""
    submission = (
        Submission.objects.select_related("call", "section", "unit__merged_into", "text__current", "article__issue")
        .filter(pk=pk)
        .first()
    )
    if submission is None or not request.user.has_perm("submissions.read", submission):
        raise Http404
    if not request.user.has_perm(permission, submission):
        raise PermissionDenied
    if submission.contributor_id == request.user.pk:
        # A decision that may still be taken back is not told yet, on any of the contributor's pages.
        holding.as_told([submission])
    return submission


def own_or_new(request, pk) -> Submission:
    """The person's manuscript; the form of a new one may bring it into being."""
    leave = request.POST.get("new", "")
    if leave and not Submission.objects.filter(pk=pk).exists():
        if not request.user.has_perm("submissions.send"):
            raise PermissionDenied
        bring_into_being(pk, request.user, leave)
    return own(request, pk)
