"""单位审核 for a unit's liaison: what waits, one manuscript with its text, the verdict, and the signed sheet."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from journal.admin.figures import FIGURE
from journal.models import Approval
from journal.pictures import Unreadable, derivative
from journal.signed import SheetRefused, store_sheet
from journal.text.blocks import canonical
from journal.views.sheets import download
from submissions import endorsing, holding, workflow
from submissions.forms import EndorsementForm
from submissions.models import Submission
from submissions.states import AWAITING_REVIEW, Stage

from .access import keeps_text

SHOWN = 50
PICTURE_WIDTH = 960


@keeps_text
@never_cache
@require_safe
def endorsements(request):
    """What waits for the unit first; below, the latest of what the unit's people have sent."""
    if not request.user.has_perm("submissions.endorse_for_unit"):
        raise PermissionDenied
    rows = endorsing.of_units_of(request.user).select_related(
        "section", "call", "unit__merged_into", "contributor", "text__current", "article"
    )
    waiting = list(endorsing.unendorsed(rows))
    others = list(rows.exclude(pk__in=[one.pk for one in waiting]).order_by("-submitted_at")[:SHOWN])
    holding.as_told(others)
    verdicts = {
        row.version.text_id: row
        for row in Approval.objects.standing()
        .filter(kind=endorsing.KIND, version__text__in=[one.text_id for one in others])
        .select_related("version")
        .order_by("at", "pk")
    }
    context = {
        "waiting": waiting,
        "others": [(one, verdicts.get(one.text_id)) for one in others],
        "nav": "endorse",
    }
    return render(request, "submissions/endorsements.html", context)


@keeps_text
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def endorse(request, pk):
    """The text and the verdict of the unit. The contributor and the office have pages of their own for it: 403."""
    submission = of_unit(request, pk)
    form = EndorsementForm(request.POST or None, request.FILES or None, initial={"version": submission.text.current_id})
    if request.method == "POST" and form.is_valid() and (done := give_verdict(request, submission, form)):
        messages.success(request, done)
        return redirect("endorsements")
    version = submission.version
    holding.as_told([submission])
    context = {
        "submission": submission,
        "version": version,
        "body": with_photos(submission, version.html),
        "photo_count": submission.attachments.count(),
        "form": form,
        "standing": endorsing.endorsement_of(submission),
        "past": list(endorsing.endorsements(submission)),
        "is_open": submission.state in AWAITING_REVIEW,
        "may_give_back": submission.state in AWAITING_REVIEW and submission.stage == Stage.FIRST,
        "nav": "endorse",
    }
    return render(request, "submissions/endorse.html", context, status=422 if form.is_bound else 200)


def with_photos(submission: Submission, html: str) -> str:
    """The text with its photographs; the addresses are those that a liaison may open."""
    addresses = {
        str(picture): reverse("endorsed_photo", args=[submission.pk, attachment])
        for attachment, picture in submission.attachments.values_list("pk", "picture")
    }

    def shown(found: re.Match) -> str:
        address = addresses.get(found[1])
        return f'{found[0]}<img src="{address}" alt="照片">' if address else found[0]

    return FIGURE.sub(shown, canonical(html))


def of_unit(request, pk, permission="submissions.endorse") -> Submission:
    """A manuscript the person may treat so: 404 for outsiders, 403 for who may read it elsewhere."""
    rows = Submission.objects.select_related("section", "call", "unit__merged_into", "contributor", "text__current")
    submission = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(permission, submission):
        if request.user.has_perm("submissions.read", submission):
            raise PermissionDenied
        raise Http404
    return submission


def give_verdict(request, submission: Submission, form: EndorsementForm) -> str:
    """Call the verb; what happened, in words. Empty, with the reason in the form, where it was refused."""
    said = form.cleaned_data
    title = submission.text.current.title
    try:
        if said["verdict"] == form.GIVE_BACK:
            workflow.return_by_unit(submission, request.user, version_id=said["version"], opinion=said["opinion"])
            return f"《{title}》已退回作者修改，通知已经发出。改好交回后，还会到这里。"
        with transaction.atomic():
            sheet = store_sheet(said["sheet"], said["sheet"].name, request.user) if said["sheet"] else None
            endorsing.endorse(
                submission,
                request.user,
                version_id=said["version"],
                signer=said["signer"],
                signed_on=said["signed_on"],
                sheet=sheet,
                opinion=said["opinion"],
                kept_at=said["kept_at"],
            )
    except SheetRefused as refusal:
        form.add_error("sheet", str(refusal))
    except workflow.Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        return f"《{title}》已同意报送，编辑部可以初审了。"
    return ""


@keeps_text
@require_safe
def endorsed_photo(request, pk, attachment_id):
    """A photograph of a manuscript the unit judges, as large as a screen, without metadata."""
    submission = of_unit(request, pk)
    attachment = get_object_or_404(submission.attachments.select_related("picture"), pk=attachment_id)
    try:
        path = derivative(attachment.picture, PICTURE_WIDTH)
    except Unreadable:
        raise Http404 from None
    response = FileResponse(path.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


@keeps_text
@never_cache
@require_safe
def endorsement_sheet(request, pk, approval_id):
    """The scan of an endorsement's sheet: for the contributor, the unit's liaison and the office."""
    submission = of_unit(request, pk, "submissions.read_endorsement")
    approval = get_object_or_404(endorsing.endorsements(submission), pk=approval_id, scan__isnull=False)
    return download(approval.scan)
