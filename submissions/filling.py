"""What a file gives → the draft being written: proposed to its writer first, taken back whole (DESIGN.md 9)."""

import re
from dataclasses import dataclass
from io import BytesIO

from django.db import transaction

from journal.models import Picture
from journal.text.blocks import from_plain, plain_text
from journal.text.count import count_words
from members.models import Event

from . import drafts
from .checks.image import largest_passing
from .intake.arrived import ArrivedPicture, ArrivedText
from .intake.photo import PhotoRefused, read_photo
from .intake.taking import display_name, renumber_marks, source_of, storable, take_pictures
from .models import Original, Submission
from .photo_cards import verdict

READ_IN = "读入文件"
_MARK = re.compile(r"【照片\s*\d{1,2}】")
LABELS = {
    "title": "标题",
    "subtitle": "副标题",
    "byline": "署名",
    "affiliation": "单位、职务",
    "author_note": "作者说明",
    "source_name": "原载报刊或网站",
}


@dataclass(frozen=True)
class Field:
    """One line of the form: as typed, and as the file has it."""

    name: str
    typed: str
    read: str

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_filled(self) -> bool:
        """Nothing typed gives way."""
        return bool(self.read) and not self.typed.strip()

    @property
    def differs(self) -> bool:
        return bool(self.read) and bool(self.typed.strip()) and self.typed.strip() != self.read


@dataclass(frozen=True)
class PictureRead:
    """A picture of a file before anybody has taken it: its verdict as the form will tell it, or why it is refused."""

    number: int
    name: str
    level: str
    verdict: str
    detail: str


@dataclass(frozen=True)
class Filled:
    """What went into the draft. remarks tell in plain Chinese what was left out, refused or changed."""

    remarks: tuple[str, ...]
    words: int
    pictures: int
    labels: tuple[str, ...]


class Moved(Exception):
    """The draft was saved elsewhere since, or is no longer open; nothing was changed."""


def is_empty(submission: Submission) -> bool:
    """Nothing written and no photograph: the name and unit the account gave do not count."""
    written = (submission.title, submission.subtitle, submission.body, submission.author_note, submission.source_name)
    return not any(text.strip() for text in written) and not submission.attachments.exists()


def is_taken(submission: Submission, original: Original) -> bool:
    """The draft has, or once had, what this file gave: the file stays with it."""
    return Event.objects.about(submission).filter(verb=READ_IN, data__original=original.pk).exists()


def fields(submission: Submission, arrived: ArrivedText) -> list[Field]:
    source, _ = source_of(arrived.source_note)
    read = {name: getattr(arrived, name, source) for name in LABELS}
    return [Field(name, getattr(submission, name), storable(text).strip()) for name, text in read.items()]


def pictures_read(arrived: ArrivedText, dpi: int) -> list[PictureRead]:
    """Each picture of the file judged, none of them kept."""
    return [_picture_read(number, picture, dpi) for number, picture in enumerate(arrived.pictures, 1)]


def _picture_read(number: int, arriving: ArrivedPicture, dpi: int) -> PictureRead:
    name = display_name(arriving.name)
    try:
        photo = read_photo(BytesIO(arriving.data), name)
    except PhotoRefused as refusal:
        return PictureRead(number, name, "err", "不能用", str(refusal))
    picture = Picture(
        format=photo.format, width=photo.width, height=photo.height, size=photo.size, details=photo.details()
    )
    picture.print_width_mm = largest_passing(photo.width, photo.height, dpi) or Picture.PrintWidth.PORTRAIT
    level, told, detail = verdict(picture, dpi)
    return PictureRead(number, name, level, told, detail)


@transaction.atomic
def fill(submission: Submission, arrived: ArrivedText, original: Original, by, *, number: int, append: bool) -> Filled:
    """Put what was read into the draft; what was there is kept beside it and can be taken back.

    append: the text goes behind the one there is and only empty lines of the form are filled. Otherwise text and
    photographs give way, and every line of the form that the file has something for.
    Raises Moved where the draft was saved since `number`.
    """
    lines = fields(submission, arrived)
    taken = [line for line in lines if line.is_filled or (line.differs and not append)]
    changes: dict = {line.name: line.read for line in taken}
    if not append:
        changes |= {"mended": [], "is_composite": False}
    names = (f"读入“{original.name}”以前的稿子", f"从“{original.name}”读入的稿子")
    if not drafts.replace(submission, changes, number=number, key=f"file-{original.pk}", names=names):
        raise Moved
    if not append:
        submission.attachments.all().delete()
    held = submission.attachments.count()
    places, refused = take_pictures(submission, arrived.pictures, by)
    read = renumber_marks(storable(arrived.body), places)
    drafts.put_body(submission, f"{submission.body.rstrip()}\n{read}" if append and submission.body.strip() else read)
    how = "接在后面" if append else "换成这一份"
    Event.objects.record(by, READ_IN, submission, note=f"{original.name}，{how}", data={"original": original.pk})
    _, told = source_of(arrived.source_note)
    return Filled(
        remarks=(*arrived.remarks, *(told if "source_name" in changes else ()), *refused),
        words=words_of(read),
        pictures=submission.attachments.count() - held,
        labels=tuple(line.label for line in taken),
    )


def html_of(body: str) -> str:
    """The text as it will be read: canonical HTML, safe to show."""
    return from_plain(body)


def words_of(body: str) -> int:
    """字数 of a text; where a photograph goes is no word of it."""
    return count_words(_MARK.sub("", plain_text(from_plain(body))))
