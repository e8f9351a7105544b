"""Chinese mail as it is → a message a person can judge (RULES.md 9, 11; DESIGN.md 9)."""

from .body import OWN, QUOTED, SIGNATURE, own_words, sections
from .kinds import LABELS, FileKind, kind_of
from .read import MailFile, ReadMail, picture_mark, read_head, read_mail

__all__ = [
    "LABELS",
    "OWN",
    "QUOTED",
    "SIGNATURE",
    "FileKind",
    "MailFile",
    "ReadMail",
    "kind_of",
    "own_words",
    "picture_mark",
    "read_head",
    "read_mail",
    "sections",
]
