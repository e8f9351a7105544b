"""What a reader gave → a draft with verified photographs, and the file it came in kept beside it (DESIGN.md 9, 12).

The one door for everything that is not typed into the form: uploads, mails, batches. Nothing is cleaned here and
nothing is handed in: the draft is proposed to a person (`workflow.submit`, `workflow.register`).
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import cast

from django.core.files.base import ContentFile
from django.db import transaction

from journal.models import Picture
from submissions.arrivals import InboundMail, Original, original_path
from submissions.drafts import MOST_PHOTOS, attach
from submissions.models import Submission

from .arrived import ArrivedPicture, ArrivedText
from .front import caption_and_photographers
from .photo import PhotoRefused, store_photo

LONGEST_NAME = 255
LONGEST_CAPTION = cast(int, Picture._meta.get_field("caption").max_length)
_MARK = re.compile(r"【照片\s*(\d{1,4})】")
_SOURCE = re.compile(r"[（(]?\s*(?P<of_manuscript>稿件)?来源\s*[：:]\s*(?P<source>.*?)\s*[）)]?")
# Kept from the database and from what people see: controls, and the marks that turn the writing direction.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True)
class Taking:
    """A draft and what to tell of it in plain Chinese: what the reader left out, what was refused and why."""

    submission: Submission
    remarks: tuple[str, ...]


def display_name(name: str) -> str:
    """The last part of a sender's file name without unseen characters, at most 255 long with its ending kept.

    For display and download only: no file is ever stored under it.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(char for char in last if unicodedata.category(char) not in _UNSEEN).strip()
    if len(seen) > LONGEST_NAME:
        suffix = PurePosixPath(seen).suffix[:20]
        seen = seen[: LONGEST_NAME - len(suffix)] + suffix
    return seen if seen.strip(". ") else "原件"


def keep_original(
    data: bytes, name: str, *, added_by, submission: Submission | None = None, mail: InboundMail | None = None
) -> Original:
    """Keep a file exactly as it arrived. The file is written before its row; equal files share one file, and the same
    file kept twice for the same manuscript (or mail) is one row.

    `added_by` is None where nobody did it by hand (a fetched mail). Raises ValueError without submission and mail.
    """
    if submission is None and mail is None:
        raise ValueError("an original belongs to a submission or a mail")
    original = Original(
        submission=submission,
        mail=mail,
        name=display_name(name),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        added_by=added_by,
    )
    same = Original.objects.filter(submission=submission, mail=mail, sha256=original.sha256, name=original.name)
    if (kept := same.first()) is not None:
        return kept
    original.file.name = write_once(original.file.storage, original_path(original, ""), data)
    original.save()
    return original


def write_once(storage, path: str, data: bytes) -> str:
    """Write content under the path of its hash unless it is there whole already; the name it is stored under.

    A file cut short by a crash is written anew: its size gives it away.
    """
    if storage.exists(path):
        if storage.size(path) == len(data):
            return path
        storage.delete(path)
    return storage.save(path, ContentFile(data))


def new_draft(
    arrived: ArrivedText,
    *,
    contributor,
    call,
    channel: str,
    by,
    kind: str = Submission.Kind.TEXT,
    section=None,
    unit=None,
    mail: InboundMail | None = None,
) -> Taking:
    """A draft of `contributor` filled with what arrived, as it arrived, however long.

    `by` is who does it: where that is not the contributor, it is kept as registered_by. `unit` defaults to the
    contributor's own, the byline to what the text says (never to the account: a text may be somebody else's).
    A picture that cannot be taken becomes a remark; the marks 【照片n】 keep naming the same photographs.
    """
    source, told = source_of(arrived.source_note)
    with transaction.atomic():
        submission = Submission.objects.create(
            kind=kind,
            contributor=contributor,
            unit=unit or contributor.unit,
            call=call,
            section=section,
            channel=channel,
            registered_by=None if by is None or by == contributor else by,
            mail=mail,
            title=storable(arrived.title),
            subtitle=storable(arrived.subtitle),
            byline=storable(arrived.byline),
            affiliation=storable(arrived.affiliation),
            author_note=storable(arrived.author_note),
            source_name=storable(source),
        )
        places, refused = take_pictures(submission, arrived.pictures, by)
        submission.body = renumber_marks(storable(arrived.body), places)
        submission.save(update_fields=["body"])
    return Taking(submission, (*arrived.remarks, *told, *refused))


def take_pictures(
    submission: Submission, pictures: tuple[ArrivedPicture, ...], by
) -> tuple[dict[int, int | None], list[str]]:
    """Verify pictures and attach them after those the draft has.

    Returns (places, remarks): places maps the number a picture has in the arriving text (from 1) to its number in the
    draft, None where it was refused. The same picture twice in one text is attached once.
    """
    places: dict[int, int | None] = {}
    remarks: list[str] = []
    held = list(submission.attachments.select_related("picture").order_by("position", "pk"))
    numbers = {attachment.picture.sha256: number for number, attachment in enumerate(held, 1)}
    count = len(held)
    for place, arriving in enumerate(pictures, 1):
        digest = hashlib.sha256(arriving.data).hexdigest()
        places[place] = numbers.get(digest)
        if places[place] is not None:
            continue
        if count >= MOST_PHOTOS:
            label = display_name(arriving.name)
            remarks.append(f"一篇稿件最多 {MOST_PHOTOS} 张照片，“{label}”没有收。请从原件里挑选要用的。")
            continue
        caption, photographers = caption_and_photographers(storable(arriving.caption).strip())
        try:
            picture = store_photo(
                ContentFile(arriving.data),
                display_name(arriving.name),
                by,
                dpi_limit=submission.call.dpi_limit,
                caption=caption[:LONGEST_CAPTION],
                photographer=photographers,
            )
        except PhotoRefused as refusal:
            remarks.append(str(refusal))
            continue
        if len(caption) > LONGEST_CAPTION:
            remarks.append(f"照片{count + 1} 的图片说明超过 {LONGEST_CAPTION} 字，只留了前面的；全文是：{caption}")
        attach(submission, picture)
        count += 1
        places[place] = numbers[digest] = count
    return places, remarks


def renumber_marks(body: str, places: dict[int, int | None]) -> str:
    """The marks 【照片n】 of an arriving text with the numbers its pictures got; the mark of a refused one goes, with
    its line where it stood alone. A number the text came without picture for stays as written: the checks name it."""

    def mark(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in places:
            return match[0]
        return "" if places[number] is None else f"【照片{places[number]}】"

    lines = []
    for line in body.split("\n"):
        changed = _MARK.sub(mark, line)
        if changed.strip() or not _MARK.search(line):
            lines.append(changed)
    return "\n".join(lines)


def source_of(note: str) -> tuple[str, list[str]]:
    """（来源：…） → what goes into 原载报刊或网站, and the remark that asks whether it is a recommended piece."""
    words = note.strip()
    if not words:
        return "", []
    found = _SOURCE.fullmatch(words)
    source = found["source"] if found else words
    if found and found["of_manuscript"]:
        return source, [f"文末注有“稿件来源：{source}”，已填入“原载报刊或网站”。如果只是报送单位，请删去。"]
    return source, [f"文末注有“来源：{source}”，已填入“原载报刊或网站”。如果是推荐转载的稿件，请把来稿性质改为“推荐”。"]


def storable(text: str) -> str:
    """Without the one character no database holds, and lone surrogates that cannot be written as UTF-8."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
