"""Several texts in one draft: taken as one composite, or as drafts of their own (RULES.md 9, DESIGN.md 9)."""

import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from journal.text.pieces import Compilation, Proposal
from journal.text.pieces.composite import compose
from members.models import Event

from . import drafts
from .models import Original, Submission
from .states import State

SPLIT = "分成几篇"
_MARK = re.compile(r"【照片\s*(\d{1,2})】")
# What every piece has from the whole: where it goes, and where it comes from.
_SHARED = ("kind", "contributor", "unit", "call", "section", "origin", "channel", "registered_by", "mail")
_SOURCE = ("source_name", "source_url", "source_issue")


class Moved(Exception):
    """The draft was saved elsewhere since, or is no longer open; nothing was changed."""


def as_composite(submission: Submission, found: Compilation, *, number: int) -> None:
    """The pieces in the form a composite is written in; the text as it was is kept beside the draft.

    Raises Moved; ValueError where a piece has no title to be told by.
    """
    changes: dict = {"body": compose(found.pieces, found.lead), "is_composite": True, "mended": []}
    if found.heading and not submission.title.strip():
        changes["title"] = found.heading
    if found.subtitle and not submission.subtitle.strip():
        changes["subtitle"] = found.subtitle
    names = ("合成一组以前的稿子", "合成一组的稿子")
    if not drafts.replace(submission, changes, number=number, key="composite", names=names):
        raise Moved


def as_one(submission: Submission, *, number: int) -> None:
    """No composite after all: the text stays as it stands. Raises Moved."""
    changed = Submission.objects.filter(pk=submission.pk, draft_number=number, state__in=drafts.EDITABLE).update(
        is_composite=False, draft_number=F("draft_number") + 1, draft_tab="", saved_at=timezone.now()
    )
    if not changed:
        raise Moved


@transaction.atomic
def as_drafts(submission: Submission, found: Compilation, actor, *, number: int) -> list[Submission]:
    """A draft of its own for each piece, with its photographs and the original files. The whole draft stays as it is,
    until its writer puts it away. Raises Moved: pressing twice makes no second set.
    """
    taken = Submission.objects.filter(pk=submission.pk, draft_number=number, state=State.DRAFT).update(
        draft_number=F("draft_number") + 1, draft_tab=""
    )
    if not taken:
        raise Moved
    pictures = [attachment.picture for attachment in submission.attachments.select_related("picture")]
    originals = list(submission.originals.all())
    made = [_draft_of(piece, submission, pictures, originals) for piece in found.pieces]
    data = {"drafts": [str(one.pk) for one in made]}
    Event.objects.record(actor, SPLIT, submission, note=f"分成 {len(made)} 篇", data=data)
    for one in made:
        Event.objects.record(actor, "从整篇分出", one, data={"whole": str(submission.pk)})
    return made


def _draft_of(piece: Proposal, whole: Submission, pictures: list, originals: list[Original]) -> Submission:
    numbers = list(dict.fromkeys(int(number) for number in _MARK.findall(piece.text)))
    held = [number for number in numbers if 1 <= number <= len(pictures)]
    places = {number: place for place, number in enumerate(held, 1)}
    body = _MARK.sub(lambda mark: f"【照片{places.get(int(mark[1]), int(mark[1]))}】", piece.text.strip("\n"))
    draft = Submission.objects.create(
        **{name: getattr(whole, name) for name in (*_SHARED, *_SOURCE)},
        title=piece.title,
        subtitle=piece.subtitle,
        byline=piece.person or piece.office,
        affiliation=piece.office if piece.person else "",
        body=body,
    )
    for number in held:
        drafts.attach(draft, pictures[number - 1])
    Original.objects.bulk_create(
        Original(
            submission=draft, file=one.file.name, name=one.name, sha256=one.sha256, size=one.size, added_by=one.added_by
        )
        for one in originals
    )
    return draft


def drafts_made_of(submission: Submission) -> list[Submission]:
    """The manuscripts a whole draft was cut into, in order."""
    event = Event.objects.about(submission).filter(verb=SPLIT).first()
    ids = event.data["drafts"] if event else []
    made = {str(one.pk): one for one in Submission.objects.filter(pk__in=ids, contributor=submission.contributor_id)}
    return [made[pk] for pk in ids if pk in made]
