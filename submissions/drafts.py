"""Keeping drafts: saved by themselves, never overwritten silently, never lost (DESIGN.md 9)."""

import re

from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone

from journal.models import Section

from . import cleaning
from .forms import TYPED
from .models import Attachment, Call, Declaration, Original, Submission
from .states import State

EDITABLE = (State.DRAFT, State.RETURNED)
CONFLICTS_KEPT = 6
MOST_PHOTOS = 20
_SALT = "submissions.new"
_MARK = re.compile(r"【照片\s*(\d{1,2})】")


class DraftConflict(Exception):
    """Saved elsewhere since the form was opened; what this form held is kept beside the draft."""


def blank(user, kind: str, call: Call) -> Submission:
    """An unsaved manuscript for an empty form: it comes into being with the first save."""
    return Submission(kind=kind, call=call, contributor=user, unit=user.unit, byline=user.name, affiliation=_post(user))


def _post(user) -> str:
    return " ".join(part for part in (user.unit.name if user.unit else user.unit_claimed, user.post) if part)


def permit(submission: Submission) -> str:
    """A signed leave to bring this id into being, carried by the form of a new manuscript."""
    return signing.dumps([str(submission.pk), submission.contributor_id, submission.kind], salt=_SALT)


def bring_into_being(pk, user, leave: str) -> Submission:
    """The new manuscript a form was opened for; twice gives the same. Raises Http404 without a valid leave."""
    try:
        named, user_id, kind = signing.loads(leave, salt=_SALT)
    except signing.BadSignature:
        raise Http404 from None
    call = Call.objects.current() or Call.objects.first()
    if named != str(pk) or user_id != user.pk or call is None:
        raise Http404
    submission, _ = Submission.objects.get_or_create(
        pk=pk, defaults={"contributor": user, "kind": kind, "call": call, "unit": user.unit}
    )
    return submission


def save(submission: Submission, typed: dict, actor, *, number: int, tab="", photo_forms=(), declared=None) -> None:
    """Compare and swap on draft_number. A tab may always go on from its own last save, whose answer it may have missed.

    `declared` None leaves the declarations alone. Raises DraftConflict after keeping what was typed.
    """
    if not _swap(submission, typed, actor, number, tab, photo_forms, declared):
        raise DraftConflict


@transaction.atomic
def _swap(submission, typed, actor, number, tab, photo_forms, declared) -> bool:
    mine = Q(draft_number=number)
    if tab:
        mine |= Q(draft_tab=tab)
    moved = {}
    if submission.mended:
        locked = Submission.objects.select_for_update().only("body", "mended").get(pk=submission.pk)
        moved = {"mended": cleaning.follow_typing(locked.mended, locked.body, typed["body"])}
    swapped = Submission.objects.filter(mine, pk=submission.pk, state__in=EDITABLE).update(
        **typed, **moved, draft_number=F("draft_number") + 1, draft_tab=tab, saved_at=timezone.now()
    )
    submission.refresh_from_db()
    if not swapped:
        if any(getattr(submission, name) != value for name, value in typed.items()):
            _keep_beside(submission, typed, tab)
            return False
        return True
    for form in photo_forms:
        form.save()
    if declared is not None and submission.state == State.DRAFT:
        _declare(submission, actor, declared)
    return True


def _keep_beside(submission: Submission, typed: dict, tab: str) -> None:
    """One place for each tab, so that going on typing in a stale tab replaces only its own."""
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    kept = dict(locked.conflict or {})
    kept.pop(tab, None)
    section = typed.get("section")
    kept[tab] = typed | {"section": section.pk if section else None, "at": timezone.now().isoformat()}
    submission.conflict = dict(list(kept.items())[-CONFLICTS_KEPT:])
    Submission.objects.filter(pk=submission.pk).update(conflict=submission.conflict)


def _declare(submission: Submission, actor, kinds) -> None:
    """Each tick is kept with the wording shown and the time it was made; an unticked one goes (RULES.md section 1)."""
    submission.declarations.exclude(kind__in=kinds).delete()
    for kind in kinds:
        Declaration.objects.get_or_create(
            submission=submission, kind=kind, defaults={"wording": submission.call.wording(kind), "person": actor}
        )


@transaction.atomic
def settle_conflict(submission: Submission, tab: str, *, use: bool) -> bool:
    """Put a kept version in the draft's place, or drop it. What gave way to a file or a cut (`replace`) changes places
    with the draft, photographs too, so that it can be taken back again and again.

    False where there is none of that name, or the draft is no longer open.
    """
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    kept = dict(locked.conflict or {})
    if tab not in kept or (use and locked.state not in EDITABLE):
        return False
    version = kept.pop(tab)
    changes = {}
    if use:
        changes = _columns_of(version, locked)
        if "pictures" in version:
            kept[tab] = _version_of(locked, version["names"][::-1])
            _attach_only(locked, version["pictures"])
    Submission.objects.filter(pk=submission.pk).update(conflict=kept or None, **changes)
    submission.refresh_from_db()
    return True


