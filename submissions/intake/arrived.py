"""What any reader of files, mails and pages gives: one manuscript in plain fields, ready to be proposed to a person."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ArrivedPicture:
    """A picture found inside a file: its bytes untouched and unverified (`photo.store_photo` decides)."""

    name: str
    data: bytes
    caption: str = ""


@dataclass(frozen=True)
class ArrivedText:
    """One manuscript as read, before any cleaning. Nothing here has been decided: a person sees it first.

    body is text as the plain field holds it (`blocks.from_plain`); 【照片n】 stands where pictures[n-1] stood.
    remarks tell in plain Chinese what the reader left out or could not decide: tracked changes, comments, hidden text.
    """

    body: str
    title: str = ""
    subtitle: str = ""
    byline: str = ""
    affiliation: str = ""
    author_note: str = ""
    source_note: str = ""
    pictures: tuple[ArrivedPicture, ...] = ()
    remarks: tuple[str, ...] = field(default=())
