"""What is kept of contributors here: their manuscripts and letters, for the export and for a closed account."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from django.db.models import Value as V
from django.db.models.functions import Replace
from django.utils import timezone

from journal.models import Picture
from journal.text.blocks import plain_text
from members.models import Event, User
from members.personal_data import Holder

from . import holding
from .commissions import Commission
from .drafts import drop_original
from .models import Letter, Message, Submission
from .states import State

# What nobody but its writer ever saw.
NEVER_SENT = Q(submitted_at=None, state__in=(State.DRAFT, State.WITHDRAWN))
UNDER_WAY = Q(state__in=(State.SUBMITTED, State.IN_REVIEW, State.RETURNED)) | Q(
    state=State.ACCEPTED, article__issue__published_at=None
)


def facts(person: User) -> dict[str, Any]:
    return {
        "稿件": [
            {
                "收稿号": one.receipt_number or "",
                "题目": str(one),
                "状态": one.label,
                "署名": one.byline,
                "建稿": f"{timezone.localtime(one.created_at):%Y-%m-%d %H:%M}",
            }
            for one in _manuscripts(person)
        ],
        "通知": [
            {"时间": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", "标题": one.subject, "正文": one.body}
            for one in Letter.objects.filter(recipient=person).readable()
        ],
        "留言": [
            {"时间": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", "正文": one.body}
            for one in Message.objects.filter(author=person)
        ],
    }


def texts(person: User) -> Iterator[tuple[str, str]]:
    """What is typed in a draft, and what was handed in, each once."""
    for number, one in enumerate(_manuscripts(person), 1):
        name = f"{number:02d} {one.receipt_number or '草稿'} {one}"
        yield name, "\n".join(filter(None, (one.title, one.subtitle, one.byline, "", one.body)))
        if version := one.version:
            yield f"{name}（交稿）", f"{version.title}\n\n{plain_text(version.html)}"


def _manuscripts(person: User) -> list[Submission]:
    own = list(Submission.objects.of(person).select_related("text__current", "article__issue").order_by("created_at"))
    # A decision that may still be taken back is told nowhere yet.
    holding.as_told(own)
    return own


def obstacles(person: User) -> list[str]:
    waiting = Submission.objects.of(person).filter(UNDER_WAY).count()
    return [f"还有 {waiting} 篇稿件在办（审稿、退修，或已录用未刊发）"] if waiting else []


def erase(person: User, label: str) -> None:
    """Delete what was never sent, with its files; letters no longer name the person."""
    drafts = Submission.objects.of(person).filter(NEVER_SENT)
    keys = list(drafts.values_list("pk", flat=True))
    pictures = list(Picture.objects.filter(attachments__submission__in=keys).distinct())
    begun = Commission.objects.filter(submission__in=keys)
    for commission in begun:
        Event.objects.record(None, "约稿人注销账号", commission, before=commission.standing_label)
    begun.update(state=Commission.State.INVITED, submission=None)
    for submission in drafts:
        for original in submission.originals.all():
            drop_original(original)
    Submission.objects.filter(pk__in=keys).delete()
    for picture in pictures:
        if not _is_used(picture):
            name, storage = picture.file.name, picture.file.storage
            picture.delete()
            if not Picture.objects.filter(file=name).exists():
                storage.delete(name)
    Letter.objects.filter(recipient=person).update(
        subject=Replace(F("subject"), V(person.name), V(label)), body=Replace(F("body"), V(person.name), V(label))
    )


def _is_used(picture: Picture) -> bool:
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: picture}).exists()
        for relation in Picture._meta.related_objects
    )


HOLDER = Holder(facts=facts, texts=texts, obstacles=obstacles, erase=erase)