@transaction.atomic
def replace(submission: Submission, changes: dict, *, number: int, key: str, names: tuple[str, str]) -> bool:
    """Put what a file or a cut gave into the draft; the version that gives way is kept beside it under `key`, with its
    photographs. `names` say what that version is, and what this one is. `changes` may hold anything typed, and
    is_composite.

    False, and nothing changed, where the draft was saved since `number` or is no longer open.
    """
    locked = Submission.objects.select_for_update().get(pk=submission.pk)
    if locked.draft_number != number or locked.state not in EDITABLE:
        return False
    kept = {name: one for name, one in (locked.conflict or {}).items() if name != key}
    kept[key] = _version_of(locked, list(names))
    mended = changes.get("mended", cleaning.follow_typing(locked.mended, locked.body, changes.get("body", locked.body)))
    Submission.objects.filter(pk=submission.pk).update(
        **changes | {"mended": mended},
        conflict=dict(list(kept.items())[-CONFLICTS_KEPT:]),
        draft_number=F("draft_number") + 1,
        draft_tab="",
        saved_at=timezone.now(),
    )
    submission.refresh_from_db()
    return True


def drop_original(original: Original) -> None:
    """A file its writer did not want after all; stored bytes that nobody else's row names go with it."""
    name, storage = original.file.name, original.file.storage
    original.delete()
    if not Original.objects.filter(file=name).exists():
        storage.delete(name)


def put_body(submission: Submission, body: str) -> None:
    """The rest of a `replace`, in its transaction: the text, once it is known which photographs were taken."""
    Submission.objects.filter(pk=submission.pk).update(body=body)
    submission.body = body


def _version_of(submission: Submission, names: list[str]) -> dict:
    typed = {name: getattr(submission, name) for name in TYPED}
    return typed | {
        "section": submission.section_id,
        "origin": submission.origin,
        "is_composite": submission.is_composite,
        "mended": submission.mended,
        "pictures": list(submission.attachments.order_by("position", "pk").values_list("picture_id", flat=True)),
        "at": timezone.now().isoformat(),
        "names": names,
    }


def _columns_of(version: dict, submission: Submission) -> dict:
    """What to write for a kept version to stand in the draft's place."""
    columns = {name: value for name, value in version.items() if name not in ("at", "names", "pictures")}
    columns["section"] = Section.objects.filter(pk=version["section"]).first()
    if "mended" not in columns:
        columns["mended"] = cleaning.follow_typing(submission.mended, submission.body, version["body"])
    return columns | {"draft_number": F("draft_number") + 1, "draft_tab": "", "saved_at": timezone.now()}


def _attach_only(submission: Submission, picture_ids: list[int]) -> None:
    """These photographs in this order; those taken out stay in the library of pictures."""
    submission.attachments.exclude(picture_id__in=picture_ids).delete()
    for position, picture_id in enumerate(picture_ids, 1):
        Attachment.objects.update_or_create(
            submission=submission, picture_id=picture_id, defaults={"position": position}
        )


def replace_body(submission: Submission, body: str, mended: list[dict], *, followed: bool = False, **lines) -> bool:
    """A change made by a page, not typed: refused where the draft moved in the meantime.

    `lines` are other fields changed with it (title, subtitle …).
    `followed`: the records of cleaning among `mended` stand where the new text has them; otherwise they are moved along.
    """
    if not followed:
        known = {record["id"] for record in submission.mended}
        mended = cleaning.follow_fixes(mended, known, submission.body, body)
    return bool(
        Submission.objects.filter(pk=submission.pk, draft_number=submission.draft_number, state__in=EDITABLE).update(
            body=body,
            mended=mended,
            draft_number=F("draft_number") + 1,
            draft_tab="",
            saved_at=timezone.now(),
            **lines,
        )
    )


def forget_changes(submission: Submission) -> None:
    """What was handed in has its versions; the next round begins with no list of changes."""
    Submission.objects.filter(pk=submission.pk).update(mended=[])


def renew_call(submission: Submission) -> bool:
    """A draft whose call has closed goes to the open one; False where none is open."""
    if submission.call in Call.objects.open_on():
        return True
    current = Call.objects.current()
    if current is None:
        return False
    Submission.objects.filter(pk=submission.pk, state=State.DRAFT).update(call=current)
    submission.call = current
    return True


@transaction.atomic
def attach(submission: Submission, picture) -> Attachment:
    last = submission.attachments.last()
    return Attachment.objects.create(submission=submission, picture=picture, position=last.position + 1 if last else 1)


@transaction.atomic
def detach(attachment: Attachment) -> None:
    """Take a photograph out; the marks in the text follow."""
    order = list(attachment.submission.attachments.all())
    rest = [other for other in order if other != attachment]
    attachment.delete()
    _renumber(attachment.submission, order, rest)


@transaction.atomic
def move(attachment: Attachment, step: int) -> None:
    """One place up (-1) or down (+1); the marks in the text keep naming the same photographs."""
    order = list(attachment.submission.attachments.all())
    place = order.index(attachment)
    target = place + step
    if not 0 <= target < len(order):
        return
    moved = order.copy()
    moved[place], moved[target] = moved[target], moved[place]
    _renumber(attachment.submission, order, moved)


def _renumber(submission: Submission, before: list[Attachment], after: list[Attachment]) -> None:
    for position, attachment in enumerate(after, 1):
        Attachment.objects.filter(pk=attachment.pk).update(position=position)
    places = {number: after.index(one) + 1 if one in after else None for number, one in enumerate(before, 1)}

    def mark(match: re.Match[str]) -> str:
        number = places.get(int(match[1]), int(match[1]))
        return "" if number is None else f"【照片{number}】"

    body = _MARK.sub(mark, submission.body)
    submission.mended = cleaning.follow_typing(submission.mended, submission.body, body)
    submission.body = body
    Submission.objects.filter(pk=submission.pk).update(body=body, mended=submission.mended)
