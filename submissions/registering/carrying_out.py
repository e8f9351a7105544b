"""The manuscripts of a parcel registered, each by itself, for the persons who sent them."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from journal.models import Section
from members.models import User

from .. import workflow
from ..drafts import MOST_PHOTOS
from ..intake.arrived import ArrivedPicture, ArrivedText
from ..intake.refused import FileRefused
from ..intake.taking import keep_original, new_draft, renumber_marks
from ..models import Declaration, Submission
from ..parcels import Parcel
from ..refusals import Refused
from .blobs import blob
from .bringing import may_register
from .keeping import named, store
from .persons import known_unit
from .photographs import ORIGINAL_ONLY, PHOTO


@dataclass
class Report:
    """What one press of 登记 did: the groups registered, and those that were not, with the reason."""

    registered: int = 0
    refused: int = 0


def carry_out(parcel: Parcel, editor) -> Report:
    """Register every ticked group that is not registered yet, each by itself: one that is refused keeps its reason and
    does not stop the others. A second press waits for the first and finds the work done."""
    if not may_register(editor):
        raise PermissionDenied
    report = Report()
    for key in [group["key"] for group in parcel.groups if group["include"]]:
        outcome = _register_group(parcel, key, editor)
        report.registered += outcome is True
        report.refused += outcome is False
    if not report.refused:
        _finish(parcel)
    return report


def _register_group(parcel: Parcel, key: str, editor) -> bool | None:
    """True registered, False refused (with the reason kept), None where it had been registered before."""
    try:
        with transaction.atomic():
            locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
            group = named(locked, key)
            if group["submission"] or locked.state != Parcel.State.OPEN:
                return None
            submission = _registered(locked, group, editor)
            group |= {"submission": str(submission.pk), "refused": ""}
            store(locked, "groups")
    except (Refused, FileRefused) as refusal:
        with transaction.atomic():
            locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
            named(locked, key)["refused"] = str(refusal)
            store(locked, "groups")
        return False
    return True


@transaction.atomic
def _finish(parcel: Parcel) -> None:
    locked = Parcel.objects.select_for_update().get(pk=parcel.pk)
    if locked.state == Parcel.State.OPEN and any(group["submission"] for group in locked.groups):
        locked.state = Parcel.State.DONE
        store(locked, "state")


def _registered(parcel: Parcel, group: dict, editor) -> Submission:
    person = User.objects.filter(pk=group["person"]).select_related("unit").first()
    if person is None:
        raise Refused("还没有选来稿人。请在上面写姓名或手机号查找，选好再登记。")
    used = [place for place, picture in enumerate(group["pictures"], 1) if picture["use"] == PHOTO]
    if len(used) > MOST_PHOTOS:
        raise Refused(f"这一篇选了 {len(used)} 张照片，最多 {MOST_PHOTOS} 张。请把多余的改成“不收”或“只作原件”。")
    taken = [group["pictures"][place - 1] for place in used]
    order: dict[int, int | None] = dict.fromkeys(range(1, len(group["pictures"]) + 1))
    order |= {place: number for number, place in enumerate(used, 1)}
    arrived = ArrivedText(
        **{name: group[name] for name in ("title", "subtitle", "byline", "affiliation", "author_note")},
        body=renumber_marks(group["body"], order),
        pictures=tuple(
            ArrivedPicture(picture["name"], blob(picture["sha256"]), picture["caption"]) for picture in taken
        ),
    )
    taking = new_draft(
        arrived,
        contributor=person,
        call=parcel.call,
        channel=parcel.channel,
        by=editor,
        kind=group["kind"],
        section=Section.objects.filter(pk=group["section"]).first(),
        unit=known_unit(group["unit"]),
    )
    submission = taking.submission
    for name in ("origin", "source_name", "source_url", "source_issue", "is_composite"):
        setattr(submission, name, group[name])
    submission.registered_by = editor
    submission.save(
        update_fields=["origin", "source_name", "source_url", "source_issue", "is_composite", "registered_by"]
    )
    for name, sha256 in _originals(parcel, group):
        keep_original(blob(sha256), name, added_by=editor, submission=submission)
    kinds = [kind for kind in Declaration.Kind.values if kind in group["declared"]]
    return workflow.register(submission, editor, declared=kinds, how=group["how"], received_on=parcel.received_on)


def _originals(parcel: Parcel, group: dict) -> list[tuple[str, str]]:
    """(name, hash) of what is kept beside the manuscript as it came: its texts, papers, scans."""
    texts = [(parcel.files[number]["name"], parcel.files[number]["sha256"]) for number in group["texts"]]
    papers = [(file["name"], file["sha256"]) for file in parcel.files if file["sha256"] in group["papers"]]
    scans = [(one["name"], one["sha256"]) for one in group["pictures"] if one["use"] == ORIGINAL_ONLY]
    return [*texts, *papers, *scans]
